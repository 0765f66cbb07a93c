"""The registries against the log they are drawn from: each rebuilt from the events and compared row by row."""

from collections.abc import Iterable, Iterator, Sequence
from hashlib import blake2b
from typing import Any, Final

from sqlalchemy import Table, or_, select

from ledger.events import Recorded
from ledger.store import registry_rows
from ledger.store.log import Log
from ledger.store.schema import closes, commands, heads, metadata, supervised, things

_TABLES: Final = (commands, things, closes, supervised)
_DIGEST_SIZE: Final = 16


class Rebuilt:
    """The registries as the events make them. It keeps sixteen bytes a row, nothing of the rows themselves."""

    def __init__(self) -> None:
        self._wanted: dict[Table, set[bytes]] = {table: set() for table in _TABLES}

    def take(self, command: Sequence[Recorded]) -> None:
        """The events of one more command."""
        for name, rows in registry_rows.rows(command).items():
            self._add(metadata.tables[name], rows)

    def faults(self, log: Log, as_of: int) -> Iterator[tuple[str, int]]:
        """Each registry that is not what the events up to a position make it, and how many rows are too many or missing.

        Rows of what was recorded since are left alone, those beyond the log's end are not.
        """
        with log.usable(), log.recorder.snapshot() as connection:
            end = connection.execute(
                select(heads.c.position).where(heads.c.ledger == log.ledger)
            ).scalar_one()
            for table, wanted in self._wanted.items():
                position = table.c.first_position if table is commands else table.c.position
                query = select(*(table.c[name] for name in _names(table))).where(
                    table.c.ledger == log.ledger, or_(position <= as_of, position > end)
                )
                missing, too_many = set(wanted), 0
                for row in connection.execute(query):
                    digest = _digest(tuple(row))
                    if digest in missing:
                        missing.remove(digest)
                    else:
                        too_many += 1
                if missing or too_many:
                    yield table.name, too_many + len(missing)

    def _add(self, table: Table, rows: Iterable[registry_rows.Row]) -> None:
        names = _names(table)
        self._wanted[table].update(_digest(tuple(row[name] for name in names)) for row in rows)


def _names(table: Table) -> tuple[str, ...]:
    """What is compared: of who may bear a share for whom only the pair, which is told again and again."""
    if table is supervised:
        return "supervisor", "employee"
    return tuple(sorted(column.name for column in table.columns if column.name != "ledger"))


def _digest(row: tuple[Any, ...]) -> bytes:
    return blake2b(repr(row).encode(), digest_size=_DIGEST_SIZE).digest()
