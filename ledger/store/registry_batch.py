"""Questions about many things at once, for a write unit that has a whole file of commands before it.

What one question answers for one thing, these answer for all of them; nothing is asked that the log does not answer.
"""

from collections.abc import Iterable

from sqlalchemy import Column, ColumnElement, func, select

from ledger.events import Recorded
from ledger.store import registry_rows
from ledger.store.log import Log
from ledger.store.schema import commands, things
from ledger.store.sql import chunks


def equal_commands(log: Log, digests: Iterable[str]) -> dict[str, int]:
    """Digest → the last position of the first command of this digest; those of which there is one."""
    return _positions(log, commands.c.digest, func.min(commands.c.last_position), digests)


def last_on_subjects(log: Log, subjects: Iterable[str]) -> dict[str, int]:
    """Subject → the last position of the latest command about it."""
    return _positions(log, commands.c.subject, func.max(commands.c.last_position), subjects)


def _positions(
    log: Log, column: Column[str], position: ColumnElement[int], wanted: Iterable[str]
) -> dict[str, int]:
    """What stands in a column of the commands → a position among those where it does."""
    found: dict[str, int] = {}
    with log.recorder.snapshot() as connection:
        for chunk in chunks(wanted):
            query = (
                select(column, position)
                .where(commands.c.ledger == log.ledger, column.in_(chunk))
                .group_by(column)
            )
            found.update((row[0], row[1]) for row in connection.execute(query))
    return found


def introduced_at(log: Log, kind: str, names: Iterable[str]) -> list[int]:
    """The positions of the events that introduced those things of a kind that are recorded."""
    found: list[int] = []
    with log.recorder.snapshot() as connection:
        for chunk in chunks(names):
            query = select(things.c.position).where(
                things.c.ledger == log.ledger, things.c.kind == kind, things.c.id.in_(chunk)
            )
            found.extend(at for (at,) in connection.execute(query) if isinstance(at, int))
    return found


def introduction(log: Log, kind: str, name: str) -> Recorded | None:
    """The event that introduced a thing; None: none did. StoreError `registry_unproven`: the registry means another."""
    position = log.registry.position_of(kind, name)
    if position is None:
        return None
    for recorded in log.at([position]):
        row = registry_rows.thing_row(recorded)
        if row is not None and (row["kind"], row["id"]) == (kind, name):
            return recorded
    raise log.registry.unproven(things.name)


def streams_of(log: Log, kind: str, names: Iterable[str], as_of: int | None = None) -> dict[str, str]:
    """Id → the stream on which the thing of this kind lives; those that are recorded."""
    found: dict[str, str] = {}
    with log.recorder.snapshot() as connection:
        for chunk in chunks(names):
            query = select(things.c.id, things.c.stream).where(
                things.c.ledger == log.ledger, things.c.kind == kind, things.c.id.in_(chunk)
            )
            if as_of is not None:
                query = query.where(things.c.position <= as_of)
            found.update((row[0], row[1]) for row in connection.execute(query))
    return found
