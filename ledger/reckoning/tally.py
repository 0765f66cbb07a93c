"""What counts in a month: notices and points by what they count for (domain §3, the first rows of its table)."""

from collections import Counter
from collections.abc import Iterable

from msgspec import Struct

from ledger.policy.model import Policy
from ledger.reckoning.entries import positions
from ledger.reckoning.facts import NoticeFact


class Tally(Struct, frozen=True, gc=False):
    """The service_quality notices of one month, sorted by what they count for, and their points.

    `timely` lift bands and make repeats; `late` cost their points and nothing more; `contested` count for nothing,
    late or not; neither do `unserved` where a notice costs only from its service on.
    """

    timely: tuple[NoticeFact, ...]
    late: tuple[NoticeFact, ...]
    contested: tuple[NoticeFact, ...]
    unserved: tuple[NoticeFact, ...]
    repeats: tuple[str, ...]
    points: int
    late_points: int
    contested_points: int

    @property
    def counted(self) -> tuple[NoticeFact, ...]:
        """All that cost their points."""
        return self.timely + self.late

    @property
    def rests_on(self) -> tuple[int, ...]:
        """The events behind the points that lift bands."""
        return positions(notice.positions for notice in self.timely)


def tally(notices: Iterable[NoticeFact], policy: Policy) -> Tally:
    """Sorts one month's notices; only standing service_quality notices count."""
    points_only = policy.schemes.service_quality.late == "points_only"
    at_issue = policy.notices.charge == "issued"
    timely: list[NoticeFact] = []
    late: list[NoticeFact] = []
    contested: list[NoticeFact] = []
    unserved: list[NoticeFact] = []
    for notice in notices:
        if notice.scheme != "service_quality" or notice.withdrawn or notice.revoked:
            continue
        counted = late if notice.late and points_only else timely
        if notice.stay is not None:
            contested.append(notice)
        elif at_issue:
            counted.append(notice)
        elif not notice.is_charged(policy):
            unserved.append(notice)
        else:
            counted.append(notice.as_charged(policy))
    return Tally(
        tuple(timely),
        tuple(late),
        tuple(contested),
        tuple(unserved),
        _repeats(timely, policy.repeats.notices),
        sum([notice.points for notice in timely]),
        sum([notice.points for notice in late]),
        sum([notice.points for notice in contested]),
    )


def _repeats(timely: list[NoticeFact], notices: int) -> tuple[str, ...]:
    if len(timely) < notices:
        return ()
    clauses = Counter([notice.clause for notice in timely])
    return tuple(sorted(clause for clause, n in clauses.items() if n >= notices))
