"""Everything held on one person, as values: what was recorded, what was said, what it came to, where else they stand."""

from collections.abc import Iterator
from datetime import datetime
from operator import attrgetter
from typing import Any, Final

from ledger.aggregates.employee.rewards import RewardState
from ledger.aggregates.employee.sanctions import SanctionState
from ledger.aggregates.employee_state import AppealState, EmployeeState
from ledger.events import Recorded, write_fields
from ledger.events.appeals import AppealEvent
from ledger.events.employees import employee_stream
from ledger.events.offices import OfficeAppointed
from ledger.formats import format_day
from ledger.projections.tables import monthly
from ledger.reckoning.entries import Share
from ledger.reckoning.payroll import line_values, run_values
from ledger.reports.shapes import monthly_row
from ledger.review import history
from ledger.review.pay import pay
from ledger.review.sittings import before_result
from ledger.state.hand_off import enforceable
from ledger.state.ledger_state import LedgerState
from ledger.state.months import months_of
from ledger.subjects import APART, OWNED
from ledger.terms import Language, format_money, format_recorded
from ledger.timeline import Timeline

FORMAT: Final = "kaoji.person/v1"
_NO_MENTION: Final = frozenset(
    {"lines", "run", "document", *OWNED, *APART, "target", "replaces", "replaced_by", "site", "department"}
)
"""Fields of an event in which no staff numbers stand, or those of a hand-off, which is told for itself."""

Values = dict[str, Any]


def everything_about(ledger_state: LedgerState, employee: str, now: datetime, language: Language) -> Values:
    """All there is, as the ledger stands in memory. Only this person's words are opened.

    `language`: of what is said of pay in words.
    """
    state = ledger_state.employee(employee)
    appeals = ledger_state.appeals_concerning(employee)
    filed = {appeal.appeal for appeal in appeals if appeal.appellant == employee}
    own: list[Recorded] = []
    mentions: list[Values] = []
    for recorded in ledger_state.log.events(as_of=ledger_state.as_of):
        if _is_own(recorded, employee, filed):
            own.append(recorded)
        else:
            mentions.extend(_mention(recorded, employee))
    hashes = ledger_state.log.hashes(recorded.position for recorded in own)
    opened = [ledger_state.log.people.opened(recorded, whose=employee) for recorded in own]
    return {
        "export": FORMAT,
        "ledger": ledger_state.log.identity(),
        "position": ledger_state.as_of,
        "made_at": format_recorded(now),
        "employee": employee,
        "person": _person(ledger_state, state),
        "events": [_event(ledger_state, recorded, hashes[recorded.position]) for recorded in opened],
        "notices": _notices(ledger_state, state),
        "appeals": [
            _appeal(appeal)
            for appeal in appeals
            if appeal.appellant == employee or appeal.appeal in state.appeals
        ],
        "sanctions": [_sanction(sanction) for sanction in state.sanctions.values()],
        "rewards": [_reward(reward) for reward in state.rewards.values()],
        "months": [_month(ledger_state, state, month) for month in months_of(ledger_state, employee)],
        "payroll": list(_payroll(ledger_state, state, language)),
        "mentions": mentions,
        "handouts": ledger_state.log.people.handouts(employee),
    }


def _event(ledger_state: LedgerState, recorded: Recorded, state_hash: str) -> Values:
    """An event as its person may have it."""
    told = history.entry(ledger_state, recorded, state_hash)
    return {**told, "fields": before_result(ledger_state, recorded, told["fields"])}


def _sanction(sanction: SanctionState) -> Values:
    return {
        "sanction": sanction.sanction,
        "month": sanction.month,
        "kind": sanction.kind,
        "by": sanction.by,
        "on": sanction.on.isoformat(),
        "status": "stands" if sanction.stands else "revoked",
    }


def _reward(reward: RewardState) -> Values:
    return {
        "reward": reward.reward,
        "month": reward.month,
        "points": reward.points,
        "by": reward.by,
        "approved_by": reward.approved_by,
        "status": "withdrawn" if reward.withdrawn else "stands",
    }


def _is_own(recorded: Recorded, employee: str, filed: set[str]) -> bool:
    """Whether an event is about the person: on their stream, of an appeal they filed, or an office they were given."""
    event = recorded.event
    if isinstance(event, OfficeAppointed):
        return event.employee == employee
    if isinstance(event, AppealEvent) and event.appeal in filed:
        return True
    return recorded.stream == employee_stream(employee)


