"""Who belongs on a month's public list now, and what was posted of it (finance §14; 篇3 4.2.5)."""

from collections.abc import Iterable

from ledger.aggregates.context import DecisionContext, Listed
from ledger.aggregates.employee.consents import consents
from ledger.aggregates.posted_list_state import PostedList, evolve_all
from ledger.errors import WrongState
from ledger.events.employees import employee_stream
from ledger.events.months import MonthClosed, month_stream
from ledger.reckoning.tally import tally
from ledger.state.closes import close_of
from ledger.state.deadlines import appeal_by
from ledger.state.ledger_state import LedgerState


def posted_list(ledger_state: LedgerState, site: str, month: str, opened: bool = False) -> PostedList | None:
    """What was posted of a site's month; None where nothing was. `opened`: with its words, for showing them."""
    stream = month_stream(site, month)
    events = ledger_state.words(stream) if opened else ledger_state.stream(stream)
    return evolve_all((recorded.event, recorded.position) for recorded in events)


def posted_lists(ledger_state: LedgerState, site: str) -> list[PostedList]:
    """Every list of a site that was posted, the oldest month first."""
    found = (posted_list(ledger_state, site, close.month) for close in ledger_state.closes.of(site))
    return [each for each in found if each is not None]


def list_close(ledger_state: LedgerState, site: str, month: str) -> MonthClosed:
    """The close after which a month's list may be posted. WrongState `list_month_open`, `month_closed_with`."""
    try:
        return close_of(ledger_state, site, month)
    except WrongState as refused:
        if refused.code != "month_not_closed":
            raise
        raise WrongState("list_month_open", month=month, site=site) from None


def listed(
    context: DecisionContext,
    ledger_state: LedgerState,
    site: str,
    month: str,
    among: Iterable[str] | None = None,
) -> tuple[Listed, ...]:
    """Everybody who is to be posted for a month as its figures are now, sorted by employee; `among`: only of these."""
    employees = ledger_state.employees_in(site, month) if among is None else sorted(among)
    ledger_state.load(map(employee_stream, employees))
    public = (each for each in employees if month in ledger_state.facts(each).touched)
    return tuple(
        _listed(context, ledger_state, each, month)
        for each in public
        if ledger_state.cell(each, month).public
    )


def _listed(context: DecisionContext, ledger_state: LedgerState, employee: str, month: str) -> Listed:
    cell, state = ledger_state.cell(employee, month), ledger_state.employee(employee)
    site = state.site_in(month)
    policy = ledger_state.policy_of(site, month)
    notices = tally(ledger_state.facts(employee).notices_of(month), policy).timely
    deadlines = [appeal_by(context, site, state.notices[fact.notice]) for fact in notices]
    return Listed(
        employee=employee,
        points=cell.points,
        repeats=cell.repeats,
        department=cell.department,
        clauses=tuple(sorted({fact.clause for fact in notices})),
        consents=consents(state, "public_list"),
        appeal_by=tuple(None if deadline is None else deadline.day for deadline in deadlines),
    )
