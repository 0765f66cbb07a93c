"""Questions about many things at once, for a write unit that has a whole file of commands before it.

What one question answers for one thing, these answer for all of them; nothing is asked that the log does not answer.
"""

from collections.abc import Iterable, Iterator, Sequence

from sqlalchemy import func, select

from ledger.store.log import Log
from ledger.store.schema import commands, things

_CHUNK = 500


def equal_commands(log: Log, digests: Iterable[str]) -> dict[str, int]:
    """Digest → the last position of the first command of this digest; those of which there is one."""
    found: dict[str, int] = {}
    with log.recorder.snapshot() as connection:
        for chunk in _chunks(digests):
            query = (
                select(commands.c.digest, func.min(commands.c.last_position))
                .where(commands.c.ledger == log.ledger, commands.c.digest.in_(chunk))
                .group_by(commands.c.digest)
            )
            found.update((row[0], row[1]) for row in connection.execute(query))
    return found


def last_on_subjects(log: Log, subjects: Iterable[str]) -> dict[str, int]:
    """Subject → the last position of the latest command about it."""
    found: dict[str, int] = {}
    with log.recorder.snapshot() as connection:
        for chunk in _chunks(subjects):
            query = (
                select(commands.c.subject, func.max(commands.c.last_position))
                .where(commands.c.ledger == log.ledger, commands.c.subject.in_(chunk))
                .group_by(commands.c.subject)
            )
            found.update((row[0], row[1]) for row in connection.execute(query))
    return found


def streams_of(log: Log, kind: str, names: Iterable[str], upto: int | None = None) -> dict[str, str]:
    """Id → the stream on which the thing of this kind lives; those that are recorded."""
    found: dict[str, str] = {}
    with log.recorder.snapshot() as connection:
        for chunk in _chunks(names):
            query = select(things.c.id, things.c.stream).where(
                things.c.ledger == log.ledger, things.c.kind == kind, things.c.id.in_(chunk)
            )
            if upto is not None:
                query = query.where(things.c.position <= upto)
            found.update((row[0], row[1]) for row in connection.execute(query))
    return found


def learn(log: Log, employees: Iterable[str]) -> None:
    """Has the ids and keys of people read, where the log does not know them yet."""
    with log.recorder.snapshot() as connection:
        log.sealing.learn(connection, employees)


def _chunks(names: Iterable[str]) -> Iterator[Sequence[str]]:
    wanted = sorted(set(names))
    for start in range(0, len(wanted), _CHUNK):
        yield wanted[start : start + _CHUNK]