def _person(ledger_state: LedgerState, state: EmployeeState) -> Values:
    return {
        "name": state.name,
        "names": _changes(state.names),
        "site": state.last_site,
        "sites": _changes(state.sites),
        "departments": _changes(state.departments),
        "supervisors": _changes(state.supervisors),
        "registered_from": state.registered_from.isoformat(),
        "departed_on": format_day(state.departed_on),
        "erased_on": format_day(state.erased_on),
        "offices": [
            {
                "office": held.office,
                "department": held.department,
                "from": held.effective_from.isoformat(),
                "until": format_day(held.until),
            }
            for site in state.all_sites
            for held in ledger_state.site(site).appointments
            if held.employee == state.employee
        ],
    }


def _changes(timeline: Timeline[Any]) -> list[Values]:
    return [{"from": change.day.isoformat(), "value": change.value} for change in timeline.changes]


def _notices(ledger_state: LedgerState, state: EmployeeState) -> list[Values]:
    facts = ledger_state.facts(state.employee).notices
    return [
        {
            "notice": notice.notice,
            "month": notice.month,
            "scheme": notice.scheme,
            "clause": notice.clause,
            "points": notice.points,
            "occurred_on": notice.occurred_on.isoformat(),
            "issued_by": notice.issued_by,
            "issued_on": notice.issued_on.isoformat(),
            "late": facts[notice.notice].late,
            "status": "contested" if facts[notice.notice].contested else notice.standing,
            **({"case": notice.referred} if notice.referred else {}),
            **({"replaces": notice.replaces} if notice.replaces else {}),
            **({"replaced_by": notice.replaced_by} if notice.replaced_by else {}),
        }
        for notice in state.notices.values()
    ]


def _appeal(appeal: AppealState) -> Values:
    """An appeal about the person, or one they filed on somebody else's stream."""
    return {
        "appeal": appeal.appeal,
        "appellant": appeal.appellant,
        "against": {appeal.against: appeal.target},
        "ground": appeal.ground,
        "respondent": appeal.respondent,
        "level": appeal.level,
        "status": appeal.status,
        "filed_on": appeal.filed_on.isoformat(),
        "decided_on": format_day(appeal.decided_on),
        "decided_by": appeal.decided_by,
    }


def _month(ledger_state: LedgerState, state: EmployeeState, month: str) -> Values:
    borne = ledger_state.borne(state.employee, month)
    cell = ledger_state.cell(state.employee, month)
    row = monthly.rows(cell, state.site_in(month), enforceable(borne), always=True)[0]
    figures = {k: v for k, v in monthly_row(row, state.name).items() if k not in ("employee", "name")}
    return {
        "month": month,
        **figures,
        "borne_for_others": [_share(share) for share in borne],
        "borne_by_supervisor": [_share(share) for share in cell.shares],
    }


def _share(share: Share) -> Values:
    return {
        "notice": share.notice,
        "employee": share.employee,
        "supervisor": share.supervisor,
        "share": format_money(share.share_fen),
        "ground": share.ground,
        "status": share.status,
    }


def _payroll(ledger_state: LedgerState, state: EmployeeState, language: Language) -> Iterator[Values]:
    """What each close handed to finance about the person, and what became of it (`explain --pay`)."""
    closes = [close for site in state.all_sites for close in ledger_state.closes.of(site)]
    for close in sorted(closes, key=attrgetter("month")):
        lines = [line_values(line) for line in close.lines if line.employee == state.employee]
        run = [run_values(line) for line in close.run if line.employee == state.employee]
        if lines or run:
            shared = {"month": close.month, "closed_on": close.on.isoformat()}
            yield {
                **shared,
                "lines": lines,
                "run": run,
                "pay": pay(ledger_state, state.employee, close.month, language),
            }


def _mention(recorded: Recorded, employee: str) -> Iterator[Values]:
    """Where else the staff number stands, and as what: who recorded or decided, who is complained of, and the like."""
    fields = write_fields(recorded.event)
    roles = [
        name for name, value in fields.items() if name not in _NO_MENTION and _stands_in(employee, value)
    ]
    if roles:
        yield {
            "position": recorded.position,
            "recorded_at": format_recorded(recorded.recorded_at),
            "kind": recorded.event.kind,
            "stream": recorded.stream,
            "on": history.business_day_of(recorded.event),
            "as": roles,
        }


def _stands_in(employee: str, value: Any) -> bool:
    if isinstance(value, list):
        return any(_stands_in(employee, one) for one in value)
    if isinstance(value, dict):
        return any(_stands_in(employee, one) for one in value.values())
    return bool(value == employee)
