"""Joint liability (篇3 4.2.6, 4.2.7): part of a joint notice's fine leaves the employee, once per notice.

A notice is joint by a verified finding, or as a not-late notice of a repeated clause. Where there is no
supervisor the share lapses: nobody pays it, and it does not return to the employee.
"""

from datetime import date
from typing import Final, NamedTuple

from ledger.policy.model import Policy
from ledger.reckoning.entries import Entry, Share, ShareStatus, positions
from ledger.reckoning.facts import Departures, EmployeeFacts, NoticeFact
from ledger.reckoning.tally import Tally

_STATUS: Final[dict[str, ShareStatus]] = {"none": "enforceable", "revoked": "lapsed", "pending": "contested"}
"""How a share stands by what became of the supervisor's appeal against it."""


def shares(tally: Tally, policy: Policy, facts: EmployeeFacts, departures: Departures) -> tuple[Share, ...]:
    """The shares of one month, in the order of their notices. `departures`: when supervisors were away."""
    if not tally.repeats and not [n for n in tally.counted if n.finding is not None]:
        return ()
    joint = policy.joint_liability
    repeats = {clause: _repeat(clause, tally, policy.repeats.notices) for clause in tally.repeats}
    late, found = {notice.notice for notice in tally.late}, []
    rests: dict[tuple[tuple[int, ...], ...], tuple[int, ...]] = {}
    for notice in sorted(tally.counted, key=lambda n: n.notice):
        repeat = None if notice.notice in late else repeats.get(notice.clause)
        if notice.finding is None and repeat is None:
            continue
        supervisor, line = _bearer(notice, facts, departures)
        if supervisor is None and joint.vacant == "stays_with_employee":
            continue
        appealed = "revoked" if supervisor is None else notice.share_appeal(supervisor)
        share_fen = _part(notice.points, policy)
        day, position, causes = _arose(notice, repeat)
        if (causes, line) not in rests:  # those of one repeat rest on the same
            rests[causes, line] = positions([causes, line])
        found.append(
            Share(
                notice=notice.notice,
                employee=facts.employee,
                month=notice.month,
                supervisor=supervisor,
                ground="repeat" if notice.finding is None else "finding",
                share_fen=share_fen,
                status=_STATUS[appealed],
                arose_on=day,
                arose_at=max((position, *line)),
                entry=Entry(
                    figure="joint_liability",
                    amount_fen=share_fen,
                    policy=policy.version,
                    rule="joint_liability",
                    clause=_clause(notice, supervisor, policy),
                    rests_on=rests[causes, line],
                    notice=notice.notice,
                    reading=_reading(supervisor, appealed),
                ),
            )
        )
    return tuple(found)


def leaves(
    notice: NoticeFact,
    points: int,
    policy: Policy,
    facts: EmployeeFacts,
    departures: Departures,
) -> int:
    """What leaves the employee, in fen, where a notice of so many points is joint."""
    vacant = policy.joint_liability.vacant
    if vacant == "stays_with_employee" and _bearer(notice, facts, departures)[0] is None:
        return 0
    return _part(points, policy)


def _part(points: int, policy: Policy) -> int:
    """The part of a joint notice's fine that somebody else bears, in fen."""
    fine = points * policy.schemes.service_quality.point_value
    return half_up(fine * policy.joint_liability.share_percent, 100)


def half_up(dividend: int, divisor: int) -> int:
    """A non-negative quotient rounded half up to a whole number."""
    return (2 * dividend + divisor) // (2 * divisor)


def _bearer(
    notice: NoticeFact, facts: EmployeeFacts, departures: Departures
) -> tuple[str | None, tuple[int, ...]]:
    """Who bears it, and the event that made the line: the one the finding names, else the day's line supervisor."""
    if notice.finding is not None and notice.finding.supervisor is not None:
        return notice.finding.supervisor, (notice.finding.position,)
    change = facts.supervisors.change_on(notice.occurred_on)
    if change is None or change.value is None:
        return None, () if change is None else (change.position,)
    for absence in departures.get(change.value, ()):
        if absence.vacates(change.day, notice.occurred_on):
            return None, (change.position, absence.position)
    return change.value, (change.position,)


def _reading(supervisor: str | None, appealed: str) -> str | None:
    if supervisor is None:
        return "vacant_supervisor"
    return "share_revoked" if appealed == "revoked" else None


def _clause(notice: NoticeFact, supervisor: str | None, policy: Policy) -> str:
    joint = policy.joint_liability
    if supervisor is None:
        return joint.vacant_source
    return joint.repeat_source if notice.finding is None else joint.finding_source


class _Repeat(NamedTuple):
    """A clause's notices that make a repeat: the day on which enough counted, where the last of these stands, all causes."""

    on: date
    at: int
    causes: tuple[int, ...]


def _repeat(clause: str, tally: Tally, threshold: int) -> _Repeat:
    group = [notice for notice in tally.timely if notice.clause == clause]
    counted = sorted((notice.counts_from, notice.positions[0]) for notice in group)
    return _Repeat(*counted[threshold - 1], positions(notice.positions for notice in group))


def _arose(notice: NoticeFact, repeat: _Repeat | None) -> tuple[date, int, tuple[int, ...]]:
    """When, where and from what a share arose: the finding, else enough notices of the clause, this one among them."""
    causes = notice.positions if repeat is None else repeat.causes
    if notice.finding is not None:
        return max(notice.finding.on, notice.counts_from), notice.finding.position, causes
    assert repeat is not None
    return max(repeat.on, notice.counts_from), max(repeat.at, notice.positions[0]), causes
