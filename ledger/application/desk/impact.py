"""What a command would change, as far as it is somebody's to see: before and after, and what differs of that."""

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from ledger.access.classes import Grant, InfoClass
from ledger.access.standing import Standing
from ledger.aggregates.authority import policy_of_month
from ledger.application.desk.guarded_appraisal import without_amount
from ledger.application.desk.guarded_reports import without_money
from ledger.application.desk.known import Known
from ledger.application.recording.applied import Applied
from ledger.events.appeals import AppealDecided
from ledger.formats import months_of_quarter
from ledger.review.impact import Impact, difference
from ledger.terms import last_day

if TYPE_CHECKING:
    from ledger.application.desk.desk import Desk

Row = dict[str, Any]

_ON_THE_WALL: Final = "public_list"
_OF_PAY: Final = ("payroll", "payroll_run", "bonus")
_FEW: Final = 3
"""Somebody, and the two above them who bear shares: so many find it among who has read their record."""
_THINGS: Final = {"actions": "action", "findings": "finding"}
"""The reports whose rows are of things, each of which is somebody's to see by itself → their kind."""
_WITHOUT_MONEY: Final[dict[str, Callable[[Row], Row]]] = {
    "monthly": without_money,
    "appraisal": without_amount,
}


def seen_impact(desk: "Desk", applied: Applied) -> Impact | None:
    """What a person sees of it; whoever decides an appeal sees all that the decision changes, as the keeper does.

    Whose figures are among it is noted as read. StoreError `reading_not_noted`.
    """
    found = applied.impact
    if found is None or desk.person is None:
        return found
    what = f"preview {applied.events[0].event.kind}" if applied.events else "preview"
    if any(isinstance(each.event, AppealDecided) for each in applied.events):
        return noted_impact(desk, found, what)
    shown = _shower(desk.standing())
    before, after = (
        {report: [seen for row in rows if (seen := shown(report, row))] for report, rows in picture.items()}
        for picture in (found.before, found.after)
    )
    differing = difference(before, after)
    told = Impact(before, after, differing, withheld=len(differing) < len(found.difference))
    return noted_impact(desk, told, what)


def noted_impact(desk: "Desk", impact: Impact, what: str) -> Impact:
    """The same, after it is kept whose figures are read in it: of few others theirs, of more a list at each site of
    the months.

    StoreError `reading_not_noted`.
    """
    standing = desk.standing()
    read = {
        (_class_of(report), row[field], _month(row, standing))
        for picture in (impact.before, impact.after)
        for report, rows in picture.items()
        if report != _ON_THE_WALL
        for row in rows
        for field in ("employee", "supervisor")
        if row.get(field) not in (None, desk.person)
    }
    is_list = len({employee for _, employee, _ in read}) > _FEW
    noted = {
        (info, f"site:{standing.context.employee(employee).site_in(month)}" if is_list else employee)
        for info, employee, month in read
    }
    for info, subject in sorted(noted):
        desk.note(info, what, subject)
    return impact


def _shower(standing: Standing) -> Callable[[str, Row], Row | None]:
    """Of a report and a row what may be seen; None: nothing."""
    known = Known(standing)

    @cache
    def granted(employee: str, month: str, info: InfoClass) -> Grant:
        owner = standing.context.employee(employee)
        return standing.grant(standing.to_month(owner, month, None, last_day(month)), info)

    def shown(report: str, row: Row) -> Row | None:
        if report in _THINGS:
            kind = _THINGS[report]
            return row if known.may_see(kind, row[kind]) else None
        month = _month(row, standing)
        if report == _ON_THE_WALL and _names_on_the_wall(standing, row["employee"], month):
            return row
        info = _class_of(report)
        people = [row["employee"], *([row["supervisor"]] if row.get("supervisor") else [])]
        grant = max(granted(each, month, info) for each in people)
        if grant is Grant.WORDS:
            return row
        return _WITHOUT_MONEY[report](row) if report in _WITHOUT_MONEY and grant > Grant.NONE else None

    return shown


def _class_of(report: str) -> InfoClass:
    """The class of information that a report's rows are of."""
    return "pay" if report in _OF_PAY else "figures"


def _names_on_the_wall(standing: Standing, employee: str, month: str) -> bool:
    """Whether the list of somebody's site names whoever is on it to everybody there, the person among them."""
    site = standing.context.employee(employee).site_in(month)
    rule = policy_of_month(standing.context, site, month).public_list
    return standing.knows_site(site) and rule.mode in ("masked", "numbers") and rule.basis == "rules"


def _month(row: Row, standing: Standing) -> str:
    """The month by whose department and line it is told whether a row may be seen."""
    if "quarter" in row:
        return months_of_quarter(row["quarter"])[-1]
    return str(row.get("month") or row.get("obligation_month") or f"{standing.today:%Y-%m}")
