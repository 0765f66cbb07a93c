"""Beside the ledger: accounts, sessions, tokens, kept answers, proposals, papers. None of it is a fact of the ledger."""

from pathlib import Path
from typing import Final

from ledger.application.desk.desk import Beside
from ledger.errors import StoreError

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS accounts (
    employee TEXT PRIMARY KEY, password TEXT NOT NULL, external TEXT, language TEXT,
    created_at TEXT NOT NULL, reset_told INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE TABLE IF NOT EXISTS codes (
    hash TEXT PRIMARY KEY, employee TEXT NOT NULL, made_by TEXT NOT NULL, expires_at TEXT NOT NULL, used_at TEXT
) STRICT;
CREATE TABLE IF NOT EXISTS sessions (
    hash TEXT PRIMARY KEY, employee TEXT NOT NULL, created_at TEXT NOT NULL, seen_at TEXT NOT NULL,
    verified_at TEXT NOT NULL, agent TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS tokens (
    id TEXT PRIMARY KEY, hash TEXT NOT NULL, employee TEXT NOT NULL, name TEXT NOT NULL, reports TEXT NOT NULL,
    commands TEXT NOT NULL, sites TEXT NOT NULL, created_at TEXT NOT NULL, expires_at TEXT NOT NULL, used_at TEXT
) STRICT;
CREATE TABLE IF NOT EXISTS answers (
    employee TEXT NOT NULL, key TEXT NOT NULL, body TEXT NOT NULL, began_at TEXT NOT NULL, status INTEGER, sealed BLOB,
    PRIMARY KEY (employee, key)
) STRICT;
CREATE TABLE IF NOT EXISTS tries (key TEXT NOT NULL, at TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS proposals (
    proposal TEXT PRIMARY KEY, command TEXT NOT NULL, proposer TEXT NOT NULL, figures TEXT NOT NULL,
    made_at TEXT NOT NULL, expires_at TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS typed (
    position INTEGER PRIMARY KEY, command TEXT NOT NULL, author TEXT NOT NULL, typist TEXT NOT NULL,
    paper TEXT NOT NULL, at TEXT NOT NULL, disputed_at TEXT
) STRICT;
CREATE INDEX IF NOT EXISTS tries_of ON tries (key, at);
"""


class DeskDatabase(Beside):
    """The file, or the schema on the ledger's server, with its tables."""

    def __init__(self, place: Path | str) -> None:
        """StoreError `reading_not_noted`: where there can be no accounts, there is no log of readings either."""
        super().__init__(place)
        try:
            self.make(_SCHEMA)
        except OSError as error:
            raise StoreError("reading_not_noted", file=self.shown, reason=str(error)) from None
