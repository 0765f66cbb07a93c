"""Where the events of each stream stand in a stretch of a log, and whether their versions follow each other."""

from array import array
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import partial
from typing import Final, NamedTuple

_positions: Final = partial(array, "q")


class Gap(NamedTuple):
    """An event whose version does not follow the one before it on its stream."""

    stream: str
    version: int
    position: int


@dataclass(slots=True)
class Streams:
    """The positions of each stream's events, eight bytes each, in the order in which they were walked."""

    whole: bool
    """Whether the stretch begins with the log; else a stream may have begun before."""
    places: defaultdict[str, "array[int]"] = field(default_factory=partial(defaultdict, _positions))
    before: dict[str, int] = field(default_factory=dict)
    """The version before the first here, of streams that began before."""
    ahead: dict[str, int] = field(default_factory=dict)
    """By how much a stream's last version exceeds the number of its events here, where it does."""

    def take(self, positions: Iterable[int], streams: Iterable[str], versions: Iterable[int]) -> list[Gap]:
        """The next events, column by column; those of which the versions do not follow."""
        places, gaps = self.places, list[Gap]()
        for position, stream, version in zip(positions, streams, versions, strict=True):
            there = places[stream]
            there.append(position)
            if len(there) != version:
                gaps += self._looked_at(stream, version, position, len(there))
        return gaps

    def _looked_at(self, stream: str, version: int, position: int, count: int) -> list[Gap]:
        """A version that is not the number of its stream's events here, if it is a number at all."""
        if type(version) is not int:
            return [Gap(stream, version, position)]
        ahead = version - count
        if ahead == self.ahead.get(stream, 0):
            return []
        self.ahead[stream] = ahead
        if count == 1 and not self.whole:
            self.before[stream] = ahead
            return []
        return [Gap(stream, version, position)]

    def joined(self, late: "Streams") -> list[Gap]:
        """Takes the next stretch; the events there that do not follow the last ones here."""
        gaps = list[Gap]()
        for stream, positions in late.places.items():
            here = len(self.places[stream]) if stream in self.places else 0
            before = late.before.get(stream, 0)
            if here or self.whole:
                if before != here + self.ahead.get(stream, 0):
                    gaps.append(Gap(stream, before + 1, positions[0]))
            elif before:
                self.before[stream] = before
            self.places[stream] += positions
            self.ahead[stream] = late.ahead.get(stream, 0) - here
        return gaps
