"""What some events would change, for everybody: the reports before and after, and the next close (law 5).

Nothing is recorded: the events are added to a memory of their own.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ledger.aggregates.in_part import of_months
from ledger.events import Recorded
from ledger.events.months import PayrollLine
from ledger.formats import format_day, month_before, months_of_quarter, quarter_of
from ledger.projections.tables import joint_liability, monthly, public_list, register
from ledger.reckoning import payroll
from ledger.reports import shapes
from ledger.reports.appraisal_rows import sheet_row
from ledger.reports.bonus import bonus_figures, rules_of
from ledger.reports.public_list import public_row
from ledger.reports.sanctions import sanction_rows
from ledger.state.actions import actions_at, standing_of
from ledger.state.affected import CellKey, affected
from ledger.state.appraisal import PlacedSheet, sheet_of
from ledger.state.findings import status_of
from ledger.state.hand_off import enforceable, handoff
from ledger.state.ledger_state import LedgerState
from ledger.terms import month_of, next_month

ReportSet = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Impact:
    """Two pictures of everybody touched, in the shapes of the reports, and what differs between them.

    Each picture holds `monthly` (rows with their month), `public_list`, `joint_liability`, `sanctions`, `appraisal` (rows
    with their month), `bonus` (rows with their quarter), `payroll` (lines of the next close) and `payroll_run`, and of
    `actions` and `findings` those that change. `withheld`, where it is what a person sees: whether more would differ.
    """

    before: ReportSet
    after: ReportSet
    difference: list[dict[str, Any]]
    withheld: bool | None = None

    def values(self) -> dict[str, Any]:
        """As `--json` prints it."""
        found: dict[str, Any] = {"before": self.before, "after": self.after, "difference": self.difference}
        return found if self.withheld is None else {**found, "withheld": self.withheld}


def impact(before: LedgerState, after: LedgerState, events: Iterable[Recorded]) -> Impact:
    """What events that are in `after` and not in `before` change."""
    cells: set[CellKey] = set()
    for recorded in events:
        cells.update(affected(recorded.event, after))
    return impact_on(before, after, cells)


def impact_on(before: LedgerState, after: LedgerState, cells: set[CellKey]) -> Impact:
    """What differs between two memories in some cells, and for everybody who bears a share of them."""
    cells = cells | {
        (share.supervisor, month)
        for ledger_state in (before, after)
        for employee, month in cells
        for share in ledger_state.cell(employee, month).shares
        if share.supervisor is not None
    }
    old, new = _picture(before, cells), _picture(after, cells)
    for ledger_state, picture in ((before, old), (after, new)):
        picture["actions"] = _actions(ledger_state, {employee for employee, _ in cells})
        picture["findings"] = _findings(ledger_state, cells)
    concerned = {employee for employee, _ in cells}
    months = {row["month"] for picture in (old, new) for row in picture["monthly"]}
    latest = max(months or {month for _, month in cells}, default="")
    for ledger_state, picture in ((before, old), (after, new)):
        lines, picture["payroll_run"] = next_close(ledger_state, concerned, latest)
        picture["payroll"] = [payroll.line_values(line) for line in lines]
    for part in ("payroll", "payroll_run", "actions", "findings"):
        old[part], new[part] = _only_what_differs(old[part], new[part])
    return Impact(old, new, difference(old, new))


def _picture(ledger_state: LedgerState, cells: Iterable[CellKey]) -> ReportSet:
    """The rows of some cells as the reports would show them."""
    found: ReportSet = {name: [] for name in ("monthly", "public_list", "joint_liability", "sanctions")}
    seen = {month: ledger_state.within([month]) for _, month in cells if ledger_state.is_asking}
    for employee, month in sorted(cells):
        here = seen.get(month, ledger_state)
        cell, state = here.cell(employee, month), here.employee(employee)
        joint = enforceable(here.borne(employee, month))
        stamp, site = {"month": month}, state.site_in(month)
        summary = monthly.rows(cell, site, joint)
        found["monthly"] += [stamp | shapes.monthly_row(row, state.name) for row in summary]
        posted = public_list.rows(cell, site)
        policy = ledger_state.policy_of(site, month)
        found["public_list"] += [
            stamp | public_row(row, state.name, policy.public_list.mask_names) for row in posted
        ]
        shares = joint_liability.rows(state, cell, policy)
        found["joint_liability"] += [stamp | shapes.share_row(row) for row in shares]
        registered = register.rows(state, cell, policy)
        found["sanctions"] += sanction_rows(summary, registered, {employee: state.name})
    found["joint_liability"].sort(key=lambda row: str(row["notice"]))
    return found | _appraised(ledger_state, sorted(cells))


def _appraised(ledger_state: LedgerState, cells: Sequence[CellKey]) -> ReportSet:
    """The appraisal sheets of some cells, and the quarters they lie in, of everybody who has a sheet."""
    placed = {each: _sheet(ledger_state, *each) for each in cells}
    names = {employee: ledger_state.employee(employee).name for employee, _ in cells}
    rows = [
        {"month": month} | sheet_row(ledger_state, sheet, names[employee])
        for (employee, month), sheet in placed.items()
        if sheet is not None
    ]
    quarters = {(e, quarter_of(month)) for (e, month), sheet in placed.items() if sheet is not None}
    for employee, quarter in quarters:
        for each in ((employee, month) for month in months_of_quarter(quarter)):
            placed[each] = placed[each] if each in placed else _sheet(ledger_state, *each)
    return {
        "appraisal": rows,
        "bonus": [_bonus(ledger_state, *each, placed, names[each[0]]) for each in sorted(quarters)],
    }


def _sheet(ledger_state: LedgerState, employee: str, month: str) -> PlacedSheet | None:
    """Somebody's sheet of a month, read with those of its quarter."""
    return sheet_of(ledger_state, employee, month, months_of_quarter(quarter_of(month))[0])


