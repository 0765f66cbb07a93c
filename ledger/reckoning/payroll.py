"""What a close hands to finance: lines against what was submitted before, and the run under the wage guard (domain §7)."""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping

import orjson

from ledger.events.months import PayrollLine, RunLine
from ledger.policy.model import Policy
from ledger.reckoning.facts import WageFact
from ledger.terms import COMPONENTS, Component, format_money

Owed = dict[tuple[str, str, Component], int]
"""(employee, obligation month, component) → fen."""


def submitted(closes: Iterable[Iterable[PayrollLine]]) -> Owed:
    """What all earlier closes submitted."""
    sums: defaultdict[tuple[str, str, Component], int] = defaultdict(int)
    for lines in closes:
        for line in lines:
            sums[line.employee, line.obligation_month, line.component] += line.amount_fen
    return dict(sums)


def lines(
    owed: Owed,
    before: Owed,
    month: str,
    because: Callable[[str, str, Component], tuple[int, ...]],
) -> tuple[PayrollLine, ...]:
    """One line where what is owed differs from what was submitted; a line for an earlier month is an adjustment."""
    return tuple(
        PayrollLine(
            employee=employee,
            obligation_month=obligation,
            component=component,
            amount_fen=amount - before.get((employee, obligation, component), 0),
            adjustment=obligation < month,
            because=because(employee, obligation, component),
        )
        for (employee, obligation, component), amount in sorted(
            owed.items(), key=lambda item: line_order(*item[0])
        )
        if amount != before.get((employee, obligation, component), 0)
    )


def line_order(employee: str, obligation_month: str, component: Component) -> tuple[str, str, int]:
    """Lines are sorted by employee, obligation month, and component in the order of domain §7."""
    return employee, obligation_month, COMPONENTS.index(component)


def run(
    submitted_lines: Iterable[PayrollLine],
    carried_before: Mapping[str, int],
    wages: Mapping[str, WageFact],
    policy: Policy,
) -> tuple[RunLine, ...]:
    """What the pay run takes from everybody who has a line or a carry; the rest is carried to the next run."""
    due: defaultdict[str, int] = defaultdict(int)
    for line in submitted_lines:
        due[line.employee] += line.amount_fen
    for employee, carried in carried_before.items():
        if carried:
            due[employee] += carried
    return tuple(
        RunLine(
            employee=employee,
            due_fen=amount,
            deducted_fen=(taken := deductible(amount, wages.get(employee), policy)),
            carried_fen=amount - taken,
        )
        for employee, amount in sorted(due.items())
    )


def deductible(due_fen: int, wage: WageFact | None, policy: Policy) -> int:
    """What may be taken of what is due: at most the share of the wage, never below the minimum wage (§16).

    Where no wage is recorded there is no cap, or nothing is taken before it is (`wage_guard.without_wage`).
    """
    if due_fen < 0:
        return due_fen
    if wage is None:
        return due_fen if policy.wage_guard.without_wage == "take" else 0
    by_share = wage.wage_fen * policy.wage_guard.wage_percent // 100
    by_minimum = max(0, wage.wage_fen - wage.minimum_wage_fen)
    return min(due_fen, by_share, by_minimum)


def digest(site: str, month: str, submitted_lines: Iterable[PayrollLine], pay_run: Iterable[RunLine]) -> str:
    """SHA-256 (hex) of the hand-off in sorted, compact JSON with money as strings of yuan."""
    content = {
        "site": site,
        "month": month,
        "lines": [line_values(line) for line in submitted_lines],
        "run": [run_values(line) for line in pay_run],
    }
    return hashlib.sha256(orjson.dumps(content, option=orjson.OPT_SORT_KEYS)).hexdigest()


def line_values(line: PayrollLine) -> dict[str, object]:
    """A line as reports and the digest show it."""
    return {
        "employee": line.employee,
        "obligation_month": line.obligation_month,
        "component": line.component,
        "amount": format_money(line.amount_fen),
        "adjustment": line.adjustment,
        "because": list(line.because),
    }


def run_values(line: RunLine) -> dict[str, object]:
    """A run line as reports and the digest show it."""
    return {
        "employee": line.employee,
        "due": format_money(line.due_fen),
        "deducted": format_money(line.deducted_fen),
        "carried": format_money(line.carried_fen),
    }
