"""What is said at once when something is recorded: what came late, what goes on elsewhere, whom it leaves without cover."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from ledger.errors import StoreError
from ledger.events import Event, Recorded, kinds
from ledger.events.appeals import AppealMooted
from ledger.events.employees import (
    DepartureCorrected,
    EmployeeDeparted,
    EmployeeErased,
    EmployeeReassigned,
    EmployeeRegistered,
    EmployeeRehired,
    employee_stream,
)
from ledger.events.months import MonthClosed
from ledger.events.notices import NoticeAcknowledged, NoticeIssued
from ledger.events.offices import OfficeAppointed
from ledger.events.policies import PolicyAdopted
from ledger.reports.names import names_of
from ledger.state.departments import has_head, has_people
from ledger.state.hand_off import open_differences, unpaid
from ledger.state.ledger_context import LedgerContext
from ledger.state.ledger_state import LedgerState
from ledger.store.personal import site_texts
from ledger.terms import ERASED, SEALED, format_local, month_of


@dataclass(frozen=True, slots=True)
class Note:
    """Something that must be said at once, such as a notice recorded late."""

    code: str
    fields: dict[str, object]


def _beyond(ledger_state: LedgerState, employee: str) -> Iterator[Note]:
    """The files that left the ledger before, which no erasure reaches; it is not refused where their list is unusable."""
    timezone = ledger_state.site(ledger_state.employee(employee).last_site).timezone
    try:
        rows = ledger_state.log.people.handouts(employee)
    except StoreError:
        yield Note("handouts_unreadable", {"employee": employee})
        return
    for row in rows:
        yield Note(
            "handout_beyond",
            {
                "employee": employee,
                "kind": row["what"],
                "file": row["file"],
                "at": format_local(row["recorded_at"], timezone),
                "operator": row["operator"],
            },
        )


def _unpaid(ledger_state: LedgerState, event: MonthClosed) -> Iterator[Note]:
    """Of whom the run takes, or would take, although no wage of the month is recorded."""
    people = unpaid(ledger_state, event)
    if people:
        policy = ledger_state.policy_of(event.site, event.month)
        taken = policy.wage_guard.without_wage == "take"
        fields = {"month": event.month, "people": len(people), "employees": ", ".join(people)}
        yield Note("run_without_wage", fields) if taken else Note("run_waits_for_wage", fields)


def _differing(ledger_state: LedgerState, event: MonthClosed) -> Iterator[Note]:
    """How many differences stay open although the month is closed: no close is refused for them (finance §13)."""
    count = open_differences(ledger_state, event.site)
    if count:
        yield Note("open_differences", {"site": event.site, "differences": count})


_MOVING: Final = (EmployeeDeparted, DepartureCorrected, EmployeeReassigned)
"""What may undercut notices that stand already: somebody had left by then, or stood elsewhere."""

NOTED: Final = {
    each.kind
    for each in (
        *(NoticeIssued, NoticeAcknowledged, MonthClosed, EmployeeErased, EmployeeRegistered, PolicyAdopted),
        *(AppealMooted, *_MOVING),
    )
} | {kind for kind, event in kinds().items() if any(mark.site for mark in event.personal_fields().values())}
"""The kinds of events of which something may have to be said."""


def _undercutting(
    ledger_state: LedgerState, event: EmployeeDeparted | DepartureCorrected | EmployeeReassigned
) -> Iterator[Note]:
    """The standing notices that a later fact undercuts (domain §2): recorded the other way round they were looked at anew.

    Where somebody had left before the act, no notice would have been taken; where they stood elsewhere, its issuer may not
    have been entitled, or another bears its share.
    """
    state, facts = ledger_state.employee(event.employee), ledger_state.facts(event.employee)
    standing = [notice for notice in facts.notices.values() if notice.stands]
    if isinstance(event, EmployeeReassigned):
        if event.site is not None:
            yield from _offices_kept(ledger_state, event)
        moved = event.supervisor_vacant or event.supervisor or event.department
        found = [n.notice for n in standing if moved and n.occurred_on >= event.effective_from]
        if found:
            yield Note("move_under_notices", {"employee": event.employee, "notices": _listed(found)})
    else:
        found = [n.notice for n in standing if state.gone_by(n.occurred_on)]
        if found:
            yield Note("departure_before_notices", {"employee": event.employee, "notices": _listed(found)})


def _offices_kept(ledger_state: LedgerState, event: EmployeeReassigned) -> Iterator[Note]:
    """The offices that somebody who moves to another site goes on holding at those they were of."""
    day = event.effective_from
    for site in ledger_state.employee(event.employee).all_sites:
        held = {
            a.office
            for a in ledger_state.site(site).appointments
            if a.employee == event.employee and a.covers(day) and site != event.site
        }
        if held:
            yield Note(
                "offices_kept", {"employee": event.employee, "site": site, "offices": _listed(sorted(held))}
            )


def _left_open(ledger_state: LedgerState, event: EmployeeDeparted) -> Iterator[Note]:
    """What somebody leaves behind: it goes on without them, and nobody else is told of it."""
    state = ledger_state.employee(event.employee)
    unserved = [
        notice.notice
        for notice in state.standing_notices()
        if notice.acknowledged_on is None and notice.occurred_on <= event.on
    ]
    if unserved:
        yield Note("leaves_unserved", {"employee": event.employee, "notices": _listed(unserved)})
    waiting = [a.appeal for a in ledger_state.appeals_concerning(event.employee) if a.status == "pending"]
    if waiting:
        yield Note("leaves_appeals", {"employee": event.employee, "appeals": _listed(waiting)})


def _naming(ledger_state: LedgerState, event: Event) -> Iterator[Note]:
    """Whose full name stands in words that are nobody's: an erasure of that person leaves them there."""
    for site, texts in site_texts(event).items():
        named = sorted(
            employee
            for employee, name in names_of(ledger_state, ledger_state.employee_ids(site)).items()
            if name not in (ERASED, SEALED) and any(name in text for text in texts)
        )
        if named:
            yield Note("words_name_somebody", {"employees": _listed(named)})


