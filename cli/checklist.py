"""`kaoji checklist`: a round to be filled in on site and imported again (appraisal §9.1)."""

from pathlib import Path

import click

from cli.files import write_file
from cli.handout import STDOUT
from cli.localized_help import SpeakingCommand
from cli.render import shown, talk
from cli.settings import common_options, force_option, out_option, settings, site_option


@click.command(
    "checklist",
    cls=SpeakingCommand,
    help_key="checklist",
    examples=["kaoji checklist --area FD --department front-desk --out round.csv"],
)
@click.option("--area", metavar="AREA", multiple=True, help="field:only_area")
@click.option("--department", metavar="DEPARTMENT", help="field:department")
@out_option
@click.option(
    "--encoding", type=click.Choice(["utf-8-sig", "gb18030"]), default="utf-8-sig", help="field:csv_encoding"
)
@site_option
@force_option
@common_options
def checklist(
    area: tuple[str, ...], department: str | None, out: str, encoding: str, site: str | None, force: bool
) -> None:
    """Write a round to be filled in on site, as CSV: its facts above, a line for each clause in force below.

    `kaoji inspection import` records what was filled in. A clause left blank was not seen.
    """
    labels = settings().labels()
    with settings().open() as ledger:
        content = ledger.exports.round_sheet(area, department, labels, encoding, site)
    if out == STDOUT:
        click.echo(content.decode(encoding), nl=False)
        return
    write_file(Path(out), content, force)
    talk(labels.say("round_sheet_written", file=shown(out)))
