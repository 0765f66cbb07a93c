"""Answers kept for whoever sends the same again: under an Idempotency-Key, for a day, sealed under what only the sender has.

A command's words stand in its answer. So the file keeps the answer encrypted, with a key of the sender's secret and the
Idempotency-Key, neither of which it holds: an erasure needs not look for it.
"""

import hashlib
import os
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from ledger.terms import format_recorded
from web.database import DeskDatabase, digest_of

KEPT: Final = timedelta(days=1)
RUNNING: Final = timedelta(minutes=2)
"""After so long whoever began is taken to be gone; the ledger itself records the same key once."""

_NONCE: Final = 12


class OtherBodyError(Exception):
    """The key was used for something else."""


class StillRunningError(Exception):
    """What the key was used for is not answered yet."""


class IdempotentAnswers:
    """The answers of one sender. `secret` is what only they have."""

    def __init__(
        self, database: DeskDatabase, now: Callable[[], datetime], employee: str, secret: str
    ) -> None:
        self._database = database
        self._now = now
        self._employee = employee
        self._secret = secret

    def begin(self, key: str, body: bytes) -> tuple[int, bytes] | None:
        """The answer given before, as status and bytes; None: it is to be done, and counts as running.

        OtherBodyError, StillRunningError.
        """
        now, digest = self._now(), hashlib.sha256(body).hexdigest()
        old, gone = format_recorded(now - KEPT), format_recorded(now - RUNNING)
        with self._database.open() as database:
            database.execute("DELETE FROM answers WHERE began_at < ?", (old,))
            row = database.execute(
                "SELECT * FROM answers WHERE employee = ? AND key = ?", (self._employee, digest_of(key))
            ).fetchone()
            if row is not None:
                if row["body"] != digest:
                    raise OtherBodyError
                if row["status"] is not None and (kept := self._opened(key, row["sealed"])) is not None:
                    return int(row["status"]), kept
                if row["status"] is None and row["began_at"] > gone:
                    raise StillRunningError
            database.execute(
                "INSERT INTO answers VALUES (?, ?, ?, ?, NULL, NULL) ON CONFLICT (employee, key) DO UPDATE"
                " SET body = excluded.body, began_at = excluded.began_at, status = NULL, sealed = NULL",
                (self._employee, digest_of(key), digest, format_recorded(now)),
            )
        return None

    def keep(self, key: str, status: int, answer: bytes) -> None:
        """Keeps what was answered."""
        nonce = os.urandom(_NONCE)
        sealed = nonce + AESGCM(self._key(key)).encrypt(nonce, answer, None)
        with self._database.open() as database:
            database.execute(
                "UPDATE answers SET status = ?, sealed = ? WHERE employee = ? AND key = ?",
                (status, sealed, self._employee, digest_of(key)),
            )

    def forget(self, key: str) -> None:
        """Lets go of what came to nothing: nothing was recorded, and the same may be sent again."""
        with self._database.open() as database:
            database.execute(
                "DELETE FROM answers WHERE employee = ? AND key = ?", (self._employee, digest_of(key))
            )

    def _opened(self, key: str, sealed: bytes) -> bytes | None:
        """The answer, for whoever has the secret it was kept under; the ledger answers others."""
        try:
            return AESGCM(self._key(key)).decrypt(sealed[:_NONCE], sealed[_NONCE:], None)
        except InvalidTag:
            return None

    def _key(self, key: str) -> bytes:
        return hashlib.sha256(f"{self._secret}\n{key}".encode()).digest()
