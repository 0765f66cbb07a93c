"""The readers' pass of an audit: the log read once more in the words of whoever reports, and held against the first pass.

An index, a view or a policy may answer those who ask by stream otherwise than those who ask by position. Processes share
the streams between them, part by part, as each has time. Like `audit_scan` it needs the driver and the proofs alone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, groupby
from operator import itemgetter
from typing import Any, Final, cast

from ledger.proofs.entry import Leaf, leaf_writer, leaves_writer
from ledger.store.audit_scan import MARK, Fault, Walk, Watch, marks_of, unwatched
from ledger.store.audit_source import Place, Source, people_of
from ledger.store.sql import chunks
from ledger.store.stream_statements import WHOLE_AT_ONCE, of_streams
from ledger.store.workers import Pool, Task, over, without_collecting

PARTS: Final = 12
"""In so many parts streams are shared: of fewer, larger ones the last leaves one process without work for longer."""
_STREAMS: Final = "SELECT stream, count(*) FROM events WHERE ledger = ? GROUP BY stream"


@dataclass(slots=True)
class Held:
    """What readers are given of some streams: the faults, and which positions they are given at all."""

    faults: list[Fault]
    seen: bytearray


def read_otherwise(
    source: Source,
    identity: str,
    people: Mapping[str, str],
    walk: Walk,
    end: int,
    shared: tuple[Pool, Place] | None = None,
    watch: Watch = unwatched,
) -> list[Fault]:
    """A fault for each event that readers are given otherwise than it stands at its position, or not at all.

    `shared`: a pool that reads some of the streams, and where.
    """
    if len(walk.marks) != end * MARK:  # so much is missing that nothing was kept of where
        return []
    counts = {stream: count for stream, count in source.rows(_STREAMS) if isinstance(stream, str)}
    names, marks = list(counts | dict.fromkeys(walk.last.keys() - counts, 0)), bytes(walk.marks)
    if shared is None:
        return _told(held(source, identity, people, names, marks, watch), marks)
    pool, place = shared

    def read_here(task: Task[Held]) -> Held:
        return held(source, identity, people, cast(Reading, task).names, marks)

    faults, seen = list[Fault](), 0
    tasks = [Reading(place, part, marks) for part in _parts(names, counts)]
    for answer in over(tasks, pool, read_here):
        assert answer.value is not None  # it tells faults, and raises none of the ledger's errors
        faults += answer.value.faults
        seen |= int.from_bytes(answer.value.seen, "big")
    return _told(Held(faults, bytearray(seen.to_bytes(end, "big"))), marks)


@without_collecting()
def held(
    source: Source,
    identity: str,
    people: Mapping[str, str],
    names: Sequence[str],
    marks: bytes,
    watch: Watch = unwatched,
) -> Held:
    """Reads streams as readers do, and holds each event against the mark of its position."""
    end, done = len(marks) // MARK, 0
    found = Held([], bytearray(end))
    leaves_of, one_by_one = leaves_writer(identity, people), leaf_writer(identity)
    for chunk in chunks(names, WHOLE_AT_ONCE[source.sqlite]):
        rows = source.rows(of_streams(len(chunk)), *chunk, end)
        if not _all_right(rows, leaves_of, marks, found.seen):
            _look_closely(rows, one_by_one, people, marks, found)
        done += len(rows)
        watch(done, end, "readers", found.faults)
    return found


def _all_right(rows: Sequence[Any], leaves_of: Any, marks: bytes, seen: bytearray) -> bool:
    """Whether all rows stand so at their positions, each of which is given once; where it is, they are seen."""
    try:
        made = leaves_of([(*row, None) for row in rows])
        places = [row[0] - 1 for row in rows]
        kept = b"".join([marks[at * MARK : at * MARK + MARK] for at in places])
        fresh = len(set(places)) == len(places) and 1 not in map(seen.__getitem__, places)
    except (TypeError, AttributeError, UnicodeError, IndexError):
        return False
    if not fresh or marks_of(made) != kept:
        return False
    for at in places:
        seen[at] = 1
    return True


def _look_closely(
    rows: Sequence[Any], leaf_of: Leaf, people: Mapping[str, str], marks: bytes, found: Held
) -> None:
    for position, stream, version, kind, schema, state in rows:
        try:
            made = leaf_of(position, stream, version, kind, schema, people.get(stream), state)[:MARK]
            right = made == marks[(position - 1) * MARK : position * MARK] and not found.seen[position - 1]
            found.seen[position - 1] = 1
        except (TypeError, AttributeError, UnicodeError, IndexError):
            continue  # a column of another type, which the first pass tells as well
        if not right:
            found.faults.append(Fault("read_otherwise", position, {"stream": stream}))


def _told(found: Held, marks: bytes) -> list[Fault]:
    """The faults, and one for each event that readers are not given."""
    nothing, faults = bytes(MARK), found.faults
    at = found.seen.find(0)
    while at >= 0:
        if marks[at * MARK : (at + 1) * MARK] != nothing:
            faults.append(Fault("read_otherwise", at + 1, {"stream": "?"}))
        at = found.seen.find(0, at + 1)
    return faults


def _parts(names: Sequence[str], counts: Mapping[str, int]) -> list[tuple[str, ...]]:
    """The streams in parts of about as many events."""
    before = accumulate((counts.get(name, 0) for name in names), initial=0)
    whole = max(sum(counts.values()), 1)
    numbered = zip(names, (min(taken * PARTS // whole, PARTS - 1) for taken in before), strict=False)
    return [tuple(name for name, _ in part) for _, part in groupby(numbered, itemgetter(1))]


@dataclass(frozen=True, slots=True)
class Reading:
    """The task to read some streams in a snapshot of its own, against marks computed before."""

    place: Place
    names: tuple[str, ...] = field(repr=False)
    marks: bytes = field(repr=False)

    def do(self) -> Held:
        """Reads them; whatever the driver raises."""
        with self.place.opened() as source:
            return held(source, self.place.identity, people_of(source), self.names, self.marks)
