"""`kaoji witness`: a second pair of eyes signs that the ledger only grew since it looked last (C2SP tlog-witness)."""

from pathlib import Path

import click

from cli.files import PRIVATE, require_room, write_file
from cli.localized_help import SpeakingCommand, SpeakingGroup
from cli.proofs import keys_of, vkey_option
from cli.render import shown
from cli.settings import common_options, force_option, out_option, settings
from ledger.application.given_file import content_of


@click.group(cls=SpeakingGroup, help_key="witness")
@common_options
def witness() -> None:
    """A witness cosigns checkpoints: an auditor, a works council, a second department."""


@witness.command(
    "new-key",
    cls=SpeakingCommand,
    help_key="witness new-key",
    examples=["kaoji witness new-key works-council --out works-council.key"],
)
@click.argument("name", metavar="NAME")
@out_option
@common_options
def new_key(name: str, out: str) -> None:
    """Make a witness's key. The file is secret and stays with the witness; FILE.pub is for everybody, and printed."""
    from ledger.application.proving.witness import new_witness_key

    secret, public = new_witness_key(name)
    own, for_everybody = Path(out), Path(f"{out}.pub")
    require_room(for_everybody, force=False)
    write_file(own, f"{secret}\n".encode(), force=False, mode=PRIVATE)
    write_file(for_everybody, f"{public}\n".encode(), force=False)
    click.echo(shown(public))


@witness.command(
    "request",
    cls=SpeakingCommand,
    help_key="witness request",
    examples=["kaoji witness request --seen 1250 --out request"],
)
@click.option("--seen", type=click.IntRange(0), default=0, metavar="SIZE", help="field:seen")
@out_option
@force_option
@common_options
def request(seen: int, out: str, force: bool) -> None:
    """Sign a checkpoint and write the request for a witness that saw the ledger last at a size (0: never)."""
    require_room(Path(out), force)
    with settings().open() as ledger:
        ledger.witness.request(seen, lambda content: write_file(Path(out), content, force))
    click.echo(settings().labels().say("request_written", file=shown(out)))


@witness.command(
    "sign",
    cls=SpeakingCommand,
    help_key="witness sign",
    examples=["kaoji witness sign request --key works-council.key --vkey KEY --out cosigned"],
)
@click.argument("request_file", metavar="REQUEST")
@click.option("--key", "key_file", required=True, metavar="FILE", help="field:witness_key")
@vkey_option
@out_option
@force_option
@common_options
def sign(request_file: str, key_file: str, vkeys: tuple[str, ...], out: str, force: bool) -> None:
    """As a witness: check that the ledger only grew since you looked last, and cosign its checkpoint.

    What you saw last is kept beside your key, in a file per ledger. Needs no access to the ledger.
    """
    from ledger.application.proving.witness import cosign_request

    key = Path(key_file)
    require_room(Path(out), force)
    note, size = cosign_request(content_of(Path(request_file)), content_of(key), keys_of(vkeys), key)
    write_file(Path(out), note, force)
    click.echo(settings().labels().say("cosigned", size=size, file=shown(out)))


@witness.command(
    "add",
    cls=SpeakingCommand,
    help_key="witness add",
    examples=["kaoji witness add cosigned --vkey WITNESS-KEY"],
)
@click.argument("cosigned_file", metavar="FILE")
@vkey_option
@common_options
def add(cosigned_file: str, vkeys: tuple[str, ...]) -> None:
    """Keep a cosigned checkpoint in the ledger, so that receipts carry it from now on."""
    with settings().open() as ledger:
        taken = ledger.witness.take(content_of(Path(cosigned_file)), keys_of(vkeys))
    labels = settings().labels()
    click.echo(labels.say("cosigned_kept", names=labels.listed(shown(name) for name, _ in taken.witnesses)))
