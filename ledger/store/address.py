"""Where a ledger is: an SQLAlchemy URL, and which of the database's ledgers is meant by it."""

import re
from pathlib import Path
from typing import Final
from urllib.parse import parse_qsl

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from ledger.errors import StoreError
from ledger.terms import ID

MAIN: Final = "main"
"""The ledger of a database that is meant where none is named."""

_LEDGER: Final = "ledger"
"""The option that names one of a database's ledgers."""

_LEDGER_ID: Final = re.compile(ID)

_SECRET: Final = re.compile("password|secret|scram", re.IGNORECASE)
"""Options of a URL that nobody else may read: password, sslpassword, oauth_client_secret, scram_client_key."""


def parse_url(url: str) -> URL:
    """An SQLAlchemy URL for SQLite (a file) or PostgreSQL.

    StoreError `ledger_url_wrong` for anything else, `ledger_url_option` for an option of a file's, which nobody would
    honour.
    """
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        scheme, is_url, _ = url.partition("://")
        beginning = f"{scheme}://…" if is_url else "…" if _SECRET.search(url) else url
        raise StoreError("ledger_url_wrong", url=beginning) from None
    backend = parsed.get_backend_name()
    if backend == "sqlite" and parsed.database and not parsed.database.startswith((":memory:", "file:")):
        for option in sorted(parsed.query.keys() - {_LEDGER}):
            raise StoreError("ledger_url_option", option=option, url=shown(parsed))
        return parsed.set(drivername="sqlite")
    if backend == "postgresql":
        return parsed.set(drivername="postgresql+psycopg")
    raise StoreError("ledger_url_wrong", url=shown(parsed))


def parse_address(url: str, ledger: str | None = None) -> tuple[URL, str]:
    """A database's URL, and which of its ledgers is meant: the one given, else `?ledger=` in the URL, else `main`.

    StoreError `ledger_url_wrong`, `ledger_id_wrong`.
    """
    parsed = parse_url(url)
    named = [ledger] if ledger is not None else _ledgers_named(url)
    if len(named) > 1 or not all(map(_LEDGER_ID.fullmatch, named)):
        raise StoreError("ledger_id_wrong", ledger=", ".join(named))
    return parsed.difference_update_query([_LEDGER]), (named or [MAIN])[0]


def names_ledger(url: str) -> bool:
    """Whether a URL names one of the database's ledgers."""
    return bool(_ledgers_named(url))


def has_password(url: URL) -> bool:
    """Whether a secret stands in a URL or in its options."""
    return url.password is not None or any(_SECRET.search(name) for name in url.query)


def _ledgers_named(url: str) -> list[str]:
    """Every `ledger=` of a URL, also an empty one, which SQLAlchemy leaves out: nobody means `main` by it."""
    query = url.partition("?")[2]
    return [value for name, value in parse_qsl(query, keep_blank_values=True) if name == _LEDGER]


def shown(url: URL, ledger: str = MAIN) -> str:
    """An address as people may read it: no password in it, nor in its options."""
    hidden = {name: "xxx" for name in url.query if _SECRET.search(name)}
    named = {} if ledger == MAIN else {"ledger": ledger}
    address = url.update_query_dict({**hidden, **named})
    return address.render_as_string(hide_password=True)


def file_of(url: URL) -> Path | None:
    """The file of an SQLite URL, None for PostgreSQL."""
    return Path(url.database) if url.get_backend_name() == "sqlite" and url.database else None
