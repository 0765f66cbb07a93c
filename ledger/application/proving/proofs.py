"""Proving: checkpoints, receipts, witnesses, tiles, and checking it all (proofs.md)."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ledger.application.proving.checkpoint_files import leave
from ledger.application.proving.kept_checkpoints import ComparedCheckpoint, compared_checkpoint
from ledger.application.proving.presented import (
    CheckedCode,
    ReadReceipt,
    Stands,
    check_code,
    compared_receipt,
    read_receipt,
)
from ledger.application.proving.verifying import Verifying, size_of_note
from ledger.application.proving.witness import verifier
from ledger.errors import StoreError, Unknown, WrongState
from ledger.events.keys import NOTARY_STREAM, SigningKeyRotated
from ledger.proofs import (
    ProofError,
    Verifier,
    as_handed_out,
)
from ledger.state.ids import full_id
from ledger.state.ledger_state import LedgerState
from ledger.store import receipts, registry_batch
from ledger.store.files import write_durably
from ledger.store.notary import Notary
from ledger.store.tile_files import tiles
from ledger.subjects import APART, OWNED

if TYPE_CHECKING:
    from ledger.documents.forms.anchor import Anchor

_THINGS = (*OWNED, *APART, "employee")


class Proofs(Verifying):
    """What compliance auditors and employees ask of a ledger."""

    def checkpoint(self, give: Callable[[bytes], object] | None = None) -> bytes:
        """A signed checkpoint over everything recorded (C2SP tlog-checkpoint). StoreError `key_missing` and its like.

        `give` hands it out of the house before it is kept, and `due` takes it for handed out.
        """
        self.log.require()
        return Notary(self.log).checkpoint(give)

    def checkpoint_to(self, folder: Path) -> Path:
        """A signed checkpoint as a file in a folder outside the house; where it is. See `checkpoint_files.leave`."""
        self.log.require()
        return leave(self.log, folder)

    def anchor(self, position: int) -> "Anchor":
        """Where an event stands, as papers bear it, with the earliest checkpoint kept over it: none is signed for it."""
        from ledger.documents.forms.anchor import Anchor

        note = Notary(self.log).earliest(position)
        return Anchor(self.log.identity(), position, self.log.hashes([position])[position], note)

    def keep(self, notes: Iterable[bytes]) -> None:
        """Keeps checkpoints that have left the house on a paper or in a file: `due` takes them for handed out."""
        for note in notes:
            Notary(self.log).keep(note)

    def covered(self) -> int:
        """How many events the largest kept checkpoint covers that is signed; 0 where there is none. No event tells it."""
        return Notary(self.log).covered()

    def public_keys(self) -> list[str]:
        """The public keys of this ledger, the newest first, as others must be given them."""
        self.log.require()
        return [str(verifier) for verifier in Notary(self.log).key.verifiers()]

    def keys(self) -> list[dict[str, Any]]:
        """The same, each with how long it signs: `key`, and the `position`, the day (`on`) and `by` whom it was replaced.

        These are None for the key that signs now, and for one before of which the log does not tell.
        """
        replaced = {
            each.event.replaced: (each.position, each.event)
            for each in self.log.stream(NOTARY_STREAM)
            if isinstance(each.event, SigningKeyRotated)
        }
        found = []
        for key in self.public_keys():
            position, event = replaced.get(key, (None, None))
            told = (None, None) if event is None else (event.on.isoformat(), event.by)
            found.append({"key": key, "position": position, "on": told[0], "by": told[1]})
        return found

    def own_keys(self) -> list[str]:
        """The keys that speak for this ledger, each with the size up to which it did where it was replaced."""
        return [each.line() for each in Notary(self.log).key.verifiers()] if self.log.exists() else []

    def new_key(self, replaced: str | None = None, lost: bool = False) -> str:
        """A signing key where there is none, recorded as the one that takes over; its public key.

        `replaced`: the public key of the one before, where it is not here; `lost`: it is not known, and recorded only
        where the log knows it. Interrupted, it is finished by asking once more. StoreError `key_there`,
        `key_elsewhere`; InputError `vkey_wrong`; WrongState `key_not_current`, `key_of_another`.
        """
        self.log.require()
        notary = Notary(self.log)
        key = notary.key
        if key.exists():
            raise StoreError("key_there", file=str(key.path))
        given = None if replaced is None else verifier(replaced)
        recorded = LedgerState(self.log).signing_keys()
        here = [str(each) for each in key.verifiers()]
        current = next(iter(recorded or here[-1:]), None)
        new = key.prepared()
        if new is None or str(new) != current:  # else it was interrupted behind the recording
            if given is None and not lost and current not in here:
                raise StoreError("key_elsewhere", file=str(key.path))
            if current is not None and (str(given or current) != current or (lost and current in here)):
                raise WrongState("key_not_current", current=current)
            if given is not None and given.name != notary.origin:
                raise WrongState("key_of_another", key=str(given))
            new = key.prepare(notary.origin)
            before = current if given is None else str(given)
            if before is None:
                key.lay_aside(self.log.position())  # what nobody can check any more
            else:
                self._ledger.record.typed({"do": "rotate_key", "replaced": before, "new_key": str(new)})
        key.replace([*self._replaced(), *filter(None, [given])])
        return str(new)

    def _replaced(self) -> Iterator[Verifier]:
        """The keys that the log says were replaced, the newest first, each up to the event that says so.

        A file of commands may have recorded anything of their form as a key.
        """
        for recorded in reversed(self.log.stream(NOTARY_STREAM)):
            if isinstance(recorded.event, SigningKeyRotated):
                with suppress(ProofError):
                    yield Verifier.parse(recorded.event.replaced).bounded(recorded.position)

    def rotate_key(self, given: dict[str, Any]) -> tuple[str, str]:
        """A new signing key in place of the old one; both public keys. `given` may hold by and on.

        1. The new key is made and on the disk, beside the old one.
        2. The old key signs the present state: beyond that checkpoint it proves nothing from now on.
        3. The change is recorded, and in the tree like any event.
        4. The new key takes the old one's place; the old public half is kept with the size up to which it counts.
        5. The new key signs. Neither checkpoint is kept here, as long as none has left the house: see `checkpoint`.

        Interrupted anywhere it is finished by asking once more: 3 tells whether 1 to 3 are done.
        """
        self.log.require()
        self.log.keyring.require_own()
        notary = Notary(self.log)
        key = notary.key
        with key.locked():
            new = key.prepare(notary.origin)
        old = key.signer().verifier
        if (
            str(new) != LedgerState(self.log).signing_key()
        ):  # else it was interrupted just behind the recording
            notary.sign()
            self._ledger.record.typed(
                {"do": "rotate_key", "replaced": str(old), "new_key": str(new), **given}
            )
        with key.locked():
            key.replace()
        notary.sign()
        return str(old), str(new)

    def size_of(self, checkpoint: bytes, vkeys: Iterable[str] = ()) -> int:
        """How many events a checkpoint is of.

        InputError `checkpoint_unreadable`, `vkey_wrong`; StoreError `keys_unknown`.
        """
        self.log.require(standing=False)
        verifiers = Notary(self.log).verifiers(map(verifier, vkeys))
        return size_of_note(as_handed_out(checkpoint), verifiers)

    # --- receipts -----------------------------------------------------------------------------------

    def receipt(self, name: str) -> bytes:
        """The receipt of an event: by its position, or by the notice, appeal, reward, sanction or person it made.

        Once it has left, what it rests on is to be kept (`keep`, `checkpoint_in`).
        """
        self.log.require()
        return receipts.receipt(Notary(self.log), self._position_of_thing(name))

    def check_receipt(self, raw: bytes, vkeys: Iterable[str] = ()) -> tuple[ReadReceipt, Stands]:
        """What a receipt says, and whether this ledger still says so; by these keys, else by its own.

        ReceiptError `receipt_bad`; InputError `vkey_wrong`.
        """
        self.log.require()
        read = read_receipt(raw, list(vkeys) or self.own_keys())
        return read, compared_receipt(self.log, raw, read)

    def check_code(self, text: str) -> CheckedCode:
        """What the code of a printed form says, and whether this ledger says so. InputError `code_wrong`."""
        self.log.require()
        return check_code(self.log, text)

    def check_checkpoint(self, note: bytes, vkeys: Iterable[str] = ()) -> ComparedCheckpoint:
        """Whether a note is a checkpoint of this ledger, and holds; cosignatures are held against these keys.

        InputError `vkey_wrong`.
        """
        self.log.require()
        return compared_checkpoint(Notary(self.log), as_handed_out(note), [verifier(vkey) for vkey in vkeys])

    def hands_out(self, name: str) -> bool:
        """Whether a receipt of something may be had: of anything, where the files are."""
        return True

    def checkpoint_in(self, receipt: bytes) -> bytes:
        """The checkpoint that a receipt rests on."""
        return receipts.checkpoint_in(receipt)

    def _position_of_thing(self, name: str) -> int:
        if name.isascii() and name.isdigit() and len(name) <= 18:
            return int(name)
        ledger_state = LedgerState(self.log)
        kind, _, rest = name.partition(":")
        asked = [(kind, rest)] if rest and kind in _THINGS else [(kind, name) for kind in _THINGS]
        for kind, given in asked:
            first = registry_batch.introduction(self.log, kind, full_id(ledger_state, kind, given, "id"))
            if first is not None:
                return first.position
        raise Unknown("nothing_of_that_id", id=name, choices=", ".join(_THINGS))

    # --- tiles --------------------------------------------------------------------------------------

    def export_tiles(self, folder: Path) -> int:
        """Writes the tree as C2SP tlog-tiles into a folder; how many files. StoreError `folder_unusable`."""
        self.log.require()
        written = 0
        try:
            for path, content in tiles(Notary(self.log)):
                file = folder / path
                file.parent.mkdir(parents=True, exist_ok=True)
                if path == "checkpoint" or not file.exists() or file.read_bytes() != content:
                    write_durably(file, content)
                written += 1
        except OSError as error:
            raise StoreError("folder_unusable", folder=str(folder), reason=str(error.strerror)) from None
        return written
