"""Where what belongs to a ledger but must not lie in it is kept: keyring, signing key, evidence files, accounts.

Beside an SQLite file unless KAOJI_KEYRING, KAOJI_KEY and KAOJI_EVIDENCE say otherwise. For PostgreSQL the keyring is in
the same database, where its backups would outlive an erasure: give it a place of its own.
"""

import os
import re
from pathlib import Path
from typing import Final

from sqlalchemy.engine import URL

from ledger.errors import StoreError
from ledger.store.address import MAIN, file_of, parse_address, parse_url, shown

_ID: Final = re.compile("[0-9a-z]{1,32}", re.ASCII)
"""How ledgers and people are called: by check values of their keys, before layout 3 at random."""


def names_a_file(identity: str) -> bool:
    """Whether it is an id of ours. Whoever owns the database could write there what leads out of every folder."""
    return _ID.fullmatch(str(identity)) is not None


def keyring_url(url: URL) -> URL:
    """The keyring of a ledger. StoreError `ledger_url_wrong`, `keyring_within` where it would lie in the ledger itself."""
    given = os.environ.get("KAOJI_KEYRING")
    file = file_of(url)
    if given:
        named = parse_url(given)
        within = file_of(named)
        if file is not None and within is not None and within.resolve() == file.resolve():
            raise StoreError("keyring_within", url=shown(named))
        return named
    return url if file is None else url.set(database=str(file.with_name(f"{file.stem}.keys.db")))


def evidence_folder(url: URL, identity: str) -> Path:
    """The folder of a ledger's sealed evidence files: what KAOJI_EVIDENCE names, else beside the SQLite file.

    For PostgreSQL in the home of whoever attaches, by the ledger's identity. StoreError `ledger_head_wrong`.
    """
    given = os.environ.get("KAOJI_EVIDENCE")
    if given:
        return Path(given)
    file = file_of(url)
    if file is not None:
        return file.with_name(f"{file.stem}.evidence")
    return Path.home() / ".kaoji" / _named(url, identity, "evidence")


def key_file(url: URL, ledger: str, identity: str) -> Path:
    """The file of a ledger's signing key; for PostgreSQL in the home of whoever signs, by the ledger's identity.

    KAOJI_KEY names it, or a folder in which the keys of several ledgers lie, each by its identity. StoreError
    `ledger_head_wrong`.
    """
    given = os.environ.get("KAOJI_KEY")
    if given:
        return Path(given) / _named(url, identity, "key") if Path(given).is_dir() else Path(given)
    file = file_of(url)
    if file is not None:
        return file.with_name(f"{file.stem}.key" if ledger == MAIN else f"{file.stem}.{ledger}.key")
    return Path.home() / ".kaoji" / _named(url, identity, "key")


def _named(url: URL, identity: str, end: str) -> str:
    """A file by the ledger's identity, which is read from its head, if there is one. StoreError `ledger_head_wrong`."""
    if identity and not names_a_file(identity):
        raise StoreError("ledger_head_wrong", url=shown(url))
    return f"{identity}.{end}"


def desk_file(url: URL, ledger: str) -> Path | None:
    """Where accounts and the log of readings are kept: each ledger of a file has a file of its own beside it; else None."""
    file = file_of(url)
    if file is None:
        return None
    return file.with_name(f"{file.stem}.desk.db" if ledger == MAIN else f"{file.stem}.{ledger}.desk.db")


def desk_place(url: str) -> Path | str:
    """The same by the URL of a ledger; for PostgreSQL that URL itself: they are in a schema on that server.

    StoreError `ledger_url_wrong`, `ledger_id_wrong`.
    """
    return desk_file(*parse_address(url)) or url
