"""The readers' pass of an audit: the log read once more in the words of whoever reports, and held against the first pass.

An index, a view or a policy may answer those who ask by stream otherwise than those who ask by position. Processes share
the streams between them, part by part, as each has time. Like `audit_scan` it needs the driver and the proofs alone.
"""

from array import array
from collections.abc import Callable, Iterator, Mapping, Sequence, Sized
from dataclasses import dataclass, field
from itertools import accumulate, chain, groupby, repeat
from operator import itemgetter
from typing import Final

from ledger.store.audit_fingerprints import SIZE, Given
from ledger.store.audit_scan import Fault, Walk, Watch, unwatched
from ledger.store.audit_source import Place, Source
from ledger.store.sql import chunks
from ledger.store.stream_statements import WHOLE_AT_ONCE, of_streams
from ledger.store.workers import Answer, Pool, Task, over, without_collecting

PARTS: Final = 24
"""In so many parts streams are shared: of fewer, larger ones the last leaves one process without work for longer."""
_STREAMS: Final = "SELECT DISTINCT stream FROM events WHERE ledger = ?"


def read_otherwise(
    source: Source,
    place: Place,
    walk: Walk,
    end: int,
    other: Pool | None = None,
    watch: Watch = unwatched,
) -> Callable[[], list[Fault]]:
    """A fault for each event that readers are given otherwise than it stands at its position, or not at all.

    `other` reads some of the streams, at the place, from now on; what is returned does the rest.
    """
    if len(walk.prints) != end:  # so much is missing that nothing was kept of where
        return list
    tasks = [Reading(place, part, end) for part in _parts(source, walk.streams.places)]

    def here(task: Task[Given]) -> Given:
        assert isinstance(task, Reading)
        return task.read(source)

    answers = over(tasks, other, here)
    return lambda: _told(answers, walk, watch)


@without_collecting()
def given(source: Source, names: Sequence[str], end: int) -> Given:
    """Reads streams as readers do, up to a position."""
    found = Given()
    for chunk in chunks(names, WHOLE_AT_ONCE[source.sqlite]):
        found.add(source.rows(of_streams(len(chunk)), *chunk, end), chunk)
    return found


@without_collecting()
def _told(answers: Iterator[Answer[Given]], walk: Walk, watch: Watch) -> list[Fault]:
    """What is given, held against what stands at its positions; each is given once."""
    left = _Left(walk)
    done = 0
    for answer in answers:
        rows = answer.told()
        if not left.take(rows):
            left.take_closely(rows)
        done += len(rows.positions)
        watch(done, len(walk.prints), "readers", left.faults)
    return left.faults + left.missing()


class _Left:
    """The events by stream as they stand, of which readers have not been given all yet."""

    def __init__(self, walk: Walk) -> None:
        self.faults: list[Fault] = []
        self._prints = walk.prints
        self._exact = bytes(walk.prints.prints)
        """The same, of which a part is taken in half the time."""
        self._walked = walk.streams.places
        self._places = dict(self._walked)
        self._twice = {fault.position for fault in walk.faults if fault.code == "position_twice"}
        """Positions at which two stand: nobody can tell which, and neither is taken for the one."""
        self._given: set[int] = set()
        """Positions of what was looked at closely, and stands so."""
        self._told: set[int] = set()
        """Positions of what does not."""
        self._owners: dict[int, str] = {}
        """The stream of the event at each position, once somebody has to know."""

    def take(self, rows: Given) -> bool:
        """Takes whole streams all of whose events are as they stand; False where one is not: none is taken."""
        names = [name for name, _ in rows.streams if type(name) is str]
        if len({*names}) < len(rows.streams) or not self._places.keys() >= {*names}:
            return False
        places = [self._places[name] for name in names]
        if [count for _, count in rows.streams] != [*map(len, places)]:
            return False
        apart = self._twice | self._given
        if apart and not apart.isdisjoint(rows.positions):
            return False
        if rows.positions.tobytes() != b"".join(map(array.tobytes, places)):
            return False
        exact = self._exact
        stand = [exact[end - SIZE : end] for end in map(SIZE.__mul__, rows.positions)]
        if b"".join(stand) != rows.prints.prints:
            return False
        for name in names:
            del self._places[name]
        return True

    def take_closely(self, rows: Given) -> None:
        """Takes rows one by one; a fault for each that does not stand so, or was given before."""
        if not self._owners:
            for name, positions in self._walked.items():
                self._owners |= dict.fromkeys(positions, name)
        names = chain.from_iterable(repeat(name, count) for name, count in rows.streams)
        for index, (position, name) in enumerate(zip(rows.positions, names, strict=True)):
            if self._stands(position, name, rows.prints.at(index)):
                self._given.add(position)
            else:
                self._told.add(position)
                self.faults.append(Fault("read_otherwise", position, {"stream": name}))

    def _stands(self, position: int, name: str, what: bytes) -> bool:
        """Whether this stands at that position, and was not given before; where no event does, none is to be given."""
        if not 0 < position <= len(self._prints) or position in self._given or position in self._twice:
            return False
        is_whose = self._owners.get(position) == name and name in self._places
        return what == self._prints.at(position - 1) and (is_whose or self._prints.is_none(position - 1))

    def missing(self) -> list[Fault]:
        """A fault for each event that nobody was given."""
        known = self._given | self._told
        return [
            Fault("read_otherwise", position, {"stream": name})
            for name, positions in self._places.items()
            for position in positions
            if position not in known and not self._prints.is_none(position - 1)
        ]


def _parts(source: Source, walked: Mapping[str, Sized]) -> Iterator[tuple[str, ...]]:
    """The streams that were walked, and those there are besides, in parts of about as many events."""
    counts = {stream: len(there) for stream, there in walked.items()}
    for (stream,) in source.rows(_STREAMS):
        if isinstance(stream, str):
            counts.setdefault(stream, 0)
    before, whole = accumulate(counts.values(), initial=0), max(sum(counts.values()), 1)
    numbered = zip(counts, (min(taken * PARTS // whole, PARTS - 1) for taken in before), strict=False)
    for _, part in groupby(numbered, itemgetter(1)):
        yield tuple(name for name, _ in part)


@dataclass(frozen=True, slots=True)
class Reading:
    """The task to read some streams up to a position, in a snapshot of its own."""

    place: Place
    names: tuple[str, ...] = field(repr=False)
    end: int

    def do(self) -> Given:
        """Reads them; whatever the driver raises."""
        with self.place.opened() as source:
            return self.read(source)

    def read(self, source: Source) -> Given:
        """Reads them in a snapshot that is open; whatever the driver raises."""
        return given(source, self.names, self.end)
