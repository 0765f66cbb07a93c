"""The later part of streams: whatever was recorded behind a position, and before it the events of some kinds alone.

So that what grows with somebody's years need not be read for what concerns the last weeks. Nothing is taken on trust:
the last event before the position is read with its leaf, too, and every version behind it must be there; and that no
event of the kinds before it is passed over, the registry of commands bears witness to, which names all that are about a
person. An event that either of them shows is held against its leaf in the tree; so who hides one has to forge both.
"""

from collections.abc import Container, Iterable, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any, Final

from ledger.errors import StoreError
from ledger.store.log import Log
from ledger.store.mapper import stored_event
from ledger.store.registry_queries import NO_END
from ledger.store.sql import chunks, placeholders
from ledger.store.stream_scan import Placed, checked
from ledger.store.stream_statements import EVENTS, OF_NO_MONTH, tail_of_each

_COMMANDS: Final = (
    "SELECT first_position FROM commands WHERE ledger = ? AND subject IN ({}) AND first_position + 0 <= ?"
)
_AT: Final = f"{EVENTS} AND position IN ({{}})"
_STREAM: Final = itemgetter(1)
_PLACE: Final = itemgetter(1, 2)

Row = Sequence[Any]


def tails(
    log: Log, streams: Iterable[str], after: int, kinds: Sequence[str], as_of: int | None = None
) -> dict[str, list[Placed]]:
    """What people's streams hold behind a position, and the events of some kinds before it, each stream in order.

    It asks several questions of one state of the log, which is to be held. Names in the events stay sealed. The kinds are
    such as commands about the person alone bring about, each with its first event. StoreError `event_unproven`,
    `stream_incomplete`.
    """
    found: dict[str, list[Placed]] = {}
    until, dialect = NO_END if as_of is None else as_of, log.engine.dialect.name
    for chunk in chunks(streams):
        whole = log.proven_rows(tail_of_each(dialect, log.ledger, chunk, min(after, until), until))
        _require_whole(log, whole, after)
        if as_of is not None:  # of a past, whatever came later bears witness, too
            log.whole_versions(chunk)
        of_kinds = log.rows_by_month(chunk, as_of, kinds, OF_NO_MONTH)
        rows = {row[0]: row for row in (*whole, *of_kinds)}
        _require_none_passed_over(log, chunk, rows, kinds, min(after, until))
        wanted = [row for row in rows.values() if row[0] > after or row[3] in kinds]
        found |= _decoded(log, sorted(wanted, key=_PLACE), until)
    return found


def beginnings(
    log: Log, streams: Iterable[str], kinds: Sequence[str], as_of: int | None = None
) -> dict[str, list[Placed]]:
    """The events of such kinds alone, as the registry of commands names them: for decisions, which go by registries.

    What it hides is found by `verify`.
    """
    found: dict[str, list[Placed]] = {}
    until = NO_END if as_of is None else as_of
    for chunk in chunks(streams):
        found |= _decoded(log, _by_commands(log, chunk, kinds, until), until)
    return found


def _decoded(log: Log, rows: Sequence[Row], until: int) -> dict[str, list[Placed]]:
    found = {}
    for stream, group in groupby(rows, _STREAM):
        with checked(log, stream, until):
            found[stream] = [(stored_event(kind, state), at) for at, _, _, kind, _, state in group]
    return found


def _require_none_passed_over(
    log: Log, streams: Sequence[str], read: Container[int], kinds: Sequence[str], until: int
) -> None:
    """Whatever the commands about these people recorded up to a position was read, if it is of the kinds."""
    for row in _by_commands(log, streams, kinds, until):
        if row[0] not in read:
            raise _incomplete(log, row[1], row[2])


def _by_commands(log: Log, streams: Sequence[str], kinds: Sequence[str], until: int) -> list[Row]:
    """The events of some kinds with which commands about people begin, by stream, each in order."""
    subjects = [stream.replace("/", ":", 1) for stream in streams]
    began = log.fetch_all(_COMMANDS.format(placeholders(len(subjects))), log.ledger, *subjects, until)
    found: list[Row] = []
    for chunk in chunks(at for (at,) in began):
        rows = log.proven_rows((_AT.format(placeholders(len(chunk))), (log.ledger, *chunk)))
        if sorted(row[0] for row in rows) != list(chunk):
            raise log.verified.incomplete(chunk[0])
        found += rows
    return sorted((row for row in found if row[3] in kinds and row[1] in streams), key=_PLACE)


def _require_whole(log: Log, rows: Iterable[Row], after: int) -> None:
    """Of each stream no version behind the position is missing, and the one before them was recorded before it."""
    last: dict[str, int] = {}
    for position, stream, version, *_ in sorted(rows, key=_PLACE):
        follows = version == last[stream] + 1 if stream in last else version == 1 or position <= after
        if not follows:
            raise _incomplete(log, stream, version)
        last[stream] = version


def _incomplete(log: Log, stream: str, version: int) -> StoreError:
    return StoreError("stream_incomplete", url=log.shown_url(), stream=stream, version=version)
