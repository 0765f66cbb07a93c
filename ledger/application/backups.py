"""The keeping side of the counter: backups that are verified when they are made, and restoring one."""

import errno
import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Final

from sqlalchemy.engine import URL

from ledger.application.part import Part
from ledger.application.proving.witness import verifier
from ledger.errors import InputError, StoreError
from ledger.proofs import Checkpoint, Verifier, root_at
from ledger.proofs.content import read_json
from ledger.store.address import file_of
from ledger.store.audit import Audited, Fault, audit
from ledger.store.copy import copy_log
from ledger.store.transactions import reading
from ledger.store.key_check import check_keys
from ledger.store.keyring import Keyring
from ledger.store.log import Log
from ledger.store.notary import Notary
from ledger.store.signing import origin_of, put_in_place, write_durably
from ledger.store.tree import hash_reader

FORMAT: Final = "kaoji.backup/v1"
_LEDGER, _MANIFEST, _CHECKPOINT, _KEYRING = "ledger.db", "manifest.json", "checkpoint", "keyring.db"
_OTHER_KEYS: Final = frozenset({"key_wrong", "secret_wrong"})


class Backups(Part):
    """What whoever keeps the machine asks of a ledger."""

    def make(self, folder: Path, keyring: Path | None = None, evidence: Path | None = None) -> dict[str, Any]:
        """Copies the ledger into a new folder while others record, and verifies the copy; the manifest's values.

        The keyring goes into a folder of its own, where one is given: whoever has both can read everybody's words, and
        a person erased later is still in it. The signing key is in neither. The sealed evidence files go into a
        folder of their own too, where one is given; without the keyring nobody opens them. StoreError
        `folder_not_empty`, `folder_unusable`, `backup_faulty`.
        """
        self.log.require()
        notary = Notary(self.log)
        if keyring is not None and keyring.resolve().is_relative_to(folder.resolve()):
            raise StoreError("keyring_beside", folder=str(keyring))
        if keyring is not None:
            self.log.keyring.require_own()  # a trigger of somebody else's is not copied for them
        for each in filter(None, (folder, keyring, evidence)):
            _make_empty(each)
        note = notary.latest()
        try:
            verifiers = notary.verifiers()
            outside = [note] if note and verifiers else []
            copied, audited = _copy(self.log, folder / _LEDGER, outside, verifiers)
            if audited.faults:
                raise StoreError("backup_faulty", faults=len(audited.faults))
            values = {
                "format": FORMAT,
                "ledger": self.log.ledger,
                "identity": self.log.identity(),
                "position": copied,
                "root": audited.root.hex(),
                "keyring": keyring is not None,
                "sha256": _digest(folder / _LEDGER),
            }
            if note is not None:
                write_durably(folder / _CHECKPOINT, note)
            if keyring is not None:
                self.log.people.note_keyring_copy(
                    str(keyring.absolute() / _KEYRING), self._operator(), self._now()
                )
                _copy_keyring(self.log, keyring / _KEYRING)
            if evidence is not None:
                values["evidence"] = self.log.people.evidence.copy_to(evidence)
            write_durably(folder / _MANIFEST, json.dumps(values, indent=1).encode() + b"\n")
        except OSError as error:
            raise StoreError("folder_unusable", folder=str(folder), reason=str(error.strerror)) from None
        if note is not None:
            notary.keep(note)
        return values

    def restore(
        self,
        folder: Path,
        keyring: Path | None = None,
        since: bytes | None = None,
        vkeys: Iterable[str] = (),
        accept_loss: bool = False,
    ) -> dict[str, Any]:
        """Puts a backup where there is no ledger yet, after verifying it; the manifest's values and what is `lost`.

        It is compared with the newest checkpoint known outside it: the given one, and what the signing key signed last.
        Where that covers more events than the backup, StoreError `restore_loses` unless the loss is accepted; then the
        old key is laid aside, for it signs no second history. Where the keyring here knows the ledger, `keyring_stays`:
        nothing is put into it, for what it lacks may have been erased. `key_here`: whether the signing key is, which no
        backup holds. `key_faults`: how the keyring differs. StoreError `backup_damaged`, `backup_changed`,
        `ledger_exists`, `history_rewritten`.

        1. The backup is audited, and held against what is known outside it.
        2. The keyring comes first, in one transaction, and is checked; the old key is laid aside where a loss is accepted.
        3. The ledger is copied to a file beside its place, audited there, and renamed last of all. Into a database that
           several share it is copied in one transaction.

        Stopped anywhere there is no ledger yet, and it is done by asking once more.
        """
        values = _manifest(folder)
        goes_on = self.log.exists()
        if goes_on and not self._stopped_before_its_keyring(values):
            raise StoreError("ledger_exists", url=self.log.shown_url())
        if _digest(folder / _LEDGER) != values["sha256"]:
            raise StoreError("backup_damaged", folder=str(folder), reason=f"{_LEDGER}: another digest")
        backup = Log(_url(folder / _LEDGER), values["ledger"], self.log.keyring.url)
        try:
            if not backup.exists() or backup.identity() != values["identity"]:
                # else a manifest could name a ledger that nothing was ever signed for
                reason = f"{_MANIFEST}: another identity"
                raise StoreError("backup_damaged", folder=str(folder), reason=reason)
            key = Notary(self.log).key_for(values["identity"])
            key.finish()
            verifiers = [verifier(vkey) for vkey in vkeys] or key.verifiers()
            if since is not None and not verifiers:
                raise StoreError("keys_unknown")
            audited = audit(backup, [] if since is None else [since], verifiers)
            lost = max(
                (_signed(fault) for fault in audited.faults if fault.code == "log_shortened"), default=0
            )
            faults = [fault for fault in audited.faults if fault.code != "log_shortened"]
            if faults:
                raise StoreError("backup_changed", folder=str(folder), faults=len(faults), file=_LEDGER)
            if (audited.root.hex(), audited.size) != (values["root"], values["position"]):
                raise StoreError(
                    "backup_damaged", folder=str(folder), reason=f"{_MANIFEST}: another root or size"
                )
            last = key.last() or key.laid_aside(values["position"])
            if last is not None and last.origin != origin_of(values["identity"]):
                last = None  # another ledger's key lies there, and is left alone
            lost = max(lost, _signed_beyond(backup, last, values["position"]))
            if lost > values["position"] and not accept_loss:
                raise StoreError("restore_loses", signed=lost, events=values["position"])
            stays = self.log.keyring.secret(values["identity"]) is not None
            with self._keyring_put(None if stays else keyring, values["identity"], goes_on):
                keys = _keys_checked(backup, None if stays else keyring)
                if lost > values["position"] and key.exists():
                    key.lay_aside(values["position"])
                if not goes_on:
                    self._put(backup)
        finally:
            backup.close()
        self.log.people.finish_erasures()
        lost = max(0, lost - values["position"])
        return {
            **values,
            "lost": lost,
            "keyring_stays": stays,
            "key_here": key.exists(),
            "key_faults": [{"code": each.code, "position": each.position, **each.fields} for each in keys],
        }

    @contextmanager
    def _keyring_put(self, folder: Path | None, identity: str, goes_on: bool) -> Iterator[None]:
        """What a copy of the keyring knows of the ledger is here; where the ledger does not come after it, it goes again.

        Else an older copy would stay at the next try, which believes the keyring that is here. It stays beside a ledger
        that did come, though the disk would not promise to keep it.
        """
        if folder is None:
            yield
            return
        _require_keyring(folder / _KEYRING, identity)
        with _keyring_at(folder / _KEYRING) as copy:
            self.log.keyring.take_over(copy, identity)
        try:
            yield
        except BaseException:
            if goes_on or not self._may_be_here():
                self.log.keyring.give_up(identity)
            raise

    def _may_be_here(self) -> bool:
        """Whether the ledger is here, for all that can be told."""
        try:
            return self.log.exists()
        except StoreError:
            return True

    def _put(self, backup: Log) -> None:
        """The backup, copied to where the ledger shall be. StoreError `backup_faulty`, `ledger_exists`."""
        place = file_of(self.log.url)
        if place is None or place.exists():
            copy_log(backup, self.log)
            _require_sound(self.log)
            return
        self.log.require_folder()
        beside = place.with_name(f"{place.name}.restoring")
        _remove(beside)  # left by one that was stopped
        with closing(Log(_url(beside), self.log.ledger)) as copy:
            copy_log(backup, copy)
            _require_sound(copy)
        with self.log.usable():
            _unlink(beside.with_name(f"{beside.name}.lock"))
            rest = beside.with_name(f"{beside.name}-wal")
            if rest.exists():  # when it was closed the disk did not take all of it
                folder = str(place.parent)
                raise StoreError("folder_unusable", folder=folder, reason=os.strerror(errno.EIO))
            put_in_place(beside, place)  # closed, SQLite has left nothing else beside it

    def _stopped_before_its_keyring(self, values: dict[str, Any]) -> bool:
        """Whether the ledger here is this very backup, as a restore leaves it that was stopped before the keyring came."""
        log = self.log
        if (log.identity(), log.position()) != (values["identity"], values["position"]):
            return False
        return log.keyring.secret(log.identity()) is None and audit(log).root.hex() == values["root"]


