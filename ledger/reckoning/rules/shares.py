"""Joint liability (篇3 4.2.6, 4.2.7): part of a joint notice's fine leaves the employee, once per notice.

A notice is joint by a verified finding, or as a not-late notice of a repeated clause. Where there is no
supervisor the share lapses: nobody pays it, and it does not return to the employee.
"""

from datetime import date

from ledger.policy.model import Policy
from ledger.reckoning.entries import Entry, Share, ShareStatus, positions
from ledger.reckoning.facts import Departures, EmployeeFacts, NoticeFact
from ledger.reckoning.tally import Tally


def shares(tally: Tally, policy: Policy, facts: EmployeeFacts, departures: Departures) -> tuple[Share, ...]:
    """The shares of one month, in the order of their notices. `departures`: when supervisors were away."""
    if not tally.repeats and not [n for n in tally.counted if n.finding is not None]:
        return ()
    joint = policy.joint_liability
    found = []
    for notice in sorted(tally.counted, key=lambda n: n.notice):
        by_repeat = notice in tally.timely and notice.clause in tally.repeats
        if notice.finding is None and not by_repeat:
            continue
        supervisor, line = _bearer(notice, facts, departures)
        if supervisor is None and joint.vacant == "stays_with_employee":
            continue
        share_fen = leaves(notice, notice.points, policy, facts, departures)
        group = [n for n in tally.timely if n.clause == notice.clause] if by_repeat else [notice]
        found.append(
            Share(
                notice=notice.notice,
                employee=facts.employee,
                month=notice.month,
                supervisor=supervisor,
                ground="repeat" if notice.finding is None else "finding",
                share_fen=share_fen,
                status=_status(notice, supervisor),
                arose_on=_arose_on(notice, group, policy.repeats.notices),
                arose_at=max((_arose_at(notice, group, policy.repeats.notices), *line)),
                entry=Entry(
                    figure="joint_liability",
                    amount_fen=share_fen,
                    policy=policy.version,
                    rule="joint_liability",
                    clause=_clause(notice, supervisor, policy),
                    rests_on=positions([*(n.positions for n in group), line]),
                    notice=notice.notice,
                    reading=_reading(notice, supervisor),
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
    joint = policy.joint_liability
    if joint.vacant == "stays_with_employee" and _bearer(notice, facts, departures)[0] is None:
        return 0
    return half_up(points * policy.schemes.service_quality.point_value * joint.share_percent, 100)


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


def _status(notice: NoticeFact, supervisor: str | None) -> ShareStatus:
    appealed = "revoked" if supervisor is None else notice.share_appeal(supervisor)
    if appealed == "revoked":
        return "lapsed"
    return "contested" if appealed == "pending" else "enforceable"


def _reading(notice: NoticeFact, supervisor: str | None) -> str | None:
    if supervisor is None:
        return "vacant_supervisor"
    return "share_revoked" if notice.share_appeal(supervisor) == "revoked" else None


def _clause(notice: NoticeFact, supervisor: str | None, policy: Policy) -> str:
    joint = policy.joint_liability
    if supervisor is None:
        return joint.vacant_source
    return joint.repeat_source if notice.finding is None else joint.finding_source


def _arose_on(notice: NoticeFact, group: list[NoticeFact], threshold: int) -> date:
    """The finding; else the day on which enough notices of the clause counted, this one among them."""
    if notice.finding is not None:
        return max(notice.finding.on, notice.counts_from)
    days = sorted(n.counts_from for n in group)
    return max(days[threshold - 1], notice.counts_from)


def _arose_at(notice: NoticeFact, group: list[NoticeFact], threshold: int) -> int:
    """The position of the finding; else of the notice with which enough of the clause counted."""
    if notice.finding is not None:
        return notice.finding.position
    counted = sorted(group, key=lambda n: (n.counts_from, n.positions[0]))
    return max(counted[threshold - 1].positions[0], notice.positions[0])