def _listed(notices: list[str]) -> str:
    return ", ".join(sorted(notices))


def notes(ledger_state: LedgerState, recorded: Recorded) -> Iterator[Note]:
    """What an event just recorded makes known beside itself; `ledger_state` holds it already."""
    event = recorded.event
    yield from _naming(ledger_state, event)
    if isinstance(event, EmployeeErased):
        yield from _beyond(ledger_state, event.employee)
    if isinstance(event, PolicyAdopted):
        yield from _undercut(ledger_state, event)
    if isinstance(event, _MOVING):
        yield from _undercutting(ledger_state, event)
    if isinstance(event, EmployeeDeparted):
        yield from _left_open(ledger_state, event)
    if isinstance(event, MonthClosed):
        yield from _unpaid(ledger_state, event)
        yield from _differing(ledger_state, event)
    if isinstance(event, AppealMooted) and event.against == "liability":
        appellant = ledger_state.employee(event.employee).appeals[event.appeal].appellant
        yield Note("appeal_moot", {"appeal": event.appeal, "appellant": appellant, "notice": event.target})
    if isinstance(event, EmployeeRegistered):
        yield from _alike(ledger_state, event.employee)
    if isinstance(event, NoticeIssued) and event.late:
        yield Note("notice_late", {"notice": event.notice, "month": event.month})
    if isinstance(event, NoticeAcknowledged) and not event.served:
        yield Note("refusal_unwitnessed", {"notice": event.notice})
    if isinstance(event, MonthClosed) and event.late:
        yield Note("close_late", {"month": event.month, "site": event.site, "on": event.on})


def _alike(ledger_state: LedgerState, employee: str) -> Iterator[Note]:
    """The staff numbers for which this one is easily taken."""
    alike = ledger_state.lookalikes.of(ledger_state, employee)
    if alike:
        yield Note("id_looks_like", {"employee": employee, "alike": _listed(alike)})


def empty_departments(ledger_state: LedgerState, events: Sequence[Recorded]) -> Iterator[Note]:
    """Departments without a head into which somebody moved, and without people to which a head was appointed.

    Asked when all of a file is recorded: its order says nothing of who is where (domain §1).
    """
    seen = set()
    for event in (recorded.event for recorded in events):
        if isinstance(event, OfficeAppointed):
            site = event.site
        elif isinstance(event, EmployeeReassigned | EmployeeRehired):
            site = ledger_state.employee(event.employee).site_on(event.effective_from)
        else:
            continue
        department, day = event.department, event.effective_from
        if department is None or (site, department) in seen:
            continue
        fields = {"site": site, "department": department, "on": day}
        if isinstance(event, OfficeAppointed):
            if not has_people(ledger_state, site, department, day):
                yield Note("department_without_people", fields)
        elif not has_head(LedgerContext(ledger_state, events[-1].on_clock), site, department, day):
            yield Note("department_without_head", fields)
        seen.add((site, department))


def _undercut(ledger_state: LedgerState, event: PolicyAdopted) -> Iterator[Note]:
    """For each clause and month: how many standing notices cite it, where the version lacks it or allows fewer points.

    `ledger_state` holds the version already.
    """
    dropped: Counter[tuple[str, str]] = Counter()
    capped: Counter[tuple[str, str, int]] = Counter()
    start = "" if event.effective_from is None else month_of(event.effective_from)
    for site in ledger_state.site_ids() if event.site is None else [event.site]:
        employees = ledger_state.employee_ids(site)
        ledger_state.load(map(employee_stream, employees))
        for employee in employees:
            for notice in ledger_state.facts(employee).notices.values():
                if not notice.stands or notice.month < start:
                    continue
                if ledger_state.facts(employee).site_in(notice.month) != site:
                    continue
                policy = ledger_state.policy_of(site, notice.month)
                if policy.version != event.version:
                    continue
                clause = policy.catalogue.get(notice.clause)
                if clause is None:
                    dropped[notice.clause, notice.month] += 1
                elif clause.max_points is not None and notice.points > clause.max_points:
                    capped[notice.clause, notice.month, clause.max_points] += 1
    for (code, month), notices in sorted(dropped.items()):
        yield Note("clause_dropped", {"clause": code, "month": month, "notices": notices})
    for (code, month, most), notices in sorted(capped.items()):
        yield Note("clause_capped", {"clause": code, "month": month, "notices": notices, "high": most})