def _require_sound(copy: Log) -> None:
    faults = audit(copy).faults
    if faults:
        raise StoreError("backup_faulty", faults=len(faults))


def _remove(file: Path) -> None:
    """A file of SQLite's, and what it and we leave beside it."""
    for end in ("", "-wal", "-shm", "-journal", ".lock"):
        _unlink(file.with_name(f"{file.name}{end}"))


def _unlink(file: Path) -> None:
    """A file that may be there. StoreError `folder_unusable`."""
    try:
        file.unlink(missing_ok=True)
    except OSError as error:
        raise StoreError("folder_unusable", folder=str(file.parent), reason=str(error.strerror)) from None


def _url(file: Path) -> str:
    return URL.create("sqlite", database=str(file)).render_as_string()


def _make_empty(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise StoreError("folder_not_empty", folder=str(folder))
    except OSError as error:
        raise StoreError("folder_unusable", folder=str(folder), reason=str(error.strerror)) from None


def _copy(
    source: Log, file: Path, outside: list[bytes], verifiers: Sequence[Verifier]
) -> tuple[int, Audited]:
    """Copies a log into a file and audits the copy."""
    try:
        with closing(Log(_url(file), source.ledger)) as copy:
            return copy_log(source, copy), audit(copy, outside, verifiers)
    finally:
        file.with_name(f"{file.name}.lock").unlink(missing_ok=True)


def _keyring_at(file: Path) -> closing[Keyring]:
    return closing(Keyring(URL.create("sqlite", database=str(file))))


def _copy_keyring(log: Log, file: Path) -> None:
    with _keyring_at(file) as copy:
        copy.take_over(log.keyring, log.identity())


def _require_keyring(file: Path, identity: str) -> None:
    """A copy of a keyring that knows the ledger. InputError `file_unreadable`; StoreError `keyring_missing`."""
    if not file.is_file():
        raise InputError("file_unreadable", file=str(file), reason="no such file")
    with _keyring_at(file) as copy:
        copy.require(identity)
        copy.require_own()


def _keys_checked(backup: Log, copied: Path | None) -> list[Fault]:
    """The faults of the keyring against a backup. StoreError `backup_changed` where a copy has others' keys.

    Keys that lack are told and no more: whoever has no better copy has the ledger at least.
    """
    faults = check_keys(backup).faults
    others = sum(fault.code in _OTHER_KEYS for fault in faults)
    if copied is not None and others:
        raise StoreError("backup_changed", folder=str(copied), faults=others, file=_KEYRING)
    return faults


def _signed_beyond(backup: Log, last: Checkpoint | None, position: int) -> int:
    """How many events the key has signed, where they continue the backup. StoreError `history_rewritten`."""
    if last is None:
        return 0
    if last.size <= position:
        with reading(backup.engine) as connection:
            if root_at(last.size, hash_reader(connection, backup.ledger, position)) != last.root:
                raise StoreError("history_rewritten", signed=last.size)
    return last.size


def _signed(fault: Fault) -> int:
    size = fault.fields["signed"]
    return size if isinstance(size, int) else 0


def _manifest(folder: Path) -> dict[str, Any]:
    try:
        values = read_json((folder / _MANIFEST).read_bytes())
        if not isinstance(values, dict):
            raise ValueError("not an object")
        if values["format"] != FORMAT or not isinstance(values["position"], int):
            raise ValueError("another format")
        for name in ("ledger", "identity", "root", "sha256"):
            if not isinstance(values[name], str):
                raise ValueError(f"{name} is missing")
    except OSError as error:
        raise InputError(
            "file_unreadable", file=str(folder / _MANIFEST), reason=str(error.strerror)
        ) from None
    except (ValueError, LookupError, TypeError) as error:
        raise StoreError("backup_damaged", folder=str(folder), reason=f"{_MANIFEST}: {error}") from None
    return dict(values)


def _digest(file: Path) -> str:
    try:
        with file.open("rb") as opened:
            return hashlib.file_digest(opened, "sha256").hexdigest()
    except OSError as error:
        raise InputError("file_unreadable", file=str(file), reason=str(error.strerror)) from None
