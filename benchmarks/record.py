"""One notice recorded durably, against the bare driver that inserts the same rows of the log; and the sheets, caught up.

The driver's side is given everything: one transaction for the log's rows and one for the sheets', statements it has
prepared, rows that are ready, and no reading at all. Which rows these are is found in a ledger of its own, by comparing
the tables before and after each of the same commands, so that nothing comes between the notices that are timed.
"""

import gc
import json
import sqlite3
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, Engine, MetaData, Table, create_engine, select

from benchmarks import synthetic
from benchmarks.frame import Line, Stage, at_least, at_most, explained, milliseconds, rates
from benchmarks.places import connected
from ledger.application.ledger import Ledger
from ledger.application.recording.command_reader import parse_command

TITLE: Final = "One notice, recorded durably"
NOTICES_A_RUN: Final = 50
CAUGHT_UP: Final = 20
WARM_UP: Final = 150
SITE: Final = "000"

Rows = dict[tuple[Any, ...], tuple[Any, ...]]
"""The rows of a table by primary key."""
Change = tuple[Table, str, list[tuple[Any, ...]]]
"""(table, insert | update | delete, rows)"""


def measure(stage: Stage) -> Iterator[Line | str]:
    """The rate on both databases, beside the driver's."""
    yield from _compared(stage, "SQLite", stage.new_sqlite(), stage.new_sqlite(), _BareSqlite(stage))
    database = stage.postgres.database
    with database() as url, database() as other, database() as bare:
        yield from _compared(stage, "PostgreSQL", url, other, _BarePostgres(bare))
    yield (
        f"{NOTICES_A_RUN} notices are decided, recorded and drawn into the sheets, one command after another in one "
        "process, in a ledger of one site and year; then the driver writes the same rows, for each notice those of log "
        "and registries in one transaction, as durably, and those of the sheets in another, and reads nothing. Sheets are "
        f"owed to whoever reads: {CAUGHT_UP} notices are recorded, and then caught up at once."
    )


def _compared(stage: Stage, database: str, url: str, other: str, bare: "_Bare") -> Iterator[Line]:
    with synthetic.open_ledger(url) as ledger, synthetic.open_ledger(other) as twin:
        numbers = iter(range(10**9))

        def notices(count: int) -> list[dict[str, Any]]:
            return [synthetic.notices(SITE, next(numbers), 1)[0] for _ in range(count)]

        begin = notices(WARM_UP)
        for each in (ledger, twin):
            each.record.apply(synthetic.lines(0, SITE))
            each.projections.catch_up()
            for values in begin:
                _record(each, values)
        tables = _Tables(twin)
        bare.prepare(tables)
        runs = [_run(ledger, twin, tables, bare, notices(NOTICES_A_RUN)) for _ in range(stage.runs)]
        recorded, whole, log, both = (rates(NOTICES_A_RUN, [run[part] for run in runs]) for part in range(4))
        line = Line(
            f"one notice, {database}",
            "/s",
            recorded,
            "the log's rows by the bare driver",
            log,
            [at_least(0.33, "ratio")],
        )
        more = notices(NOTICES_A_RUN)
        yield explained(line, lambda: [_record(ledger, values) for values in more])
        yield Line(f"and drawn into the sheets, {database}", "/s", whole, "those rows as well", both)
        pairs = [_caught_up(ledger, notices(CAUGHT_UP)) for _ in range(stage.runs)]
        singly, at_once = (milliseconds([pair[part] for pair in pairs]) for part in range(2))
        goals = [at_most(0.15, "ratio")]
        yield Line(
            f"catching up {CAUGHT_UP} notices, {database}", "ms", at_once, "recording them", singly, goals
        )
    bare.close()


def _run(
    ledger: Ledger, twin: Ledger, tables: "_Tables", bare: "_Bare", notices: list[dict[str, Any]]
) -> tuple[float, float, float, float]:
    """Seconds of recording some notices, of recording and drawing them, of the driver's log, and of all its rows."""
    changes = []
    for values in notices:
        _record(twin, values)
        changes.append(tables.changes())
    gc.collect()
    taken = [_record(ledger, values) for values in notices]
    recorded, drawn = (sum(each[part] for each in taken) for part in range(2))
    log, sheets = (sum(bare.write(parts[place]) for parts in changes) for place in range(2))
    return recorded, recorded + drawn, log, log + sheets


def _caught_up(ledger: Ledger, notices: list[dict[str, Any]]) -> tuple[float, float]:
    """Seconds of recording some notices, and of drawing them into the sheets at once."""
    commands = [parse_command(values) for values in notices]
    begun = time.perf_counter()
    for command in commands:
        ledger.record.execute(command)
    recorded = time.perf_counter()
    ledger.projections.catch_up()
    return recorded - begun, time.perf_counter() - recorded


def _record(ledger: Ledger, values: dict[str, Any]) -> tuple[float, float]:
    """Seconds of recording a notice as the command line does it, and of drawing the sheets up to it."""
    line = json.dumps(values)
    begun = time.perf_counter()
    ledger.record.execute(parse_command(json.loads(line)))
    recorded = time.perf_counter()
    ledger.projections.catch_up()
    return recorded - begun, time.perf_counter() - recorded


