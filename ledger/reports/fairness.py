"""`report fairness`: facts about how evenly clauses are applied, with sample sizes. It decides nothing.

The sample is the twelve months that end with the month asked for; what follows an appeal is listed for the month.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from statistics import median, quantiles
from typing import Any, Final

from ledger.aggregates.employee_state import AppealState, EmployeeState, NoticeState
from ledger.events.appeals import AppealDecided, AppealFiled
from ledger.events.employees import employee_stream
from ledger.events.notices import NoticeIssued
from ledger.formats import month_before
from ledger.state.ledger_state import LedgerState
from ledger.state.month_people import ZONES
from ledger.store.command_ends import end_by
from ledger.terms import first_day, last_day, month_of

SAMPLE_MONTHS: Final = 12
SMALLEST_GROUP: Final = 3
"""A group smaller than this is listed with its size and never marked as far."""
AFTER_APPEAL_DAYS: Final = 90
_ACTS: Final = (NoticeIssued.kind, AppealFiled.kind, AppealDecided.kind)


@dataclass(frozen=True, slots=True)
class _Issued:
    employee: EmployeeState
    notice: NoticeState
    department: str


def fairness(ledger_state: LedgerState, site: str, month: str) -> dict[str, Any]:
    """Spread of points per clause, reversal rates per issuer and reviewer, notices that follow an appeal."""
    start = _months_before(month, SAMPLE_MONTHS - 1)
    ledger_state = ledger_state.within(_asked(ledger_state, start, month))
    employees = ledger_state.employee_ids(site)
    ledger_state.load(map(employee_stream, employees))
    states = [ledger_state.employee(employee) for employee in employees]
    sample = [
        _Issued(state, notice, state.departments.on(notice.occurred_on) or "–")
        for state in states
        for notice in state.notices.values()
        if start <= notice.month <= month and notice.standing != "withdrawn"
        if state.site_in(notice.month) == site
    ]
    by_clause: defaultdict[str, list[_Issued]] = defaultdict(list)
    for issued in sample:
        by_clause[issued.notice.clause].append(issued)
    return {
        "site": site,
        "month": month,
        "from": start,
        "to": month,
        "notices": len(sample),
        "clauses": [_clause(clause, by_clause[clause]) for clause in sorted(by_clause)],
        "reversals": _reversals(ledger_state, states, site, start, month),
        "after_appeal": _after_appeal(states, site, month),
    }


def _asked(ledger_state: LedgerState, start: str, month: str) -> set[str]:
    """The months of the sample, and older ones about which anything was issued, filed or decided since it began.

    Nothing is recorded before its day, which may be some hours earlier elsewhere.
    """
    sample, one = {month}, month
    while one > start:
        sample.add(one := month_before(one))
    since = end_by(ledger_state.log, datetime.combine(first_day(start), time(), UTC) - ZONES)
    return sample | ledger_state.log.months_behind(since, ledger_state.as_of, _ACTS)


def _months_before(month: str, months: int) -> str:
    day = first_day(month)
    for _ in range(months):
        day = (day - timedelta(days=1)).replace(day=1)
    return month_of(day)


def _number(value: float) -> str:
    return f"{value:.2f}"


def _clause(clause: str, issued: list[_Issued]) -> dict[str, Any]:
    points = sorted(one.notice.points for one in issued)
    low, high = _middle_half(points)

    def groups(name: str, of: Callable[[_Issued], str]) -> list[dict[str, Any]]:
        members: defaultdict[str, list[int]] = defaultdict(list)
        for one in issued:
            members[of(one)].append(one.notice.points)
        return [
            {
                name: member,
                "notices": len(own),
                "mean": _number(sum(own) / len(own)),
                "far": len(own) >= SMALLEST_GROUP and not low <= sum(own) / len(own) <= high,
            }
            for member, own in sorted(members.items())
        ]

    return {
        "clause": clause,
        "notices": len(points),
        "mean": _number(sum(points) / len(points)),
        "median": _number(median(points)),
        "lowest": points[0],
        "highest": points[-1],
        "middle_half": [_number(low), _number(high)],
        "issuers": groups("issuer", lambda one: one.notice.issued_by),
        "departments": groups("department", lambda one: one.department),
    }


def _middle_half(points: list[int]) -> tuple[float, float]:
    """The first and third quartile; the whole range where there are fewer than four."""
    if len(points) < 4:
        return points[0], points[-1]
    low, _, high = quantiles(points, n=4, method="inclusive")
    return low, high


def _reversals(
    ledger_state: LedgerState, states: Iterable[EmployeeState], site: str, start: str, month: str
) -> dict[str, Any]:
    """Of the decisions taken in the sample: how many changed what was complained of (revoked or reduced)."""
    issuers: defaultdict[str, list[bool]] = defaultdict(list)
    reviewers: defaultdict[str, list[bool]] = defaultdict(list)
    for state in states:
        for recorded in ledger_state.stream(employee_stream(state.employee)):
            event = recorded.event
            if not isinstance(event, AppealDecided) or not start <= month_of(event.on) <= month:
                continue
            if state.site_in(event.month) != site:
                continue
            changed = event.outcome != "dismissed"
            reviewers[event.by].append(changed)
            if event.against == "notice":
                issuers[state.notices[event.target].issued_by].append(changed)
    return {"issuers": _rates("issuer", issuers), "reviewers": _rates("reviewer", reviewers)}


def _rates(name: str, decided: dict[str, list[bool]]) -> list[dict[str, Any]]:
    return [
        {
            name: person,
            "decided": len(outcomes),
            "reversed": sum(outcomes),
            "rate": _number(sum(outcomes) / len(outcomes)),
        }
        for person, outcomes in sorted(decided.items())
    ]


def _after_appeal(states: Iterable[EmployeeState], site: str, month: str) -> list[dict[str, Any]]:
    """Notices of the month against somebody who had appealed against the issuer in the 90 days before."""
    kept = list(states)
    filed: defaultdict[tuple[str, str], list[AppealState]] = defaultdict(list)
    for state in kept:
        for appeal in state.appeals.values():
            filed[appeal.appellant, appeal.respondent].append(appeal)
    found = []
    for state in kept:
        for notice in state.notices.values():
            here = state.site_in(notice.month) == site
            if here and first_day(month) <= notice.issued_on <= last_day(month):
                for appeal in filed[state.employee, notice.issued_by]:
                    days = _days_after(appeal, notice.issued_on)
                    if days is not None:
                        found.append(
                            {
                                "notice": notice.notice,
                                "employee": state.employee,
                                "issuer": notice.issued_by,
                                "issued_on": notice.issued_on.isoformat(),
                                "appeal": appeal.appeal,
                                "filed_on": appeal.filed_on.isoformat(),
                                "days": days,
                            }
                        )
    return sorted(found, key=lambda row: (str(row["notice"]), str(row["appeal"])))


def _days_after(appeal: AppealState, issued_on: date) -> int | None:
    days = (issued_on - appeal.filed_on).days
    return days if 0 < days <= AFTER_APPEAL_DAYS else None
