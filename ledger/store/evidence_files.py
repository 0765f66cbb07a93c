"""The folder of evidence files beside a ledger: each sealed under the key of the person it lies for.

    <folder>/<person's random id>/<aa>/<sha256 of the plain file>      aa: the first two characters of the digest
    content     sealed(key; "evidence/<sha256>"; length of the name (4) ‖ name ‖ bytes of the file)
    key         HKDF-SHA256(person's key; ledger, sha256), so that no file opens in the place of another

The sealed message is that of `proofs.seal`: one AES-256-GCM behind a commitment to key and place. Putting a file there:
written to `<name>.<random>.part`, fsync, rename, fsync of the folder. An erasure destroys the person's key first, after
which nothing opens here or in any copy, and then removes their folder. Links are never followed.
"""

import errno
import hashlib
import os
import secrets
import shutil
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from ledger.errors import StoreError
from ledger.events.employees import employee_stream
from ledger.proofs import SealError, evidence_key
from ledger.proofs.seal import seal, unseal
from ledger.store.connection import LedgerConnection
from ledger.store.files import put_in_place
from ledger.store.key_locations import evidence_folder, names_a_file

MOST_BYTES: Final = 20 * 1024 * 1024
"""No file is larger: it is sealed in one message, in memory."""
_BESIDE: Final = 64 * 1024
"""More than the header and any name take."""
_NAME_LENGTH: Final = 4
_FOLDER: Final = 0o700
_FILE: Final = 0o600

FileState = Literal["sealed", "damaged", "missing", "key_gone"]


class NotPlain(OSError):
    """What is there is a link, a folder, a pipe or a device."""


@dataclass(frozen=True, slots=True)
class Lying:
    """Something in the folder: its path under it, the person's id and the digest where it lies as a file of ours would."""

    path: Path
    person: str | None
    sha256: str | None
    is_link: bool


def read_plain(path: Path, most: int = MOST_BYTES) -> bytes:
    """The bytes of a plain file. NotPlain for anything else; OSError, with EFBIG where it has more bytes than `most`."""
    nofollow, nonblock = getattr(os, "O_NOFOLLOW", 0), getattr(os, "O_NONBLOCK", 0)
    if path.is_symlink():
        raise NotPlain(f"{path} is a link")
    handle = os.open(path, os.O_RDONLY | nofollow | nonblock)
    with os.fdopen(handle, "rb") as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise NotPlain(f"{path} is no plain file")
        content = file.read(most + 1)
    if len(content) > most:
        raise OSError(errno.EFBIG, os.strerror(errno.EFBIG), str(path))
    return content