class _Tables:
    """Every table of a ledger, log and sheets, and what was changed in it since last asked."""

    def __init__(self, ledger: Ledger) -> None:
        self._engines = (ledger.log.engine, ledger.projections.engine)
        found = {table.name: (engine, table) for engine in self._engines for table in _reflected(engine)}
        self.tables = list(found.values())
        self.rows: dict[str, Rows] = self._read()

    def changes(self) -> tuple[list[Change], list[Change]]:
        """What was inserted, updated or deleted since last time: in the log's tables, and in the sheets'."""
        before, self.rows = self.rows, self._read()
        found: tuple[list[Change], list[Change]] = [], []
        for engine, table in self.tables:
            old, new = before[table.name], self.rows[table.name]
            inserted = [row for key, row in new.items() if key not in old]
            updated = [row for key, row in new.items() if key in old and old[key] != row]
            deleted = [key for key in old if key not in new]
            changed = (("insert", inserted), ("update", updated), ("delete", deleted))
            found[engine is self._engines[1]].extend((table, how, rows) for how, rows in changed if rows)
        return found

    def _read(self) -> dict[str, Rows]:
        found: dict[str, Rows] = {}
        for engine in self._engines:
            with _open(engine) as connection:
                for owner, table in self.tables:
                    if owner is engine:
                        found[table.name] = _rows(connection, table)
        return found


def _reflected(engine: Engine) -> list[Table]:
    metadata = MetaData()
    metadata.reflect(engine)
    return metadata.sorted_tables


@contextmanager
def _open(engine: Engine) -> Iterator[Connection]:
    with engine.connect() as connection:
        yield connection
        connection.rollback()


def _rows(connection: Connection, table: Table) -> Rows:
    places = [place for place, column in enumerate(table.columns) if column.primary_key]
    rows = [tuple(row) for row in connection.execute(select(table))]
    return {tuple(row[place] for place in places) if places else row: row for row in rows}


@dataclass(slots=True)
class _Statements:
    """What the bare driver says to one table."""

    insert: str
    update: str
    delete: str
    keys: list[int]

    @classmethod
    def of(cls, table: Table, blank: str) -> "_Statements":
        names = [f'"{column.name}"' for column in table.columns]
        keys = [place for place, column in enumerate(table.columns) if column.primary_key]
        where = " AND ".join(f"{names[place]} = {blank}" for place in keys or range(len(names)))
        return cls(
            f'INSERT INTO "{table.name}" ({", ".join(names)}) VALUES ({", ".join([blank] * len(names))})',
            f'UPDATE "{table.name}" SET {", ".join(f"{name} = {blank}" for name in names)} WHERE {where}',
            f'DELETE FROM "{table.name}" WHERE {where}',
            keys,
        )

    def said(self, how: str, rows: list[tuple[Any, ...]]) -> tuple[str, list[tuple[Any, ...]]]:
        """The statement and the values for it."""
        if how == "update":
            return self.update, [(*row, *(row[place] for place in self.keys)) for row in rows]
        return (self.insert if how == "insert" else self.delete), rows


class _Bare(ABC):
    """A database with the same tables, keys and rows, but no triggers, written by the driver alone."""

    blank: str

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._statements: dict[str, _Statements] = {}

    def prepare(self, tables: _Tables) -> None:
        """The tables as they stand now."""
        for _, table in tables.tables:
            table.metadata.create_all(self._engine, tables=[table])
            self._statements[table.name] = _Statements.of(table, self.blank)
            rows = list(tables.rows[table.name].values())
            if rows:
                self._fill(self._statements[table.name].insert, rows)
        self._engine.dispose()

    def write(self, changes: Sequence[Change]) -> float:
        """Writes changed rows in one transaction; the seconds it takes."""
        said = [self._statements[table.name].said(how, rows) for table, how, rows in changes]
        begun = time.perf_counter()
        self._transaction(said)
        return time.perf_counter() - begun

    def close(self) -> None:
        """Lets go of the database."""
        self._connection.close()

    _connection: Any

    @abstractmethod
    def _fill(self, statement: str, rows: list[tuple[Any, ...]]) -> None:
        """Many rows by one statement."""

    @abstractmethod
    def _transaction(self, said: list[tuple[str, list[tuple[Any, ...]]]]) -> None:
        """One durable transaction."""


class _BareSqlite(_Bare):
    """`sqlite3`, as durable as the ledger: WAL and `synchronous=FULL`."""

    blank = "?"

    def __init__(self, stage: Stage) -> None:
        file = stage.new_folder() / "bare.db"
        super().__init__(create_engine(f"sqlite:///{file}"))
        self._connection = sqlite3.connect(file, isolation_level=None)
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.execute("PRAGMA synchronous=FULL")

    def _fill(self, statement: str, rows: list[tuple[Any, ...]]) -> None:
        self._connection.executemany(statement, rows)

    def _transaction(self, said: list[tuple[str, list[tuple[Any, ...]]]]) -> None:
        self._connection.execute("BEGIN IMMEDIATE")
        for statement, rows in said:
            self._connection.executemany(statement, rows)
        self._connection.execute("COMMIT")


class _BarePostgres(_Bare):
    """`psycopg`, with prepared statements and the statements of a transaction sent together."""

    blank = "%s"

    def __init__(self, url: str) -> None:
        super().__init__(create_engine(url))
        self._connection = connected(url)
        self._connection.prepare_threshold = 2

    def _fill(self, statement: str, rows: list[tuple[Any, ...]]) -> None:
        with self._connection.transaction(), self._connection.cursor() as cursor:
            cursor.executemany(statement, rows)

    def _transaction(self, said: list[tuple[str, list[tuple[Any, ...]]]]) -> None:
        with self._connection.pipeline(), self._connection.transaction():
            for statement, rows in said:
                for row in rows:
                    self._connection.execute(statement, row)
