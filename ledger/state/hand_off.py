"""What a close of a month would submit to finance: owed now against submitted before (domain §7)."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from ledger.aggregates.context import Handoff, Unsettled
from ledger.aggregates.employee.deduction_notices import untold
from ledger.aggregates.employee.evolve import evolve_all
from ledger.aggregates.employee.pay_returns import carried_on, open_of
from ledger.aggregates.employee_state import EmployeeState
from ledger.events.employees import EmployeeRegistered, employee_stream
from ledger.events.months import MonthClosed
from ledger.events.pay_returns import DifferenceSettled, PayReturned
from ledger.reckoning import payroll
from ledger.reckoning.entries import Share
from ledger.state.closes import close_of
from ledger.state.handed_over import Closed, HandedOver
from ledger.state.ledger_state import LedgerState
from ledger.state.line_causes import causes_of, facts_below, falling_on, line_moves, own_moves
from ledger.state.since_close import since_last_close
from ledger.terms import Component

_PAID: Final = (EmployeeRegistered.kind, PayReturned.kind, DifferenceSettled.kind)
"""Whatever says what pay took of somebody."""


def handoff(ledger_state: LedgerState, site: str, month: str, only: Iterable[str] | None = None) -> Handoff:
    """The lines and the run of a close, reckoned from the state; of some employees where `only` is given."""
    employees = ledger_state.employees_in(site, month) if only is None else sorted(set(only))
    state = since_last_close(ledger_state, site, month, employees)
    before = HandedOver(state)
    owed: payroll.Owed = {}
    submitted_at: dict[tuple[str, str], int] = {}
    for employee in employees:
        for obligation, since in _to_reckon(state, employee, month, before.last(employee)):
            key = (employee, obligation)
            submitted_at[key] = since
            owed[*key, "own"] = own_owed(state, *key)
            owed[*key, "performance"] = state.cell(*key).performance
            owed[*key, "joint"] = joint_owed(state, *key)

    def because(employee: str, obligation: str, component: Component) -> tuple[int, ...]:
        return causes_of(state, employee, obligation, component, submitted_at[employee, obligation])

    first = min((obligation for _, obligation in submitted_at), default=month)
    lines = payroll.lines(owed, before.submitted(employees, first), month, because)
    carried = {employee: before.carried(employee) for employee in employees}
    wages = {e: wage for e in employees if (wage := state.facts(e).wages.get(month)) is not None}
    settled = {e: carried_on(state.employee(e), before.position(e)) for e in employees}
    brought = {e: sum(each.amount_fen for each in found) for e, found in settled.items() if found}
    run = payroll.run(lines, carried, brought, wages, state.policy_of(site, month))
    return Handoff(
        lines=lines,
        run=run,
        total_fen=sum(line.amount_fen for line in lines),
        digest=payroll.digest(site, month, lines, run),
    )


def takes(ledger_state: LedgerState, employee: str, month: str) -> bool:
    """Whether fines and shares of somebody's month are taken: not where its version only records (domain §8)."""
    return ledger_state.policy_of(ledger_state.facts(employee).site_in(month), month).money == "deduction"


def own_owed(ledger_state: LedgerState, employee: str, month: str) -> int:
    """What somebody owes of their own for a month, in fen; nothing where their site's version only records."""
    return ledger_state.cell(employee, month).own if takes(ledger_state, employee, month) else 0


def joint_owed(ledger_state: LedgerState, supervisor: str, month: str) -> int:
    """What somebody owes as a supervisor for a month, in fen; neither site's version may be one that only records."""
    if not takes(ledger_state, supervisor, month):
        return 0
    return enforceable(
        share for share in ledger_state.borne(supervisor, month) if takes(ledger_state, share.employee, month)
    )


def unpaid(ledger_state: LedgerState, close: MonthClosed) -> list[str]:
    """Who owes something in the run of a close and has no wage of its month recorded; sorted."""
    owing = [line.employee for line in close.run if line.due_fen > 0]
    state = ledger_state.within([close.month])
    state.load(map(employee_stream, owing))
    return [employee for employee in owing if state.facts(employee).wages.get(close.month) is None]


def not_told(ledger_state: LedgerState, close: MonthClosed) -> list[str]:
    """Of whom a close takes something and who were not told of it in writing, in the order of its run."""
    people = [line.employee for line in close.run if line.deducted_fen > 0]
    ledger_state.load(map(employee_stream, people))
    return [employee for employee in people if untold(ledger_state.employee(employee), close)]


