"""Checking a whole log against its own tree and against what was signed: every fault, each with its position.

One snapshot, one pass over exact stored bytes: nothing is decoded, decrypted or serialised again. Memory grows with the
number of streams and of full tiles, and by some 80 bytes an event. What is found wrong here is told, never raised.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, select
from sqlalchemy.exc import DBAPIError

from ledger.proofs import Checkpoint, Frontier, MalformedProof, Verifier
from ledger.proofs.tiles import TILE_WIDTH
from ledger.store import catalogue, guards, index_check, registry_rows
from ledger.store.audit_checkpoints import check_checkpoints
from ledger.store.audit_readers import read_otherwise
from ledger.store.audit_scan import (
    Fault,
    FileCheck,
    Stretch,
    Walk,
    Watch,
    compared,
    joined,
    stretch,
    unwatched,
)
from ledger.store.audit_source import Place, Source, end_of, people_of
from ledger.store.engine import connect_arguments
from ledger.store.log import Log
from ledger.store.schema import tiles
from ledger.store.sql import bytes_of, is_sqlite
from ledger.store.transactions import reading
from ledger.store.tree import Head, read_head
from ledger.store.workers import Answer, Pool, over, pool

__all__ = ["Audited", "Fault", "audit"]

WORTH_TWO: Final = 100_000
"""So many events are worth starting a second process for, which takes some tenths of a second."""
_SHARE: Final = {True: (7, 10), False: (1, 2)}
"""Which part of the events this process takes: more of SQLite, whose file the other has checked as well.

So many that the check is likely to be over before all streams are read: whoever is free then reads the next.
"""


@dataclass(slots=True)
class Audited:
    """What an audit found. `events` were checked one by one, `older` ones not; `size` and `root` are the log's."""

    events: int = 0
    older: int = 0
    size: int = 0
    root: bytes = b""
    checkpoint: Checkpoint | None = None
    """The newest signed checkpoint known, given from outside or kept."""
    checkpoints: int = 0
    """How many checkpoints were held against it: kept, given, and what the key signed last."""
    given: bool = False
    """Whether that one came from outside."""
    registries: bool = False
    """Whether the registries were held against the events that were checked."""
    faults: list[Fault] = field(default_factory=list)

    @property
    def window(self) -> int:
        """How many events are newer than that checkpoint."""
        return self.size - (self.checkpoint.size if self.checkpoint else 0)

    def fault(self, code: str, position: int | None = None, **fields: object) -> None:
        """Adds a fault."""
        self.faults.append(Fault(code, position, fields))


def audit(
    log: Log,
    outside: Sequence[bytes] = (),
    verifiers: Sequence[Verifier] = (),
    remembered: Sequence[bytes] = (),
    after: int = 0,
    processes: int = 1,
    meanwhile: Callable[[], None] = lambda: None,
    watch: Watch = unwatched,
) -> Audited:
    """Checks the log. `outside` are checkpoints kept elsewhere, `verifiers` the keys trusted for them, `remembered`
    what the signing key signed last.

    `after`: events up to there are taken from the tree as it stands, which the outside checkpoint vouches for.
    `meanwhile`: what is done while another process may still look at the file.
    `watch`: told how far the check is, where this process does it by itself.
    """
    found = Audited()
    with log.usable(), reading(log.engine) as connection, source_of(connection, log.ledger) as source:
        head = read_head(connection, log.ledger)
        if head is None:
            found.fault("head_missing")
            return found
        found.size = head.position
        start = min(after, head.position) // TILE_WIDTH * TILE_WIDTH
        found.older = start
        end = end_of(source)  # not the head's: what was put in behind it is looked at as well
        with pool(1 if processes > 1 and end - start >= WORTH_TWO else 0) as other:
            people, walked, readers, checks = _passes(found, log, source, start, end, other, watch)
            _check_people(found, people, walked.streams.places, start)
            loose = _check_tiles(found, connection, source, walked, start)
            _check_head(found, head, walked, loose, start)
            _check_registries(found, source, walked)
            check_checkpoints(found, connection, log, outside, remembered, verifiers)
            missing = guards.missing(connection)
            if missing:
                found.fault("guards_missing", count=len(missing), first=missing[0])
            for name in catalogue.differing(connection):
                found.fault("table_differs", table=name)
            meanwhile()
            # last of all, and shared part by part: the other has begun, and is likely to be at the file's check
            found.faults += readers()
            damage = next((answer.value for answer in checks), None)
        if damage is None:
            damage = catalogue.inconsistencies(connection, whole=start == 0)
        for reason in [*damage, *(index_check.lacking(connection, log.ledger) if start == 0 else ())]:
            found.fault("database_damaged", reason=reason)
    found.faults.sort(key=lambda fault: (fault.position is None, fault.position or 0))
    return found


@contextmanager
def source_of(connection: Connection, ledger: str) -> Iterator[Source]:
    """The same snapshot, straight from the driver, whose errors are told like the others. DBAPIError."""
    dbapi: Any = connection.dialect.dbapi
    try:
        yield Source(connection.connection.driver_connection, is_sqlite(connection), ledger)
    except dbapi.Error as error:
        raise DBAPIError(None, None, error) from error


