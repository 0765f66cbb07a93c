"""What the server's own log says of a request: a line of JSON, and nothing that anybody typed, reads or is called."""

import json
import logging
import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from time import perf_counter
from traceback import format_tb
from typing import Final

from starlette.types import Scope

from ledger.terms import format_recorded

REQUESTS: Final = logging.getLogger("kaoji.requests")
"""A line each, at INFO: where nobody asks for that, none is made."""
_FAULTS: Final = logging.getLogger("kaoji.web")
_METHODS: Final = frozenset(("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"))


@dataclass
class Entry:
    """One request: its id, its route as routes are written, who is signed in, and the status of the answer."""

    request_id: str
    route: str | None = None
    person: str | None = None
    status: int = 500  # where nothing else was answered


@contextmanager
def logged(method: str, scope: Scope) -> Iterator[Entry]:
    """Gives a request its id, and tells what became of it once it is answered: `ms` from its head to its last byte."""
    entry = Entry(secrets.token_hex(8))
    scope.setdefault("state", {})["entry"] = entry
    began = perf_counter()
    try:
        yield entry
    finally:
        if REQUESTS.isEnabledFor(logging.INFO):
            told = {
                "at": format_recorded(datetime.now(UTC)),
                "request": entry.request_id,
                "method": method if method in _METHODS else None,
                "route": entry.route,
                "status": entry.status,
                "ms": round((perf_counter() - began) * 1000, 1),
                "person": entry.person,
            }
            REQUESTS.info(json.dumps(told))


def entry_of(scope: Scope) -> Entry:
    """The entry of a request that is being answered."""
    entry = scope["state"]["entry"]
    assert isinstance(entry, Entry)
    return entry


def log_fault(scope: Scope, error: BaseException) -> None:
    """Tells of a fault of ours, by the id of its request: which kind, and where. What it says may be somebody's words."""
    entry = entry_of(scope)
    _FAULTS.error("%s %s\n%s", entry.request_id, entry.route, _where(error))


def _where(error: BaseException) -> str:
    before = error.__cause__ or error.__context__
    told = "" if before is None else _where(before) + "\n"
    return f"{told}{''.join(format_tb(error.__traceback__))}{type(error).__name__}"


def log_to_stderr() -> None:
    """Writes a line for each request where errors go."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(message)s"))
    REQUESTS.handlers = [handler]
    REQUESTS.setLevel(logging.INFO)
