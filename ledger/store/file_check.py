"""SQLite's check of its own file: how it is asked, and what it found. Needs nothing: another process asks as well."""

from collections.abc import Iterable
from typing import Any, Final

_MOST: Final = 20


def question(whole: bool) -> str:
    """Pages and rows and, if the whole is looked at, each index against its table."""
    return f"PRAGMA {'integrity_check' if whole else 'quick_check'}({_MOST})"


def reasons(said: Iterable[Any]) -> list[str]:
    """What is found of the rows of the answer; nothing in a sound file."""
    found = [str(row[0]) for row in said]
    return [] if found == ["ok"] else found
