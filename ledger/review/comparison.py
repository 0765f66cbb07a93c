"""`kaoji compare`: a month as it was known then beside as it is known now, with the reason for each difference."""

from typing import Any

from ledger.events import Recorded
from ledger.events.employees import employee_stream
from ledger.events.policies import POLICY_STREAM
from ledger.projections.tables import monthly
from ledger.reckoning.fold_facts import moves_facts
from ledger.reports.shapes import monthly_row
from ledger.review.history import actor_of, business_day_of
from ledger.state.affected import affected
from ledger.state.hand_off import enforceable
from ledger.state.ledger_state import LedgerState
from ledger.terms import first_day

_IDENTITY = {"employee", "name", "department", "policy"}


def compare(then: LedgerState, now: LedgerState, employee: str, month: str) -> dict[str, Any]:
    """Every figure of the month at two positions; `because` names the events between them that touch it."""
    old, new = _figures(then, employee, month), _figures(now, employee, month)
    between = _between(then, now, employee, month)
    hashes = now.log.hashes(recorded.position for recorded in between)
    return {
        "employee": employee,
        "name": now.employee(employee).name,
        "month": month,
        "then": then.as_of,
        "now": now.as_of,
        "figures": [
            {
                "figure": figure,
                "then": old.get(figure, 0),
                "now": new.get(figure, 0),
                "differs": old.get(figure, 0) != new.get(figure, 0),
            }
            for figure in {**new, **old}  # points that wait stand only where there are any
        ],
        "because": [
            {
                "position": recorded.position,
                "kind": recorded.event.kind,
                "subject": recorded.subject,
                "by": actor_of(recorded.event),
                "on": business_day_of(recorded.event),
                "hash": hashes.get(recorded.position),
            }
            for recorded in between
        ],
    }


def _figures(ledger_state: LedgerState, employee: str, month: str) -> dict[str, Any]:
    """The figures of a month there. Unknown `employee_unknown` where nobody was known by that number yet."""
    state = ledger_state.employee(employee)
    cell = ledger_state.cell(employee, month)
    joint = enforceable(ledger_state.borne(employee, month))
    row = monthly_row(monthly.rows(cell, state.site_in(month), joint, always=True)[0], state.name)
    performance = row.pop("performance")
    return {name: value for name, value in row.items() if name not in _IDENTITY} | {
        f"performance_{name}": value for name, value in performance.items()
    }


def _between(then: LedgerState, now: LedgerState, employee: str, month: str) -> list[Recorded]:
    """The events after `then` that touch the employee's month, or a share the employee bears or bore in it."""
    people = {employee} | {
        below
        for below in now.supervised_by(employee)
        if _borne_from(then, employee, below, month) != _borne_from(now, employee, below, month)
    }
    line = {change.value for change in now.facts(employee).supervisors.changes if change.value is not None}
    cells = {(person, month) for person in people}
    found = {
        recorded.position: recorded
        for stream in sorted(map(employee_stream, people | line))
        for recorded in now.stream(stream)
        if recorded.position > (then.as_of or 0)
        and moves_facts(recorded.event)
        and not cells.isdisjoint(affected(recorded.event, now))
    }
    found |= _adopted_between(then, now, {now.employee(person).site_in(month) for person in people}, month)
    return [found[position] for position in sorted(found)]


def _adopted_between(then: LedgerState, now: LedgerState, sites: set[str], month: str) -> dict[int, Recorded]:
    """The adoptions after `then` by which another policy governs the month at one of the sites."""
    day = first_day(month)
    adopted = {now.policy_book().entry_on(site, day).position for site in sites}
    adopted -= {then.policy_book().entry_on(site, day).position for site in sites}
    return {r.position: r for r in now.stream(POLICY_STREAM) if r.position in adopted}


def _borne_from(
    ledger_state: LedgerState, supervisor: str, employee: str, month: str
) -> list[tuple[str, int, str]]:
    if ledger_state.stream_of("employee", employee) is None:
        return []
    shares = ledger_state.cell(employee, month).shares
    return [(s.notice, s.share_fen, s.status) for s in shares if s.supervisor == supervisor]
