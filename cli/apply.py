"""`kaoji apply`: a file of commands is recorded whole or not at all."""

from typing import BinaryIO

import click

from cli.files import InputFile
from cli.localized_help import SpeakingCommand
from cli.render import print_json, print_line, talk
from cli.settings import clock_option, common_options, json_option, settings
from ledger.application.given_file import lines_of


@click.command(cls=SpeakingCommand, help_key="apply", examples=["kaoji apply october.jsonl"])
@click.argument("file", type=InputFile())
@click.option("--dry-run", is_flag=True, help="field:dry_run")
@clock_option
@json_option
@common_options
def apply(file: BinaryIO, dry_run: bool, as_json: bool) -> None:
    """Record a FILE of commands, one JSON object a line (- for standard input).

    The whole file is recorded or nothing of it, and all its faults are told at once. Applying a file again records
    nothing new.
    """
    from ledger.application.recording.command_reader import MAX_LINE_BYTES

    labels = settings().labels()
    with settings().open() as ledger:
        applied = ledger.record.apply(lines_of(file, MAX_LINE_BYTES), dry_run)
    for skip in applied.skips:
        key = "skipped" if skip.changed_since is None else "skipped_changed"
        talk(
            labels.say(
                key,
                line=skip.line,
                do=skip.do,
                subject=skip.subject,
                position=skip.position,
                changed_since=skip.changed_since,
            )
        )
    for note in applied.notes:
        talk(labels.note(note.code, note.fields))
    if as_json:
        print_json({"dry_run": True, **applied.values()} if dry_run else applied.values())
    else:
        print_line(labels.say("would_apply" if dry_run else "applied", **applied.values()))
