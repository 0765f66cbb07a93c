"""Files for other programs: the summary of a month, and what a close hands to payroll. Whose names are in one is noted."""

from collections.abc import Iterator
from typing import Any, Final

from starlette.responses import Response

from ledger.errors import NotEntitled
from ledger.exports.csv_file import csv_lines
from web.ask import Ask
from web.routes import form

Values = dict[str, Any]
_CSV: Final = "text/csv; charset=utf-8"
_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_SUMMARY: Final = (
    *("employee", "name", "department", "notices", "points", "late_points", "contested_points", "base_fine"),
    *("surcharge", "shifted", "no_worse", "joint_liability", "deduction", "band", "sanction_due", "repeats"),
    *("public", "performance"),
)
_WORDED: Final = frozenset(("band", "sanction_due"))
"""What stands in the summary as a code."""


@form("/months/{month}/file", records=False)
def summary(ask: Ask) -> Response:
    """The rows of a month that are mine to see, as CSV."""
    month = ask.path("month")
    ask.require_now()
    since = ask.desk.position()
    with ask.desk.look() as look:
        site = look.site(None)
        rows = look.monthly(month, site)
    if ask.request.method == "GET":
        return ask.page(
            "taken", title=ask.speech.say("summary_title", month=month), about=ask.speech.say("summary_file")
        )
    titles = [ask.speech.heading(name) for name in _SUMMARY]
    content = b"".join(csv_lines(titles, (list(_cells(ask, row)) for row in rows)))
    name = f"monthly-{site}-{month}.csv"
    ask.desk.people.note_handout([row["employee"] for row in rows], "monthly", f"web {name}", since)
    return ask.file(name, content, _CSV)


def _cells(ask: Ask, row: Values) -> Iterator[str]:
    """The cells of a person's row; empty where something is withheld."""
    for name in _SUMMARY:
        value = row[name]
        if name == "performance":
            value = value["amount"]
        if name == "repeats":
            value = " ".join(value)
        if value is None:
            yield ""
        elif name in _WORDED:
            yield ask.speech.word(value)
        elif name == "department":
            yield ask.speech.department(value)
        else:
            yield ask.speech.value(name, value) if isinstance(value, bool) else str(value)


@form("/payroll/{month}/file", records=False)
def hand_off(ask: Ask) -> Response:
    """The workbook of a close, or its sheet of what to take as CSV, for whoever handles pay at its site."""
    month, wanted = ask.path("month"), "csv" if ask.query("form") == "csv" else "xlsx"
    ask.require_now()
    since = ask.desk.position()
    with ask.desk.look() as look:
        report = look.payroll(month)
    if report["total"] is None:
        raise NotEntitled("not_yours_to_read", by=ask.person, id=f"payroll {month}")
    if ask.request.method == "GET":
        title = ask.speech.say("payroll_file_title", month=month)
        return ask.page("taken", title=title, about=ask.speech.say(f"payroll_file_{wanted}_told"))
    exports = ask.desk.exports
    sheets = exports.handoff(month, report["site"], "full", ask.speech.labels)
    content = exports.workbook(sheets) if wanted == "xlsx" else exports.csv(sheets.pay, "utf-8-sig")
    name = f"payroll-{report['site']}-{month}.{wanted}"
    ask.desk.people.note_handout(sheets.people, "payroll", f"web {name}", since)
    ask.desk.proofs.keep([] if sheets.note is None else [sheets.note])
    return ask.file(name, content, _XLSX if wanted == "xlsx" else _CSV)
