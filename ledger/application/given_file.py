"""A file that somebody names, or standard input, read up to a bound: a device may have no end, and a pipe may not stop."""

import os
import stat
from collections.abc import Iterator
from io import BufferedReader, UnsupportedOperation
from pathlib import Path
from typing import IO, Final

from ledger.errors import InputError

MOST_MEBIBYTES: Final = 1024
"""So much of a file is read at most: as commands it would be more than memory holds."""
_MEBIBYTE: Final = 1_048_576


def opened(path: Path) -> BufferedReader:
    """A file to be read. InputError `file_is_device`; OSError."""
    file = path.open("rb")
    try:
        require_end(file)
    except InputError:
        file.close()
        raise
    return file


def content_of(path: Path) -> bytes:
    """The bytes of a file. InputError `file_unreadable`, `file_is_device`, `file_too_large`."""
    try:
        with opened(path) as file:
            return whole(file)
    except OSError as error:
        raise InputError("file_unreadable", file=str(path), reason=error.strerror or str(error)) from None


def require_end(file: IO[bytes]) -> None:
    """InputError `file_is_device` for what may have no end: every device but a terminal and the one that is empty."""
    try:
        handle = file.fileno()
        found = os.fstat(handle)
    except (UnsupportedOperation, OSError):  # bytes in memory
        return
    if not (stat.S_ISCHR(found.st_mode) or stat.S_ISBLK(found.st_mode)) or os.isatty(handle):
        return
    if not os.path.samestat(found, Path(os.devnull).stat()):
        raise InputError("file_is_device", file=_name_of(file))


def whole(file: IO[bytes]) -> bytes:
    """The bytes of an open file. InputError `file_too_large`; OSError."""
    content = bytearray()
    while part := file.read(_MEBIBYTE):
        content += part
        _require_within(len(content), file)
    return bytes(content)


def lines_of(file: IO[bytes], longest: int) -> Iterator[bytes]:
    """The lines of an open file; of one of more bytes than `longest` its beginning, one byte longer than that.

    InputError `file_too_large`; OSError.
    """
    read = 0
    while line := file.readline(longest + 1):
        yield line
        read += len(line)
        while line and not line.endswith(b"\n"):
            line = file.readline(_MEBIBYTE)
            read += len(line)
            _require_within(read, file)
        _require_within(read, file)


def _require_within(size: int, file: IO[bytes]) -> None:
    if size > MOST_MEBIBYTES * _MEBIBYTE:
        raise InputError("file_too_large", file=_name_of(file), mebibytes=MOST_MEBIBYTES)


def _name_of(file: IO[bytes]) -> str:
    return str(getattr(file, "name", "-"))
