"""Walking a whole log: here, and where it is worth it the later part in another process.

The other process sees a snapshot of its own, so it is told where this one ends; what is recorded meanwhile it leaves alone.
Whatever goes wrong with it, its stretch is walked here.
"""

import pickle
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any, Final

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from ledger.proofs.tiles import TILE_WIDTH
from ledger.store.audit_scan import Fault, Source, Walk, stretch
from ledger.store.engine import connect_arguments
from ledger.store.log import Log
from ledger.store.sql import is_sqlite

_PARALLEL_FROM: Final = 100_000
"""So many events are worth starting a second process for, which takes some tenths of a second."""
_START: Final = (
    "import pickle, sys; sys.path[:] = pickle.load(sys.stdin.buffer); "
    "from ledger.store.audit_scan import help; help(sys.stdin.buffer, sys.stdout.buffer)"
)


class Helper:
    """Another process, which walks from an index up to a position."""

    def __init__(self, log: Log, start: int, end: int) -> None:
        """OSError where no process can be started."""
        self.start = start
        self._process = subprocess.Popen(
            [sys.executable, "-c", _START],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        arguments, named = connect_arguments(log.engine)
        sqlite = log.engine.dialect.name == "sqlite"
        assert self._process.stdin is not None
        try:
            pickle.dump(sys.path, self._process.stdin)
            told = (sqlite, list(arguments), dict(named), log.ledger, log.identity(), start, end)
            pickle.dump(told, self._process.stdin)
            self._process.stdin.flush()
        except OSError:
            self.stop()
            raise

    def walked(self) -> Walk | None:
        """What it found, once it is there; None where it was lost."""
        assert self._process.stdout is not None
        try:
            walk = pickle.load(self._process.stdout)
        except (EOFError, OSError, pickle.UnpicklingError):
            return None
        return walk if isinstance(walk, Walk) else None

    def stop(self) -> None:
        """Ends the process."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            assert pipe is not None
            with suppress(OSError):
                pipe.close()


@contextmanager
def helping(log: Log, start: int, end: int, processes: int) -> Iterator[Helper | None]:
    """A helper on its way from the middle of a stretch to its end; None where one does not pay or cannot be started."""
    helper = None
    if processes >= 2 and end - start >= _PARALLEL_FROM and sys.executable:
        with suppress(OSError):
            helper = Helper(log, (start + end) // 2 // TILE_WIDTH * TILE_WIDTH, end)
    try:
        yield helper
    finally:
        if helper is not None:
            helper.stop()


@contextmanager
def source_of(connection: Connection, ledger: str) -> Iterator[Source]:
    """The same snapshot, straight from the driver, whose errors are told like the others. DBAPIError."""
    dbapi: Any = connection.dialect.dbapi
    try:
        yield Source(connection.connection.driver_connection, is_sqlite(connection), ledger)
    except dbapi.Error as error:
        raise DBAPIError(None, None, error) from error


def walk_all(
    source: Source, identity: str, people: Mapping[str, str], start: int, end: int, helper: Helper | None
) -> Walk:
    """Walks from an index up to a position, the later part by a helper where there is one."""
    if helper is None:
        return stretch(source, identity, people, start, end)
    early = stretch(source, identity, people, start, helper.start)
    late = helper.walked() or stretch(source, identity, people, helper.start, end)
    return _joined(early, late)


def _joined(early: Walk, late: Walk) -> Walk:
    for stream, version in late.first.items():
        before = early.last.get(stream, 0)
        if version != before + 1:
            early.faults.append(Fault("version_gap", None, {"stream": stream, "version": version}))
    return Walk(
        events=early.events + late.events,
        roots=early.roots + late.roots,
        rest=late.rest,
        first={**late.first, **early.first},
        last={**early.last, **late.last},
        state=late.state or early.state,
        faults=early.faults + late.faults,
    )
