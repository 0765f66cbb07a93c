"""The catalogue of a group, `kaoji-ledgers.toml`: in which databases its ledgers lie, and what some of them are called.

A `[[database]]` with `url` stands for every ledger in it, by its own id; a `[[ledger]]` with `name` and `url` for one.
A file is looked for from the catalogue's own folder. No password stands in it: libpq has its own means (pgpass, PGSERVICE).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from ledger.application.given_file import content_of
from ledger.errors import InputError
from ledger.formats import toml_of
from ledger.store.address import file_of, has_password, names_ledger, parse_url, shown
from ledger.terms import ID

_KEYS: Final = {"database": {"url"}, "ledger": {"name", "url"}}
_NAME: Final = re.compile(ID)


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry: its place in the catalogue, the URL, and the name where it is one ledger's."""

    place: str
    url: str = field(repr=False)
    name: str | None = None


def read(file: Path) -> list[Entry]:
    """The entries, as they stand.

    InputError `file_unreadable`, `catalogue_not_toml`, `catalogue_entry_wrong`, `catalogue_password`; StoreError
    `ledger_url_wrong`.
    """
    try:
        document = toml_of(content_of(file).decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise InputError("catalogue_not_toml", file=str(file), reason=str(error)) from None
    found = [_entry(place, kind, one, file.absolute().parent) for place, kind, one in _tables(document)]
    if not found:
        raise InputError("catalogue_entry_wrong", entry=str(file))
    return found


def _tables(document: dict[str, Any]) -> Iterator[tuple[str, str, Any]]:
    """Each entry with its place, such as `[[ledger]] 2`, and its kind. InputError `catalogue_entry_wrong`."""
    for kind, entries in document.items():
        if kind not in _KEYS or not isinstance(entries, list):
            raise InputError("catalogue_entry_wrong", entry=kind)
        for number, one in enumerate(entries, 1):
            yield f"[[{kind}]] {number}", kind, one


def _entry(place: str, kind: str, given: Any, folder: Path) -> Entry:
    if not (
        isinstance(given, dict)
        and given.keys() == _KEYS[kind]
        and all(isinstance(value, str) for value in given.values())
        and _NAME.fullmatch(given.get("name", "main"))
        and not (kind == "database" and names_ledger(given["url"]))
    ):
        raise InputError("catalogue_entry_wrong", entry=place)
    url = parse_url(given["url"])
    if has_password(url):
        raise InputError("catalogue_password", entry=place)
    there = file_of(url)
    if there is not None:
        url = url.set(database=str(folder / there))
    return Entry(f"{place} ({shown(url)})", url.render_as_string(hide_password=False), given.get("name"))