class EvidenceFiles:
    """The sealed files of one ledger."""

    def __init__(self, place: LedgerConnection) -> None:
        self._place = place
        self.given: Path | None = None
        """The folder that whoever opened the ledger names, instead of the one that goes with it."""

    @property
    def folder(self) -> Path:
        """Where they lie."""
        return self.given or evidence_folder(self._place.url, self._place.identity())

    # --- one file -----------------------------------------------------------------------------------

    def put(self, employee: str, sha256: str, name: str, content: bytes) -> bool:
        """Seals a file for a person whose key is loaded; False where it lies there already and opens.

        What lies damaged in its place is replaced. StoreError `evidence_store_unusable`; `person_erased` and the like
        where there is no key to seal it under.
        """
        if self.state(employee, sha256) == "sealed":
            return False
        path, key = self._path(employee, sha256), self._key(employee, sha256)
        if path is None or key is None:
            raise self._place.sealing.lacking(employee)
        named = name.encode()
        whole = len(named).to_bytes(_NAME_LENGTH, "big") + named + content
        try:
            self._make_folders(path.parent)
            self._write(path, seal(key, whole, _seal_place(sha256)))
        except FileNotFoundError:  # another one has put the same file there meanwhile
            if self.state(employee, sha256) != "sealed":
                raise self._unusable("it was taken away meanwhile") from None
        except OSError as error:
            raise self._unusable(error.strerror or str(error)) from None
        return True

    def open(self, employee: str, sha256: str) -> tuple[str, bytes]:
        """Name and bytes of a file. FileNotFoundError; SealError where it is not what was put there, or no key is."""
        path, key = self._path(employee, sha256), self._key(employee, sha256)
        if path is None:
            raise FileNotFoundError(sha256)
        try:
            sealed = read_plain(path, MOST_BYTES + _BESIDE)
        except FileNotFoundError:
            raise
        except OSError as error:
            raise SealError(f"what lies there cannot be read as a file of ours: {error}") from None
        if key is None:
            raise SealError("there is no key")
        whole = unseal(key, sealed, _seal_place(sha256))
        length = int.from_bytes(whole[:_NAME_LENGTH], "big")
        name, content = whole[_NAME_LENGTH : _NAME_LENGTH + length], whole[_NAME_LENGTH + length :]
        if hashlib.sha256(content).hexdigest() != sha256:
            raise SealError("the file has another digest")
        return name.decode(), content

    def state(self, employee: str, sha256: str) -> FileState:
        """How a file of a person's lies there: `sealed` (opens, digest right), `damaged`, `missing`, `key_gone`."""
        if self._key(employee, sha256) is None:
            return "key_gone"
        try:
            self.open(employee, sha256)
        except FileNotFoundError:
            return "missing"
        except (SealError, UnicodeDecodeError):
            return "damaged"
        return "sealed"

    def lies(self, employee: str, sha256: str) -> bool:
        """Whether a file lies there under a key that there is; it is not opened."""
        path = self._path(employee, sha256)
        return path is not None and self._key(employee, sha256) is not None and path.is_file()

    def remove(self, employee: str, sha256: str) -> None:
        """Takes a file away. StoreError `evidence_store_unusable`."""
        path = self._path(employee, sha256)
        try:
            if path is not None:
                path.unlink(missing_ok=True)
        except OSError as error:
            raise self._unusable(error.strerror or str(error)) from None

    # --- a person, and all ---------------------------------------------------------------------------

    def holds(self, employee: str) -> bool:
        """Whether there is a folder of a person's, whose id is loaded."""
        folder = self._person(employee)
        return folder is not None and (folder.is_symlink() or folder.exists())

    def remove_person(self, employee: str) -> bool:
        """Removes all files of an erased person, whose key is gone before; whether there was anything. OSError."""
        folder = self._person(employee)
        if folder is None or not self.holds(employee):
            return False
        if folder.is_symlink() or not folder.is_dir():
            folder.unlink()
        else:
            try:
                shutil.rmtree(folder)
            except RecursionError:
                raise OSError(errno.ELOOP, "folders lie too deep in one another", str(folder)) from None
        return True

    def lying(self) -> Iterator[Lying]:
        """Everything that lies in the folder, sorted; what is a link is told and not followed.

        StoreError `evidence_store_unusable`.
        """
        try:
            yield from _walk(self.folder)
        except OSError as error:
            raise self._unusable(error.strerror or str(error)) from None

    def person_ids(self, employees: list[str]) -> dict[str, str]:
        """The random ids of people whose keys are loaded → their staff numbers."""
        found = {self._place.sealing.subject_of(employee_stream(each)): each for each in employees}
        return {person: each for person, each in found.items() if person is not None}

    def copy_to(self, folder: Path) -> int:
        """Copies the sealed files, as they lie, into an empty folder; how many. StoreError `evidence_store_unusable`."""
        copied = 0
        try:
            for each in self.lying():
                if each.sha256 is not None and not each.is_link:
                    target = folder / each.path
                    target.parent.mkdir(mode=_FOLDER, parents=True, exist_ok=True)
                    self._write(target, read_plain(self.folder / each.path, MOST_BYTES + _BESIDE))
                    copied += 1
        except OSError as error:
            raise self._unusable(error.strerror or str(error)) from None
        return copied

    # --- where and under what --------------------------------------------------------------------------

    def _person(self, employee: str) -> Path | None:
        """Where somebody's files lie; None where they have no id, or one that is none of ours and may lead elsewhere."""
        person = self._place.sealing.subject_of(employee_stream(employee))
        return None if person is None or not names_a_file(person) else self.folder / person

    def _path(self, employee: str, sha256: str) -> Path | None:
        person = self._person(employee)
        return None if person is None else person / sha256[:2] / sha256

    def _key(self, employee: str, sha256: str) -> bytes | None:
        key = self._place.sealing.key_of(employee)
        return None if key is None else evidence_key(key, self._place.identity(), sha256)

    def _make_folders(self, wanted: Path) -> None:
        """The folders down to a file's, for their owner alone; a link in the place of one is not followed."""
        self.folder.mkdir(mode=_FOLDER, parents=True, exist_ok=True)
        for folder in (wanted.parent, wanted):
            if folder.is_symlink():
                raise NotPlain(f"{folder} is a link")
            folder.mkdir(mode=_FOLDER, exist_ok=True)

    @staticmethod
    def _write(path: Path, sealed: bytes) -> None:
        part = path.with_name(f"{path.name}.{secrets.token_hex(4)}.part")
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _FILE)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(sealed)
                file.flush()
                os.fsync(file.fileno())
            put_in_place(part, path)
        finally:
            part.unlink(missing_ok=True)
        for left in path.parent.glob(f"{path.name}.*.part"):  # of one that was stopped
            left.unlink(missing_ok=True)

    def _unusable(self, reason: str) -> StoreError:
        return StoreError("evidence_store_unusable", folder=str(self.folder), reason=reason)


def _seal_place(sha256: str) -> str:
    return f"evidence/{sha256}"


def _walk(top: Path) -> Iterator[Lying]:
    """What lies in a folder, however deep. OSError for what cannot be looked into."""
    left = _entries(top, Path())
    while left:
        path, entry = left.pop()
        if entry.is_symlink():
            yield Lying(path, None, None, is_link=True)
        elif entry.is_dir(follow_symlinks=False):
            left += _entries(top, path)
        else:
            parts = path.parts
            ours = len(parts) == 3 and len(parts[2]) == 64 and parts[2].startswith(parts[1])
            yield Lying(path, parts[0], parts[2] if ours else None, is_link=False)


def _entries(top: Path, under: Path) -> list[tuple[Path, os.DirEntry[str]]]:
    """What a folder holds, with the path under the top, the last one first; nothing where there is none. OSError."""
    try:
        found = sorted(os.scandir(top / under), key=lambda entry: entry.name, reverse=True)
    except (FileNotFoundError, NotADirectoryError):
        return []
    return [(under / entry.name, entry) for entry in found]
