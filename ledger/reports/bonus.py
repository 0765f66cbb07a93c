"""`report bonus`: the quarterly bonus 季度獎金 (篇4 4.4.2). A report to the office; it enters no close."""

from collections.abc import Iterator, Sequence
from typing import Any

from ledger.events.employees import employee_stream
from ledger.formats import format_money, format_tenths, months_of_quarter
from ledger.policy.appraisal_tables import Bonus
from ledger.reckoning.rules.bonus import amount_fen, coefficient_tenths, mean_tenths
from ledger.reports.names import names_of
from ledger.reports.shapes import Report
from ledger.state.appraisal import PlacedSheet, sheet_of, sheets
from ledger.state.ledger_state import LedgerState


def bonus(state: LedgerState, site: str, quarter: str, only: str | None = None) -> Report:
    """One row for whoever has a sheet in the quarter and is of the site in its last month, by employee.

    Of one person where they are given. The table is that in force on its first day. Whoever moved has one bonus, of the
    sheets of both sites.
    """
    months = months_of_quarter(quarter)
    rules = rules_of(state, site, quarter)
    here = set(state.employees_in(site, months[-1]))
    here = here if only is None else here & {only}
    state.load(map(employee_stream, here))  # a base may have come at any time
    by_month = {
        month: {s.employee: s for s in _sheets(state, site, month, here, only is not None)}
        for month in months
    }
    people = sorted({employee for found in by_month.values() for employee in found})
    names = names_of(state, people)
    return {
        "site": site,
        "quarter": quarter,
        "enabled": rules.enabled,
        "rows": [
            {
                "employee": employee,
                "name": names[employee],
                **bonus_figures(
                    [(month, by_month[month].get(employee)) for month in months],
                    rules,
                    state.employee(employee).bonus_bases.get(quarter),
                ),
            }
            for employee in people
        ],
    }


def _sheets(
    state: LedgerState, site: str, month: str, people: set[str], alone: bool
) -> Iterator[PlacedSheet]:
    """Those of some people of a month, wherever they were in it; `alone`: they are few, each is asked for."""
    apart = people
    if not alone:
        yield from (each for each in sheets(state, site, month) if each.employee in people)
        moved = people & state.site(site).transferred
        apart = {each for each in moved if state.placed(each).site_in(month) != site}
    for employee in sorted(apart):
        if (found := sheet_of(state, employee, month)) is not None:
            yield found


def rules_of(state: LedgerState, site: str, quarter: str) -> Bonus:
    """The table by which a site's quarter goes."""
    return state.policy_of(site, months_of_quarter(quarter)[0]).appraisal.bonus


def bonus_figures(
    months: Sequence[tuple[str, PlacedSheet | None]], rules: Bonus, base_fen: int | None
) -> dict[str, Any]:
    """The months of somebody's quarter, their mean, and what comes of it."""
    told = [_month(month, placed) for month, placed in months]
    scores = [row["score"] for row in told if row["counts"]]
    mean = mean_tenths(scores)
    enough = mean is not None and len(scores) >= rules.minimum_months
    coefficient = coefficient_tenths(mean, rules) if rules.enabled and enough and mean is not None else None
    payable = coefficient is not None and base_fen is not None
    return {
        "months": told,
        "counted": len(scores),
        "mean": format_tenths(mean),
        "coefficient": format_tenths(coefficient),
        "base": None if base_fen is None else format_money(base_fen),
        "amount": format_money(amount_fen(base_fen or 0, coefficient or 0)) if payable else None,
        "status": _status(rules, told, enough),
    }


def _status(rules: Bonus, months: Sequence[dict[str, Any]], enough: bool) -> str:
    if not rules.enabled:
        return "off"
    if any(row["why"] == "not_approved" for row in months):
        return "provisional"
    return "ready" if enough else "none"


def _month(month: str, placed: PlacedSheet | None) -> dict[str, Any]:
    why = _why(placed)
    return {
        "month": month,
        "score": None if placed is None else placed.sheet.bonus_score,
        "counts": why == "counted",
        "why": why,
    }


def _why(placed: PlacedSheet | None) -> str:
    if placed is None:
        return "no_sheet"
    if placed.short:
        return "short"
    if placed.found.status != "approved":
        return "not_approved"
    return "unchecked" if placed.sheet.unchecked else "counted"
