"""The later part of streams: whatever was recorded behind a position, and before it the events of some kinds alone.

So that what grows with somebody's years need not be read for what concerns the last weeks. Nothing is taken on trust:
the last event before the position is read with its leaf, too, and every version behind it must be there; and that no
event of the kinds before it is passed over, the registry of commands bears witness to, which names all that are about a
person. An event that either of them shows is held against its leaf in the tree; so who hides one has to forge both.
"""

from collections.abc import Iterable, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any, Final

from ledger.errors import StoreError
from ledger.store.log import Log
from ledger.store.mapper import stored_event
from ledger.store.registry_queries import NO_END
from ledger.store.sql import chunks, placeholders
from ledger.store.stream_scan import Placed, checked

_EVENTS: Final = "SELECT position, stream, version, kind, schema, state FROM events WHERE ledger = ?"
_TAILS: Final = (
    f"{_EVENTS} AND stream IN ({{}}) AND (position + 0 > ? OR kind IN ({{}})) AND position + 0 <= ?"
    " ORDER BY stream, version"
)
"""The sums keep databases from walking along all positions between the two."""
_ENDS: Final = (
    "SELECT stream, max(version), count(*) FROM events WHERE ledger = ? AND stream IN ({})"
    " AND position + 0 <= ? GROUP BY stream"
)
_ALL_ENDS: Final = (
    "SELECT stream, max(version), count(*) FROM events WHERE ledger = ? AND stream IN ({}) GROUP BY stream"
)
"""The same up to the end, which an index answers by itself."""
_VERSIONS: Final = (
    "WITH wanted (name, number) AS (VALUES {}) SELECT position, stream, version, kind, schema, state"
    " FROM wanted CROSS JOIN events WHERE ledger = ? AND stream = wanted.name AND version = wanted.number"
)
"""Joined in this order, so that an index finds each: SQLite walks along all streams for a list of pairs."""
_COMMANDS: Final = (
    "SELECT first_position FROM commands WHERE ledger = ? AND subject IN ({}) AND first_position + 0 <= ?"
)
_AT: Final = f"{_EVENTS} AND position IN ({{}})"
_STREAM: Final = itemgetter(1)

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
    until = NO_END if as_of is None else as_of
    for chunk in chunks(streams):
        blanks = placeholders(len(chunk))
        values = (log.ledger, *chunk, after, *kinds, until)
        rows = log.fetch_all(_TAILS.format(blanks, placeholders(len(kinds))), *values)
        log.verified.check(rows)
        _require_none_passed_over(log, chunk, rows, kinds, min(after, until))
        _require_whole(log, chunk, rows, after, as_of)
        found |= _decoded(log, rows, until)
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
    log: Log, streams: Sequence[str], rows: Iterable[Row], kinds: Sequence[str], until: int
) -> None:
    """Whatever the commands about these people recorded up to a position is among the rows, if it is of the kinds."""
    read = {row[0] for row in rows}
    for row in _by_commands(log, streams, kinds, until):
        if row[0] not in read:
            raise _incomplete(log, row[1], row[2])


def _by_commands(log: Log, streams: Sequence[str], kinds: Sequence[str], until: int) -> list[Row]:
    """The events of some kinds with which commands about people begin, by stream, each in order."""
    subjects = [stream.replace("/", ":", 1) for stream in streams]
    began = log.fetch_all(_COMMANDS.format(placeholders(len(subjects))), log.ledger, *subjects, until)
    found: list[Row] = []
    for chunk in chunks(at for (at,) in began):
        rows = log.fetch_all(_AT.format(placeholders(len(chunk))), log.ledger, *chunk)
        log.verified.check(rows)
        if sorted(row[0] for row in rows) != list(chunk):
            raise log.verified.incomplete(chunk[0])
        found += rows
    return sorted((row for row in found if row[3] in kinds and row[1] in streams), key=itemgetter(1, 2))


def _require_whole(
    log: Log, streams: Sequence[str], rows: Sequence[Row], after: int, as_of: int | None
) -> None:
    """No version behind the position is missing, and the one before them was recorded before it."""
    blanks = placeholders(len(streams))
    ends = log.fetch_all(_ALL_ENDS.format(blanks), log.ledger, *streams)
    log.verified.check_versions(ends)
    if as_of is not None and as_of < log.position():
        ends = log.fetch_all(_ENDS.format(blanks), log.ledger, *streams, as_of)
    read = {(row[1], row[2]): row[0] for row in rows}
    behind: dict[str, list[int]] = {}
    for row in rows:
        if row[0] > after:
            behind.setdefault(row[1], []).append(row[2])
    before: list[tuple[str, int]] = []
    for stream, last, _ in ends:
        versions = behind.get(stream, [])
        first = last - len(versions)
        if versions != list(range(first + 1, last + 1)):
            raise _incomplete(log, stream, last)
        if first and (stream, first) not in read:
            before.append((stream, first))
    _require_before(log, before, after)


def _require_before(log: Log, wanted: Iterable[tuple[str, int]], after: int) -> None:
    """Events by stream and version, each of which was recorded up to a position."""
    for chunk in chunks(wanted):
        blanks = ", ".join(["(?, ?)"] * len(chunk))
        values = (each for pair in chunk for each in pair)
        rows = log.fetch_all(_VERSIONS.format(blanks), *values, log.ledger)
        log.verified.check(rows)
        early = {(row[1], row[2]) for row in rows if row[0] <= after}
        for stream, version in chunk:
            if (stream, version) not in early:
                raise _incomplete(log, stream, version)


def _incomplete(log: Log, stream: str, version: int) -> StoreError:
    return StoreError("stream_incomplete", url=log.shown_url(), stream=stream, version=version)
