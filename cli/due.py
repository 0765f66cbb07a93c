"""`kaoji due`: what waits for somebody."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from cli.choices import WordChoice
from cli.group import ask_all
from cli.localized_help import SpeakingCommand
from cli.render import deadline_cell, print_json, print_table, print_title
from cli.settings import as_of_option, common_options, json_option, settings, site_option
from ledger.application.reading.reports import due_kinds
from ledger.errors import Unknown

if TYPE_CHECKING:
    from ledger.application.desk.desk import Desk

_BY_THE_DAY = ("daily_sheet", "week_sheet")
"""What waits once for each day or week; a department that makes none would fill the screen with them."""


@click.command(
    cls=SpeakingCommand, help_key="due", examples=["kaoji due", "kaoji due --what appeal --who D01"]
)
@click.option("--what", type=WordChoice(due_kinds()), multiple=True, help="field:due_what")
@click.option("--who", metavar="EMPLOYEE", help="field:due_who")
@site_option
@as_of_option
@click.option("--all-ledgers", is_flag=True, help="field:due_ledgers")
@json_option
@common_options
def due(
    what: tuple[str, ...],
    who: str | None,
    site: str | None,
    as_of: str | None,
    all_ledgers: bool,
    as_json: bool,
) -> int:
    """Show everything that waits for somebody, with its deadline and the days left.

    Appeals to decide, months to close, sanctions due and not decided, sanctions their band no longer carries,
    acknowledgements and rectifications outstanding. Nothing is ever decided by silence.
    """
    asked = _Asked(what, who, as_of)
    if all_ledgers:
        return _of_all(asked, site, as_json)
    with settings().open() as ledger:
        name, rows = asked.of(ledger, site)
    if as_json:
        print_json(rows)
    else:
        _print(rows, [name])
    return 0


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is asked for: what kinds, of whom, as of when."""

    what: tuple[str, ...]
    who: str | None
    as_of: str | None

    def position(self, ledger: "Desk") -> int | None:
        """As of which position of a ledger; None: now."""
        return None if self.as_of is None else ledger.position_of(self.as_of)

    def of(self, ledger: "Desk", site: str | None) -> tuple[str, list[dict[str, Any]]]:
        """A site of a ledger, and what waits there; None: the only one, or one's own."""
        with ledger.look(self.position(ledger)) as look:
            name = look.site(site)
            rows = look.due(name)
            who = None if self.who is None else look.employee_id(self.who, "who")
        return name, [
            row for row in rows if (not self.what or row["what"] in self.what) and who in (None, row["who"])
        ]


def _of_all(asked: _Asked, site: str | None, as_json: bool) -> int:
    """What waits at every site of every ledger, each told by itself. Unknown `site_unknown`: none has the one asked for."""
    gathered: list[dict[str, Any]] = []
    found: list[str] = []

    def ask(name: str, ledger: "Desk") -> None:
        for each in ledger.site_ids(asked.position(ledger)):
            if site not in (None, each):
                continue
            found.append(each)
            _, rows = asked.of(ledger, each)
            gathered.extend({"ledger": name, "site": each, **row} for row in rows)
            if not as_json:
                _print(rows, [name, each])

    status = ask_all(ask, asked.as_of)
    if site is not None and not found and not status:
        raise Unknown("site_unknown", site=site)
    if as_json:
        print_json(gathered)
    return status


def _print(rows: list[dict[str, Any]], where: list[str]) -> None:
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
    print_title(" · ".join([labels.title("due"), *where]))
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
