"""What others have recorded since a log was last looked at, read with the lock: nothing more is asked for it.

The rows bring their leaves and the ids of their people, and the lock the head, so that they are held against the tree.
"""

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, Final

from ledger.events import CellEvent, Recorded, kinds
from ledger.store.mapper import bare, decode
from ledger.store.sql import Question, bytes_of
from ledger.store.tree import Head
from ledger.store.verified import Row, VerifiedReads

MOST: Final = 1_000
"""So many events are read so."""

_SINCE: Final = (
    "SELECT position, leaf, stream, version, kind, schema, state,"
    " (SELECT subject FROM subjects WHERE subjects.ledger = events.ledger AND subjects.stream = events.stream)"
    f" FROM events WHERE ledger = ? AND position >= ? ORDER BY position DESC LIMIT {MOST + 1}"
)


def asked(ledger: str, known: int) -> Question:
    """What asks for the events from a position on, the last one first, as `tree.LAST` does for that one."""
    return _SINCE, (ledger, known)


def rows_in(found: Sequence[Any], known: int, head: Head, verified: VerifiedReads) -> list[Row] | None:
    """The rows of the events behind a position, in order and verified; None where they are more than are read so.

    StoreError `event_unproven`, `position_incomplete`, `ledger_head_wrong`.
    """
    if head.position - known > MOST:
        return None
    behind = [row for row in reversed(found) if row[0] > known]
    if behind:
        verified.take_subjects({row[2]: row[7] for row in behind if row[7] is not None})
        verified.take_leaves({row[0]: bytes_of(row[1]) for row in found}, head.position, head.frontier)
    rows: list[Row] = [(row[0], *row[2:7]) for row in behind]
    verified.check_positions(rows, known + 1)
    return rows


def decoded(rows: Sequence[Row], keeps: Callable[[str], bool]) -> list[Recorded]:
    """The events of rows that were verified, for whoever keeps those of some streams, and of others what registries say.

    The latter are of the months of other people, and are read as figures need them; the last event is not: it says
    when something was recorded last.
    """
    return [
        decode(at, stream, number, kind, state)
        if keeps(stream) or not _is_of_a_cell(kind) or place == len(rows)
        else bare(at, stream, number, kind, state)
        for place, (at, stream, number, kind, _, state) in enumerate(rows, 1)
    ]


@cache
def _is_of_a_cell(kind: str) -> bool:
    """Whether events of a kind are of a month of somebody's; one that nobody knows is of none."""
    return kind in kinds() and issubclass(kinds()[kind], CellEvent)
