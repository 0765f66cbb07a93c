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
    """By how much a stream's last version exceeds the number of its events here; 0 of those that are not named."""
    unread: dict[str, int] = field(default_factory=dict)
    """How many of a stream's first events here have a version that cannot be read."""

    def take(self, positions: Iterable[int], streams: Iterable[str], versions: Iterable[int]) -> list[Gap]:
        """The next events, column by column; those of which the version is not the one after the last."""
        places, ahead, gaps = self.places, self.ahead, list[Gap]()
        for position, stream, version in zip(positions, streams, versions, strict=True):
            there = places[stream]
            there.append(position)
            if len(there) != version or (ahead and stream in ahead):
                gaps += self._looked_at(stream, version, position, len(there))
        return gaps

    def _looked_at(self, stream: str, version: int, position: int, count: int) -> list[Gap]:
        ahead = version - count
        if ahead == self.ahead.get(stream, 0):
            return []
        self.ahead[stream] = ahead
        if count == 1 + self.unread.get(stream, 0) and not self.whole:
            self.before[stream] = ahead
            return []
        return [Gap(stream, version, position)]

    def meet(self, stream: str, position: int) -> None:
        """An event whose version cannot be read: it stands for the one that would follow."""
        there = self.places[stream]
        if len(there) == self.unread.get(stream, 0):
            self.unread[stream] = len(there) + 1
        there.append(position)

    def joined(self, late: "Streams") -> list[Gap]:
        """Takes the next stretch; the events there that do not follow the last ones here."""
        gaps = list[Gap]()
        for stream, positions in late.places.items():
            there = self.places[stream]
            here = len(there)
            there += positions
            if late.unread.get(stream, 0) == len(positions):  # which may be any versions
                continue
            before = late.before.get(stream, 0)
            if (here or self.whole) and before != here + self.ahead.get(stream, 0):
                gaps.append(Gap(stream, before + 1, positions[0]))
            self.ahead[stream] = late.ahead.get(stream, 0) - here
        return gaps
