"""The registries against the log they are drawn from: each rebuilt from the events and compared row by row."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Table, select

from ledger.store import registries
from ledger.store.log import Log
from ledger.store.schema import closes, commands, supervised, things


def registry_faults(log: Log) -> list[tuple[str, int]]:
    """Each registry that is not what the events make it, and how many of its rows are too many or missing."""
    wanted: dict[Table, set[tuple[Any, ...]]] = {
        commands: _rows(registries.command_rows(log.events())),
        things: _rows(filter(None, map(registries.thing_row, log.events()))),
        closes: _rows(filter(None, map(registries.close_row, log.events()))),
        supervised: set(),
    }
    for row in filter(None, map(registries.supervised_row, log.events())):
        wanted[supervised].add((row["supervisor"], row["employee"]))
    found = []
    with log.usable(), log.recorder.snapshot() as connection:
        for table, rows in wanted.items():
            names = ("supervisor", "employee") if table is supervised else _names(table)
            query = select(*(table.c[name] for name in names)).where(table.c.ledger == log.ledger)
            stored = {tuple(row) for row in connection.execute(query)}
            if stored != rows:
                found.append((table.name, len(stored ^ rows)))
    return found


def _names(table: Table) -> tuple[str, ...]:
    return tuple(sorted(column.name for column in table.columns if column.name != "ledger"))


def _rows(rows: Iterable[registries.Row]) -> set[tuple[Any, ...]]:
    return {tuple(row[name] for name in sorted(row)) for row in rows}