class _Passes(NamedTuple):
    """What is known of a log once it was walked, and what is left to be done."""

    people: Mapping[str, str]
    walk: Walk
    readers: Callable[[], list[Fault]]
    """Reads the log as readers are given it, as far as another process has not."""
    checks: Iterator[Answer[list[str]]]
    """What another process finds of SQLite's file, to be waited for."""


def _passes(
    found: Audited,
    log: Log,
    source: Source,
    start: int,
    end: int,
    other: Pool | None,
    watch: Watch,
) -> _Passes:
    """The people, and the events after an index up to a position, by position; of a whole log the readers' pass is begun.

    Another process takes half of the work: of SQLite fewer events and the check of the file, whose answer is to be
    waited for, of a server half of the events; of the readers' pass what it has time for. It sees a snapshot of its own,
    so it is told where this one ends; what is recorded meanwhile it leaves alone.
    """
    identity, plan, whole = log.identity(), registry_rows.plan(), start == 0
    arguments, named = connect_arguments(log.engine)
    place = Place(source.sqlite, tuple(arguments), named, log.ledger, identity)
    checks: Iterator[Answer[list[str]]] = iter(())
    if other is None:
        people = people_of(source)
        walk = stretch(source, identity, people, start, end, plan, watch)
    else:
        middle = start + _taken_here(end - start, source.sqlite) // TILE_WIDTH * TILE_WIDTH
        task = Stretch(place, middle, end, plan)
        answers = over([task], other, lambda _: stretch(source, identity, people, middle, end, plan))
        checks = over([FileCheck(place, whole)] if source.sqlite else [], other)
        people = people_of(source)  # while the other starts
        early = stretch(source, identity, people, start, middle, plan)
        (late,) = (answer.told() for answer in answers)
        walk = joined(source, early, late)
    found.events = walk.events
    found.faults += walk.faults
    readers: Callable[[], list[Fault]] = list
    if whole:
        seen_by = watch if other is None else unwatched
        readers = read_otherwise(source, place, walk, end, other, seen_by)
    return _Passes(people, walk, readers, checks)


def _taken_here(events: int, sqlite: bool) -> int:
    """How many of the events this process takes: its share, and what it gets through while the other one starts."""
    here, of = _SHARE[sqlite]
    return min(events * here // of + WORTH_TWO // 6, events)


# --- what stands beside the events ------------------------------------------------------------------------


def _check_registries(found: Audited, source: Source, walk: Walk) -> None:
    """Every registry is what the events make it. Where an event is not as it was recorded, nobody knows what that is."""
    if found.faults or walk.registries is None:
        return
    for table, rows in walk.registries.faults(source):
        found.fault("registry_wrong", None, table=table, rows=rows)
    found.registries = walk.registries.is_fit


def _check_people(found: Audited, people: Mapping[str, str], seen: Mapping[str, object], start: int) -> None:
    """Every subject has a stream. A stream without its subject has other leaves, which is told there."""
    if start:
        return
    for stream in sorted(people.keys() - seen.keys()):
        found.fault("subject_of_nothing", stream=stream)


def _check_tiles(
    found: Audited, connection: Connection, source: Source, walk: Walk, start: int
) -> list[list[bytes]]:
    """The tiles above the lowest; returns for each level the hashes that are in no full tile."""
    ledger = source.ledger
    query = (
        select(tiles.c.root)
        .where(tiles.c.ledger == ledger, tiles.c.level == 0, tiles.c.number < start // TILE_WIDTH)
        .order_by(tiles.c.number)
    )
    before = [bytes(root) for (root,) in connection.execute(query)]
    loose, roots, level = [walk.rest], before + walk.roots, 0
    counts = {0: len(roots)}
    while roots:
        level += 1
        width = len(roots) // TILE_WIDTH * TILE_WIDTH
        loose.append(roots[width:])
        roots = compared(found.faults, source, level, 0, roots[:width])
        counts[level] = len(roots)
    query = select(tiles.c.level, tiles.c.number).where(tiles.c.ledger == ledger)
    for level, number in connection.execute(query.order_by(tiles.c.level, tiles.c.number)):
        if not 0 <= number < counts.get(level, 0):
            found.fault("tile_too_many", None, tile=f"{level}/{number}")
    return loose


def _check_head(found: Audited, head: Head, walk: Walk, loose: Sequence[list[bytes]], start: int) -> None:
    """The head row against what was walked: its position, its frontier, its last instant."""
    size = start + len(walk.roots) * TILE_WIDTH + len(walk.rest)
    peaks = [peak for hashes in reversed(loose) for peak in Frontier().extend(hashes).peaks]
    try:
        computed = Frontier(size, tuple(peaks))
    except MalformedProof:  # where an audit began at a checkpoint and tiles before it are missing
        computed = Frontier()
    found.root = computed.root()
    if size != head.position:
        found.fault("head_position_wrong", min(size, head.position) + 1, said=head.position, found=size)
    if head.frontier != computed.pack():
        found.fault("head_frontier_wrong")
    if walk.state and f'"at":"{head.recorded_at}"'.encode() not in bytes_of(walk.state)[:200]:
        found.fault("head_instant_wrong", said=head.recorded_at)
