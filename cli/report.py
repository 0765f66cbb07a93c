"""`kaoji report …`: the figures, as tables for people and JSON for programs (domain §10.2)."""

from collections.abc import Mapping, Sequence
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, cast

import click

from cli.localized_help import SpeakingCommand, SpeakingGroup
from cli.pay_tables import with_total
from cli.render import deadline_cell, print_line, print_table, print_title, shown
from cli.report_options import Asked, month_argument, report_options
from cli.settings import common_options, settings

if TYPE_CHECKING:
    from ledger.application.desk.desk import Desk

_ELSEWHERE = {
    **{
        name: f"cli.appraisal_reports:{name.replace('-', '_')}"
        for name in (
            *("appraisal", "appraisal-sheet", "appraisal-summary", "appraisal-posting"),
            *("daily-sheet", "week-sheet", "register", "bonus"),
        )
    },
    "actions": "cli.improvement_reports:actions",
    "causes": "cli.improvement_reports:causes",
    "checklist": "cli.round_reports:checklist",
    "examination": "cli.sitting_reports:examination",
    "examinations": "cli.sitting_reports:examinations",
    "inspection": "cli.round_reports:inspection",
    "inspections": "cli.round_reports:inspections",
    "payroll": "cli.pay_reports:payroll",
    "reconciliation": "cli.pay_reports:reconciliation",
    "sanctions": "cli.sanction_reports:sanctions",
}
"""Reports whose commands stand in files of their own, imported when asked for."""
_NOTHING = {0, "0.00", "", None}
_MONTHLY_SPARE = [
    *("late_points", "repeats", "notices", "public", "contested_points", "no_worse", "shifted"),
    *("department", "performance"),
]


class ReportGroup(SpeakingGroup):
    """The reports below, and every one that needs nothing but its rows: those are found in `ledger/reports`."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of all."""
        from ledger.application.reading.reports import month_reports

        return sorted({*super().list_commands(ctx), *month_reports(), *_ELSEWHERE})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The one of a name; what the others need is imported only for them."""
        if cmd_name in _ELSEWHERE:
            module, _, name = _ELSEWHERE[cmd_name].partition(":")
            return cast("click.Command", getattr(import_module(module), name))
        return super().get_command(ctx, cmd_name) or _of_month(cmd_name)


@cache
def _of_month(name: str) -> click.Command | None:
    from ledger.application.reading.reports import month_reports

    found = month_reports().get(name)
    if found is None:
        return None

    @month_argument
    @report_options
    def run(month: str, asked: Asked) -> None:
        _print_month(name, month, asked)

    return click.command(
        name,
        cls=SpeakingCommand,
        help_key=f"report {name}",
        help=found.rows.__doc__,
        examples=[f"kaoji report {name} 2026-08"],
    )(run)


def _print_month(name: str, month: str, asked: Asked) -> None:
    """A report that is the rows of a month."""
    from ledger.application.reading.reports import month_reports

    found = month_reports()[name]
    rows, title = asked.fetch(
        name, month, lambda ledger, site, at: ledger.reports.of_month(name, month, site, at)
    )
    if title is not None:
        print_title(title)
        print_table(rows, found.columns, right=found.right, spare=found.spare)


@click.group(cls=ReportGroup, help_key="report")
@common_options
def report() -> None:
    """Show a report; MONTH is YYYY-MM, the month of the occurrences."""


@report.command("monthly", help_key="report monthly", examples=["kaoji report monthly 2026-08"])
@month_argument
@report_options
def monthly(month: str, asked: Asked) -> None:
    """The monthly summary 匯總: points, fines, shares and deduction of everybody concerned."""
    rows, title = asked.fetch(
        "monthly", month, lambda ledger, site, at: ledger.reports.monthly(month, site, at)
    )
    if title is None:
        return
    flat = [{**row, "performance": row["performance"]["amount"]} for row in rows]
    columns = _columns(
        flat,
        [
            *("employee", "name", "department", "notices", "points", "late_points", "contested_points"),
            *("base_fine", "surcharge", "shifted", "no_worse", "joint_liability", "deduction"),
            *("band", "repeats", "public", "performance"),
        ],
        always={"employee", "name", "department", "points", "deduction", "band"},
    )
    sums = ["base_fine", "surcharge", "shifted", "no_worse", "joint_liability", "deduction", "performance"]
    print_title(title)
    print_table(with_total(flat, sums), columns, right=_numbers(columns), spare=_MONTHLY_SPARE)
    if any(row.get("taken") is False for row in rows):
        print_line(f"\n{settings().labels().say('month_not_taken')}")


@report.command(
    "joint-liability",
    help_key="report joint-liability",
    examples=["kaoji report joint-liability 2026-08 --supervisor H02"],
)
@month_argument
@report_options
@click.option("--supervisor", metavar="EMPLOYEE", help="field:only_supervisor")
def joint_liability(month: str, asked: Asked, supervisor: str | None) -> None:
    """The supervisors' joint liability 連帶責任: each share, who bears it, and its status."""
    names: dict[str, str] = {}
    people = ("supervisor", "employee")

    def read(ledger: "Desk", site: str, at: int | None) -> list[dict[str, Any]]:
        rows = ledger.reports.joint_liability(month, site, at)
        names.update(_names(ledger, rows, people, at))
        return [row for row in rows if supervisor in (None, row["supervisor"], names.get(row["supervisor"]))]

    rows, title = asked.fetch("joint-liability", month, read)
    if title is None:
        return
    print_title(title)
    if supervisor is not None and not rows:
        print_line(shown(settings().labels().say("no_share_of", supervisor=supervisor)))
        return
    columns = ["supervisor", "employee", "notice", "ground", "share", "status"]
    print_table(_named(rows, people, names), columns, right=["share"], spare=["ground"])


