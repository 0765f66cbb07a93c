"""`kaoji evidence`: files put with a notice or an appeal, looked through, handed out, taken out again."""

from pathlib import Path
from typing import Any

import click

from cli.form_fields import ANYTHING, completion
from cli.forms import form
from cli.handout import hand_out
from cli.localized_help import SpeakingCommand, SpeakingGroup
from cli.render import print_json, print_line, print_table, print_title, shown, talk
from cli.settings import clock_option, common_options, force_option, json_option, settings
from cli.usage import A_FINDING


@click.group(cls=SpeakingGroup, help_key="evidence")
@common_options
def evidence() -> None:
    """Evidence files of notices and appeals: attach, discard, list, verify, get."""


@evidence.command(
    "attach",
    cls=SpeakingCommand,
    help_key="evidence attach",
    examples=[
        "kaoji evidence attach N2026-0001 photo.jpg --by I01",
        "kaoji evidence attach A2026-0001 duty.pdf video.mp4 --by E017 --name-only",
    ],
)
@click.argument("thing", metavar="NOTICE|APPEAL", shell_complete=completion(ANYTHING))
@click.argument("files", metavar="FILE", nargs=-1, required=True)
@click.option("--copy/--name-only", default=True, help="field:copy")
@click.option("--by", metavar="EMPLOYEE", shell_complete=completion("by"), help="field:by")
@click.option("--on", metavar="DAY", help="field:on")
@clock_option
@json_option
@common_options
def attach(
    thing: str, files: tuple[str, ...], copy: bool, by: str | None, on: str | None, as_json: bool
) -> None:
    """Put files with a notice or an appeal: name, size and SHA-256 go on record, a sealed copy beside the ledger.

    The issuer or the finder of a notice may, and both sides and the reviewer of an appeal, until it is decided. The copy
    is sealed under the key of the person it is about, and goes when they are erased. Links are not followed.
    """
    labels = settings().labels()
    given = {name: value for name, value in (("by", by), ("on", on)) if value is not None}
    made = []
    with settings().open() as ledger:
        for file in files:
            attached = ledger.evidence.attach(thing, Path(file), dict(given), copy)
            made.append(attached.values())
            if not as_json:
                kept = "evidence_copied" if attached.copied else "evidence_named"
                said = "evidence_on_record" if attached.applied is None else kept
                print_line(
                    labels.say(said, id=attached.thing, file=shown(attached.name), sha256=attached.sha256)
                )
    if as_json:
        print_json(made)


form(
    evidence,
    "discard",
    "discard_evidence",
    examples=['kaoji evidence discard --notice N2026-0001 --sha256 9f86… --reason "拍錯地點" --by I01'],
)


@evidence.command(
    "list",
    cls=SpeakingCommand,
    help_key="evidence list",
    examples=["kaoji evidence list N2026-0001", "kaoji evidence list --json"],
)
@click.argument("thing", metavar="[NOTICE|APPEAL]", required=False, shell_complete=completion(ANYTHING))
@json_option
@common_options
def list_files(thing: str | None, as_json: bool) -> None:
    """List the files on record, of one notice or appeal, or of all, and whether the sealed copy opens."""
    with settings().open() as ledger:
        rows = ledger.evidence.references(thing)
    if as_json:
        print_json(rows)
        return
    print_title(settings().labels().title("evidence"))
    _print(rows)


@evidence.command(
    "verify",
    cls=SpeakingCommand,
    help_key="evidence verify",
    examples=["kaoji evidence verify", "kaoji evidence verify /photos --notice N2026-0001 --json"],
)
@click.argument("folder", metavar="[DIR]", required=False)
@click.option("--notice", metavar="NOTICE", shell_complete=completion("notice"), help="field:verify_notice")
@json_option
@common_options
def verify(folder: str | None, notice: str | None, as_json: bool) -> None:
    """Look for every file on record: in the sealed folder, and with DIR among the plain files there, by digest.

    A plain file is known by its SHA-256, whatever it is called. Ends with status 1 unless each file is found, or lies
    sealed and opens. Files that no event names, and links, which are not followed, are told.
    """
    labels = settings().labels()
    with settings().open() as ledger:
        found = ledger.evidence.verify(
            None if folder is None else Path(folder), None if notice is None else f"notice:{notice}"
        )
    if as_json:
        print_json(found)
    else:
        print_title(labels.title("evidence"))
        _print(found["references"])
        for path in found["unreferenced"]:
            talk(labels.say("evidence_unreferenced", file=shown(path)))
        for path in found["skipped"]:
            talk(labels.say("evidence_skipped", file=shown(path)))
    if not found["ok"]:
        click.get_current_context().exit(A_FINDING)


@evidence.command(
    "get",
    cls=SpeakingCommand,
    help_key="evidence get",
    examples=["kaoji evidence get 9f86d081 --out photo.jpg"],
)
@click.argument("sha256", metavar="SHA")
@click.option("--out", required=True, metavar="FILE", help="field:out_evidence")
@force_option
@common_options
def get(sha256: str, out: str, force: bool) -> None:
    """Open a sealed file and write it, by the beginning of its SHA-256; the ledger keeps that it was handed out."""
    labels = settings().labels()
    with settings().open() as ledger:
        since = ledger.position()
        whose, name, content = ledger.evidence.get(sha256)
        hand_out(ledger, [whose], "evidence", out, [(Path(out), content)], force, since)
    print_line(labels.say("evidence_written", name=shown(name), file=shown(out)))


def _print(rows: list[dict[str, Any]]) -> None:
    """Files as a table: with what, name, size, by whom and when, how the copy lies, and the digest's beginning."""
    word = settings().labels().word
    told = [
        {
            **row,
            "id": f"{word(row['thing'])} {row['id']}",
            "file": row["name"],
            "sha256": row["sha256"][:12],
            "state": word(f"file_{row['state']}"),
        }
        for row in rows
    ]
    print_table(
        told, ["id", "file", "size", "by", "on", "state", "sha256"], right=["size"], spare=["on", "by"]
    )
