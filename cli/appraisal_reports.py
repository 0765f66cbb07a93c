"""`kaoji report …` of the appraisal: sheets, summary, posting, day and week sheets, the whole register, the bonus."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import click

from cli.form_fields import completion
from cli.pay_tables import with_total
from cli.render import print_line, print_table, print_title, shown
from cli.report import report
from cli.report_options import Asked, Day, Quarter, month_argument, report_options
from cli.settings import settings

_CODES = "abcdef"
_DIMENSIONS = [f"dimension_{code}" for code in _CODES]


def _department(required: bool) -> Callable[[Any], Any]:
    return click.option("--department", metavar="DEPARTMENT", required=required, help="field:only_department")


@report.command("appraisal", help_key="report appraisal", examples=["kaoji report appraisal 2026-09"])
@month_argument
@_department(required=False)
@report_options
def appraisal(month: str, department: str | None, asked: Asked) -> None:
    """The appraisal sheets 績效考核表 of a month: each dimension, the score, and how far it has come."""
    rows, title = asked.fetch(
        "appraisal", month, lambda ledger, site, at: ledger.reports.appraisal(month, site, at, department)
    )
    if title is None:
        return
    print_title(title)
    flat = [_flat(row) for row in rows]
    columns = ["employee", "name", "department", "days", "days_checked", *_DIMENSIONS]
    columns = [*columns, "total_score", "published_score", "status"]
    right = ["days", "days_checked", *_DIMENSIONS, "total_score", "published_score"]
    print_table(flat, columns, right=right, spare=["published_score", "days", "department", "days_checked"])
    if any(row["unchecked"] for row in rows):
        print_line(f"\n{settings().labels().say('nobody_looked')}")


def _flat(row: Mapping[str, Any]) -> dict[str, Any]:
    """A sheet in one line: its dimensions as columns, and nothing where nobody looked."""
    finals = {
        f"dimension_{code}": "" if row["unchecked"] else score["final"]
        for code, score in row["dimensions"].items()
    }
    return {**row, **finals, "total_score": row["score"]}


@report.command(
    "appraisal-sheet",
    help_key="report appraisal-sheet",
    examples=["kaoji report appraisal-sheet E017 2026-09"],
)
@click.argument("employee", shell_complete=completion("employee"))
@month_argument
@report_options
def appraisal_sheet(employee: str, month: str, asked: Asked) -> None:
    """One person's sheet 績效考核表: every mark, notice and reward on it, what counts and why, and the acts."""
    found, title = asked.fetch(
        "appraisal-sheet", month, lambda ledger, site, at: ledger.reports.appraisal_sheet(employee, month, at)
    )
    if title is None:
        return
    labels = settings().labels()
    print_title(f"{title} · {found['employee']} {found['name']}")
    _print_dimensions(found["dimensions"])
    total = labels.say(
        "total_of_sheet", score=shown(found["score"]), published=shown(found["published_score"])
    )
    print_line(total)
    print_title(labels.title("appraisal-lines"))
    _print_lines(found["lines"])
    print_title(labels.title("appraisal-acts"))
    print_table([{**act, "matter": act["act"]} for act in found["acts"]], ["matter", "by", "on", "late"])
    if found["original"] is not None:
        print_line(labels.say("original_held", **found["original"]))


def _print_dimensions(scores: Mapping[str, Mapping[str, Any]]) -> None:
    labels = settings().labels()
    numbers = ["maximum", "marks_counted", "own_notices", "computed", "published", "verified", "final"]
    rows = [
        {
            "title": labels.heading(f"dimension_{code}"),
            **score,
            "marks_counted": score["counted"],
            "own_notices": score["own"],
        }
        for code, score in scores.items()
    ]
    print_table(rows, ["title", *numbers], right=numbers, spare=["maximum", "computed"])


def _print_lines(lines: Iterable[Mapping[str, Any]]) -> None:
    numbers = ["points_given", "points_counted"]
    columns = ["day", "about", "id", "kind", "dimension", *numbers, "reason", "amount", "by", "text"]
    rows = [
        {
            **line,
            "about": line["source"],
            "points_given": _signed(line),
            "points_counted": line["counts"],
            "reason": line["why"],
            "text": line["note"],
        }
        for line in lines
    ]
    print_table(rows, columns, right=[*numbers, "amount"], spare=["text", "by", "kind"])


def _signed(line: Mapping[str, Any]) -> int:
    """The points of a line as a sheet counts them: a notice takes its points, a check and a reward say so themselves."""
    points: int = line["points"]
    return -points if line["source"] == "notice" else points


@report.command(
    "appraisal-summary",
    help_key="report appraisal-summary",
    examples=["kaoji report appraisal-summary 2026-09"],
)
@month_argument
@report_options
def appraisal_summary(month: str, asked: Asked) -> None:
    """How far each department's appraisal has come: sheets, mean, what was not looked at, objections."""
    rows, title = asked.fetch(
        "appraisal-summary",
        month,
        lambda ledger, site, at: ledger.reports.appraisal_summary(month, site, at),
    )
    if title is None:
        return
    print_title(title)
    flat = [
        {
            **row,
            **row["checks"],
            "missing_days": len(row["missing_days"]),
            "missing_weeks": len(row["missing_weeks"]),
            "objections_pending": row["objections"]["pending"],
        }
        for row in rows
    ]
    numbers = ["sheets", "short", "unchecked", "mean", "missing_days", "missing_weeks", "objections_pending"]
    columns = ["department", "status", "published_on", "objections_until", "approved_on", *numbers]
    print_table(flat, columns, right=numbers, spare=["short", "unchecked", "approved_on", "missing_weeks"])


