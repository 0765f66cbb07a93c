"""The chain of the log of readings: each row's leaf covers the row and the leaf before it, from the last one that went."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import takewhile
from typing import Any, Final

from ledger.errors import StoreError
from ledger.store import readings_tables as tables
from ledger.store.beside import Transaction

COVERED: Final = ("number", "at", "viewer", "session", "class", "subject", "what", "purpose", "position")
FIRST: Final = "0" * 64
"""The leaf before any."""
LEAST: Final = -(2**63)
"""No number of a row is less."""
AT_ONCE: Final = 5_000
_PIECE: Final = f"SELECT {', '.join(COVERED)}, leaf FROM readings WHERE number >= ? ORDER BY number LIMIT ?"
_PRUNED: Final = "SELECT number, until, leaf, count, at FROM readings_pruned ORDER BY number"


@dataclass(frozen=True, slots=True)
class Pruned:
    """Rows that went together: through which number, until which day (ISO, UTC), how many, and when (ISO, UTC).

    `leaf` (hex) is that of the last of them: the chain goes on behind it.
    """

    number: int
    until: str
    leaf: str
    count: int
    at: str


BEFORE_ANY: Final = Pruned(0, "", FIRST, 0, "")


def leaf_of(before: str, row: Sequence[Any]) -> str:
    """SHA-256 (hex) over the leaf before and the row."""
    covered = json.dumps([before, *row], ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(covered.encode()).hexdigest()


def piece_of(told: Transaction, first: int) -> list[Any]:
    """Some rows from a number on, each with its leaf behind it."""
    found: list[Any] = told.execute(_PIECE, (first, AT_ONCE)).fetchall()
    return found


def follow(rows: Iterable[Any], number: int, leaf: str) -> tuple[int, str, bool]:
    """How far rows continue a chain that stands at a number and a leaf, and whether all of them do."""
    for *row, kept in rows:
        if row[0] != number + 1 or kept != leaf_of(leaf, row):
            return number, leaf, False
        number, leaf = row[0], kept
    return number, leaf, True


# --- what went ------------------------------------------------------------------------------------------


def pruned(told: Transaction) -> list[Pruned]:
    """What went, the first first; nothing where the log is an earlier kaoji's."""
    if not tables.knows_pruned(told):
        return []
    return [Pruned(*row) for row in told.execute(_PRUNED).fetchall()]


def wrong_among(gone: Iterable[Pruned], kept_from: str) -> int | None:
    """The first number that a row covers which does not join the one before, or covered days too young to go."""
    before = BEFORE_ANY
    for each in gone:
        joins = each.count > 0 and each.number - each.count == before.number and each.until >= before.until
        if not joins or each.until >= min(kept_from, _kept_from(each.at[:10])):
            return before.number + 1
        before = each
    return None


def _kept_from(day: str) -> str:
    """The first day of which rows stayed on a day; what is no day let nothing go."""
    try:
        date.fromisoformat(day)
    except ValueError:
        return ""
    return f"{int(day[:4]) - 2:04d}{day[4:]}"


def prune(told: Transaction) -> Pruned | None:
    """Lets the oldest rows go up to the first one that is no older than 24 months; None: there are none.

    That they go is kept before they do. StoreError `readings_broken`: what the chain does not hold stays as it is.
    """
    now, kept_from = tables.clock(told)
    before = next(reversed(pruned(told)), BEFORE_ANY)
    number, leaf, until, first = before.number, before.leaf, before.until, LEAST
    while True:
        old = list(takewhile(lambda row: row["at"][:10] < kept_from, piece_of(told, first)))
        number, leaf, holds = follow(old, number, leaf)
        if not holds:
            raise StoreError("readings_broken", number=number + 1)
        until = max((until, *(row["at"][:10] for row in old)))
        if len(old) < AT_ONCE:
            break
        first = number + 1
    if number == before.number:
        return None
    gone = Pruned(number, until, leaf, number - before.number, now)
    told.execute("INSERT INTO readings_pruned VALUES (?, ?, ?, ?, ?)", (number, until, leaf, gone.count, now))
    told.execute("DELETE FROM readings WHERE number <= ?", (number,))
    return gone
