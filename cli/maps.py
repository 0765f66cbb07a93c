"""`kaoji map`: mapping files, before they are used."""

from pathlib import Path

import click

from cli.localized_help import SpeakingCommand, SpeakingGroup
from cli.render import print_json, print_line, shown
from cli.settings import common_options, json_option, settings
from ledger.application.given_file import content_of


@click.group("map", cls=SpeakingGroup, help_key="map")
@common_options
def map_() -> None:
    """Mapping files: check."""


@map_.command(
    "check", cls=SpeakingCommand, help_key="map check", examples=["kaoji map check payroll-program.toml"]
)
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE")
@json_option
@common_options
def check(file: Path, as_json: bool) -> None:
    """Say whether a mapping file can be used, and by which commands: for payroll, for an import, or for the books."""
    from ledger.application.recording.maps import checked

    found = checked(content_of(file))
    if as_json:
        print_json(found)
        return
    labels = settings().labels()
    used_by = labels.listed(found["used_by"])
    print_line(labels.say("map_fits", file=shown(file), format=found["format"], used_by=used_by))
    for ours, theirs in found["names"].items():
        print_line(f"  {ours} = {shown(theirs)}")
