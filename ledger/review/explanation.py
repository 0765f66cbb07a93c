"""`kaoji explain`: every figure of an employee's month down to the events, with position, time, operator and hash."""

from collections.abc import Iterable, Mapping
from typing import Any

from ledger.aggregates.site_state import Appointment
from ledger.events import Recorded
from ledger.events.employees import employee_stream
from ledger.events.sites import site_stream
from ledger.formats import format_day
from ledger.reckoning.explain import Explained, Line
from ledger.reckoning.explain_sheet import explain_sheet
from ledger.review.history import actor_of, business_day_of
from ledger.state.appraisal import sheet_of
from ledger.state.figures import figures_of, status_of
from ledger.state.ledger_state import LedgerState
from ledger.terms import first_day, format_money, format_recorded


def explanation(whole: LedgerState, employee: str, month: str) -> dict[str, Any]:
    """The tree: figures → lines → rule and causes; notices and events stand once, referred to by id and position.

    Of everybody it begins with the events of the month.
    """
    ledger_state = whole.asking([month])
    state = ledger_state.employee(employee)
    cell = ledger_state.cell(employee, month)
    borne = ledger_state.borne(employee, month)
    policy = ledger_state.policy_of(state.site_in(month), month)
    adopted = ledger_state.policy_book().entry_on(state.site_in(month), first_day(month))
    placed = sheet_of(ledger_state, employee, month)
    figures = figures_of(ledger_state, employee, month)
    figures += () if placed is None else explain_sheet(placed.sheet, placed.facts, policy)
    coded = {"sanction_due": cell.sanction_due, "repeats": list(cell.repeats), "public": cell.public}
    lines = [line for figure in figures for line in figure.lines]
    notices = _notices(ledger_state, employee, lines)
    cited = {position for line in lines for position in line.rests_on}
    cited |= {p for notice in notices.values() for p in (*notice["events"], *notice["authority"])}
    events = _events(
        ledger_state, {employee, *(share.employee for share in borne)}, cited | {adopted.position}
    )
    return {
        "employee": employee,
        "name": state.name,
        "month": month,
        "as_of": ledger_state.as_of if ledger_state.as_of is not None else ledger_state.log.position(),
        "policy": {
            "version": policy.version,
            "effective_from": format_day(policy.effective_from),
            "position": adopted.position,
            "digest": adopted.digest,
            "money": policy.money,
        },
        "figures": [_figure(figure, coded, adopted.position) for figure in figures],
        "notices": notices,
        "events": events,
    }


def _figure(figure: Explained, coded: Mapping[str, Any], adopted: int) -> dict[str, Any]:
    """A figure with its value as the monthly report has it."""
    value = format_money(int(figure.value)) if figure.unit == "fen" else figure.value
    value = coded.get(figure.figure, value)
    return {
        "figure": figure.figure,
        "unit": "yuan" if figure.unit == "fen" else figure.unit,
        "value": value,
        "entries": [_entry(line, figure.unit == "fen", adopted) for line in figure.lines],
    }


def _entry(line: Line, money: bool, adopted: int) -> dict[str, Any]:
    """A line; one that nobody caused, such as what a sheet starts from, rests on the policy's adoption."""
    named = {
        name: getattr(line, name)
        for name in ("of", "notice", "reward", "check", "employee", "status", "reading")
        if getattr(line, name) is not None
    }
    return {
        "amount": format_money(line.amount) if money else line.amount,
        **named,
        "rule": {"policy": line.policy, "path": line.rule, "clause": line.clause},
        "rests_on": list(line.rests_on) or [adopted],
    }


def _notices(ledger_state: LedgerState, employee: str, lines: Iterable[Line]) -> dict[str, dict[str, Any]]:
    """The notices the lines name: clause, points, who issued them, and by what office."""
    owners = {line.notice: line.employee or employee for line in lines if line.notice is not None}
    found = {}
    for name, owner in sorted(owners.items()):
        state = ledger_state.employee(owner)
        notice = state.notices[name]
        fact = ledger_state.facts_in(owner, notice.month).notices[name]
        site = state.site_in(notice.month)
        authority = _authority(ledger_state, site, notice.issued_by, notice.issued_on)
        finding = notice.finding
        if finding is not None:
            authority += _authority(ledger_state, site, finding.by, finding.on)
        for appeal in state.appeals_against("notice", "liability", target=name):
            if appeal.decided_by is not None and appeal.decided_on is not None:
                authority += _authority(ledger_state, site, appeal.decided_by, appeal.decided_on)
        found[name] = {
            "employee": owner,
            "clause": notice.clause,
            "points": notice.points,
            "occurred_on": notice.occurred_on.isoformat(),
            "late": fact.late,
            "status": status_of(notice, fact),
            **({} if notice.referred is None else {"case": notice.referred}),
            "issued_by": notice.issued_by,
            "events": list(fact.positions),
            "authority": sorted({appointment.position for appointment in authority}),
        }
    return found


def _authority(ledger_state: LedgerState, site: str, person: str, day: Any) -> list[Appointment]:
    """The appointments under which somebody acted on a day."""
    return [a for a in ledger_state.site(site).appointments if a.employee == person and a.covers(day)]


def _events(
    ledger_state: LedgerState, employees: Iterable[str], cited: set[int]
) -> dict[str, dict[str, Any]]:
    """The cited events by position; those of other streams are read from the log."""
    found: dict[int, Recorded] = {}
    streams = [employee_stream(employee) for employee in sorted(employees)]
    sites = {site_stream(site) for each in employees for site in ledger_state.employee(each).all_sites}
    for stream in (*streams, *sorted(sites)):
        found |= {r.position: r for r in ledger_state.as_read(stream) if r.position in cited}
    found |= {r.position: r for r in ledger_state.log.at(sorted(cited - found.keys()))}
    hashes = ledger_state.log.hashes(found)
    return {
        str(position): {
            "position": position,
            "kind": recorded.event.kind,
            "stream": recorded.stream,
            "by": actor_of(recorded.event),
            "on": business_day_of(recorded.event),
            "operator": recorded.operator,
            "recorded_at": format_recorded(recorded.recorded_at),
            "hash": hashes.get(position),
        }
        for position, recorded in sorted(found.items())
    }
