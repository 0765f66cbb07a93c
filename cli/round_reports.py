"""`kaoji report inspection`, `inspections` and `checklist`: what was looked at, and what nobody looked at."""

from collections.abc import Mapping, Sequence
from typing import Any

import click

from cli.form_fields import completion
from cli.localized_help import SpeakingCommand
from cli.render import print_json, print_line, print_table, print_title, shown, spoken
from cli.report_options import Asked, month_argument, report_options
from cli.settings import as_of_option, common_options, json_option, settings

_COUNTS = ("ok", "fault", "not_applicable", "not_seen")


@click.command(
    "inspection",
    cls=SpeakingCommand,
    help_key="report inspection",
    examples=["kaoji report inspection INS-1"],
)
@click.argument("name", metavar="INSPECTION", shell_complete=completion("inspection"))
@as_of_option
@json_option
@common_options
def inspection(name: str, as_of: str | None, as_json: bool) -> None:
    """One inspection round: clause by clause, its findings, and where each of them stands."""
    with settings().open() as ledger:
        found = ledger.reports.inspection(name, None if as_of is None else ledger.position_of(as_of))
    if as_json:
        print_json(found)
        return
    labels = settings().labels()
    where = " · ".join(filter(None, [found["site"], found["department"], found["team"]]))
    print_title(
        f"{labels.title('inspection')} {found['inspection']} · {labels.word(found['kind'])} · {where}"
    )
    print_line(shown(_told(found)))
    clauses = [{**row, "counted": row["reading"], "title": _title(row)} for row in found["clauses"]]
    print_table(
        [{**row, "findings": labels.listed(row["findings"])} for row in clauses],
        ["clause", "title", "result", *_if_any(clauses, "before", "counted"), "findings", "note"],
        right=_if_any(clauses, "counted"),
    )
    if found["findings"]:
        print_title(labels.title("findings"))
        columns = ["found", "clause", "employee", "place", "narrative", "points", "status", "notice"]
        named = [{**row, "found": row["finding"]} for row in found["findings"]]
        print_table(named, [*columns, "due_on"], right=["points"], spare=["place", "due_on"])


@click.command(
    "inspections",
    cls=SpeakingCommand,
    help_key="report inspections",
    examples=["kaoji report inspections 2026-08"],
)
@month_argument
@report_options
def inspections(month: str, asked: Asked) -> None:
    """The rounds of a month, the departments they went to, and what nobody looked at."""
    found, title = asked.fetch(
        "inspections", month, lambda ledger, site, at: ledger.reports.inspections(month, site, at)
    )
    if title is None:
        return
    labels = settings().labels()
    print_title(title)
    rounds = [
        {**row, **row["counts"], "open_findings": labels.listed(row["open_findings"])}
        for row in found["rounds"]
    ]
    columns = ["inspection", "looked_on", "department", "kind", "by", *_COUNTS, "pass_rate", "open_findings"]
    print_table(rounds, columns, right=[*_COUNTS, "pass_rate"], spare=["not_applicable", "kind", "by"])
    print_title(labels.title("coverage"))
    print_table(found["coverage"], ["department", "rounds", "last_on"], right=["rounds"])
    print_title(labels.title("clauses"))
    clauses = [{**row, "title": _title(row)} for row in found["clauses"]]
    numbers = ["looks", "faults", "notices"]
    print_table(clauses, ["clause", "title", *numbers, "last_on"], right=numbers)


@click.command(
    "checklist",
    cls=SpeakingCommand,
    help_key="report checklist",
    examples=["kaoji report checklist --area FD"],
)
@click.option("--area", metavar="AREA", help="field:only_area")
@report_options
def checklist(asked: Asked, area: str | None) -> None:
    """The clauses in force: what is counted of each, and when somebody looked at it last."""
    rows, title = asked.fetch(
        "checklist", "", lambda ledger, site, at: ledger.reports.checklist(area, site, at)
    )
    if title is None:
        return
    print_title(title)
    flat = [{**row, "title": _title(row), "measure": _measure(row["measure"])} for row in rows]
    columns = ["clause", "scheme", "title", "measure", "last_looked_on", "source"]
    print_table(flat, columns, spare=["scheme", "source"])


def _title(row: Mapping[str, Any]) -> str:
    """A clause's title in the reader's language."""
    return str(row["title"][settings().labels().language])


def _measure(measure: Mapping[str, Any] | None) -> str:
    """What is counted, with its bounds: `rings ≤ 3`."""
    if measure is None:
        return ""
    bounds = [("≥", measure["at_least"]), ("≤", measure["at_most"])]
    told = [f"{sign} {bound}" for sign, bound in bounds if bound is not None]
    return " ".join([str(measure["name"][settings().labels().language]), *told])


def _told(found: Mapping[str, Any]) -> str:
    """Who looked, when, and what it comes to."""
    labels = settings().labels()
    counted = [f"{labels.word(name)} {found['counts'][name]}" for name in _COUNTS]
    rate = [] if found["pass_rate"] is None else [f"{labels.heading('pass_rate')} {found['pass_rate']}%"]
    who = labels.listed([found["by"], *found["with"]])
    return " · ".join([who, spoken(found["started_at"], "started_at"), *counted, *rate])


def _if_any(rows: Sequence[Mapping[str, Any]], *columns: str) -> list[str]:
    """Those of the columns in which anything stands."""
    return [column for column in columns if any(row[column] is not None for row in rows)]
