"""Why a line of a hand-off arose: the positions since the last close that made it, or may have moved it (domain §7)."""

from ledger.events.employees import employee_stream
from ledger.reckoning.entries import Share, positions
from ledger.reckoning.facts import EmployeeFacts
from ledger.reckoning.fold_facts import fold_all
from ledger.reckoning.reckon import Cell
from ledger.state.ledger_state import LedgerState
from ledger.terms import Component, Scheme


def causes_of(
    ledger_state: LedgerState, employee: str, month: str, component: Component, since: int
) -> tuple[int, ...]:
    """The positions since the last close that made a line; for a share those of the subordinates it comes from."""
    if component == "own":
        touching = _touches(ledger_state, employee, month, "service_quality", since)
        return touching or own_moves(ledger_state, employee, since)
    elsewhere = _versions_elsewhere(ledger_state, ledger_state.facts(employee), since)
    if component == "performance":
        return _touches(ledger_state, employee, month, "performance", since) or tuple(elsewhere)
    below = facts_below(ledger_state, employee)
    found = positions(_behind_shares(ledger_state, facts, month, employee, since) for facts in below)
    moves = [line_moves(ledger_state, employee, facts, since) for facts in below]
    return found or positions([*moves, elsewhere])


def _touches(
    ledger_state: LedgerState, employee: str, month: str, scheme: Scheme, since: int
) -> tuple[int, ...]:
    facts = ledger_state.facts(employee)
    return facts.touches(month, scheme, ledger_state.policy_of(facts.site_in(month), month), since)


def _behind_shares(
    ledger_state: LedgerState, facts: EmployeeFacts, month: str, supervisor: str, since: int
) -> tuple[int, ...]:
    """The positions since the last close on notices whose shares fall on somebody or did, and on those of their clause."""
    now, then = facts, _facts_at(ledger_state, facts.employee, since)
    shares = [
        falling_on(supervisor, ledger_state.cell(now.employee, month)) if month in now.touched else [],
        falling_on(supervisor, ledger_state.reckoned(then, month)) if month in then.touched else [],
    ]
    if shares[0] == shares[1]:
        return ()
    clauses = {
        one.notices[share.notice].clause
        for one, found in zip((now, then), shares, strict=True)
        for share in found
    }
    policy = ledger_state.policy_of(facts.site_in(month), month)
    touching = positions(
        (position for position in notice.as_charged(policy).positions if position > since)
        for notice in now.notices.values()
        if notice.month == month and notice.clause in clauses
    )
    return touching or line_moves(ledger_state, supervisor, facts, since)


def _facts_at(ledger_state: LedgerState, employee: str, position: int) -> EmployeeFacts:
    events = ledger_state.stream(employee_stream(employee))
    return fold_all(EmployeeFacts(), [(r.event, r.position) for r in events if r.position <= position])


def falling_on(supervisor: str, cell: Cell) -> list[Share]:
    """The shares of a month that fall on somebody."""
    return [share for share in cell.shares if share.supervisor == supervisor]


def facts_below(ledger_state: LedgerState, employee: str) -> list[EmployeeFacts]:
    """The facts of everybody for whom somebody may ever have borne a share."""
    names = sorted(ledger_state.supervised_by(employee))
    if not names:
        return []
    ledger_state.load(map(employee_stream, names))
    return [ledger_state.facts(name) for name in names]


def line_moves(
    ledger_state: LedgerState, supervisor: str, facts: EmployeeFacts, since: int
) -> tuple[int, ...]:
    """The positions since the last close that may move a share between people, or its amount, in any month.

    A subordinate's site may still have a month open that the supervisor's site has closed: there the line may
    change, the supervisor may leave, and a policy may be adopted.
    """
    found = [change.position for change in facts.supervisors.changes if change.position > since]
    found += _absences_told(ledger_state, supervisor, since)
    found += _versions_told(ledger_state, facts, since)
    return tuple(sorted(found))


def _absences_told(ledger_state: LedgerState, person: str, since: int) -> list[int]:
    """The positions since the last close that say, or correct, when somebody left."""
    return [position for position in ledger_state.facts(person).absences_at if position > since]


def _versions_told(ledger_state: LedgerState, facts: EmployeeFacts, since: int) -> list[int]:
    """The positions since the last close that adopt a version for a site somebody is of, or was of."""
    sites = {change.value for change in facts.sites.changes}
    versions = [entry for site in sorted(sites) for entry in ledger_state.policy_book().versions(site)]
    return [entry.position for entry in versions if entry.position > since]


def _versions_elsewhere(ledger_state: LedgerState, facts: EmployeeFacts, since: int) -> list[int]:
    """The same of somebody who moved: a month handed over by one site may be open where it was, and get a version there."""
    return _versions_told(ledger_state, facts, since) if len(facts.sites.changes) > 1 else []


def own_moves(ledger_state: LedgerState, employee: str, since: int) -> tuple[int, ...]:
    """The positions since the last close that may move what stays with an employee, in any month."""
    facts = ledger_state.facts(employee)
    above = {c.value for c in facts.supervisors.changes if c.value is not None}
    left = [_absences_told(ledger_state, person, since) for person in above]
    return positions([*left, _versions_elsewhere(ledger_state, facts, since)])
