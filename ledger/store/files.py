"""Files beside a ledger: regular ones alone are read, and what is written is put in place whole and durably."""

import errno
import os
import secrets
import stat
from pathlib import Path


def regular_content(path: Path) -> bytes:
    """What a file holds. OSError, where something else is in its place too."""
    require_regular(path)
    return path.read_bytes()


def require_regular(path: Path) -> None:
    """OSError where something else is in the place of a file, such as a pipe, which would be waited for."""
    if holds_no_file(path):
        raise OSError(errno.EINVAL, "this is no regular file", str(path))


def holds_no_file(path: Path) -> bool:
    """Whether something else is in the place of a file. Asked once: between two questions a file may be taken away."""
    try:
        return not stat.S_ISREG(path.stat().st_mode)
    except OSError:
        return False


def write_durably(path: Path, content: bytes, mode: int = 0o644) -> None:
    """Puts a file in place whole or not at all, and on the disk before it returns. OSError."""
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}.new")
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    put_in_place(beside, path)


def put_in_place(beside: Path, path: Path) -> None:
    """Renames a finished file to its place, durably. OSError."""
    beside.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
