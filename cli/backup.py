"""`kaoji backup`, `kaoji restore` and `kaoji upgrade`: a copy that is verified when it is made, putting one back, and
bringing an old ledger up to date."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cli.group import ask_all
from cli.localized_help import SpeakingCommand
from cli.proofs import keys_of, vkey_option
from cli.render import print_json, shown, talk
from cli.settings import clock_option, common_options, json_option, settings
from cli.usage import A_FINDING
from cli.verify import print_faults
from ledger.application.given_file import content_of
from ledger.errors import StoreError

if TYPE_CHECKING:
    from ledger.application.desk.desk import Desk

keyring_option = click.option("--keyring", metavar="DIR", help="field:keyring")


@click.command(
    cls=SpeakingCommand,
    help_key="backup",
    examples=[
        "kaoji backup /backups/2026-09-01",
        "kaoji backup monday --keyring /other-disk/monday",
        "kaoji backup monday --all-ledgers",
    ],
)
@click.argument("folder", metavar="DIR")
@keyring_option
@click.option("--evidence", metavar="DIR", help="field:evidence_folder")
@click.option("--all-ledgers", is_flag=True, help="field:backup_ledgers")
@json_option
@common_options
def backup(
    folder: str, keyring: str | None, evidence: str | None, all_ledgers: bool, as_json: bool
) -> int | None:
    """Copy the ledger into a new folder while others record, and verify the copy.

    The keyring, which opens people's words, goes into a folder of its own with --keyring: keep that copy for a short
    time only, for somebody erased later is still in it. The signing key is not copied: keep a copy of it elsewhere.
    The sealed evidence files are copied with --evidence; put back where they lay, they open with the keyring alone. Accounts
    and the log of readings that lie beside the ledger (kaoji.desk.db) are copied with it, without sessions and proposals.
    """
    folders = (
        Path(folder),
        None if keyring is None else Path(keyring),
        None if evidence is None else Path(evidence),
    )
    if all_ledgers:
        return _backup_all(folders, as_json)
    with settings().open() as ledger:
        made = ledger.backups.make(*folders)
    if as_json:
        print_json(made)
    else:
        _print_made(made, folders)
    return None


_Folders = tuple[Path, Path | None, Path | None]
"""Of the ledger, the keyring and the evidence."""


def _backup_all(folders: _Folders, as_json: bool) -> int:
    """Every ledger, each in a folder of its own within those given."""
    gathered = []
    folder, keyring, evidence = folders
    if keyring is not None and keyring.resolve().is_relative_to(folder.resolve()):
        raise StoreError("keyring_beside", folder=str(keyring))

    def ask(name: str, ledger: "Desk") -> None:
        own = (
            folder / name,
            None if keyring is None else keyring / name,
            None if evidence is None else evidence / name,
        )
        made = ledger.backups.make(*own)
        gathered.append({"name": name, **made})
        if not as_json:
            _print_made(made, own)

    status = ask_all(ask)
    if as_json:
        print_json(gathered)
    return status


def _print_made(made: dict[str, Any], folders: _Folders) -> None:
    labels = settings().labels()
    folder, keyring, evidence = folders
    click.echo(labels.say("backed_up", events=made["position"], folder=shown(folder)))
    if evidence is not None:
        click.echo(labels.say("evidence_backed_up", files=made["evidence"], folder=shown(evidence)))
    if keyring is None:
        talk(labels.say("keyring_left_out"))


@click.command(
    cls=SpeakingCommand,
    help_key="restore",
    examples=[
        "kaoji restore /backups/2026-09-01 --keyring /other-disk/monday --since 2026-08.checkpoint --vkey KEY"
    ],
)
@click.argument("backup_folder", metavar="DIR")
@keyring_option
@click.option("--since", metavar="FILE", help="field:since")
@vkey_option
@click.option("--accept-loss", is_flag=True, help="field:accept_loss")
@json_option
@common_options
def restore(
    backup_folder: str,
    keyring: str | None,
    since: str | None,
    vkeys: tuple[str, ...],
    accept_loss: bool,
    as_json: bool,
) -> int:
    """Verify a backup and put it where --ledger says, where there is no ledger yet.

    It is compared with the newest checkpoint known outside it: the one given with --since, and what the signing key
    signed last, if it is here. A backup that is older than that is refused unless the loss is accepted. Exit status 1
    where the keyring that is here then does not fit it.
    """
    with settings().open() as ledger:
        back = ledger.backups.restore(
            Path(backup_folder),
            None if keyring is None else Path(keyring),
            None if since is None else content_of(Path(since)),
            keys_of(vkeys),
            accept_loss,
        )
    if as_json:
        print_json(back)
    else:
        _print_restored(back, backup_folder, keyring is not None)
    return A_FINDING if back["key_faults"] else 0


def _print_restored(back: dict[str, Any], folder: str, has_keyring: bool) -> None:
    """What came back from a folder, with a keyring or not, and what is to be known of it."""
    labels = settings().labels()
    print_faults(back["key_faults"])
    click.echo(
        labels.say(
            "restored_keys_differ" if back["key_faults"] else "restored",
            events=back["position"],
            folder=shown(folder),
        )
    )
    if back["lost"]:
        talk(labels.say("restored_lost", lost=back["lost"], first=back["position"] + 1))
    if back["keyring_stays"]:
        talk(labels.say("keyring_stays"))
    elif not has_keyring:
        talk(labels.say("keyring_left_out"))
    if back["desk_put"] is not None:
        talk(labels.say("desk_restored" if back["desk_put"] else "desk_stays"))
    if not back["key_here"]:
        talk(labels.say("restored_without_key"))


@click.command(cls=SpeakingCommand, help_key="upgrade", examples=["kaoji upgrade"])
@clock_option
@json_option
@common_options
def upgrade(as_json: bool) -> None:
    """Bring a ledger that an earlier kaoji wrote to the present layout; nothing recorded is rewritten.

    The check value of every person's key is recorded, so that verify finds keys that were swapped or deleted; guards
    that came later are put in place. An earlier kaoji does not open the ledger any more. On PostgreSQL the tables'
    owner runs it.
    """
    labels = settings().labels()
    with settings().open() as ledger:
        done = ledger.upgrade.bring_up()
    if as_json:
        print_json({"bound": done.bound, "lacking": done.lacking, "position": done.position})
        return
    click.echo(labels.say("upgraded", keys=done.bound))
    if done.lacking:
        names = labels.say("separator").join(done.lacking)
        talk(shown(labels.say("upgrade_lacks", employees=names)))
