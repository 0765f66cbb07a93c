"""`kaoji export payroll`: what a close hands to payroll, as a workbook or as one sheet of it."""

from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from cli.handout import STDOUT, hand_out
from cli.localized_help import SpeakingCommand
from cli.render import shown, talk
from cli.report_options import month_argument
from cli.settings import as_of_option, common_options, force_option, out_option, settings, site_option
from ledger.application.given_file import content_of
from ledger.errors import InputError

if TYPE_CHECKING:
    from ledger.application.exports import Handoff, Table
    from ledger.application.ledger import Ledger


@click.command(
    "payroll",
    cls=SpeakingCommand,
    help_key="export payroll",
    examples=[
        "kaoji export payroll 2026-08 --out 2026-08.xlsx",
        "kaoji export payroll 2026-08 --out 2026-08.csv --names none --encoding gb18030",
    ],
)
@month_argument
@out_option
@click.option(
    "--names", type=click.Choice(["none", "masked", "full"]), default="full", help="field:names_in_file"
)
@click.option("--map", "mapping", metavar="FILE", help="field:pay_map")
@click.option("--sheet", type=click.Choice(["pay", "lines", "control", "map"]), help="field:csv_sheet")
@click.option(
    "--encoding", type=click.Choice(["utf-8-sig", "gb18030"]), default="utf-8-sig", help="field:csv_encoding"
)
@click.option("--csv-ids", type=click.Choice(["plain", "tab"]), default="plain", help="field:csv_ids")
@site_option
@force_option
@as_of_option
@common_options
def payroll(
    month: str,
    out: str,
    names: str,
    mapping: str | None,
    sheet: str | None,
    encoding: str,
    csv_ids: str,
    site: str | None,
    force: bool,
    as_of: str | None,
) -> None:
    """Write what a close hands to payroll: as XLSX three sheets, as CSV one of them.

    What to take of each person by pay item, the lines behind it, and a sheet to check the file by (kaoji verify
    --handoff). Names that are in it are noted as handed out. With a mapping file one more sheet stands before them, as a
    payroll program takes it.
    """
    from ledger.application.exports import Names

    labels = settings().labels()
    given = None if mapping is None else content_of(Path(mapping))
    if Path(out).suffix.lower() not in (".xlsx", ".csv", ".txt", ""):
        raise InputError("sheet_format", suffix=Path(out).suffix).at(field="out")
    with settings().open() as ledger:
        since = ledger.position()
        position = None if as_of is None else ledger.position_of(as_of)
        sheets = ledger.exports.handoff(month, site, cast("Names", names), labels, position, given)
        if out.lower().endswith(".xlsx"):
            files = _workbooks(ledger, sheets, Path(out), given)
        else:
            files = [(Path(out), _csv(ledger, _chosen(sheets, sheet), encoding, csv_ids))]
        people = () if names == "none" else sheets.people
        notes = [] if sheets.note is None else [sheets.note]
        hand_out(
            ledger,
            people,
            "payroll",
            out,
            files,
            force,
            since,
            notes,
            lambda: click.echo(files[0][1].decode(encoding), nl=False),
        )
    if out != STDOUT:
        talk(labels.say("handoff_written", file=shown(out), month=month, people=len(sheets.close.run)))


def _workbooks(
    ledger: "Ledger", sheets: "Handoff", out: Path, mapping: bytes | None
) -> list[tuple[Path, bytes]]:
    """The workbook, or two where the mapped sheet is to stand alone: ours is then FILE.control.xlsx."""
    if mapping is None or sheets.mapped is None or not ledger.exports.stands_alone(mapping):
        return [(out, ledger.exports.workbook(sheets))]
    ours = ledger.exports.workbook(sheets, [sheets.pay, sheets.lines, sheets.control])
    return [
        (out, ledger.exports.workbook(sheets, [sheets.mapped])),
        (out.with_suffix(".control.xlsx"), ours),
    ]


def _csv(ledger: "Ledger", table: "Table", encoding: str, csv_ids: str) -> bytes:
    """One sheet as CSV; says which ids a spreadsheet would misread, where they are written as they are."""
    content = ledger.exports.csv(table, encoding, csv_ids == "tab")
    misread = ledger.exports.misread_ids(table)
    if misread and csv_ids == "plain":
        labels = settings().labels()
        talk(labels.say("csv_ids_misread", ids=labels.listed(misread)))
    return content


def _chosen(sheets: "Handoff", name: str | None) -> "Table":
    """The sheet that goes into a CSV: the one asked for, else the mapped one, else that of pay. InputError `map_needed`."""
    if name is None:
        return sheets.mapped or sheets.pay
    if name == "map":
        if sheets.mapped is None:
            raise InputError("map_needed").at(field="sheet")
        return sheets.mapped
    return {"pay": sheets.pay, "lines": sheets.lines, "control": sheets.control}[name]
