"""`kaoji verify`: a ledger or a group, a receipt, a file that went to payroll; what was found, and what is protected."""

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from cli.group import print_stand, require_all, require_alone, visit_all, workers_option
from cli.handoff import verify_handoff
from cli.localized_help import SpeakingCommand
from cli.proofs import keys_of, vkey_option
from cli.render import print_json, shown, spoken
from cli.settings import common_options, json_option, settings
from cli.usage import A_FINDING
from ledger.application.given_file import content_of
from ledger.errors import InputError
from ledger.formats import format_local

if TYPE_CHECKING:
    from ledger.application.proving.presented import ReadReceipt


@click.command(
    cls=SpeakingCommand,
    help_key="verify",
    examples=[
        "kaoji verify",
        "kaoji verify --since 2026-08.checkpoint --vkey KEY",
        "kaoji verify --deep --sheets",
        "kaoji verify --all-ledgers --workers 4",
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
@click.option("--all-ledgers", is_flag=True, help="field:verify_ledgers")
@workers_option
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
    all_ledgers: bool,
    workers: str,
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
        others["--all-ledgers"] = all_ledgers
        for option in (name for name, value in others.items() if value):
            raise InputError("options_exclude", first="--receipt", second=option)
        return _verify_receipt(receipt, keys_of(vkeys), as_json)
    if handoff is not None:
        return verify_handoff(handoff, mapping, as_json)
    if mapping is not None:
        raise InputError("option_needs", option="--map", needed="--handoff")
    if all_ledgers:
        require_alone((("--since", since), ("--all", everything), ("--vkey", vkeys)))
        return _verify_all({"sheets": sheets, "deep": deep}, workers, as_json)
    require_all(workers)
    return _verify_one(since, vkeys, everything, sheets, deep, as_json)


def _verify_one(
    since: str | None, vkeys: tuple[str, ...], everything: bool, sheets: bool, deep: bool, as_json: bool
) -> int:
    """The ledger itself, at the levels that are asked for."""
    note = None if since is None else content_of(Path(since))
    with settings().open() as ledger:
        verified = ledger.proofs.verify(
            note, keys_of(vkeys), everything, sheets, deep, processes=min(2, os.cpu_count() or 1)
        )
        after = verified.values()["checkpoint"] or 0
        unstated = [] if verified.faults else ledger.review.unstated(after)
    found = {**verified.values(), "unstated": unstated}
    if as_json:
        print_json(found)
    else:
        _print_verified(found)
    return A_FINDING if verified.faults else 0


def _verify_all(levels: dict[str, bool], workers: str, as_json: bool) -> int:
    """Every ledger; what could not be checked weighs more than what was found."""
    found, status = visit_all("verify", levels, workers)
    if as_json:
        print_json(found)
    else:
        for one in found:
            print_stand(one)
            _print_verified(one)
    return status or (0 if all(one["ok"] for one in found) else A_FINDING)


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
    if values["unstated"]:
        count, after = len(values["unstated"]), values["checkpoint"] or 0
        click.echo(shown(labels.say("verified_unstated", count=count, after=after)))
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
    from ledger.application.proving.presented import read_receipt

    labels = settings().labels()
    if not vkeys:
        with settings().open() as ledger:
            vkeys = tuple(ledger.proofs.own_keys())
    read = read_receipt(content_of(Path(file)), vkeys)
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
