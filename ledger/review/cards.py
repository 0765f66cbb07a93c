"""One thing on one card: what a notice, appeal, reward, sanction or employee comes to now."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from msgspec import Struct, structs
from pydantic import BaseModel

from ledger.aggregates.authority import site_today
from ledger.aggregates.employee.route import reviewer_on
from ledger.aggregates.employee_state import EmployeeState
from ledger.aggregates.stream_state import StreamState
from ledger.commands import references_of
from ledger.errors import Unknown
from ledger.events.appeals import AppealFiled
from ledger.events.employees import employee_stream
from ledger.events.evidence import EvidenceAttached
from ledger.events.rewards import RewardGranted
from ledger.events.sanctions import SanctionImposed
from ledger.formats import format_day
from ledger.projections.tables.register import sanction_status
from ledger.review import notice_words, site_cards, sittings
from ledger.review.card_values import Card, person
from ledger.review.notice_card import notice_card
from ledger.state.deadlines import decision_due, marked, sanction_appeal_by
from ledger.state.ids import full_id
from ledger.state.introduction import month_of_thing, opened
from ledger.state.ledger_context import LedgerContext
from ledger.state.ledger_state import LedgerState


def card(ledger_state: LedgerState, kind: str, name: str, now: datetime) -> Card:
    """The card of a thing; a short unique prefix of its id will do. Unknown `<kind>_unknown`."""
    name = full_id(ledger_state, kind, name, kind)
    if ledger_state.stream_of(kind, name) is None:
        raise ledger_state.here(Unknown(f"{kind}_unknown", **{kind: name}))
    if kind == "site":
        return site_cards.site_card(ledger_state, name, now)
    if kind == "sheet":
        return site_cards.sheet_card(ledger_state, name)
    if kind == "sitting":
        return sittings.card(ledger_state, name)
    context = LedgerContext(ledger_state, now)
    if kind == "employee":
        return _employee(context, name)
    month = month_of_thing(ledger_state, kind, name)
    if month is not None:
        context = LedgerContext(ledger_state.within([month]), now)
    own = {"notice": notice_card, "appeal": _appeal, "reward": _reward, "sanction": _sanction}.get(kind)
    return (
        plain_card(context, kind, name) if own is None else own(context, context.owner_of(kind, name), name)
    )


def plain_card(context: LedgerContext, kind: str, name: str) -> Card:
    """What the event that introduced a thing says of it, and its state in place of what has changed since.

    Instants are by the clock of its site.
    """
    introduced, home = opened(context.state, kind, name), context.home_of(kind, name)
    said = {field: getattr(introduced, field) for field in type(introduced).model_fields}
    whose = {"employee": home.employee} if isinstance(home, EmployeeState) else {}
    changed = {
        field: value
        for field, value in structs.asdict(home.things[kind][name]).items()
        if not _is_sheet(said.get(field))
    }
    values = {kind: name} | whose | said | changed
    people = {field for field, named in references_of(type(introduced)).items() if named == "employee"}
    zone = ZoneInfo(context.site(values.get("site") or _home(home, values)).timezone)
    return {field: _plain(context, value, field in people, zone) for field, value in values.items()}


def _home(home: EmployeeState | StreamState, values: Card) -> str:
    """The site of a thing that does not name one: that of its month, where it has one."""
    if isinstance(home, StreamState):
        return home.site
    return home.site_in(values["month"]) if values.get("month") else home.last_site


def _is_sheet(value: Any) -> bool:
    """Lines of a form, which are told as they were said: a state keeps of them what decisions ask."""
    return isinstance(value, tuple) and any(isinstance(line, BaseModel) for line in value)


def _plain(context: LedgerContext, value: Any, is_person: bool, zone: ZoneInfo) -> Any:
    if isinstance(value, tuple):
        return [_plain(context, one, is_person, zone) for one in value]
    if isinstance(value, datetime):
        return value.astimezone(zone).isoformat()
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    if isinstance(value, Struct):
        return {name: _plain(context, one, False, zone) for name, one in structs.asdict(value).items()}
    return person(context, value) if is_person else format_day(value) if isinstance(value, date) else value


def _appeal(context: LedgerContext, owner: EmployeeState, name: str) -> Card:
    appeal = owner.appeals[name]
    today = context.today(owner.site_in(appeal.month))
    level, reviewer = str(appeal.level), appeal.decided_by
    if appeal.status == "pending":
        level, reviewer = reviewer_on(context, owner, appeal, today)
    evidence = notice_words.lines_with(context, owner, f"appeal:{name}", AppealFiled, EvidenceAttached)
    return {
        "appeal": name,
        "appellant": person(context, appeal.appellant),
        "against": {appeal.against: appeal.target},
        "ground": appeal.ground,
        "respondent": person(context, appeal.respondent),
        "status": appeal.status,
        "level": level,
        "reviewer": person(context, reviewer),
        "filed_on": format_day(appeal.filed_on),
        **marked(decision_due(context, owner.site_in(appeal.month), appeal)),
        "decided_on": format_day(appeal.decided_on),
        "route": [
            {
                "level": step.level,
                "reviewer": person(context, step.holder),
                "skipped": step.skipped,
            }
            for step in appeal.route
        ],
        "conflicted": [person(context, each) for each in appeal.conflicted],
        **({"evidence": evidence} if evidence else {}),
    }


def _reward(context: LedgerContext, owner: EmployeeState, name: str) -> Card:
    reward = owner.rewards[name]
    reason = next(
        (
            r.event.reason
            for r in context.state.words(employee_stream(owner.employee))
            if isinstance(r.event, RewardGranted) and r.event.reward == name
        ),
        "",
    )
    return {
        "reward": name,
        "employee": person(context, owner.employee),
        "points": reward.points,
        "occurred_on": format_day(reward.occurred_on),
        "month": reward.month,
        "reason": reason,
        "by": person(context, reward.by),
        "approved_by": person(context, reward.approved_by),
        "status": "withdrawn" if reward.withdrawn else "stands",
    }


def _sanction(context: LedgerContext, owner: EmployeeState, name: str) -> Card:
    sanction = owner.sanctions[name]
    ledger_state = context.state
    cell = ledger_state.cell(owner.employee, sanction.month)
    imposed = next(
        r.event
        for r in ledger_state.words(employee_stream(owner.employee))
        if isinstance(r.event, SanctionImposed) and r.event.sanction == name
    )
    until = sanction_appeal_by(context, owner.site_in(sanction.month), sanction) if sanction.stands else None
    policy = ledger_state.policy_of(owner.site_in(sanction.month), sanction.month)
    status, suspended_by = sanction_status(owner, sanction, cell, policy)
    return {
        "sanction": name,
        "employee": person(context, owner.employee),
        "month": sanction.month,
        "kind": sanction.kind,
        "points": cell.points,
        "band": cell.band,
        "reasons": imposed.reasons,
        "checklist": [f"{item}: {remark}" for item, remark in imposed.checklist.items()],
        "by": person(context, sanction.by),
        "on": format_day(sanction.on),
        **({} if until is None else {"appeal_by": until.day.isoformat(), **until.mark()}),
        "status": status,
        **({} if suspended_by is None else {"suspended_by": suspended_by}),
    }


def _employee(context: LedgerContext, name: str) -> Card:
    state = context.employee(name)
    site = site_today(context, state)
    today = context.today(site)
    offices = [
        {
            "office": a.office,
            "department": a.department,
            "from": format_day(a.effective_from),
            "until": format_day(a.until),
        }
        for each in state.all_sites
        for a in context.site(each).appointments
        if a.employee == name
    ]
    return {
        "employee": name,
        "name": state.name,
        "site": site,
        "department": state.departments.on(today) or state.departments.last(),
        "supervisor": person(context, state.supervisors.on(today)),
        "registered_from": format_day(state.registered_from),
        "departed_on": format_day(state.departed_on),
        "erased_on": format_day(state.erased_on),
        "offices": offices,
        "months": list(context.state.facts(name).months()),
    }
