"""What pay really took of a closed month, and what becomes of a difference (domain §7; finance §13). Money in fen."""

from collections.abc import Iterator
from datetime import date
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from ledger.aggregates.authority import policy_of_month, require_between, require_office
from ledger.aggregates.context import Decision, DecisionContext
from ledger.aggregates.dispatch import decides
from ledger.aggregates.employee.evolve import evolves
from ledger.aggregates.employee_state import EmployeeState
from ledger.commands.pay_returns import RecordPayroll, SettleDifference
from ledger.errors import NotEntitled, WrongState
from ledger.events.employees import employee_stream
from ledger.events.months import MonthClosed
from ledger.events.pay_returns import DifferenceSettled, PayReturned
from ledger.policy.model import Payroll
from ledger.terms import Settlement, format_money

RETURNING: Final = frozenset({"finance"})
"""The offices that say what pay took."""


class ReturnState(Struct, frozen=True, gc=False):
    """What one execution of a pay run took; `amount_fen` None where an entry was taken back."""

    site: str
    month: str
    run: str
    amount_fen: int | None
    reason: str | None
    by: str
    on: date
    position: int


class SettlementState(Struct, frozen=True, gc=False):
    """A difference that was carried or written off, whole."""

    site: str
    month: str
    how: Settlement
    amount_fen: int
    by: str
    on: date
    position: int


# --- the folds --------------------------------------------------------------------------------------


@evolves
def _(event: PayReturned, state: EmployeeState, position: int) -> EmployeeState:
    entry = ReturnState(
        event.site, event.month, event.run, event.amount_fen, event.reason, event.by, event.on, position
    )
    if returned(state, event.site, event.month, event.run) is None:
        return replace(state, returns=(*state.returns, entry))
    same = (event.site, event.month, event.run)
    returns = tuple(entry if (each.site, each.month, each.run) == same else each for each in state.returns)
    return replace(state, returns=returns)


@evolves
def _(event: DifferenceSettled, state: EmployeeState, position: int) -> EmployeeState:
    settled = SettlementState(
        event.site, event.month, event.how, event.amount_fen, event.by, event.on, position
    )
    return replace(state, settlements=(*state.settlements, settled))


# --- what is open -----------------------------------------------------------------------------------


def returned(state: EmployeeState, site: str, month: str, run: str) -> ReturnState | None:
    """The latest entry of a run of somebody's month, one that was taken back too."""
    return next((r for r in state.returns if (r.site, r.month, r.run) == (site, month, run)), None)


def returns_of(state: EmployeeState, site: str, month: str) -> list[ReturnState]:
    """The entries of a site's month that stand."""
    return [
        each
        for each in state.returns
        if (each.site, each.month) == (site, month) and each.amount_fen is not None
    ]


def settlements_of(state: EmployeeState, site: str, month: str) -> list[SettlementState]:
    """What was settled of a site's month."""
    return [each for each in state.settlements if (each.site, each.month) == (site, month)]


def carried_on(state: EmployeeState, after: int, before: int | None = None) -> list[SettlementState]:
    """What was settled by carrying it on, between two positions (`before` None: since the one)."""
    return [
        each
        for each in state.settlements
        if each.how == "carry" and after < each.position and (before is None or each.position < before)
    ]


def expected_of(close: MonthClosed, employee: str) -> int | None:
    """What a close's run takes from somebody, in fen; None where they are not in it."""
    return next((line.deducted_fen for line in close.run if line.employee == employee), None)


def open_of(state: EmployeeState, close: MonthClosed) -> int:
    """What is open of somebody's month, in fen: handed over, less what was taken, less what was settled."""
    actual = sum(each.amount_fen or 0 for each in returns_of(state, close.site, close.month))
    settled = sum(each.amount_fen for each in settlements_of(state, close.site, close.month))
    return (expected_of(close, state.employee) or 0) - actual - settled


# --- what pay took ----------------------------------------------------------------------------------


