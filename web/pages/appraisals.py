"""The appraisal: months and how far each has come, the sheets of a month, one person's sheet, marks and objections."""

from typing import Any

from starlette.responses import Response

from ledger.errors import NotEntitled
from ledger.formats import month_before, quarter_of
from ledger.terms import next_month
from web.ask import Ask
from web.pages.appraising import STEPS, objectionable
from web.pages.marks import may_mark
from web.routes import get

Values = dict[str, Any]


@get("/appraisals", twin=True)
def appraisals(ask: Ask) -> Response:
    """The last twelve months, and how far the departments have come that are mine to know of."""
    with ask.desk.look_at_log(ask.as_of) as look:
        rows = look.appraisal_months()
        card = look.card("employee", ask.person)
        position = look.position
    if ask.is_twin:
        return ask.json(rows)
    return ask.page(
        "appraisals",
        rows=[row for row in rows if row["departments"]],
        department=card["department"],
        may=ask.as_of is None and may_mark(ask),
        position=position,
    )


@get("/appraisals/{appraised}", twin=True)
def sheets(ask: Ask) -> Response:
    """The sheets of a month that are mine to see, how far each department has come, and what hangs on its wall."""
    month, place = ask.path("appraised"), ask.query("place")
    with ask.desk.look(ask.as_of) as look:
        rows = look.appraisal(month)
        if ask.is_twin:
            return ask.json(rows)
        summary = _summary(look, month)
        places = sorted({row["department"] for row in [*rows, *summary]})
        seen = {row["department"] for row in summary}
        own = {row["department"] for row in rows if row["employee"] == ask.person} - seen
        posted = {each: look.appraisal_posting(month, each) for each in sorted(own)}
        position = look.position
    return ask.page(
        "appraisal",
        month=month,
        before=month_before(month),
        after=next_month(month),
        rows=[row for row in rows if place in ("", row["department"])],
        summary=[row for row in summary if place in ("", row["department"])],
        places=places,
        place=place,
        posted=posted,
        acts=[] if ask.as_of is not None else _steps(ask, month, summary, place),
        may=ask.as_of is None and may_mark(ask),
        position=position,
    )


def _summary(look: Any, month: str) -> list[Values]:
    """How far each department has come, of those that are the person's to know; none where none is."""
    try:
        found: list[Values] = look.appraisal_summary(month)
    except NotEntitled:
        return []
    return found


def _steps(ask: Ask, month: str, summary: list[Values], place: str) -> list[tuple[str, str, str]]:
    """The steps that are the person's to take now: the path, the command and the department."""
    found = []
    with ask.desk.look_at_log() as look:
        site = look.site(None)
    for row in summary:
        for path, do, status in STEPS:
            if row["status"] not in status or place not in ("", row["department"]):
                continue
            reason = {"reason": "–"} if do == "return_appraisal" else {}
            values = {"do": do, "site": site, "month": month, "department": row["department"], **reason}
            if ask.desk.could(values):
                where = ask.link(f"/appraisals/{month}/{path}", department=row["department"])
                found.append((where, do, str(row["department"])))
    return found


@get("/appraisals/{appraised}/{employee}", twin=True)
def sheet(ask: Ask) -> Response:
    """One person's sheet: the six dimensions, what stands on it and why, what was done, and the bonus."""
    month = ask.path("appraised")
    with ask.desk.look(ask.as_of) as look:
        report = look.appraisal_sheet(ask.path("employee"), month)
        if ask.is_twin:
            return ask.json(report)
        bonus = look.bonus(quarter_of(month), None, report["employee"])
        position = look.position
    return ask.page(
        "appraisal_sheet",
        report=report,
        signed={line["id"]: signed(line) for line in report["lines"]},
        bonus=bonus["rows"][0] if bonus["enabled"] and bonus["rows"] else None,
        quarter=bonus["quarter"],
        acts=[] if ask.as_of is not None else _acts(ask, report),
        position=position,
    )


def signed(line: Values) -> int:
    """The points of a line as a sheet counts them: a notice takes its points, a mark and a reward say so themselves."""
    points = int(line["points"])
    return -points if line["source"] == "notice" else points


def _acts(ask: Ask, report: Values) -> list[tuple[str, str]]:
    """What the person could do about a sheet now: the path and the name of each."""
    employee, month, found = report["employee"], report["month"], list[tuple[str, str]]()
    here = f"/appraisals/{month}/{employee}"
    if employee == ask.person:
        told = {"employee": employee, "month": month}
        acknowledged = any(act["act"] == "acknowledged" for act in report["acts"])
        if not acknowledged and ask.desk.could({"do": "acknowledge_appraisal", "how": "signed", **told}):
            found.append((f"{here}/acknowledgement", "acknowledge_appraisal"))
        if report["status"] in ("published", "reported") and objectionable(ask, employee, month):
            found.append((f"{here}/objection", "object_appraisal"))
    elif report["status"] == "open" and may_mark(ask, employee, month):
        found.append((ask.link("/checks/new", employee=employee, month=month), "record_check"))
    return found
