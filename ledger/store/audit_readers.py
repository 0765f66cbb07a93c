"""The readers' pass of an audit: the log read once more in the words of whoever reports, and held against the first pass.

An index, a view or a policy may answer those who ask by stream otherwise than those who ask by position. Processes share
the streams between them, part by part, as each has time. Like `audit_scan` it needs the driver and the proofs alone.
"""

from array import array
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, chain, groupby, repeat
from operator import itemgetter
from typing import Any, Final

from ledger.proofs.entry import Leaf, leaf_writer, leaves_writer
from ledger.store.audit_scan import MARK, NO_LEAF, Fault, Walk, Watch, marks_of, unwatched
from ledger.store.audit_source import Place, Source
from ledger.store.sql import chunks
from ledger.store.stream_statements import WHOLE_AT_ONCE, of_streams
from ledger.store.workers import Answer, Pool, Task, over, without_collecting

PARTS: Final = 24
"""In so many parts streams are shared: of fewer, larger ones the last leaves one process without work for longer."""
_STREAMS: Final = "SELECT stream, count(*) FROM events WHERE ledger = ? GROUP BY stream"
_STREAM: Final = itemgetter(1)
_NO_EVENT: Final = (TypeError, AttributeError, UnicodeError, OverflowError)
"""What comes of a row with a column of another type."""

Given = tuple["array[int]", bytes, list[tuple[str, int]]]
"""What readers are given: the positions of events, the marks of what stands there, one behind the other, and the streams
in their order, each with how many there are of it."""


def read_otherwise(
    source: Source,
    place: Place,
    people: Mapping[str, str],
    walk: Walk,
    end: int,
    other: Pool | None = None,
    watch: Watch = unwatched,
) -> Callable[[], list[Fault]]:
    """A fault for each event that readers are given otherwise than it stands at its position, or not at all.

    `other` reads some of the streams, at the place, from now on; what is returned does the rest.
    """
    if len(walk.marks) != end * MARK:  # so much is missing that nothing was kept of where
        return list
    tasks = [
        Reading(place, part, {name: people[name] for name in part if name in people}, end)
        for part in _parts(source, walk.last)
    ]

    def here(task: Task[Given]) -> Given:
        assert isinstance(task, Reading)
        return task.read(source)

    answers = over(tasks, other, here)
    return lambda: _told(answers, bytes(walk.marks), watch)


@without_collecting()
def given(source: Source, identity: str, people: Mapping[str, str], names: Sequence[str], end: int) -> Given:
    """Reads streams as readers do, up to a position."""
    places, marks, streams = array("q"), bytearray(), list[tuple[str, int]]()
    leaves_of, one_by_one = leaves_writer(identity, people), leaf_writer(identity)
    for chunk in chunks(names, WHOLE_AT_ONCE[source.sqlite]):
        rows = source.rows(of_streams(len(chunk)), *chunk, end)
        try:
            made, at = leaves_of([(*row, None) for row in rows]), array("q", [row[0] for row in rows])
        except _NO_EVENT:
            made, at = _one_by_one(rows, one_by_one, people)
        places += at
        marks += marks_of(made)
        streams += [(name, len([*theirs])) for name, theirs in groupby(map(_STREAM, rows))]
    return places, bytes(marks), streams


def _one_by_one(
    rows: Sequence[Any], leaf_of: Leaf, people: Mapping[str, str]
) -> tuple[list[bytes], "array[int]"]:
    """Leaves and positions of rows not all of which are events: zeros of one that is none, 0 where it has no position."""
    made, places = list[bytes](), array("q")
    for position, stream, version, kind, schema, state in rows:
        places.append(position if type(position) is int else 0)
        try:
            made.append(leaf_of(position, stream, version, kind, schema, people.get(stream), state))
        except _NO_EVENT:
            made.append(NO_LEAF)
    return made, places


def _told(answers: Iterator[Answer[Given]], marks: bytes, watch: Watch) -> list[Fault]:
    """What is given, held against the marks of its positions; each is given once."""
    faults, end, done = list[Fault](), len(marks) // MARK, 0
    seen = bytearray(end)
    for answer in answers:
        places, made, streams = answer.told()
        after = _seen(places, made, marks, seen)
        if after is None:
            _look_closely((places, made, streams), marks, seen, faults)
        else:
            seen = after
        done += len(places)
        watch(done, end, "readers", faults)
    at = seen.find(0)
    while at >= 0:
        if any(_mark(marks, at)):
            faults.append(Fault("read_otherwise", at + 1, {"stream": "?"}))
        at = seen.find(0, at + 1)
    return faults


def _seen(places: "array[int]", made: bytes, marks: bytes, seen: bytearray) -> bytearray | None:
    """Which positions are seen then, where all of these stand so and each for the first time; None where not."""
    if places and not 0 < min(places) <= max(places) <= len(seen):
        return None
    if b"".join([marks[end - MARK : end] for end in map(MARK.__mul__, places)]) != made:
        return None
    after = bytearray(seen)
    for position in places:
        after[position - 1] = 1
    return after if after.count(1) == seen.count(1) + len(places) else None


def _look_closely(given: Given, marks: bytes, seen: bytearray, faults: list[Fault]) -> None:
    places, made, streams = given
    names = chain.from_iterable(repeat(name, count) for name, count in streams)
    for index, (position, stream) in enumerate(zip(places, names, strict=True)):
        there = 0 < position <= len(seen)
        right = there and not seen[position - 1] and _mark(made, index) == _mark(marks, position - 1)
        if there:
            seen[position - 1] = 1
        if not right:
            faults.append(Fault("read_otherwise", position, {"stream": stream}))


def _mark(marks: bytes, index: int) -> bytes:
    return marks[index * MARK : (index + 1) * MARK]


def _parts(source: Source, walked: Mapping[str, int]) -> Iterator[tuple[str, ...]]:
    """The streams there are, and those that were walked, in parts of about as many events."""
    counts = {stream: count for stream, count in source.rows(_STREAMS) if isinstance(stream, str)}
    counts |= {stream: 0 for stream in walked if isinstance(stream, str) and stream not in counts}
    before, whole = accumulate(counts.values(), initial=0), max(sum(counts.values()), 1)
    numbered = zip(counts, (min(taken * PARTS // whole, PARTS - 1) for taken in before), strict=False)
    for _, part in groupby(numbered, itemgetter(1)):
        yield tuple(name for name, _ in part)


@dataclass(frozen=True, slots=True)
class Reading:
    """The task to read some streams up to a position, in a snapshot of its own."""

    place: Place
    names: tuple[str, ...] = field(repr=False)
    people: dict[str, str] = field(repr=False)
    """The ids of those whose streams these are, so that nobody asks for everybody's with each part."""
    end: int

    def do(self) -> Given:
        """Reads them; whatever the driver raises."""
        with self.place.opened() as source:
            return self.read(source)

    def read(self, source: Source) -> Given:
        """Reads them in a snapshot that is open; whatever the driver raises."""
        return given(source, self.place.identity, self.people, self.names, self.end)