@decides(RecordPayroll)
def record_payroll(command: RecordPayroll, context: DecisionContext) -> list[Decision]:
    """One event for each person of whom something new is said; finance of the site says it, after the close."""
    close = context.close_of(command.site, command.month)
    require_between(context, command.site, command.on, close.on, "close")
    require_office(context, command.by, command.site, command.on, RETURNING)
    said = [
        Decision(employee_stream(employee), _entry(command, employee, amount))
        for employee, amount in sorted(command.deducted.items())
        if _is_new(context, command, employee, amount)
    ]
    if not said:
        raise WrongState("payroll_returned_already", month=command.month, run=command.run)
    return said


def _is_new(context: DecisionContext, command: RecordPayroll, employee: str, amount: int | None) -> bool:
    """Whether it says something else than stands. WrongState `payroll_returned_otherwise`, `nothing_to_take_back`."""
    state = context.employee(employee)
    if state.erased_on is not None:
        raise WrongState("erased", employee=employee, on=state.erased_on)
    before = returned(state, command.site, command.month, command.run)
    stands = None if before is None else before.amount_fen
    about = {"employee": employee, "month": command.month, "run": command.run}
    if amount is None and stands is None:
        raise WrongState("nothing_to_take_back", **about)
    if stands is not None and amount != stands and command.correction is None:
        now = None if amount is None else format_money(amount)
        raise WrongState("payroll_returned_otherwise", **about, before=format_money(stands), now=now)
    return amount != stands


def _entry(command: RecordPayroll, employee: str, amount: int | None) -> PayReturned:
    return PayReturned(
        site=command.site,
        month=command.month,
        run=command.run,
        employee=employee,
        amount_fen=amount,
        reason=(command.reasons or {}).get(employee),
        note=(command.notes or {}).get(employee),
        correction=command._corrections.get(employee, command.correction),
        by=command.by,
        on=command.on,
    )


# --- what becomes of a difference -------------------------------------------------------------------


@decides(SettleDifference)
def settle_difference(command: SettleDifference, context: DecisionContext) -> list[Decision]:
    """All that is open of the month is carried into the next run, or written off; after a return, by another person."""
    close = context.close_of(command.site, command.month)
    state = context.employee(command.employee)
    latest = max(_returned_in(context, close, state), key=lambda each: each.position, default=None)
    if latest is None:
        raise WrongState("payroll_not_returned", month=command.month, site=command.site)
    require_between(context, command.site, command.on, latest.on, "return")
    amount = open_of(state, close)
    if amount == 0:
        raise WrongState("nothing_to_settle", employee=command.employee, month=command.month)
    _check_settler(context, command, amount, latest.by)
    if command.how == "write_off" and amount < 0:
        raise WrongState(
            "over_deduction_not_written_off", employee=command.employee, amount=format_money(-amount)
        )
    if command.how == "carry" and amount > 0 and state.gone_by(command.on):
        raise WrongState("departed_carry", employee=command.employee, amount=format_money(amount))
    event = DifferenceSettled(
        site=command.site,
        month=command.month,
        employee=command.employee,
        how=command.how,
        amount_fen=amount,
        reason=command.reason,
        by=command.by,
        on=command.on,
    )
    return [Decision(employee_stream(command.employee), event)]


def _returned_in(context: DecisionContext, close: MonthClosed, state: EmployeeState) -> Iterator[ReturnState]:
    """What was returned of a close's month: of everybody in its run, and of one more person."""
    people = {line.employee for line in close.run} | {state.employee}
    for employee in sorted(people):
        yield from returns_of(context.employee(employee), close.site, close.month)


def _check_settler(
    context: DecisionContext, command: SettleDifference, amount_fen: int, returned_by: str
) -> None:
    """NotEntitled `settled_by_oneself`, `office_needed`, `write_off_needs_another`."""
    if command.by == command.employee:
        raise NotEntitled("settled_by_oneself", by=command.by)
    offices = _settling(
        policy_of_month(context, command.site, command.month).payroll, command.how, amount_fen
    )
    require_office(context, command.by, command.site, command.on, offices)
    if command.how == "write_off" and command.by == returned_by:
        raise NotEntitled("write_off_needs_another", by=command.by)


def _settling(rule: Payroll, how: Settlement, amount_fen: int) -> set[str]:
    """The offices that may settle a difference of so much."""
    if how == "carry":
        return set(rule.carry_by)
    return {"company"} if amount_fen > rule.write_off_limit else set(rule.write_off_by)
