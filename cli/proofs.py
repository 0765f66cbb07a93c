"""Proving: `checkpoint`, `receipt`, and the ledger's own `key`."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli.files import require_room, write_file
from cli.form_fields import ANYTHING, completion
from cli.handout import STDOUT, hand_out
from cli.localized_help import SpeakingCommand, SpeakingGroup
from cli.render import shown, talk
from cli.settings import F, clock_option, common_options, force_option, out_option, settings
from ledger.application.given_file import content_of
from ledger.errors import InputError

if TYPE_CHECKING:
    from ledger.application.desk.desk import Desk

vkey_option = click.option("--vkey", "vkeys", multiple=True, metavar="KEY", help="field:vkey")


def checkpoint_options(function: F) -> F:
    """Where a checkpoint leaves to: `--out FILE`, or `--to DIR`; else stdout."""
    out = click.option("--out", metavar="FILE", help="field:out")
    return out(click.option("--to", metavar="DIR", help="field:checkpoint_to")(force_option(function)))


def keys_of(given: tuple[str, ...]) -> tuple[str, ...]:
    """Each key as it is typed, or the keys of a file, one a line. InputError `file_unreadable`."""
    found: list[str] = []
    for each in given:
        lines = [each] if "+" in each else content_of(Path(each)).decode("utf-8-sig", "replace").splitlines()
        found += [line.strip() for line in lines if line.strip()]
    return tuple(found)


@click.command(
    cls=SpeakingCommand,
    help_key="checkpoint",
    examples=[
        "kaoji checkpoint",
        "kaoji checkpoint --out 2026-08.checkpoint",
        "kaoji checkpoint --to /mnt/works-council",
    ],
)
@checkpoint_options
@common_options
def checkpoint(out: str | None, to: str | None, force: bool) -> None:
    """Sign what is recorded so far, as a note that anyone can check (C2SP tlog-checkpoint).

    Give it out of the house: to the works council, an auditor, on the posted list. Whatever is older than a
    checkpoint that left the house cannot be changed without its being noticed. With --to it leaves by itself, run
    every evening: each is a file of its own, and nothing is signed that does not continue the newest one there.
    """
    _require_place(out, to, force)
    with settings().open() as ledger:
        _leave(ledger, out, to, force)


def _require_place(out: str | None, to: str | None, force: bool) -> None:
    """One place is named at most, and a file may be written there. InputError `options_exclude`, those of `require_room`."""
    if out is not None and to is not None:
        raise InputError("options_exclude", first="--out", second="--to")
    if out is not None:
        require_room(Path(out), force)


def _leave(ledger: "Desk", out: str | None, to: str | None, force: bool) -> None:
    """Signs what is recorded and hands it out: into a folder, a file or to stdout. Only then it is kept."""
    if to is not None:
        place = ledger.proofs.checkpoint_to(Path(to))
        click.echo(shown(settings().labels().say("checkpoint_left", file=str(place))))
    elif out is not None:
        file = Path(out)
        ledger.proofs.checkpoint(lambda note: write_file(file, note, force))
    else:
        ledger.proofs.checkpoint(lambda note: click.echo(note.decode(), nl=False))
    keys = ledger.proofs.public_keys()
    talk(settings().labels().say("checkpoint_signed", vkey=keys[0] if keys else "–"))


@click.command(
    cls=SpeakingCommand,
    help_key="receipt",
    examples=["kaoji receipt N2026-0007 --out N2026-0007.receipt", "kaoji receipt 1250 --out -"],
)
@click.argument("thing", metavar="ID", shell_complete=completion(ANYTHING))
@out_option
@force_option
@common_options
def receipt(thing: str, out: str, force: bool) -> None:
    """Write the receipt of a notice (or appeal, reward, sanction, employee, position) as a file to keep.

    It holds the event's exact bytes, the key that opens the person's own words in it, and the proof that it stands
    in the ledger; `kaoji verify --receipt`, or `python -m ledger.proofs` on any machine, checks it. The ledger keeps
    that it was handed out (kaoji employee handouts).
    """
    with settings().open() as ledger:
        since = ledger.position()
        content = ledger.proofs.receipt(thing)
        people, files = ledger.people.in_receipt(content), [(Path(out), content)]
        notes = [ledger.proofs.checkpoint_in(content)]
        hand_out(ledger, people, "receipt", out, files, force, since, notes)
    if out != STDOUT:
        click.echo(settings().labels().say("receipt_written", id=shown(thing), file=shown(out)))


@click.group(cls=SpeakingGroup, help_key="key")
@common_options
def key() -> None:
    """The key with which the ledger signs."""


@key.command("show", cls=SpeakingCommand, help_key="key show", examples=["kaoji key show"])
@common_options
def show_key() -> None:
    """Show the public keys of the ledger, the newest first: give them to whoever shall check it."""
    with settings().open() as ledger:
        for each in ledger.proofs.public_keys():
            click.echo(shown(each))


@key.command(
    "new",
    cls=SpeakingCommand,
    help_key="key new",
    examples=["kaoji key new", "kaoji key new --replaces KEY"],
)
@click.option("--replaces", metavar="KEY", help="field:replaced_key")
@click.option("--lost", is_flag=True, help="field:key_lost")
@clock_option
@common_options
def new_key(replaces: str | None, lost: bool) -> None:
    """Make a signing key where there is none, record that it takes over, and print its public key.

    A ledger has one key, whoever records: several people share its file (KAOJI_KEY), or one of them signs.
    """
    if replaces is not None and lost:
        raise InputError("options_exclude", first="--replaces", second="--lost")
    with settings().open() as ledger:
        click.echo(shown(ledger.proofs.new_key(replaces, lost)))


@key.command(
    "rotate",
    cls=SpeakingCommand,
    help_key="key rotate",
    examples=[
        "kaoji key rotate --by M01 --on 2026-09-01",
        "kaoji key rotate --by M01 --to /mnt/works-council",
    ],
)
@click.option("--by", metavar="EMPLOYEE", help="field:by")
@click.option("--on", metavar="DAY", help="field:on")
@checkpoint_options
@clock_option
@common_options
def rotate(by: str | None, on: str | None, out: str | None, to: str | None, force: bool) -> None:
    """Replace the signing key: the old one signs the present state, the change is recorded, the new one signs on.

    Prints the new public key and its first checkpoint: hand both out as you did the old ones. With --to the old key's
    last checkpoint goes there, too.
    """
    _require_place(out, to, force)
    with settings().open() as ledger:
        if to is not None:
            ledger.proofs.checkpoint_to(
                Path(to)
            )  # first: a place that takes nothing is told before a key is changed
        old, new = ledger.proofs.rotate_key(
            {name: value for name, value in (("by", by), ("on", on)) if value}
        )
        talk(settings().labels().say("key_rotated", old=old))
        click.echo(shown(new))
        _leave(ledger, out, to, force)