def _bonus(
    ledger_state: LedgerState,
    employee: str,
    quarter: str,
    placed: Mapping[CellKey, PlacedSheet | None],
    name: str,
) -> ReportSet:
    """Somebody's quarter as `report bonus` has it, of the sheets of its months."""
    person = ledger_state.employee(employee)
    months = months_of_quarter(quarter)
    rules = rules_of(ledger_state, person.site_in(months[-1]), quarter)
    told = [(month, placed[employee, month]) for month in months]
    figures = bonus_figures(told, rules, person.bonus_bases.get(quarter))
    return {"quarter": quarter, "employee": employee, "name": name, **figures}


def _actions(ledger_state: LedgerState, employees: set[str]) -> list[ReportSet]:
    """Where the actions of these people's sites stand, which a notice that comes or goes may open or close."""
    found = []
    for site in sorted({site for each in employees for site in ledger_state.employee(each).all_sites}):
        for action in actions_at(ledger_state, site):
            standing = standing_of(ledger_state, action)
            found.append(
                {
                    "action": action.action,
                    "status": standing.status,
                    "recurrences": list(standing.recurrences),
                    "reopened_on": format_day(standing.reopened_on),
                }
            )
    return found


def _findings(ledger_state: LedgerState, cells: Iterable[CellKey]) -> list[ReportSet]:
    """Where the findings stand of which there is a notice or a mark in some cells, and those of these months."""
    names = set()
    for employee, month in cells:
        things, near = ledger_state.employee(employee).things, (month_before(month), month, next_month(month))
        names |= {each.finding for each in of_months(things["finding"], near)}
        names |= {each.found_as for each in of_months(things["notice"], near) if each.found_as}
        names |= {each.finding for each in of_months(things["check"], near) if each.finding}
    return [
        {"finding": name, "status": found.status, "notice": found.notice}
        for name in sorted(names)
        for found in [status_of(ledger_state, name)]
    ]


def next_close(
    ledger_state: LedgerState, employees: Iterable[str], latest: str
) -> tuple[list[PayrollLine], list[dict[str, Any]]]:
    """What the next close of each site concerned would submit for these employees; `latest`: of a site never closed."""
    by_close: dict[tuple[str, str], list[str]] = {}
    for employee in sorted(employees):
        by_close.setdefault(_next_close_of(ledger_state, employee, latest), []).append(employee)
    lines: list[PayrollLine] = []
    run: list[dict[str, Any]] = []
    for (site, month), concerned in by_close.items():
        handed = handoff(ledger_state, site, month, concerned)
        lines += handed.lines
        run += [payroll.run_values(line) for line in handed.run]
    return lines, run


def _next_close_of(ledger_state: LedgerState, employee: str, latest: str) -> tuple[str, str]:
    """The site and month of the next close that reckons somebody: the first open month of a site they are of then.

    Of somebody who moves that may be a later close than the site's next one.
    """
    person = ledger_state.employee(employee)
    found = []
    for site in person.all_sites:
        last = ledger_state.closes.last(site)
        month = latest if last is None else next_month(last[0])
        while person.site_in(month) != site and any(month < month_of(c.day) for c in person.sites.changes):
            month = next_month(month)
        if person.site_in(month) == site:
            found.append((month, site))
    month, site = min(found, default=(latest, person.last_site))
    return site, month


def _only_what_differs(old: list[ReportSet], new: list[ReportSet]) -> tuple[list[ReportSet], list[ReportSet]]:
    """Of each side the rows that the other does not have; a line that only has more causes is the same."""
    left, right = ([_told(row) for row in rows] for rows in (old, new))
    return [row for row in old if _told(row) not in right], [row for row in new if _told(row) not in left]


def _told(row: ReportSet) -> ReportSet:
    return {name: value for name, value in row.items() if name != "because"}


_ROW_NAMES = {
    "monthly": ("employee", "month"),
    "public_list": ("employee", "month"),
    "joint_liability": ("notice",),
    "sanctions": ("employee", "month", "sanction"),
    "appraisal": ("employee", "month"),
    "bonus": ("employee", "quarter"),
    "payroll": ("employee", "obligation_month", "component"),
    "payroll_run": ("employee",),
    "actions": ("action",),
    "findings": ("finding",),
}


def difference(before: ReportSet, after: ReportSet) -> list[dict[str, Any]]:
    """Every value that differs: report, row, field, before and after; a row that comes or goes has no field."""
    found: list[dict[str, Any]] = []
    for report, names in _ROW_NAMES.items():
        old = {tuple(row[name] for name in names): row for row in before[report]}
        new = {tuple(row[name] for name in names): row for row in after[report]}
        for key in sorted({*old, *new}, key=str):
            found += _row_difference(report, dict(zip(names, key, strict=True)), old.get(key), new.get(key))
    return found


def _row_difference(
    report: str, row: dict[str, Any], old: dict[str, Any] | None, new: dict[str, Any] | None
) -> list[dict[str, Any]]:
    if old is None or new is None:
        return [{"report": report, **row, "field": None, "before": old, "after": new}]
    return [
        {"report": report, **row, "field": field, "before": old[field], "after": new[field]}
        for field in old
        if old[field] != new[field] and field != "because"
    ]