@report.command(
    "public-list",
    help_key="report public-list",
    examples=["kaoji report public-list 2026-08", "kaoji report public-list 2026-08 --posted"],
)
@month_argument
@report_options
@click.option("--posted", is_flag=True, help="field:posted")
def public_list(month: str, asked: Asked, posted: bool) -> None:
    """The public list 公布張貼: who is posted for the month, names masked; --posted: what was posted of it."""
    if posted:
        from cli.posted_list import print_posted

        print_posted(month, asked)
    else:
        _print_month("public-list", month, asked)


@report.command("appeals", help_key="report appeals", examples=["kaoji report appeals"])
@report_options
def appeals(asked: Asked) -> None:
    """The docket of appeals 申訴: against what, who reviews, where it stands, when it is due."""
    names: dict[str, str] = {}
    people = ("appellant", "respondent", "reviewer")

    def read(ledger: "Desk", site: str, at: int | None) -> list[dict[str, Any]]:
        rows = ledger.reports.appeals(site, at)
        names.update(_names(ledger, rows, people, at))
        return rows

    rows, title = asked.fetch("appeals", "", read)
    if title is None:
        return
    word = settings().labels().word
    flat = [
        {
            **row,
            "against": " ".join(f"{word(kind)} {name}" for kind, name in row["against"].items()),
            "due_on": deadline_cell(row),
        }
        for row in _named(rows, people, names)
    ]
    columns = ["appeal", "appellant", "against", "ground", "respondent", "level", "reviewer", "status"]
    print_title(title)
    spare = ["decided_on", "level", "ground", "filed_on", "respondent"]
    print_table(flat, [*columns, "filed_on", "due_on", "decided_on"], spare=spare)


@report.command("rewards", help_key="report rewards", examples=["kaoji report rewards 2026-08"])
@month_argument
@report_options
def rewards(month: str, asked: Asked) -> None:
    """The reward-and-penalty register 獎懲臺賬: every notice, reward and sanction of a month with where it stands."""
    rows, title = asked.fetch(
        "rewards", month, lambda ledger, site, at: ledger.reports.rewards(month, site, at)
    )
    if title is None:
        return
    print_title(title)
    columns = ["employee", "name", "kind", "id", "matter", "score", "amount", "by", "on", "status"]
    named = [{**row, "matter": row["what"], "score": row["points"]} for row in rows]
    print_table(with_total(named, ["amount"]), columns, right=["score", "amount"], spare=["by", "on", "kind"])


@report.command("fairness", help_key="report fairness", examples=["kaoji report fairness 2026-08"])
@month_argument
@report_options
def fairness(month: str, asked: Asked) -> None:
    """How evenly clauses are applied: spread of points, reversals, notices that follow an appeal.

    The sample is the twelve months that end with MONTH. It states facts and sample sizes, and decides nothing.
    """
    facts, title = asked.fetch(
        "fairness", month, lambda ledger, site, at: ledger.reports.fairness(month, site, at)
    )
    if title is None:
        return
    from cli.fairness import print_fairness

    print_fairness(title, facts)


# --- what the reports above share -------------------------------------------------------------------


def _names(
    ledger: "Desk", rows: Sequence[Mapping[str, Any]], people: Sequence[str], at: int | None
) -> dict[str, str]:
    """The names behind the ids in some columns."""
    return ledger.names({row[column] for row in rows for column in people if row[column]}, at)


def _named(
    rows: Sequence[Mapping[str, Any]], people: Sequence[str], names: Mapping[str, str]
) -> list[dict[str, Any]]:
    """The rows with each id in these columns followed by its name."""
    return [{**row, **{c: f"{row[c]} {names[row[c]]}" for c in people if row[c] in names}} for row in rows]


def _columns(rows: Sequence[Mapping[str, Any]], columns: Sequence[str], always: set[str]) -> list[str]:
    """The columns in which anything stands."""
    return [
        column for column in columns if column in always or any(not _is_nothing(row[column]) for row in rows)
    ]


def _is_nothing(value: object) -> bool:
    return value == [] or (not isinstance(value, list) and value in _NOTHING)


def _numbers(columns: Sequence[str]) -> list[str]:
    return [c for c in columns if c not in ("employee", "name", "department", "band", "repeats", "public")]
