"""Beside the ledger: accounts, sessions, tokens, answers, proposals, papers, jobs. None of it is a fact of the ledger."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from ledger.application.desk.desk import Beside, Transaction
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
CREATE TABLE IF NOT EXISTS visits (
    employee TEXT PRIMARY KEY, began_at TEXT NOT NULL, before_at TEXT
) STRICT;
CREATE TABLE IF NOT EXISTS jobs (
    employee TEXT NOT NULL, kind TEXT NOT NULL, name TEXT NOT NULL, began_at TEXT NOT NULL, ended_at TEXT,
    PRIMARY KEY (employee, kind)
) STRICT;
CREATE INDEX IF NOT EXISTS tries_of ON tries (key, at);
CREATE TABLE IF NOT EXISTS belongs_to (identity TEXT PRIMARY KEY) STRICT;
"""
_STRANGE: Final = """
SELECT count(*) > 0 AND sum(name IN ('accounts', 'readings')) = 0 FROM sqlite_master WHERE type = 'table'
"""
"""Whether a file holds tables, and neither accounts nor readings among them."""


class DeskDatabase(Beside):
    """The file, or the schema on the ledger's server, with its tables: those of one ledger, told by its identity."""

    def __init__(self, place: Path | str, identity: str) -> None:
        """StoreError `desk_of_another`: a staff number of one ledger is somebody else's in another."""
        super().__init__(place)
        self._require_own()
        self.make(_SCHEMA)
        self._bind(identity)

    @contextmanager
    def open(self, writes: bool = True) -> Iterator[Transaction]:
        """A transaction, as of whatever lies beside a ledger; where it cannot be reached it is refused in words.

        StoreError `desk_unusable`.
        """
        try:
            with super().open(writes) as told:
                yield told
        except OSError as error:
            reason = error.strerror or str(error)
            raise StoreError("desk_unusable", file=self.shown, reason=reason) from None

    def _require_own(self) -> None:
        """StoreError `desk_of_another` for a file that holds something else, such as a ledger: nothing is made in it."""
        if self.file is None:
            return
        with self.open(writes=False) as told:
            if told.execute(_STRANGE).fetchone()[0]:
                raise StoreError("desk_of_another", file=self.shown)

    def _bind(self, identity: str) -> None:
        """Keeps whose it is where nobody's is kept yet. StoreError `desk_of_another` for another ledger's."""
        with self.open() as told:
            kept = told.execute("SELECT identity FROM belongs_to").fetchone()
            if kept is None:
                told.execute("INSERT INTO belongs_to VALUES (?)", (identity,))
            elif kept["identity"] != identity:
                raise StoreError("desk_of_another", file=self.shown)


def digest_of(secret: str) -> str:
    """What is kept in the place of a secret, such as a session's or a program's token: its SHA-256 (hex)."""
    return hashlib.sha256(secret.encode()).hexdigest()
