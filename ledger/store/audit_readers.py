"""The readers' pass of an audit: the log read once more in the words of whoever reports, and held against the first pass.

An index, a view or a policy may answer those who ask by stream otherwise than those who ask by position. Processes share
the streams between them, part by part, as each has time. Like `audit_scan` it needs the driver and the proofs alone.
"""

from array import array
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence, Sized
from dataclasses import dataclass, field
from itertools import accumulate, chain, groupby, repeat
from operator import itemgetter
from typing import Final

from ledger.store.audit_fingerprints import NO_KIND, Given
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
        found.add(source.rows(of_streams(len(chunk)), *chunk, end))
    return found


@without_collecting()
def _told(answers: Iterator[Answer[Given]], walk: Walk, watch: Watch) -> list[Fault]:
    """What is given, held against what stands at its positions; each is given once."""
    broken = [each.fields.get("stream") for each in walk.faults]
    left = _Left(walk, {stream for stream in broken if isinstance(stream, str)})
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

    def __init__(self, walk: Walk, broken: Collection[str]) -> None:
        self.faults: list[Fault] = []
        self._prints = walk.prints
        self._walked = walk.streams.places
        self._broken = broken
        """Streams whose versions do not follow each other as they stand: nobody's are held against their order."""
        self._places = dict(self._walked)
        self._given: set[int] = set()
        """Positions of what was looked at closely, and stands so."""
        self._told: set[int] = set()
        """Positions of what does not."""
        self._owners: dict[int, tuple[str, int]] = {}
        """Stream and version of the event at each position, once somebody has to know."""

    def take(self, rows: Given) -> bool:
        """Takes whole streams all of whose events are as they stand; False where one is not: none is taken."""
        names = [name for name, _ in rows.streams if type(name) is str]
        if len({*names}) < len(rows.streams) or not self._places.keys() >= {*names}:
            return False
        places = [self._places[name] for name in names]
        if rows.positions.tobytes() != b"".join(map(array.tobytes, places)):
            return False
        if rows.versions != array("q", chain.from_iterable(range(1, len(each) + 1) for each in places)):
            return False
        rows.prints.renumbered(self._prints.kinds)
        if rows.prints.all() != self._prints.at_all(rows.positions):
            return False
        for name in names:
            del self._places[name]
        return True

    def take_closely(self, rows: Given) -> None:
        """Takes rows one by one; a fault for each that does not stand so, or was given before."""
        if not self._owners:
            for name, positions in self._walked.items():
                for version, position in enumerate(positions, start=1):
                    self._owners.setdefault(
                        position, (name, version)
                    )  # where two stand at one, the first does
        rows.prints.renumbered(self._prints.kinds)
        names = chain.from_iterable(repeat(name, count) for name, count in rows.streams)
        for index, (position, name) in enumerate(zip(rows.positions, names, strict=True)):
            if self._stands(position, name, rows.versions[index], rows.prints.at(index)):
                self._given.add(position)
            else:
                self._told.add(position)
                self.faults.append(Fault("read_otherwise", position, {"stream": name}))

    def _stands(self, position: int, name: str, version: int, what: tuple[int, int, bytes]) -> bool:
        """Whether this stands at that position, and was not given before."""
        if not 0 < position <= len(self._prints) or position in self._given:
            return False
        stands = self._prints.at(position - 1)
        if stands[0] == NO_KIND:  # where no event stands, none is to be given
            return what == stands
        stream, expected = self._owners[position]
        if stream != name or name not in self._places or what != stands:
            return False
        return version == expected or name in self._broken

    def missing(self) -> list[Fault]:
        """A fault for each event that nobody was given."""
        known = self._given | self._told
        return [
            Fault("read_otherwise", position, {"stream": name})
            for name, positions in self._places.items()
            for position in positions
            if position not in known and self._prints.numbers[position - 1] != NO_KIND
        ]


def _parts(source: Source, walked: Mapping[str, Sized]) -> Iterator[tuple[str, ...]]:
    """The streams that were walked, and those there are besides, in parts of about as many events."""
    counts = {stream: len(there) for stream, there in walked.items() if isinstance(stream, str)}
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