def without_wage(ledger_state: LedgerState, site: str, month: str) -> list[str]:
    """Of whom a close of the month would take something although no wage of it is recorded; sorted."""
    run = handoff(ledger_state, site, month).run
    return [
        line.employee
        for line in run
        if line.due_fen > 0 and ledger_state.facts(line.employee).wages.get(month) is None
    ]


def unsettled(ledger_state: LedgerState, employee: str) -> Unsettled:
    """What is still open of an employee's money: months, figures that moved since the last close, a carry."""
    facts = ledger_state.facts(employee)
    found = {
        (site, month)
        for month in facts.touched
        if not _is_closed(ledger_state, site := facts.site_in(month), month)
    }
    for below in facts_below(ledger_state, employee):
        for month in below.touched:
            sites = [
                s
                for s in {facts.site_in(month), below.site_in(month)}
                if not _is_closed(ledger_state, s, month)
            ]
            if sites and any(
                s.status != "lapsed" for s in falling_on(employee, ledger_state.cell(below.employee, month))
            ):
                found.update((site, month) for site in sites)
    before = HandedOver(ledger_state)
    last = before.last(employee)
    waiting = carried_on(ledger_state.employee(employee), before.position(employee))
    differing = tuple(sorted({*_differing(ledger_state, employee), *(each.month for each in waiting)}))
    if last is None:
        return Unsettled(tuple(sorted(found)), (), 0, differing)
    lines = handoff(ledger_state, last[1].site, last[1].month, [employee]).lines
    return Unsettled(
        months=tuple(sorted(found)),
        owing=tuple(sorted({line.obligation_month for line in lines})),
        carried_fen=before.carried(employee),
        differing=differing,
    )


def _differing(ledger_state: LedgerState, employee: str) -> Iterator[str]:
    """The months of which pay took something else than was handed over, until it is settled."""
    state = ledger_state.employee(employee)
    returned = {(each.site, each.month) for each in state.returns}
    for site, month in returned | {(each.site, each.month) for each in state.settlements}:
        if open_of(state, close_of(ledger_state, site, month)):
            yield month


def open_differences(ledger_state: LedgerState, site: str) -> int:
    """How many differences of a site's closes are open: people of whose month pay took something else, unsettled."""
    closes: dict[str, MonthClosed] = {}
    found = 0
    for state in _people_by(ledger_state, ledger_state.employee_ids(site), _PAID):
        said = {each.month for each in state.returns if each.site == site}
        for month in said | {each.month for each in state.settlements if each.site == site}:
            if month not in closes:
                closes[month] = close_of(ledger_state, site, month)
            found += bool(open_of(state, closes[month]))
    return found


def _people_by(
    ledger_state: LedgerState, names: Iterable[str], kinds: Sequence[str]
) -> Iterator[EmployeeState]:
    """People as events of some kinds alone have them, among these the first one; whole whoever is read so already."""
    unread = []
    for name in names:
        if ledger_state.holds(employee_stream(name)):
            yield ledger_state.employee(name)
        else:
            unread.append(employee_stream(name))
    for stream in ledger_state.log.streams(unread, ledger_state.as_of, kinds).values():
        found = evolve_all(None, ((recorded.event, recorded.position) for recorded in stream))
        if found is not None:
            yield found


def _is_closed(ledger_state: LedgerState, site: str, month: str) -> bool:
    last = ledger_state.closes.last(site)
    return last is not None and month <= last[0]


def enforceable(shares: Iterable[Share]) -> int:
    """The sum of the enforceable shares, in fen."""
    return sum(share.share_fen for share in shares if share.status == "enforceable")


def _to_reckon(ledger_state: LedgerState, employee: str, month: str, last: Closed) -> list[tuple[str, int]]:
    """Months up to this one that may owe something new: not closed before, or touched since the last close.

    Each with the position of the last close where that submitted the month already, else 0.
    """
    closed, since = ("", 0) if last is None else (last[1].month, last[0])
    below = facts_below(ledger_state, employee)
    moved = any(line_moves(ledger_state, employee, facts, since) for facts in below)
    moved = moved or bool(own_moves(ledger_state, employee, since))
    if moved and ledger_state.widen([employee, *ledger_state.supervised_by(employee)]):
        below = facts_below(ledger_state, employee)
    touched = dict(ledger_state.facts(employee).touched)
    for facts in below:
        for obligation, position in facts.touched.items():
            if position > touched.get(obligation, 0):
                touched[obligation] = position
    open_now = [
        obligation
        for obligation, position in touched.items()
        if obligation <= month and (obligation > closed or position > since or moved)
    ]
    return [(obligation, since if obligation <= closed else 0) for obligation in sorted(open_now)]
