"""Waiting for a lock on PostgreSQL: not for ever, and whoever keeps it is named.

A session that was left open over a row, or an advisory lock that anybody may take, would stall every recording without a
word. While a transaction waits, another connection asks the server for whom.
"""

import math
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any, Final

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from ledger.errors import StoreError
from ledger.store.address import shown

LIMIT_S: Final = 60
"""So long a transaction waits for one lock; so it does for a file's, and SQLite for its file."""
LOOK_AFTER_S: Final = 3
"""After so long a look at who is in the way; a recording takes some hundredths of a second."""

_LIMIT_PASSED: Final = "55P03"
_BLOCKERS: Final = text("""
SELECT pid, usename, coalesce(application_name, ''), coalesce(host(client_addr), ''), coalesce(state, ''),
       coalesce(to_char(xact_start, 'YYYY-MM-DD HH24:MI:SSOF'), '')
FROM pg_stat_activity WHERE pid = ANY (pg_blocking_pids(:pid)) ORDER BY xact_start NULLS LAST LIMIT 1
""")


class _Watch:
    """One thread that looks after all transactions: to start one for each takes as long as an exchange with the server."""

    def __init__(self) -> None:
        self.begin()

    def begin(self) -> None:
        """With nobody waiting and no thread yet, as in a child, which has none of its parent's."""
        self._changed = threading.Condition()
        self._waiting: dict[object, tuple[float, Callable[[], None]]] = {}
        self._wakes_at = math.inf
        self._thread: threading.Thread | None = None

    @contextmanager
    def after(self, seconds: float, look: Callable[[], None]) -> Iterator[None]:
        """Has a look taken, in a thread of its own, where this lasts for so many seconds."""
        this, due = object(), time.monotonic() + seconds
        with self._changed:
            self._waiting[this] = due, look
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, daemon=True)
                self._thread.start()
            elif due < self._wakes_at:
                self._changed.notify()
        try:
            yield
        finally:
            with self._changed:
                self._waiting.pop(this, None)

    def _run(self) -> None:
        with self._changed:
            while True:
                now = time.monotonic()
                for this in [this for this, (due, _) in self._waiting.items() if due <= now]:
                    _, look = self._waiting.pop(this)
                    threading.Thread(target=look, daemon=True).start()
                self._wakes_at = min((due for due, _ in self._waiting.values()), default=math.inf)
                self._changed.wait(None if self._wakes_at == math.inf else self._wakes_at - now)


_watch = _Watch()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_watch.begin)


@contextmanager
def named(connection: Connection) -> Iterator[None]:
    """StoreError `database_blocked` where a lock was not had in time and somebody was seen to keep it."""
    found: list[dict[str, Any]] = []
    pid = connection.connection.driver_connection.info.backend_pid  # type: ignore[union-attr]
    try:
        with _watch.after(LOOK_AFTER_S, partial(_look, connection.engine, pid, found)):
            yield
    except DBAPIError as error:
        if found and getattr(error.orig, "sqlstate", None) == _LIMIT_PASSED:
            raise StoreError("database_blocked", url=shown(connection.engine.url), **found[0]) from None
        raise


def _look(engine: Engine, waiting: int, found: list[dict[str, Any]]) -> None:
    """Who keeps what a session waits for, if it waits; nothing is said where it cannot be asked."""
    try:
        with engine.connect() as connection:
            for pid, user, program, host, state, since in connection.execute(_BLOCKERS, {"pid": waiting}):
                who = ", ".join(filter(None, (user, program, host, state, since)))
                found.append({"pid": pid, "who": who})
    except DBAPIError:
        return
