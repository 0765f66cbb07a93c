"""The facts an appraisal sheet rests on, and what it comes to: points, whole numbers (appraisal §4.3).

No money rests on any of this: `reckon` does not know it.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Final, Literal, get_args

from msgspec import Struct

from ledger.policy.model import Policy
from ledger.terms import Dimension

Why = Literal["counted", "on_notice", "fallen", "stayed", "withdrawn", "listed"]
DIMENSIONS: Final[tuple[Dimension, ...]] = get_args(Dimension)


class Mark(Struct, frozen=True, gc=False):
    """A mark; `positions` are those of its events."""

    check: str
    kind: str
    dimension: Dimension
    points: int
    day: date
    by: str
    positions: tuple[int, ...]
    withdrawn: bool = False
    occurred_at: datetime | None = None
    notice: str | None = None
    finding: str | None = None


class SheetNotice(Struct, frozen=True, gc=False):
    """A notice as a sheet sees it; `dimension` is that of its clause, None where the clause has none.

    `contested`: under appeal, or referred to the handbook. `finding`: the one of a round it came from.
    """

    notice: str
    scheme: str
    clause: str
    points: int
    month: str
    dimension: Dimension | None
    occurred_at: datetime
    occurred_on: date
    by: str
    stands: bool
    contested: bool
    positions: tuple[int, ...]
    finding: str | None = None

    @property
    def counts(self) -> bool:
        """Stands and is not contested."""
        return self.stands and not self.contested

    @property
    def is_performance(self) -> bool:
        """Whether it is of scheme performance."""
        return self.scheme == "performance"


class Verified(Struct, frozen=True, gc=False):
    """The score of a dimension as it was verified."""

    score: int
    position: int


class SheetFacts(Struct, frozen=True, gc=False):
    """What one employee's sheet of a month rests on.

    `notices` are all of the employee's, since a mark may be tied to one of another month. `published` None: it was
    published and nobody had looked; it is told from never published by `published_at`.
    """

    employee: str
    month: str
    marks: tuple[Mark, ...]
    notices: tuple[SheetNotice, ...]
    checked: tuple[date, ...] = ()
    absent: tuple[date, ...] = ()
    published_at: int | None = None
    published: Mapping[str, int] | None = None
    verified: Mapping[str, Verified] = {}

    def own(self) -> tuple[SheetNotice, ...]:
        """The month's performance notices that count, in the order of their ids."""
        found = [n for n in self.notices if n.is_performance and n.month == self.month and n.counts]
        return tuple(sorted(found, key=lambda each: each.notice))


class Counted(Struct, frozen=True, gc=False):
    """A mark with what it counts, why, and the notice it is tied to."""

    mark: Mark
    counts: int
    why: Why
    tied: SheetNotice | None


class DimensionScore(Struct, frozen=True, gc=False):
    """One dimension of a sheet: maximum, Σ counting marks, Σ own notices, and what they come to."""

    code: Dimension
    maximum: int
    counted: int
    own: int
    computed: int
    published: int | None
    verified: int | None
    final: int
    bonus: int


class Sheet(Struct, frozen=True, gc=False):
    """A sheet: its marks, each with what it counts, and its dimensions. `unchecked`: nobody looked, the score is null."""

    employee: str
    month: str
    policy: str
    unchecked: bool
    marks: tuple[Counted, ...]
    own: tuple[SheetNotice, ...]
    dimensions: tuple[DimensionScore, ...]

    @property
    def score(self) -> int | None:
        """Σ final; None where nobody looked."""
        return None if self.unchecked else sum(each.final for each in self.dimensions)

    @property
    def bonus_score(self) -> int | None:
        """Σ bonus; None where nobody looked."""
        return None if self.unchecked else sum(each.bonus for each in self.dimensions)


def limited(points: int, maximum: int) -> int:
    """Points kept between 0 and a maximum, once."""
    return max(0, min(points, maximum))


_OF_CLAUSE: Final[dict[str, Dimension]] = {f"PF-{code.upper()}": code for code in DIMENSIONS}


def dimension_of(policy: Policy, clause: str) -> Dimension | None:
    """The dimension of a performance clause: the policy's, else that of PF-A to PF-F; None where it has none."""
    known = policy.catalogue.get(clause)
    if known is not None and known.dimension is not None:
        return known.dimension
    return _OF_CLAUSE.get(clause)
