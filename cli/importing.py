"""`kaoji import`: spreadsheets as offices have them, row by row (finance §15)."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import click

from cli.files import PRIVATE, require_room, write_file
from cli.imported import imported_values, tell
from cli.localized_help import SpeakingCommand, SpeakingGroup
from cli.progress import progress
from cli.render import print_json, talk
from cli.report_options import Day, Month
from cli.settings import common_options, force_option, json_option, recorded_site_option, settings
from ledger.application.given_file import content_of
from ledger.errors import InputError

if TYPE_CHECKING:
    from ledger.application.recording.imports import Asked, Imported, Kind

_MANY_ROWS = 500
"""Above so many rows a terminal is shown how far it is."""


@click.group("import", cls=SpeakingGroup, help_key="import")
@common_options
def import_() -> None:
    """Read spreadsheets as offices have them: .xlsx, .xls, .ods, CSV. Every row is told what comes of it."""


def _command(kind: str, examples: list[str], *options: Callable[..., Any]) -> Callable[..., Any]:
    """A command of the group, with the options that all of them share and its own."""

    def put(function: Callable[..., Any]) -> Callable[..., Any]:
        shared = (
            click.argument("spreadsheet", type=click.Path(path_type=Path), metavar="FILE"),
            click.option("--map", "import_map", metavar="FILE", help="field:import_map"),
            click.option("--sheet", metavar="NAME", help="field:import_sheet"),
            click.option("--encoding", metavar="E", help="field:import_encoding"),
            recorded_site_option,
            *options,
            click.option("--by", metavar="EMPLOYEE", required=kind == "payroll", help="field:import_by"),
            click.option("--numbers-as-staff", is_flag=True, help="field:numbers_as_staff"),
            click.option(
                "--names", type=click.Choice(["none", "full"]), default="full", help="field:import_names"
            ),
            click.option("--dry-run", is_flag=True, help="field:import_dry_run"),
            click.option("--good-rows", is_flag=True, help="field:good_rows"),
            click.option("--rejects", metavar="FILE", help="field:rejects"),
            force_option,
            json_option,
            common_options,
        )
        for option in reversed(shared):
            function = option(function)
        help_key = f"import {kind}"
        return import_.command(kind, cls=SpeakingCommand, help_key=help_key, examples=examples)(function)

    return put


_month = click.option("--month", type=Month(), metavar="MONTH", help="field:import_month")
_needed_month = click.option(
    "--month", type=Month(), metavar="MONTH", required=True, help="field:import_month"
)
_on = click.option("--on", type=Day(), metavar="DAY", help="field:import_on")


@_command(
    "payroll",
    [
        "kaoji import payroll 2026-08.xlsx --by F01 --on 2026-09-25 --dry-run",
        "kaoji import payroll 2026-08.csv --month 2026-08 --by F01 --on 2026-09-25",
    ],
    _month,
    click.option("--on", type=Day(), metavar="DAY", required=True, help="field:import_on"),
    click.option("--run", default="regular", metavar="RUN", help="field:import_run"),
    click.option("--correction", metavar="TEXT", help="field:import_correction"),
    click.option(
        "--blank-is", type=click.Choice(["unreported", "zero"]), default="unreported", help="field:blank_is"
    ),
)
def payroll(**given: Any) -> int:
    """Record what pay took of a closed month, from the handed-over sheet with its last columns filled in.

    The month is that of the hand-off the file was made from. An empty amount is not reported: a zero must be written.
    """
    return _import("payroll", given)


@_command(
    "notices",
    ["kaoji import notices 2026-08.xls --dry-run", "kaoji import notices 2026-08.csv --map notices.toml"],
    _month,
    _on,
    click.option("--distinct", metavar="TEXT", help="field:distinct"),
)
def notices(**given: Any) -> int:
    """Record violation notices from a sheet, and their acknowledgements where it says how they were served.

    Rows without a number get one that the same row always gets, so that a file imported again records nothing.
    """
    return _import("notices", given)


@_command(
    "employees",
    ["kaoji import employees staff.xlsx --from 2026-09-01 --dry-run"],
    click.option("--from", "since", type=Day(), metavar="DAY", help="field:import_from"),
)
def employees(**given: Any) -> int:
    """Register who is new, and record changed placements and departures, from a list of the site's staff."""
    return _import("employees", given)


@_command("wages", ["kaoji import wages wages.xlsx --month 2026-08"], _needed_month)
def wages(**given: Any) -> int:
    """Record the wages of a month that is not closed yet, for the wage guard."""
    return _import("wages", given)


@_command("rewards", ["kaoji import rewards rewards.xlsx --by L01"], _month, _on)
def rewards(**given: Any) -> int:
    """Grant rewards from a sheet; each names who approved it."""
    return _import("rewards", given)


def _import(kind: str, given: dict[str, Any]) -> int:
    """Reads, decides and tells; the exit status: 0 done, 1 rows were left out (or would be), 3 nothing was recorded."""
    if bool(given["rejects"]) != given["good_rows"]:
        raise InputError("rejects_needed").at(field="rejects")
    rejects = None if given["rejects"] is None else Path(given["rejects"])
    if rejects is not None:
        require_room(rejects, given["force"])
    if str(given["spreadsheet"]) == "-":
        raise InputError("import_from_stdin").at(field="file")
    content = content_of(given["spreadsheet"])
    with settings().open() as ledger, progress(_MANY_ROWS) as shown:
        asked = _asked(given)
        if given["import_map"] is not None:
            asked = ledger.imports.asked(cast("Kind", kind), asked, content_of(Path(given["import_map"])))
        imported = ledger.imports.run(
            cast("Kind", kind),
            content,
            asked,
            dry_run=given["dry_run"],
            good_rows=given["good_rows"],
            progress=shown,
        )
        if rejects is not None and imported.refused and not given["dry_run"]:
            write_file(
                rejects, ledger.imports.rejects(imported, settings().labels()), given["force"], PRIVATE
            )
    return _told(imported, given)


def _told(imported: "Imported", given: dict[str, Any]) -> int:
    """Prints what came of the rows; the exit status."""
    if given["as_json"]:
        print_json(imported_values(imported, given["dry_run"]))
    else:
        tell(imported, given["dry_run"], given["good_rows"])
    if given["good_rows"] and imported.refused and not given["dry_run"] and not given["as_json"]:
        said = {"file": given["rejects"], "rows": imported.refused, "month": imported.preview.month}
        talk(settings().labels().say(f"rejects_written{'_month' if imported.preview.month else ''}", **said))
    if not imported.refused:
        return 0
    return 1 if given["good_rows"] or given["dry_run"] else 3


def _asked(given: dict[str, Any]) -> "Asked":
    from ledger.application.recording.imports import Asked

    return Asked(
        site=given["site"],
        month=given.get("month"),
        by=given["by"],
        on=given.get("on"),
        since=given.get("since"),
        run=given.get("run", "regular"),
        correction=given.get("correction"),
        blank_is=given.get("blank_is", "unreported"),
        distinct=given.get("distinct"),
        numbers_as_staff=given["numbers_as_staff"],
        shows_names=given["names"] == "full",
        sheet=given["sheet"],
        encoding=given["encoding"],
    )
