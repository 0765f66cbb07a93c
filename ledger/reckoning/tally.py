"""What counts in a month: notices and points by what they count for (domain §3, the first rows of its table)."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from ledger.policy.model import Policy
from ledger.reckoning.entries import positions
from ledger.reckoning.facts import NoticeFact


@dataclass(frozen=True, slots=True)
class Tally:
    """The service_quality notices of one month, sorted by what they count for.

    `timely` lift bands and make repeats; `late` cost their points and nothing more; `contested` count for nothing.
    """

    timely: tuple[NoticeFact, ...]
    late: tuple[NoticeFact, ...]
    contested: tuple[NoticeFact, ...]
    repeats: tuple[str, ...]

    @property
    def counted(self) -> tuple[NoticeFact, ...]:
        """All that cost their points."""
        return self.timely + self.late

    @property
    def points(self) -> int:
        """Points that lift bands."""
        return sum(notice.points for notice in self.timely)

    @property
    def late_points(self) -> int:
        """Points of late notices."""
        return sum(notice.points for notice in self.late)

    @property
    def contested_points(self) -> int:
        """Points under appeal, late or not."""
        return sum(notice.points for notice in self.contested)

    @property
    def rests_on(self) -> tuple[int, ...]:
        """The events behind the points that lift bands."""
        return positions(notice.positions for notice in self.timely)


def tally(notices: Iterable[NoticeFact], policy: Policy) -> Tally:
    """Sorts one month's notices; only standing service_quality notices count."""
    standing = [n for n in notices if n.stands and n.scheme == "service_quality"]
    points_only = policy.schemes.service_quality.late == "points_only"
    timely = tuple(n for n in standing if n.counts and not (n.late and points_only))
    late = tuple(n for n in standing if n.counts and n.late and points_only)
    clauses = Counter(notice.clause for notice in timely)
    repeats = sorted(clause for clause, n in clauses.items() if n >= policy.repeats.notices)
    return Tally(timely, late, tuple(n for n in standing if n.contested), tuple(repeats))
