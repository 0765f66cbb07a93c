"""Proving: `checkpoint`, `verify`, `receipt`, `export tiles`, and the ledger's own `key`."""

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from cli.files import read_file, write_file
from cli.form_fields import ANYTHING, completion
from cli.handoff import verify_handoff
from cli.handout import STDOUT, hand_out
from cli.localized_help import SpeakingCommand, SpeakingGroup
from cli.render import print_json, shown, spoken, talk
from cli.settings import clock_option, common_options, force_option, json_option, out_option, settings
from cli.usage import A_FINDING
from ledger.errors import InputError
from ledger.formats import format_local

if TYPE_CHECKING:
    from ledger.application.proofs import ReadReceipt

vkey_option = click.option("--vkey", "vkeys", multiple=True, metavar="KEY", help="field:vkey")


def keys_of(given: tuple[str, ...]) -> tuple[str, ...]:
    """Each key as it is typed, or the keys of a file, one a line. InputError `file_unreadable`."""
    found: list[str] = []
    for each in given:
        lines = [each] if "+" in each else read_file(Path(each)).decode("utf-8-sig", "replace").splitlines()
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
@click.option("--out", metavar="FILE", help="field:out")
@click.option("--to", metavar="DIR", help="field:checkpoint_to")
@force_option
@common_options
def checkpoint(out: str | None, to: str | None, force: bool) -> None:
    """Sign what is recorded so far, as a note that anyone can check (C2SP tlog-checkpoint).

    Give it out of the house: to the works council, an auditor, on the posted list. Whatever is older than a
    checkpoint that left the house cannot be changed without its being noticed. With --to it leaves by itself, run
    every evening: each is a file of its own, and nothing is signed that does not continue the newest one there.
    """
    if out is not None and to is not None:
        raise InputError("options_exclude", first="--out", second="--to")
    if to is not None:
        with settings().open() as ledger:
            place = ledger.proofs.checkpoint_to(Path(to))
            keys = ledger.proofs.public_keys()
        click.echo(shown(settings().labels().say("checkpoint_left", file=str(place))))
        talk(settings().labels().say("checkpoint_signed", vkey=keys[0] if keys else "–"))
        return
    with settings().open() as ledger:
        note = ledger.proofs.checkpoint()
        keys = ledger.proofs.public_keys()
    if out is None:
        click.echo(note.decode(), nl=False)
    else:
        write_file(Path(out), note, force)
    talk(settings().labels().say("checkpoint_signed", vkey=keys[0] if keys else "–"))


@click.command(
    cls=SpeakingCommand,
    help_key="verify",
    examples=[
        "kaoji verify",
        "kaoji verify --since 2026-08.checkpoint --vkey KEY",
        "kaoji verify --deep --sheets",
        "kaoji verify --receipt N2026-0007.receipt --vkey KEY",
        "kaoji verify --handoff 2026-08.xlsx",
    ],
)
@click.option("--since", metavar="FILE", help="field:since")
@click.option("--all", "everything", is_flag=True, help="field:verify_all")
@click.option("--receipt", metavar="FILE", help="field:receipt_file")
@click.option("--handoff", metavar="FILE", help="field:handoff_file")
@click.option("--map", "mapping", metavar="FILE", help="field:handoff_map")
@vkey_option
@click.option("--sheets", is_flag=True, help="field:sheets")
@click.option("--deep", is_flag=True, help="field:deep")
@json_option
@common_options
def verify(
    since: str | None,
    everything: bool,
    receipt: str | None,
    handoff: str | None,
    mapping: str | None,
    vkeys: tuple[str, ...],
    sheets: bool,
    deep: bool,
    as_json: bool,
) -> int:
    """Check that nothing recorded was changed: every event, the hash tree, every checkpoint. All faults are told.

    --since checks against a checkpoint you kept, and then only what is newer (with --all everything);
    --deep also decides every command anew, --sheets draws every sheet anew. --receipt checks one receipt,
    without a ledger where --vkey gives the key; --handoff a file that went to payroll, cell by cell (with --map the sheet
    of a mapping file too). Exit status 1 where something is wrong.
    """
    if receipt is not None:
        others = {"--since": since, "--all": everything, "--sheets": sheets, "--deep": deep}
        for option in (name for name, value in others.items() if value):
            raise InputError("options_exclude", first="--receipt", second=option)
        return _verify_receipt(receipt, keys_of(vkeys), as_json)
    if handoff is not None:
        return verify_handoff(handoff, mapping, as_json)
    if mapping is not None:
        raise InputError("option_needs", option="--map", needed="--handoff")
    note = None if since is None else read_file(Path(since))
    with settings().open() as ledger:
        verified = ledger.proofs.verify(
            note,
            keys_of(vkeys),
            everything=everything,
            sheets=sheets,
            deep=deep,
            processes=min(2, os.cpu_count() or 1),
        )
        after = verified.values()["checkpoint"] or 0
        unstated = [] if verified.faults else ledger.review.unstated(after)
    if as_json:
        print_json({**verified.values(), "unstated": unstated})
    else:
        if unstated:
            said = settings().labels().say("verified_unstated", count=len(unstated), after=after)
            click.echo(shown(said))
        _print_verified(verified.values())
    return A_FINDING if verified.faults else 0


