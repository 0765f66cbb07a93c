"""A full verification: every stored byte hashed again, the whole tree, every checkpoint; on one and two processes."""

import hashlib
import sqlite3
from collections.abc import Iterator
from typing import Final

from benchmarks.frame import Line, Stage, at_least, explained, in_turns, rates
from benchmarks.places import kept_ledger
from ledger.application.ledger import Ledger
from ledger.store.address import file_of

TITLE: Final = "Verifying a whole log"
QUICK: Final = 200_000
FULL: Final = 1_000_000


def measure(stage: Stage) -> Iterator[Line | str]:
    """Events a second, beside reading and hashing the same bytes without any question."""
    with kept_ledger(stage, stage.size(QUICK, FULL)) as ledger:
        size = ledger.log.position()
        works = {
            "one": lambda: _verified(ledger, 1, size),
            "two": lambda: _verified(ledger, 2, size),
            "bare": lambda: _hashed(ledger, size),
        }
        taken = {name: rates(size, times) for name, times in in_turns(works, stage.runs).items()}
        one = Line(
            f"verify, one process, {size:,} events",
            "/s",
            taken["one"],
            "bare SELECT, two SHA-256 an event",
            taken["bare"],
            [at_least(200_000)],
        )
        yield explained(one, lambda: _verified(ledger, 1, size))
        two = Line(
            "verify, two processes",
            "/s",
            taken["two"],
            "one process",
            taken["one"],
            [at_least(1.6, "ratio")],
        )
        yield explained(two, lambda: _verified(ledger, 2, size))
    yield "SQLite; stamped events, sealed and in the tree as recorded ones are. The profile sees the first process only."


def _verified(ledger: Ledger, processes: int, size: int) -> None:
    found = ledger.proofs.verify(processes=processes).audited
    if found.faults or found.events != size:
        raise AssertionError(f"{found.events} events were verified of {size}: {found.faults[:3]}")


def _hashed(ledger: Ledger, size: int) -> None:
    """The least a verification can do: every stored state read in order and hashed, and a leaf's worth on top."""
    connection = sqlite3.connect(str(file_of(ledger.log.url)))
    found = 0
    for position, state in connection.execute("SELECT position, state FROM events ORDER BY position"):
        hashlib.sha256(hashlib.sha256(state).hexdigest().encode() * 4).digest()
        found = position
    connection.close()
    if found != size:
        raise AssertionError(f"{found} events were read of {size}")
