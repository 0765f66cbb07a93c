"""Where what belongs to a ledger but must not lie in it is kept: the keyring, the signing key.

Beside an SQLite file unless KAOJI_KEYRING and KAOJI_KEY say otherwise. For PostgreSQL the keyring is in the same database,
where its backups would outlive an erasure: give it a place of its own.
"""

import os
from pathlib import Path

from sqlalchemy.engine import URL

from ledger.store.engine import file_of, parse_url


def keyring_url(url: URL) -> URL:
    """The keyring of a ledger's URL. StoreError `ledger_url_wrong`."""
    given = os.environ.get("KAOJI_KEYRING")
    if given:
        return parse_url(given)
    file = file_of(url)
    return url if file is None else url.set(database=str(file.with_name(f"{file.stem}.keys.db")))


def key_file(url: URL, ledger: str, identity: str) -> Path:
    """The file of a ledger's signing key; for PostgreSQL in the home of whoever signs, by the ledger's identity."""
    given = os.environ.get("KAOJI_KEY")
    if given:
        return Path(given)
    file = file_of(url)
    if file is not None:
        return file.with_name(f"{file.stem}.key" if ledger == "main" else f"{file.stem}.{ledger}.key")
    return Path.home() / ".kaoji" / f"{identity}.key"
