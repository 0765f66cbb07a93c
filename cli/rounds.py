"""Inspection rounds 檢查, typed by hand: record, import what was filled in on site, take back, show (appraisal §9.1)."""

from pathlib import Path

import click

from cli.form_fields import completion
from cli.forms import as_seen, form, show_applied
from cli.localized_help import SpeakingCommand, SpeakingGroup
from cli.settings import common_options, json_option, recorded_site_option, settings
from cli.show import show_command
from cli.who import people_in
from ledger.application.given_file import content_of


@click.group(cls=SpeakingGroup, help_key="inspection")
@common_options
def inspection() -> None:
    """Inspection rounds 檢查 (Doc. 3 §4.1.1): record, import, withdraw, show."""


form(
    inspection,
    "record",
    "record_inspection",
    "inspection",
    examples=[
        "kaoji inspection record INS-1 --kind irregular --department front-desk --clause FD "
        "--started-at '2026-09-09 09:30' --by I01",
        "kaoji inspection record INS-2 --kind regular --clause FD-01 --clause FD-08 --started-at '2026-09-09 09:30' "
        "--by I01 --answer FD-01=ok --answer 'FD-08=fault 5' --finding 'FD-08=E001; 2026-09-09 10:00; 鈴響五聲; -2'",
    ],
)
form(
    inspection,
    "withdraw",
    "withdraw_inspection",
    "inspection",
    examples=['kaoji inspection withdraw INS-1 --reason "重複登記" --by I01'],
)
show_command(inspection, "inspection", "kaoji inspection show INS-1")


@inspection.command(
    "import",
    cls=SpeakingCommand,
    help_key="inspection import",
    examples=["kaoji inspection import round.csv --dry-run", "kaoji inspection import round.csv --by I01"],
)
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE")
@click.option("--encoding", metavar="E", help="field:import_encoding")
@click.option("--by", metavar="EMPLOYEE", help="field:by", shell_complete=completion("by"))
@recorded_site_option
@click.option("--dry-run", is_flag=True, help="field:dry_run")
@json_option
@common_options
def import_round(
    file: Path, encoding: str | None, by: str | None, site: str | None, dry_run: bool, as_json: bool
) -> None:
    """Record a round that was filled in on site (see `kaoji checklist`); the same file again records nothing.

    What is not in the file, such as who looked, may be said here. Findings without a number get one.
    """
    content = content_of(file)
    with settings().open() as ledger:
        applied = as_seen(ledger, ledger.imports.round(content, encoding, by, site, dry_run))
        people = {} if as_json else people_in(ledger, applied.made())
    show_applied(applied, dry_run, as_json, people)
