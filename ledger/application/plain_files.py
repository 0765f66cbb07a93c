"""The plain files under a folder, each known by its digest, whatever it is called."""

import hashlib
import os
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from ledger.errors import InputError
from ledger.store.evidence_files import NotPlain


class PlainFiles:
    """The plain files under a folder: their paths by digest, their names, and what was not looked at."""

    def __init__(self) -> None:
        self.by_digest: dict[str, list[str]] = defaultdict(list)
        self.names: set[str] = set()
        self.skipped: list[str] = []

    @classmethod
    def of(cls, folder: Path) -> "PlainFiles":
        """Reads them all. InputError `file_unreadable` for what is no folder to look into."""
        found = cls()
        try:
            entries = sorted(_entries(folder), key=lambda entry: entry.path)
        except OSError as error:
            raise InputError(
                "file_unreadable", file=str(folder), reason=error.strerror or str(error)
            ) from None
        for entry in entries:
            try:
                if not entry.is_file(follow_symlinks=False):
                    raise NotPlain(entry.path)
                found.by_digest[_digest(entry.path)].append(str(Path(entry.path)))
                found.names.add(entry.name)
            except OSError:
                found.skipped.append(str(Path(entry.path)))
        return found


def _entries(folder: Path) -> Iterator[os.DirEntry[str]]:
    """Everything under a folder that is no folder itself, however deep; links are not followed."""
    left = [str(folder)]
    while left:
        for entry in os.scandir(left.pop()):
            if entry.is_dir(follow_symlinks=False):
                left.append(entry.path)
            else:
                yield entry


def _digest(path: str) -> str:
    """The SHA-256 (hex) of a plain file of any size. OSError."""
    with os.fdopen(os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0)), "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