@report.command(
    "appraisal-posting",
    help_key="report appraisal-posting",
    examples=["kaoji report appraisal-posting 2026-09 --department front-desk"],
)
@month_argument
@_department(required=True)
@report_options
def appraisal_posting(month: str, department: str, asked: Asked) -> None:
    """What is posted in the department once published: masked names and totals."""
    rows, title = asked.fetch(
        "appraisal-posting",
        month,
        lambda ledger, site, at: ledger.reports.appraisal_posting(month, department, site, at),
    )
    if title is not None:
        print_title(f"{title} · {department}")
        flat = [{**row, "total_score": row["score"]} for row in rows]
        print_table(flat, ["name", "total_score", "short"], right=["total_score"])


@report.command(
    "daily-sheet",
    help_key="report daily-sheet",
    examples=["kaoji report daily-sheet 2026-09-02 --department front-desk"],
)
@click.argument("day", type=Day(), metavar="DAY")
@_department(required=True)
@report_options
def daily_sheet(day: Any, department: str, asked: Asked) -> None:
    """The day sheet 日檢表: who was looked at, who was absent, whom nobody looked at, and the day's marks."""
    found, title = asked.fetch(
        "daily-sheet",
        day.isoformat(),
        lambda ledger, site, at: ledger.reports.daily_sheet(day, department, site, at),
    )
    if title is None:
        return
    word = settings().labels().word
    print_title(f"{title} · {department}")
    rows = [
        {**row, "seen": word(f"seen_{row['seen']}"), "marks_counted": _told(row["marks"])}
        for row in found["rows"]
    ]
    print_table(rows, ["employee", "name", "seen", "marks_counted"], spare=["name"])
    for sheet in found["sheets"]:
        print_line(
            settings().labels().say("sheet_made_late" if sheet["late_days"] else "sheet_made", **sheet)
        )


def _told(marks: list[dict[str, Any]]) -> list[str]:
    return [f"{mark['dimension']}{mark['points']:+d}" for mark in marks]


@report.command(
    "week-sheet",
    help_key="report week-sheet",
    examples=["kaoji report week-sheet 2026-09-07 --department front-desk"],
)
@click.argument("monday", type=Day(), metavar="MONDAY")
@_department(required=True)
@report_options
def week_sheet(monday: Any, department: str, asked: Asked) -> None:
    """The week sheet 周檢: which days were looked at, the summary in words, and what the week's marks count."""
    found, title = asked.fetch(
        "week-sheet",
        monday.isoformat(),
        lambda ledger, site, at: ledger.reports.week_sheet(monday, department, site, at),
    )
    if title is None:
        return
    print_title(f"{title} · {department}")
    points = [
        {**row, **{f"dimension_{code}": row["points"][code] for code in _CODES}, "text": row["summary"]}
        for row in found["rows"]
    ]
    columns = ["employee", "name", "checked", "absent", *_DIMENSIONS, "text"]
    print_table(points, columns, right=["checked", "absent", *_DIMENSIONS], spare=["text", "name"])
    days = [{**day, "sheet": day["sheets"], "to_look": day["expected"]} for day in found["days"]]
    print_title(settings().labels().title("week-days"))
    print_table(days, ["day", "sheet", "to_look"])


@report.command("register", help_key="report register", examples=["kaoji report register 2026-09"])
@month_argument
@_department(required=False)
@report_options
def register(month: str, department: str | None, asked: Asked) -> None:
    """The whole reward-and-penalty register 獎懲臺賬: notices of both schemes, shares, rewards, sanctions, cases."""
    found, title = asked.fetch(
        "register", month, lambda ledger, site, at: ledger.reports.register(month, site, at, department)
    )
    if title is None:
        return
    print_title(title)
    named = [{**row, "matter": row["what"], "score": row["points"]} for row in found["rows"]]
    columns = ["employee", "name", "department", "kind", "id", "matter", "score", "amount"]
    columns = [*columns, "by", "approved_by", "on", "status"]
    spare = ["approved_by", "department", "by", "on", "kind"]
    print_table(with_total(named, ["amount"]), columns, right=["score", "amount"], spare=spare)


@report.command("bonus", help_key="report bonus", examples=["kaoji report bonus 2026-Q3"])
@click.argument("quarter", type=Quarter(), metavar="QUARTER")
@report_options
def bonus(quarter: str, asked: Asked) -> None:
    """The quarterly bonus 季度獎金: approved months, their mean, the coefficient and the amount. It enters no close."""
    found, title = asked.fetch(
        "bonus", quarter, lambda ledger, site, at: ledger.reports.bonus(quarter, site, at)
    )
    if title is None:
        return
    print_title(title)
    columns = ["employee", "name", "counted_months", "mean", "coefficient", "base", "amount", "status"]
    rows = [{**row, "counted_months": row["counted"]} for row in found["rows"]]
    print_table(rows, columns, right=["counted_months", "mean", "coefficient", "base", "amount"])
    if not found["enabled"]:
        print_line(f"\n{settings().labels().say('bonus_off')}")
