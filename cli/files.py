"""Files named on the command line: read whole, written whole, never over another one unasked."""

import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

import click

from ledger.application.given_file import require_end
from ledger.application.named_folder import require_folder_there, unwritable
from ledger.errors import InputError

PRIVATE: Final = 0o600
"""Of files that hold somebody's words or a secret: readable by their owner alone."""


class InputFile(click.File):
    """A file to read, or `-` for standard input. InputError `stdin_closed` where that was closed, `file_is_device`."""

    def __init__(self) -> None:
        super().__init__("rb")

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The open file."""
        if value == "-" and sys.__stdin__ is None:
            raise InputError("stdin_closed")
        file = super().convert(value, param, ctx)
        require_end(file)
        return file


def make_folder(folder: Path) -> None:
    """The folder and those above it, where they are not there yet. InputError `folder_is_file`, `file_unwritable`."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError):
        require_folder_there(folder)
    except OSError as error:
        raise unwritable(folder, error) from None


def require_room(path: Path, force: bool) -> None:
    """A file may be written there.

    InputError `folder_missing`, `folder_is_file`, `out_is_folder`, `file_exists`, `file_unwritable`.
    """
    require_folder_there(path.parent)
    try:
        if path.is_dir():
            raise InputError("out_is_folder", file=str(path))
        if path.exists() and not force:
            raise InputError("file_exists", file=str(path))
    except OSError as error:
        raise unwritable(path, error) from None


def write_file(path: Path, content: bytes | Iterable[bytes], force: bool, mode: int = 0o666) -> None:
    """Writes a file that is not there yet, or over one with `force`.

    InputError of `require_room`.
    `content` may come piece by piece. One that is PRIVATE is so before anything is in it, also where it was there already.
    Of a new file nothing is left where the disk is full.
    """
    require_room(path, force)
    flags = os.O_WRONLY | os.O_CREAT | (os.O_TRUNC if force else os.O_EXCL)
    try:
        file = os.fdopen(os.open(path, flags, mode), "wb")
        with _taken_away(None if force else path), file:
            if mode == PRIVATE and os.name == "posix":
                os.fchmod(file.fileno(), mode)
            file.writelines((content,) if isinstance(content, bytes) else content)
    except FileExistsError:
        raise InputError("file_exists", file=str(path)) from None
    except OSError as error:
        raise unwritable(path, error) from None


@contextmanager
def _taken_away(path: Path | None) -> Iterator[None]:
    """A file that was not written to its end goes, whatever stopped it."""
    try:
        yield
    except BaseException:
        if path is not None:
            with suppress(OSError):
                path.unlink()
        raise
