"""SQLite's check of its own file: how it is asked, and what it found; whether it is a file at all.

It needs nothing: another process asks as well, and whoever must not wait for an engine.
"""

import sqlite3
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

from ledger.store.files import holds_no_file

_MOST: Final = 20


def question(whole: bool) -> str:
    """Pages and rows and, if the whole is looked at, each index against its table."""
    return f"PRAGMA {'integrity_check' if whole else 'quick_check'}({_MOST})"


def reasons(said: Iterable[Any]) -> list[str]:
    """What is found of the rows of the answer; nothing in a sound file."""
    found = [str(row[0]) for row in said]
    return [] if found == ["ok"] else found


def require_database_file(file: Path) -> None:
    """sqlite3.OperationalError where a pipe or the like is in the place of a file, which SQLite would wait for."""
    for end in ("", "-journal", "-wal"):
        path = file.with_name(f"{file.name}{end}")
        if holds_no_file(path):
            raise sqlite3.OperationalError(f"{path} is no regular file")
