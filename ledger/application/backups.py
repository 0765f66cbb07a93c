"""Backups: copies of a ledger that are verified when they are made."""

import json
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from ledger.application.backup_folder import (
    CHECKPOINT,
    DESK,
    FORMAT,
    KEYRING,
    LEDGER,
    MANIFEST,
    digest_of,
    keyring_at,
    url_of,
)
from ledger.application.restore import Restoring
from ledger.errors import StoreError
from ledger.proofs import Verifier
from ledger.store.audit import Audited, audit
from ledger.store.copy import copy_log
from ledger.store.desk_copy import copy_desk
from ledger.store.files import write_durably
from ledger.store.key_locations import desk_file
from ledger.store.log import Log
from ledger.store.notary import Notary


class Backups(Restoring):
    """What whoever keeps the machine asks of a ledger: backups are made here, and put back as `Restoring` has it."""

    def make(self, folder: Path, keyring: Path | None = None, evidence: Path | None = None) -> dict[str, Any]:
        """Copies the ledger into a new folder while others record, and verifies the copy; the manifest's values.

        The keyring goes into a folder of its own, where one is given: whoever has both can read everybody's words, and
        a person erased later is still in it. The signing key is in neither. The sealed evidence files go into a
        folder of their own too, where one is given; without the keyring nobody opens them. Accounts and the log of readings
        that lie beside a ledger in a file go with it (`desk`), without sessions and proposals. StoreError
        `folder_not_empty`, `folder_unusable`, `backup_faulty`.
        """
        self.log.require()
        notary = Notary(self.log)
        if keyring is not None:
            if keyring.resolve().is_relative_to(folder.resolve()):
                raise StoreError("keyring_beside", folder=str(keyring))
            self.log.keyring.require_own()  # a trigger of somebody else's is not copied for them
        for each in filter(None, (folder, keyring, evidence)):
            _make_empty(each)
        note = notary.latest()
        try:
            values = self._copied(folder, note, notary.verifiers())
            values["keyring"] = keyring is not None
            desk = desk_file(self.log.url, self.log.ledger)
            values["desk"] = desk is not None and copy_desk(desk, folder / DESK)
            if note is not None:
                write_durably(folder / CHECKPOINT, note)
            if keyring is not None:
                self._copy_keyring(keyring / KEYRING)
            if evidence is not None:
                values["evidence"] = self.log.people.evidence.copy_to(evidence)
            write_durably(folder / MANIFEST, json.dumps(values, indent=1).encode() + b"\n")
        except OSError as error:
            reason = error.strerror or str(error)
            raise StoreError("folder_unusable", folder=str(folder), reason=reason) from None
        if note is not None:
            notary.keep(note)
        return values

    def _copied(self, folder: Path, note: bytes | None, verifiers: Sequence[Verifier]) -> dict[str, Any]:
        """The ledger copied, and held against a checkpoint: what the manifest says of it. StoreError `backup_faulty`."""
        outside = [note] if note and verifiers else []
        copied, audited = _copy(self.log, folder / LEDGER, outside, verifiers)
        if audited.faults:
            raise StoreError("backup_faulty", faults=len(audited.faults))
        return {
            "format": FORMAT,
            "ledger": self.log.ledger,
            "identity": self.log.identity(),
            "position": copied,
            "root": audited.root.hex(),
            "sha256": digest_of(folder / LEDGER),
        }

    def _copy_keyring(self, file: Path) -> None:
        """Copies the keyring, after it is noted that a copy was made."""
        self.log.people.note_keyring_copy(str(file.absolute()), self._operator(), self._now())
        with keyring_at(file) as copy:
            copy.take_over(self.log.keyring, self.log.identity())


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
        with closing(Log(url_of(file), source.ledger)) as copy:
            return copy_log(source, copy), audit(copy, outside, verifiers)
    finally:
        file.with_name(f"{file.name}.lock").unlink(missing_ok=True)
