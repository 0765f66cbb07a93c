"""What lives on somebody's stream where some months of it were read first: whoever asks for more has all of it read.

So decisions may look up a thing, or those of a month, without everybody's years; what they ask beyond is never missed.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any


class ThingsInPart(Mapping[str, Any]):
    """Things by id, those of some months at hand; of the whole where one is not, or where all of them are asked for."""

    __slots__ = ("_at_hand", "_months", "_whole")

    def __init__(
        self,
        at_hand: Mapping[str, Any],
        months: Collection[str],
        whole: Callable[[], Mapping[str, Any]],
    ) -> None:
        self._at_hand, self._months, self._whole = at_hand, months, whole

    def __getitem__(self, name: str) -> Any:
        found = self._at_hand.get(name)
        return self._whole()[name] if found is None else found

    def __iter__(self) -> Iterator[str]:
        return iter(self._whole())

    def __len__(self) -> int:
        return len(self._whole())

    def of(self, months: Collection[str]) -> Collection[Any]:
        """At least those of some months."""
        at_hand = all(month in self._months for month in months)
        return (self._at_hand if at_hand else self._whole()).values()


class ListedInPart(Sequence[Any]):
    """What is told of somebody in order, which is of no month: of the whole."""

    __slots__ = ("_whole",)

    def __init__(self, whole: Callable[[], Sequence[Any]]) -> None:
        self._whole = whole

    def __getitem__(self, at: Any) -> Any:
        return self._whole()[at]

    def __len__(self) -> int:
        return len(self._whole())

    def __eq__(self, other: object) -> bool:
        return self._whole() == other

    def __hash__(self) -> int:
        return hash(self._whole())


def of_months(things: Mapping[str, Any], months: Collection[str]) -> list[Any]:
    """The things of some months."""
    found = things.of(months) if isinstance(things, ThingsInPart) else things.values()
    return [each for each in found if each.month in months]