def print_faults(faults: list[dict[str, Any]]) -> None:
    """What was found, each in a line with where it is."""
    labels = settings().labels()
    for fault in faults:
        fields = {name: value for name, value in fault.items() if name not in ("code", "position")}
        if fault["code"] == "head_instant_wrong":
            with suppress(ValueError):  # whoever changed it may have written anything
                fields["said"] = format_local(str(fields["said"]), "UTC")
        where = "–" if fault["position"] is None else fault["position"]
        click.echo(shown(labels.say("fault_at", position=where, fault=labels.fault(fault["code"], fields))))


def _print_verified(values: dict[str, Any]) -> None:
    """The faults, what was checked, and plainly what is protected and what is not."""
    labels = settings().labels()
    print_faults(values["faults"])
    levels = labels.say("separator").join(labels.word(f"level_{level}") for level in values["levels"])
    if not values["ok"]:
        click.echo(labels.say("verified_faults", faults=len(values["faults"]), levels=levels))
    elif values["older"]:
        click.echo(labels.say("verified_newer_ok", events=values["events"], levels=levels))
    else:
        click.echo(labels.say("verified_ok", events=values["events"], levels=levels))
    if values["earlier"]:
        click.echo(labels.say("verified_earlier", commands=values["earlier"]))
    if "keys" in values["unchecked"]:
        click.echo(labels.say("verified_no_keys"))
    if values["unbound"]:
        click.echo(labels.say("verified_unbound", people=values["unbound"]))
    if values["older"]:
        click.echo(labels.say("verified_not_older", older=values["older"]))
    if "sheets" in values["unchecked"]:
        click.echo(labels.say("verified_no_sheets"))
    elif "sheets" not in values["levels"]:
        click.echo(labels.say("verified_without_sheets"))
    if not {fault["code"] for fault in values["faults"]} & _UNREAD:
        _print_protected(values)
    if not values["ok"]:
        click.echo(labels.say("verified_next"))


_UNREAD: Final = frozenset({"unreadable", "head_missing"})
"""Where the log cannot be read to its end, nothing is known of its root, nor of what protects it."""


def _print_protected(values: dict[str, Any]) -> None:
    """The root, and what a checkpoint protects."""
    labels = settings().labels()
    click.echo(labels.say("verified_root", size=values["size"], root=values["root"]))
    size, window = values["checkpoint"], values["window"]
    if size is None:
        said = "protected_no_more" if values["checkpoints"] else "protected_nothing"
        click.echo(labels.say(said, size=values["size"]))
    elif values["checkpoint_given"] and not window:
        said = "protected_whole_if_whole" if values["older"] else "protected_whole"
        click.echo(labels.say(said, size=size))
    else:
        given = "protected_if_whole" if values["older"] else "protected_given"
        said = given if values["checkpoint_given"] else "protected_kept"
        click.echo(labels.say(said, size=size, window=window, first=size + 1, last=values["size"]))


def _verify_receipt(file: str, vkeys: tuple[str, ...], as_json: bool) -> int:
    from ledger.application.proofs import read_receipt

    labels = settings().labels()
    if not vkeys:
        with settings().open() as ledger:
            vkeys = tuple(ledger.proofs.public_keys_if_any())
    read = read_receipt(read_file(Path(file)), vkeys)
    if as_json:
        print_json({"ok": read.proven, "lines": read.lines})
    else:
        for line in read.lines if labels.language == "en" else _told_receipt(read):
            click.echo(line)
        click.echo(labels.say("receipt_proven" if read.proven else "receipt_unproven"), err=not read.proven)
    return 0 if read.proven else A_FINDING


def _told_receipt(read: "ReadReceipt") -> Iterator[str]:
    """What a receipt says, in the reader's language; where its site is nobody knows here, so instants are in UTC."""
    labels = settings().labels()
    for name, fields in read.facts:
        yield f"  {labels.say(f'receipt_{name}', **fields)}"
    yield f"\n{labels.say('receipt_recorded')}"
    if not isinstance(read.recorded, dict):
        yield from (shown(line) for line in read.lines[-1:])
        return
    fact = read.recorded.get("fact")
    told = fact if isinstance(fact, dict) else read.recorded
    for key, value in told.items():
        yield "  " + labels.say("told", name=labels.name(key), value=spoken(value, key, "UTC"))
    for place in read.closed:
        yield f"  {labels.say('receipt_closed', place=place)}"


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
        hand_out(
            ledger, ledger.people.in_receipt(content), "receipt", out, [(Path(out), content)], force, since
        )
    if out == STDOUT:
        click.echo(content.decode(), nl=False)
        return
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
    examples=["kaoji key rotate --by D01 --on 2026-09-01"],
)
@click.option("--by", metavar="EMPLOYEE", help="field:by")
@click.option("--on", metavar="DAY", help="field:on")
@clock_option
@common_options
def rotate(by: str | None, on: str | None) -> None:
    """Replace the signing key: the old one signs the present state, the change is recorded, the new one signs on.

    Hand out the new public key as you did the old one.
    """
    labels = settings().labels()
    with settings().open() as ledger:
        old, new = ledger.proofs.rotate_key(
            {name: value for name, value in (("by", by), ("on", on)) if value}
        )
    talk(labels.say("key_rotated", old=old))
    click.echo(shown(new))
