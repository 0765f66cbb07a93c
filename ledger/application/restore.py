"""Putting a backup where there is no ledger yet, after verifying it."""

import errno
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Final

from ledger.application.backup_folder import (
    DESK,
    KEYRING,
    LEDGER,
    MANIFEST,
    digest_of,
    keyring_at,
    read_manifest,
    url_of,
)
from ledger.application.part import Part
from ledger.application.proving.witness import verifier
from ledger.errors import InputError, StoreError
from ledger.proofs import Verifier, root_at
from ledger.store.address import file_of
from ledger.store.audit import Fault, audit
from ledger.store.copy import copy_log
from ledger.store.desk_copy import put_desk
from ledger.store.files import put_in_place
from ledger.store.key_check import check_keys
from ledger.store.key_locations import desk_file
from ledger.store.log import Log
from ledger.store.notary import Notary
from ledger.store.signing import KeyFile, origin_of
from ledger.store.transactions import reading
from ledger.store.tree import hash_reader

_OTHER_KEYS: Final = frozenset({"key_wrong", "secret_wrong"})


class Restoring(Part):
    """How a backup is put back."""

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
        `ledger_exists`, `history_rewritten`. `desk_put`: whether accounts and the log of readings came back with it.

        1. The backup is audited, and held against what is known outside it.
        2. The keyring comes first, in one transaction, and is checked; the old key is laid aside where a loss is accepted.
        3. The ledger is copied to a file beside its place, audited there, and renamed last of all. Into a database that
           several share it is copied in one transaction.

        Stopped anywhere there is no ledger yet, and it is done by asking once more.
        """
        values = read_manifest(folder)
        goes_on = self.log.exists()
        if goes_on and not self._stopped_before_its_keyring(values):
            raise StoreError("ledger_exists", url=self.log.shown_url())
        if digest_of(folder / LEDGER) != values["sha256"]:
            raise StoreError("backup_damaged", folder=str(folder), reason=f"{LEDGER}: another digest")
        identity, position = values["identity"], values["position"]
        with closing(Log(url_of(folder / LEDGER), values["ledger"], self.log.keyring.url)) as backup:
            key = Notary(self.log).key_for(identity)
            signed = _signed(backup, folder, values, key, since, vkeys)
            if signed > position and not accept_loss:
                raise StoreError("restore_loses", signed=signed, events=position)
            stays = self.log.keyring.secret(identity) is not None
            copied, desk = None if stays else keyring, None
            with self._keyring_put(copied, identity, goes_on):
                keys = _keys_checked(backup, copied)
                if signed > position and key.exists():
                    key.lay_aside(position)
                if not goes_on:
                    desk = self._put_desk(folder / DESK)
                    self._put(backup, values["root"])
        self.log.people.finish_erasures()
        return {
            **values,
            "lost": max(0, signed - position),
            "keyring_stays": stays,
            "desk_put": desk,
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
        _require_keyring(folder / KEYRING, identity)
        with keyring_at(folder / KEYRING) as copy:
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

    def _put_desk(self, copy: Path) -> bool | None:
        """Whether accounts and the log of readings were put back; False: others are here, and stay. None: there are none."""
        place = desk_file(self.log.url, self.log.ledger)
        if place is None or not copy.is_file():
            return None
        self.log.require_folder()
        with self.log.usable():
            return put_desk(copy, place)

    def _put(self, backup: Log, root: str) -> None:
        """The backup, copied to where the ledger shall be; its tree has the root (hex) that was audited.

        StoreError `backup_faulty`, `ledger_exists`.
        """
        place = file_of(self.log.url)
        if place is None or place.exists():
            copy_log(backup, self.log)
            _require_sound(self.log, root)
            return
        self.log.require_folder()
        beside = place.with_name(f"{place.name}.restoring")
        _remove(beside)  # left by one that was stopped
        with closing(Log(url_of(beside), self.log.ledger)) as copy:
            copy_log(backup, copy)
            _require_sound(copy, root)
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


def _signed(
    backup: Log,
    folder: Path,
    values: dict[str, Any],
    key: KeyFile,
    since: bytes | None,
    vkeys: Iterable[str],
) -> int:
    """Step 1: how many events were signed for, as far as is known outside. StoreError; InputError `vkey_wrong`."""
    if not backup.exists() or backup.identity() != values["identity"]:
        # else a manifest could name a ledger that nothing was ever signed for
        raise StoreError("backup_damaged", folder=str(folder), reason=f"{MANIFEST}: another identity")
    key.finish()
    verifiers = [verifier(vkey) for vkey in vkeys] or key.verifiers()
    if since is not None and not verifiers:
        raise StoreError("keys_unknown")
    outside = [] if since is None else [since]
    return max(_signed_in(backup, folder, values, outside, verifiers), _signed_by(key, backup, values))


def _signed_in(
    backup: Log, folder: Path, values: dict[str, Any], outside: Sequence[bytes], verifiers: Sequence[Verifier]
) -> int:
    """Audits a backup; how many events the checkpoints outside it cover where that is more than it holds, else 0.

    StoreError `backup_changed`; `backup_damaged` where the manifest says another root or size.
    """
    audited = audit(backup, outside, verifiers)
    shortened = [fault for fault in audited.faults if fault.code == "log_shortened"]
    faults = len(audited.faults) - len(shortened)
    if faults:
        raise StoreError("backup_changed", folder=str(folder), faults=faults, file=LEDGER)
    if (audited.root.hex(), audited.size) != (values["root"], values["position"]):
        raise StoreError("backup_damaged", folder=str(folder), reason=f"{MANIFEST}: another root or size")
    return max(map(_size_signed, shortened), default=0)


def _size_signed(fault: Fault) -> int:
    size = fault.fields["signed"]
    return size if isinstance(size, int) else 0


def _signed_by(key: KeyFile, backup: Log, values: dict[str, Any]) -> int:
    """How many events the key here has signed of this ledger, where they continue the backup.

    StoreError `history_rewritten`.
    """
    last = key.last() or key.laid_aside(values["position"])
    if last is None or last.origin != origin_of(values["identity"]):
        return 0  # another ledger's key lies there, and is left alone
    if last.size <= values["position"]:
        with reading(backup.engine) as connection:
            if root_at(last.size, hash_reader(connection, backup.ledger, values["position"])) != last.root:
                raise StoreError("history_rewritten", signed=last.size)
    return last.size


def _require_keyring(file: Path, identity: str) -> None:
    """A copy of a keyring that knows the ledger. InputError `file_unreadable`; StoreError `keyring_missing`."""
    if not file.is_file():
        raise InputError("file_unreadable", file=str(file), reason="no such file")
    with keyring_at(file) as copy:
        copy.require(identity)
        copy.require_own()


def _keys_checked(backup: Log, copied: Path | None) -> list[Fault]:
    """The faults of the keyring against a backup. StoreError `backup_changed` where a copy has others' keys.

    Keys that lack are told and no more: whoever has no better copy has the ledger at least. Those of people erased are
    not told: they are destroyed once the ledger is there.
    """
    faults = [fault for fault in check_keys(backup).faults if fault.code != "key_not_destroyed"]
    others = sum(fault.code in _OTHER_KEYS for fault in faults)
    if copied is not None and others:
        raise StoreError("backup_changed", folder=str(copied), faults=others, file=KEYRING)
    return faults


def _require_sound(copy: Log, root: str) -> None:
    audited = audit(copy)
    if audited.faults or audited.root.hex() != root:  # the latter: the backup was exchanged behind its audit
        raise StoreError("backup_faulty", faults=max(len(audited.faults), 1))


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
