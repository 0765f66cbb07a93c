"""Waiting for a lock on PostgreSQL: not for ever, and whoever keeps it is named.

A session that was left open over a row, or an advisory lock that anybody may take, would stall every recording without a
word. While a transaction waits, another connection asks the server for whom.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from ledger.errors import StoreError
from ledger.store.address import shown

LIMIT_S: Final = 60
"""So long a transaction waits for one lock; as SQLite does for its file."""
LOOK_AFTER_S: Final = 3
"""After so long a look at who is in the way; a recording takes some hundredths of a second."""

_LIMIT_PASSED: Final = "55P03"
_BLOCKERS: Final = text("""
SELECT pid, usename, coalesce(application_name, ''), coalesce(host(client_addr), ''), coalesce(state, ''),
       coalesce(to_char(xact_start, 'YYYY-MM-DD HH24:MI:SSOF'), '')
FROM pg_stat_activity WHERE pid = ANY (pg_blocking_pids(:pid)) ORDER BY xact_start NULLS LAST LIMIT 1
""")


@contextmanager
def named(connection: Connection) -> Iterator[None]:
    """StoreError `database_blocked` where a lock was not had in time and somebody was seen to keep it."""
    found: list[dict[str, Any]] = []
    pid = connection.connection.driver_connection.info.backend_pid  # type: ignore[union-attr]
    timer = threading.Timer(LOOK_AFTER_S, _look, (connection.engine, pid, found))
    timer.daemon = True
    timer.start()
    try:
        yield
    except DBAPIError as error:
        if found and getattr(error.orig, "sqlstate", None) == _LIMIT_PASSED:
            raise StoreError("database_blocked", url=shown(connection.engine.url), **found[0]) from None
        raise
    finally:
        timer.cancel()


def _look(engine: Engine, waiting: int, found: list[dict[str, Any]]) -> None:
    """Who keeps what a session waits for, if it waits; nothing is said where it cannot be asked."""
    try:
        with engine.connect() as connection:
            for pid, user, program, host, state, since in connection.execute(_BLOCKERS, {"pid": waiting}):
                who = ", ".join(filter(None, (user, program, host, state, since)))
                found.append({"pid": pid, "who": who})
    except DBAPIError:
        return
