"""Witnesses: what one is asked, what it answers, and the keys that checkpoints are checked with (C2SP tlog-witness)."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from ledger import clock
from ledger.application.part import Part
from ledger.application.proving.kept_checkpoints import ComparedCheckpoint, instant, kept_checkpoints
from ledger.errors import InputError, StoreError
from ledger.proofs import (
    WITNESS,
    ProofError,
    Signer,
    StaleSize,
    Verifier,
    add_signatures,
    as_handed_out,
    cosign,
    open_checkpoint,
)
from ledger.store.file_locks import locked_file
from ledger.store.files import regular_content, write_durably
from ledger.store.notary import Notary


@dataclass(frozen=True, slots=True)
class Cosigned:
    """A cosigned checkpoint: of how many events, and of each witness the name and when it says it signed (UTC).

    None: at no time that a calendar has.
    """

    size: int
    witnesses: tuple[tuple[str, datetime | None], ...]


class Witnesses(Part):
    """What witnesses are asked of a ledger, and what they answered."""

    def request(self, seen: int, give: Callable[[bytes], object] | None = None) -> bytes:
        """What a witness that saw the ledger last at a size is handed (C2SP tlog-witness, add-checkpoint).

        `give` hands it over before its checkpoint is kept.
        """
        self.log.require()
        return Notary(self.log).witness_request(seen, give)

    def take(self, note: bytes, vkeys: Iterable[str], keep: bool = True) -> Cosigned:
        """Who of these witnesses has cosigned a checkpoint, which is kept, unless it is only to be checked.

        InputError `cosigned_bad`, `vkey_wrong`; StoreError `checkpoint_foreign`.
        """
        self.log.require()
        witnesses = [verifier(vkey) for vkey in vkeys]
        try:
            opened = Notary(self.log).take_cosigned(as_handed_out(note), witnesses, keep)
        except ProofError as error:
            raise InputError("cosigned_bad", reason=str(error)) from None
        signed = tuple((each.verifier.name, instant(each.timestamp or 0)) for each in opened.cosigned)
        return Cosigned(opened.checkpoint.size, signed)

    def kept(
        self, vkeys: Iterable[str] = (), before: int | None = None, limit: int = 1
    ) -> list[ComparedCheckpoint]:
        """The checkpoints kept, the newest first, of those before a number; cosignatures are held against these keys.

        InputError `vkey_wrong`.
        """
        self.log.require()
        return kept_checkpoints(Notary(self.log), [verifier(vkey) for vkey in vkeys], before, limit)

    def cosigned(self) -> list[tuple[int, list[str]]]:
        """Of each kept checkpoint that others signed too its size, and their names as it says, the largest first."""
        notary = Notary(self.log)
        found = [
            (size, [each.name for each in signed if each.name != notary.origin])
            for size, signed in notary.signatures()
        ]
        return sorted(((size, names) for size, names in found if names), reverse=True)


def new_witness_key(name: str) -> tuple[str, str]:
    """The secret and the public key of a new witness. InputError `vkey_wrong`."""
    try:
        signer = Signer.generate(name, WITNESS)
    except ProofError as error:
        raise InputError("vkey_wrong", reason=str(error)) from None
    return signer.secret(), str(signer.verifier)


def cosign_request(
    request: bytes, secret: bytes, vkeys: Iterable[str], beside: Path, now: Callable[[], datetime] = clock.now
) -> tuple[bytes, int]:
    """The cosigned checkpoint of a request, and its size; what was seen is kept `beside` before it is returned.

    InputError `witness_refuses` says why nothing is cosigned, `witness_saw_other` where the request starts elsewhere
    than at what was seen last; StoreError `folder_unusable`.
    """
    logs = [verifier(vkey) for vkey in vkeys]
    request = as_handed_out(request)
    note = request.partition(b"\n\n")[2]
    try:
        signer = Signer.parse(as_handed_out(secret).decode("ascii", "replace").strip())
        origin = open_checkpoint(note, logs).checkpoint.origin
        seen = beside.with_name(f"{beside.name}.{origin.replace('/', '-')}.seen")
        with locked_file(seen.with_name(f"{seen.name}.lock")):
            last = open_checkpoint(regular_content(seen), logs).checkpoint if seen.exists() else None
            checkpoint, signature = cosign(request, logs, last, signer, int(now().timestamp()))
            write_durably(seen, note)
        return add_signatures(note, [signature]), checkpoint.size
    except StaleSize as error:
        raise InputError("witness_saw_other", size=error.known_size) from None
    except ProofError as error:
        raise InputError("witness_refuses", reason=str(error)) from None
    except OSError as error:
        raise StoreError("folder_unusable", folder=str(beside.parent), reason=str(error.strerror)) from None


def verifier(vkey: str) -> Verifier:
    """A public key as `kaoji key show` prints it. InputError `vkey_wrong`."""
    try:
        return Verifier.parse_line(vkey.strip())
    except ProofError as error:
        raise InputError("vkey_wrong", reason=str(error)) from None
