"""`explain EMPLOYEE MONTH --pay`: why somebody's pay is what it is, each fen with what it rests on (finance §13)."""

from collections.abc import Iterator
from typing import Any

from ledger.aggregates.employee.pay_returns import (
    ReturnState,
    SettlementState,
    carried_on,
    expected_of,
    open_of,
    returns_of,
    settlements_of,
)
from ledger.events.months import MonthClosed, RunLine
from ledger.exports import because
from ledger.state.closes import close_at
from ledger.state.handed_over import HandedOver
from ledger.state.ledger_state import LedgerState
from ledger.terms import Language, format_money

Values = dict[str, Any]


def pay(ledger_state: LedgerState, employee: str, month: str, language: Language) -> Values:
    """The close's lines, what was carried and brought, the guard, what pay took, and what was settled.

    The amounts of `line` to `wage_guard` sum to `expected`; with `returned` and `settled` to `open`. Each entry has the
    positions it rests on, and a line says in `words` what those say, of codes only.
    WrongState `month_not_closed`, `month_closed_with`.
    """
    state = ledger_state.employee(employee)
    position, close = close_at(ledger_state, state.site_in(month), month)
    expected = expected_of(close, employee)
    returned = returns_of(state, close.site, month)
    actual = sum(each.amount_fen or 0 for each in returned) if returned else None
    return {
        "employee": employee,
        "name": state.name,
        "month": month,
        "closed_on": close.on.isoformat(),
        "position": position,
        "expected": None if expected is None else format_money(expected),
        "actual": None if actual is None else format_money(actual),
        "open": format_money(open_of(state, close)),
        "entries": [
            *_handed_over(ledger_state, close, employee, position, language),
            *map(_returned, returned),
            *map(_settled, settlements_of(state, close.site, month)),
        ],
    }


def _returned(entry: ReturnState) -> Values:
    amount = format_money(-(entry.amount_fen or 0))
    told = {"run": entry.run, "reason": entry.reason}
    return {"what": "returned", "amount": amount, "rests_on": [entry.position], **told}


def _settled(entry: SettlementState) -> Values:
    amount = format_money(-entry.amount_fen)
    return {"what": "settled", "amount": amount, "rests_on": [entry.position], "how": entry.how}


def _handed_over(
    ledger_state: LedgerState, close: MonthClosed, employee: str, position: int, language: Language
) -> Iterator[Values]:
    """What the close's run is made of: lines, the carry before, differences brought in, and what the guard leaves."""
    for line in close.lines:
        if line.employee == employee:
            yield {
                "what": "line",
                "amount": format_money(line.amount_fen),
                "rests_on": list(line.because),
                "obligation_month": line.obligation_month,
                "component": line.component,
                "adjustment": line.adjustment,
                "words": because.in_words(ledger_state.log.at(line.because), line.adjustment, language),
            }
    since, last = HandedOver(ledger_state).before(employee, position) or (0, None)
    before = 0 if last is None else sum(r.carried_fen for r in last.run if r.employee == employee)
    if last is not None and before:
        amount = format_money(before)
        yield {"what": "carried_before", "amount": amount, "rests_on": [since], "month": last.month}
    for each in carried_on(ledger_state.employee(employee), since, position):
        amount = format_money(each.amount_fen)
        yield {
            "what": "difference_carried",
            "amount": amount,
            "rests_on": [each.position],
            "month": each.month,
        }
    run = next((line for line in close.run if line.employee == employee), None)
    if run is not None and run.carried_fen:
        yield _guard(ledger_state, close, run, position)


def _guard(ledger_state: LedgerState, close: MonthClosed, run: RunLine, position: int) -> Values:
    """What the wage guard leaves for the next run."""
    wage = ledger_state.facts(run.employee).wages.get(close.month)
    rule = ledger_state.policy_of(close.site, close.month).wage_guard
    return {
        "what": "wage_guard",
        "amount": format_money(-run.carried_fen),
        "rests_on": [position] if wage is None else [wage.position],
        "wage": None if wage is None else format_money(wage.wage_fen),
        "minimum_wage": None if wage is None else format_money(wage.minimum_wage_fen),
        "limit": format_money(run.deducted_fen),
        "rule": rule.source,
    }
