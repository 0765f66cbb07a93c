"""What keeps a database from doing what it is asked: each cause by a name of its own, since each has its own next step.

A cause is told by the number that the database gives it; only where a connection cannot be made, of which libpq gives
text alone, by that text. Whatever is not recognised, such as the same in another language, has no cause here.
"""

import errno
import re
import sqlite3
from typing import Final

from sqlalchemy.exc import DBAPIError

from ledger.errors import StoreError

_OF_STATES: Final = {
    "08": "away",
    "57P": "away",
    "28": "login",
    "3D000": "missing",
    "42501": "rights",
    "3F000": "rights",  # to whom a schema is forbidden it is not there
    "53100": "full",
    "53300": "crowded",
    "55P03": "busy",
    "57014": "busy",
    "25006": "read_only",
}
"""By how an SQLSTATE begins."""

_OF_SQLITE: Final = {
    sqlite3.SQLITE_BUSY: "busy",
    sqlite3.SQLITE_LOCKED: "busy",
    sqlite3.SQLITE_READONLY: "read_only",
    sqlite3.SQLITE_FULL: "full",
}

_OF_SYSTEM: Final = {
    errno.ENOSPC: "full",
    errno.EDQUOT: "full",
    errno.EROFS: "read_only",
    errno.EACCES: "read_only",
    errno.EPERM: "read_only",
    errno.ETIMEDOUT: "busy",
}
"""What keeps a file beside the database from being written or locked."""

_OF_TEXTS: Final = {
    "login": re.compile(
        r'authentication failed|no password supplied|pg_hba\.conf|role ".*" (does not exist|is not permitted)'
    ),
    "missing": re.compile(r'database ".*" does not exist'),
    "rights": re.compile(r"permission denied for database"),
    "crowded": re.compile(r"too many (clients|connections)|connection slots are reserved"),
    "away": re.compile(
        r"Connection refused|Is the server running|failed to resolve host|timed out|timeout expired"
        r"|No route to host|Network is unreachable|Connection reset by peer|the database system is"
        r"|server closed the connection|sending query failed|consuming input failed"
        r"|the connection is (lost|closed)"
    ),
}
"""By what libpq and psycopg say where no server gave a number; the first that fits."""


def cause_of(error: DBAPIError) -> str | None:
    """What kept the database from it; None where that is not known."""
    said = error.orig
    if isinstance(said, sqlite3.Error):
        return _OF_SQLITE.get(getattr(said, "sqlite_errorcode", 0) & 0xFF)  # the rest is a finer distinction
    if isinstance(said, OSError):
        return _OF_SYSTEM.get(said.errno or 0)
    state = getattr(said, "sqlstate", None)
    if state is not None:
        return next((cause for start, cause in _OF_STATES.items() if state.startswith(start)), None)
    return next((cause for cause, text in _OF_TEXTS.items() if text.search(str(said))), None)


def trouble(error: DBAPIError, otherwise: StoreError) -> StoreError:
    """The StoreError of its cause, for the same URL; where it has none, the other one."""
    cause = cause_of(error)
    if cause is None:
        return otherwise
    return StoreError(f"database_{cause}", url=otherwise.fields["url"], reason=told(error))


def is_trouble(error: StoreError) -> bool:
    """Whether an error says that a database was not to be asked, and nothing about what lies in it."""
    return error.code.startswith("database_")


def told(error: DBAPIError) -> str:
    """What a database says, on one line."""
    return " ".join(str(error.orig or error).split())
