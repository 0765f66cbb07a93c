"""The rights of whoever is recorded: `kaoji employee export`, `kaoji employee handouts`."""

import json
from functools import partial
from pathlib import Path
from typing import Any

import click

from cli.form_fields import completion
from cli.handout import STDOUT, hand_out
from cli.localized_help import SpeakingCommand
from cli.render import print_json, print_table, print_title, shown, talk
from cli.settings import common_options, force_option, json_option, settings
from ledger.formats import format_local

_PAGE, _VALUES, _RECEIPTS = "page.html", "person.json", "receipts"


@click.command(
    "export",
    cls=SpeakingCommand,
    help_key="employee export",
    examples=[
        "kaoji employee export E017 --out E017-data",
        "kaoji employee export E017 --out E017.json",
        "kaoji employee export E017 > E017.json",
    ],
)
@click.argument("employee", shell_complete=completion("employee"))
@click.option("--out", default=STDOUT, metavar="FILE.json|DIR", help="field:out_person")
@force_option
@common_options
def export(employee: str, out: str, force: bool) -> None:
    """Hand out everything held on a person, readable, as JSON.

    Names, notices, statements, reasons, appeals, sanctions, rewards, figures by month, and a receipt for every event.
    A folder gets a page to read and the receipts as files beside it. Other people's words stay sealed. The ledger
    keeps that it was handed out.
    """
    labels = settings().labels()
    with settings().open() as ledger:
        since = ledger.position()
        held = ledger.people.export(employee, labels.language)
        receipts = [
            {"position": position, "receipt": json.loads(receipt)}
            for position, receipt in held.receipts.items()
        ]
        values = {**held.values, "receipts": receipts}
        files, notes = _files(held, values, Path(out)), [] if held.checkpoint is None else [held.checkpoint]
        show = partial(print_json, values)
        hand_out(ledger, [held.employee], "export", out, files, force, since, notes, show)
    if not held.receipts:
        talk(labels.say("person_without_receipts"))
    if out != STDOUT:
        click.echo(labels.say("person_written", employee=shown(held.employee), file=shown(out)))


def _files(held: Any, values: dict[str, Any], out: Path) -> list[tuple[Path, bytes]]:
    """The one file, or the files of a folder."""
    text = (json.dumps(values, ensure_ascii=False, indent=1) + "\n").encode()
    if out.suffix == ".json":
        return [(out, text)]
    receipts = [
        (out / _RECEIPTS / f"{position:06d}.json", receipt) for position, receipt in held.receipts.items()
    ]
    return [(out / _VALUES, text), (out / _PAGE, held.page.encode()), *receipts]


@click.command(
    "handouts",
    cls=SpeakingCommand,
    help_key="employee handouts",
    examples=["kaoji employee handouts E017"],
)
@click.argument("employee", shell_complete=completion("employee"))
@json_option
@common_options
def handouts(employee: str, as_json: bool) -> None:
    """List the files with a person's words that left the ledger: exports, dossiers, receipts, copies of the keyring.

    No erasure reaches them. What a file is called is sealed as a word of theirs, and told once more when they are erased.
    The list is kept beside the log, in the keyring, and not proven: verify finds a gap in it, and nothing here finds that
    its newest rows, or all of them, were taken out.
    """
    with settings().open() as ledger:
        rows = ledger.people.handouts(employee)
        with ledger.look_at_log() as look:
            timezone = look.timezone(look.card("employee", employee)["site"])
    if as_json:
        print_json(rows)
        return
    print_title(settings().labels().title("handouts"))
    named = [
        {**row, "matter": row["what"], "recorded_at": format_local(row["recorded_at"], timezone)}
        for row in rows
    ]
    print_table(named, ["recorded_at", "matter", "operator", "file"])
