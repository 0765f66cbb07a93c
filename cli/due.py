"""`kaoji due`: what waits for somebody."""

from typing import Any

import click

from cli.choices import WordChoice
from cli.localized_help import SpeakingCommand
from cli.render import deadline_cell, print_json, print_table, print_title
from cli.settings import as_of_option, common_options, json_option, settings, site_option
from ledger.application.reports import due_kinds

_BY_THE_DAY = ("daily_sheet", "week_sheet")
"""What waits once for each day or week; a department that makes none would fill the screen with them."""


@click.command(
    cls=SpeakingCommand, help_key="due", examples=["kaoji due", "kaoji due --what appeal --who D01"]
)
@click.option("--what", type=WordChoice(due_kinds()), multiple=True, help="field:due_what")
@click.option("--who", metavar="EMPLOYEE", help="field:due_who")
@site_option
@as_of_option
@json_option
@common_options
def due(what: tuple[str, ...], who: str | None, site: str | None, as_of: str | None, as_json: bool) -> None:
    """Show everything that waits for somebody, with its deadline and the days left.

    Appeals to decide, months to close, sanctions due and not decided, sanctions their band no longer carries,
    acknowledgements and rectifications outstanding. Nothing is ever decided by silence.
    """
    with settings().open() as ledger:
        position = None if as_of is None else ledger.position_of(as_of)
        with ledger.look(position) as look:
            rows = look.due(site)
            who = None if who is None else look.employee_id(who, "who")
    rows = [row for row in rows if (not what or row["what"] in what) and who in (None, row["who"])]
    if as_json:
        print_json(rows)
        return
    labels = settings().labels()
    rows = _folded(rows)
    for row in rows:
        if row["what"] in _BY_THE_DAY and row["count"] > 1:
            row["id"] = labels.say("sheets_count", department=row["id"], count=row["count"])
        if row["what"] == "sanction":
            row["id"] = labels.word(row["id"])
        if row["what"] == "unstated":
            row["id"] = labels.say("unstated_count", count=row["id"])
        if row["what"] == "unsigned":
            row["id"] = labels.say("unsigned_count", count=row["id"])
        row["due_on"] = deadline_cell(row)
        row["matter"] = row["what"]
    print_title(labels.title("due"))
    columns = ["matter", "id", "who", "employee", "month", "since", "due_on", "days_left"]
    print_table(rows, columns, right=["days_left"], spare=["since", "month"])


def _folded(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """One line for the sheets of a department's month, with the first day that waits and their `count`."""
    found: list[dict[str, Any]] = []
    firsts: dict[tuple[Any, ...], dict[str, Any]] = {}
    for row in rows:
        key = (row["what"], row["id"], row["who"], row["month"])
        if row["what"] in _BY_THE_DAY and key in firsts:
            firsts[key]["count"] += 1
            continue
        found.append({**row, "count": 1})
        firsts[key] = found[-1]
    return found
