"""A full verification, part by part: the pass by position, the readers' pass, the registries; one process and two.

The goals are of the rows of events, beside reading and hashing the same rows. The registries are other rows, which the
baseline does not read; what holding them against the events costs is shown apart, and all of it together.
"""

import hashlib
import sqlite3
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, Final

from benchmarks.frame import Line, Stage, at_least, explained, in_turns, processor_time, rates
from benchmarks.places import kept_ledger
from ledger.application.ledger import Ledger
from ledger.store import registry_rows
from ledger.store.address import file_of
from ledger.store.audit import source_of
from ledger.store.audit_facts import Plan
from ledger.store.audit_readers import read_otherwise
from ledger.store.audit_scan import Walk, stretch
from ledger.store.audit_source import Place, Source, people_of
from ledger.store.catalogue import inconsistencies
from ledger.store.transactions import reading

TITLE: Final = "Verifying a whole log"
QUICK: Final = 200_000
FULL: Final = 1_000_000
_REGISTRIES: Final = [
    ("first_position, last_position, digest, subject, recorded_at", "commands", "first_position"),
    ("kind, id, stream, site, position", "things", "position"),
]
_BARE: Final = "bare SELECT, two SHA-256 an event"


def measure(stage: Stage) -> Iterator[Line | str]:
    """Events a second of the processor's time, beside reading and hashing the same rows without any question."""
    with kept_ledger(stage, stage.size(QUICK, FULL)) as ledger:
        size = ledger.log.position()
        yield from _parts(stage, ledger, size)
        works = {"one": partial(_verified, ledger, 1, size), "two": partial(_verified, ledger, 2, size)}
        taken = {name: rates(size, times) for name, times in in_turns(works, stage.runs).items()}
        one = Line(f"verify, one process, {size:,} events, by the clock", "/s", taken["one"])
        yield explained(one, works["one"])
        goals = [at_least(1.9, "ratio")]
        yield Line(
            "verify, two processes, by the clock", "/s", taken["two"], "one process", taken["one"], goals
        )
    yield (
        "SQLite; stamped events, sealed and in the tree as recorded ones are. Parts in the processor's time; what the"
        " clock says of two processes holds on a machine with two processors to spare."
    )


def _parts(stage: Stage, ledger: Ledger, size: int) -> Iterator[Line]:
    log = ledger.log
    with log.usable(), reading(log.engine) as connection, source_of(connection, log.ledger) as source:
        people = people_of(source)
        by_position = partial(_walked, source, log.identity(), people, size, None)
        with_registries = partial(_walked, source, log.identity(), people, size, registry_rows.plan())
        walk = by_position()
        here = Place(True, (), {}, log.ledger, log.identity())
        begun = partial(read_otherwise, source, here, walk, size)
        parts: dict[str, Callable[[], Any]] = {
            "bare": partial(_hashed, ledger, size),
            "position": by_position,
            "readers": lambda: begun()(),
            "both": lambda: (by_position(), begun()()),
            "registries": with_registries,
            "registry rows": partial(_registries_read, source),
            "all": lambda: (with_registries(), begun()()),
            "database": lambda: inconsistencies(connection),
        }
        works = {name: partial(processor_time, part) for name, part in parts.items()}
        taken = {name: rates(size, times) for name, times in in_turns(works, stage.runs).items()}
        of = _BARE, taken["bare"]
        walked = Line("leaves, versions and tree, by position", "/s", taken["position"], *of)
        walked.goals = [at_least(0.6, "ratio")]
        yield explained(walked, by_position)
        both = Line("with the readers' pass", "/s", taken["both"], *of, [at_least(0.35, "ratio")])
        yield explained(both, parts["both"])
        yield Line("the readers' pass, apart", "/s", taken["readers"], *of)
        held = Line("by position, registries held against it as well", "/s", taken["registries"], *of)
        yield explained(held, with_registries)
        yield Line("bare SELECT of the registries' rows, apart", "/s", taken["registry rows"], *of)
        yield Line("all three: what `verify` reads", "/s", taken["all"], *of)
        yield Line("SQLite's integrity_check, apart", "/s", taken["database"], *of)


def _walked(source: Source, identity: str, people: dict[str, str], size: int, plan: Plan | None) -> Walk:
    walk = stretch(source, identity, people, 0, size, plan)
    if walk.faults or walk.events != size:
        raise AssertionError(f"{walk.events} events were walked of {size}: {walk.faults[:3]}")
    return walk


def _registries_read(source: Source) -> None:
    """The least that holding registries against the events can take: their rows, in the order of events."""
    for columns, table, position in _REGISTRIES:
        statement = f"SELECT {columns} FROM {table} WHERE ledger = ? ORDER BY {position}"
        for _ in source.batches(statement, table):
            pass


def _verified(ledger: Ledger, processes: int, size: int) -> None:
    found = ledger.proofs.verify(processes=processes).audited
    if found.faults or found.events != size:
        raise AssertionError(f"{found.events} events were verified of {size}: {found.faults[:3]}")


def _hashed(ledger: Ledger, size: int) -> None:
    """The least a verification can do: the rows it reads, in order, each state hashed, and a leaf's worth on top."""
    connection = sqlite3.connect(str(file_of(ledger.log.url)))
    found = 0
    rows = "SELECT position, stream, version, kind, schema, state, leaf FROM events WHERE ledger = ? ORDER BY position"
    for position, _, _, _, _, state, _ in connection.execute(rows, (ledger.log.ledger,)):  # else SQLite sorts
        hashlib.sha256(hashlib.sha256(state).hexdigest().encode() * 4).digest()
        found = position
    connection.close()
    if found != size:
        raise AssertionError(f"{found} events were read of {size}")
