"""A look at an SQLite file of ours through `sqlite3` alone, for read commands that must not wait for an engine.

It answers what it can answer at once and is never the last word: whatever is unusual raises NotOnFastPath, and the
caller goes the long way, which also finds the words for what is wrong.
"""

import hashlib
import json
import re
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from operator import itemgetter
from pathlib import Path
from typing import Any, Final

from ledger.store.file_check import require_database_file
from ledger.texts import ERASED

LAYOUTS: Final = (2, 3)
"""The layouts of the log that are read here: from `ledger.store.schema.OLDEST` to `LAYOUT`."""

_FILE: Final = re.compile(r"sqlite:///([^?#%:]+)")
_CHUNK: Final = 500

Row = dict[str, Any]


class NotOnFastPath(Exception):
    """Not to be had this way."""


def file_of(url: str) -> str:
    """The file of a plain SQLite URL."""
    found = _FILE.fullmatch(url)
    if found is None:
        raise NotOnFastPath
    return found.group(1)


@contextmanager
def looking(file: str) -> Iterator[sqlite3.Connection]:
    """A connection to a file that is there; it changes nothing, and sees one state of it as long as it is open."""
    try:  # opened for reading only, SQLite would leave the two files beside it that reading in WAL mode takes
        require_database_file(Path(file))
        with closing(sqlite3.connect(f"file:{file}?mode=rw", uri=True, isolation_level=None)) as connection:
            connection.row_factory = sqlite3.Row
            connection.execute("PRAGMA query_only=ON")
            connection.execute("BEGIN")
            yield connection
    except (sqlite3.Error, UnicodeDecodeError):
        raise NotOnFastPath from None


def rows(connection: sqlite3.Connection, query: str, *values: object) -> list[Row]:
    """What a query finds."""
    try:
        return [dict(row) for row in connection.execute(query, values)]
    except (
        sqlite3.Error,
        UnicodeDecodeError,
    ):  # SQLite quotes a damaged catalogue, which the driver cannot read
        raise NotOnFastPath from None


def standing(connection: sqlite3.Connection, ledger: str) -> tuple[int, str]:
    """A log's last position, and SHA-256 (hex) of the bytes stored there; its head must stand (`store.tree`)."""
    found = rows(
        connection,
        "SELECT layout, heads.position AS head, frontier, events.position, state, leaf FROM heads"
        " JOIN events ON events.ledger = heads.ledger"
        " WHERE heads.ledger = ? ORDER BY events.position DESC LIMIT 1",
        ledger,
    )
    if len(found) != 1 or found[0]["layout"] not in LAYOUTS or not _head_stands(found[0]):
        raise NotOnFastPath
    return found[0]["position"], hashlib.sha256(found[0]["state"]).hexdigest()


def _head_stands(last: Row) -> bool:
    from ledger.proofs import Frontier, MalformedProof

    try:
        peaks = Frontier.unpack(last["head"], last["frontier"]).peaks
    except (MalformedProof, TypeError):
        return False
    is_peak = last["head"] % 2 == 0 or peaks[-1] == last["leaf"]
    return is_peak and bool(last["head"] == last["position"])


def site_ids(connection: sqlite3.Connection, ledger: str) -> list[str]:
    """All sites."""
    query = "SELECT id FROM things WHERE ledger = ? AND kind = 'site' ORDER BY id"
    return [row["id"] for row in rows(connection, query, ledger)]


def names(
    log: sqlite3.Connection, keyring: sqlite3.Connection, ledger: str, employees: Iterable[str]
) -> dict[str, str]:
    """The latest name of each of these employees, as the fold of their streams has it, opened."""
    latest: dict[str, tuple[str, int, Row]] = {}
    erased: set[str] = set()
    wanted = sorted(set(employees))
    for start in range(0, len(wanted), _CHUNK):
        streams = [f"employee/{employee}" for employee in wanted[start : start + _CHUNK]]
        query = (
            "SELECT events.position, events.stream, version, kind, schema, state, heads.identity, subject FROM events"
            " JOIN heads ON heads.ledger = events.ledger"
            " JOIN subjects ON subjects.ledger = events.ledger AND subjects.stream = events.stream"
            f" WHERE events.ledger = ? AND events.stream IN ({', '.join('?' * len(streams))})"
            " AND kind IN ('employee_registered', 'employee_reassigned', 'employee_erased')"
        )
        found = rows(log, query, ledger, *streams)
        _verify(log, ledger, found)
        for row in found:
            fact = _fact(row["state"])
            if row["kind"] == "employee_erased":  # no registry is believed, which anybody could write to
                erased.add(fact["employee"])
            if fact.get("name") is not None:
                known = latest.get(fact["employee"], ("", 0, row))
                new = (fact["effective_from"], row["position"], {**row, "name": fact["name"]})
                latest[fact["employee"]] = max(known, new, key=itemgetter(0, 1))
    if len(latest) != len(wanted):
        raise NotOnFastPath
    keys = _keys(keyring, [row["subject"] for _, _, row in latest.values()])
    return {
        employee: ERASED if employee in erased else _opened(row, keys)
        for employee, (_, _, row) in latest.items()
    }


def _verify(log: sqlite3.Connection, ledger: str, found: list[Row]) -> None:
    """Every row stands in the tree as it is here; where one does not, the long way says so."""
    from ledger.errors import StoreError
    from ledger.store.verified import VerifiedReads

    def fetch(statement: str, *values: object) -> list[tuple[Any, ...]]:
        try:
            return [tuple(row) for row in log.execute(statement, values)]
        except (sqlite3.Error, UnicodeDecodeError):
            raise NotOnFastPath from None

    identity = found[0]["identity"] if found else ""
    try:
        VerifiedReads(ledger, lambda: identity, fetch, str).check([tuple(row.values()) for row in found])
    except StoreError:
        raise NotOnFastPath from None


def _fact(state: bytes) -> dict[str, Any]:
    try:
        stored = json.loads(state)
        if stored["v"] != 1:
            raise NotOnFastPath
        fact: dict[str, Any] = stored["fact"]
        return fact
    except (LookupError, TypeError, ValueError):
        raise NotOnFastPath from None


def _keys(keyring: sqlite3.Connection, subjects: list[str]) -> dict[tuple[str, str], bytes]:
    """The keys of these people, and the ledgers' own secrets: (identity, subject) → key."""
    found: dict[tuple[str, str], bytes] = {}
    wanted = ["", *subjects]
    for start in range(0, len(wanted), _CHUNK):
        chunk = wanted[start : start + _CHUNK]
        query = f"SELECT * FROM keyring_keys WHERE subject IN ({', '.join('?' * len(chunk))})"
        found.update({(row["identity"], row["subject"]): row["key"] for row in rows(keyring, query, *chunk)})
    return found


def _opened(row: Row, keys: Mapping[tuple[str, str], bytes]) -> str:
    """A name as `ledger.store.sealing` opens it."""
    from ledger.proofs import SealError, event_key, unseal_text
    from ledger.proofs.seal import PREFIX

    name: str = row["name"]
    if not name.startswith(PREFIX):
        return name
    identity = row["identity"]
    if (identity, "") not in keys:
        raise NotOnFastPath
    key = keys.get((identity, row["subject"]))
    if key is None:  # nobody erased it: the ledger says in words that the keyring lacks it
        raise NotOnFastPath
    try:
        opener = event_key(key, identity, row["stream"], row["version"], row["kind"])
        return unseal_text(opener, name, "/fact/name")
    except SealError:
        raise NotOnFastPath from None
