"""What the registries answer fast: ids, closes, supervisors, ends of commands."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Column, ColumnElement, func, select

from ledger.errors import StoreError
from ledger.events.months import MonthClosed, month_stream
from ledger.store.connection import LedgerConnection
from ledger.store.schema import closes, things
from ledger.store.sql import Question, chunks, placeholders, together
from ledger.terms import format_recorded

NO_END: Final = 2**63 - 1
"""A position behind every event."""
_CLOSES: Final = (
    "SELECT month, position FROM closes WHERE ledger = ? AND site = ? AND month >= ? AND position <= ?"
    " ORDER BY month DESC LIMIT ?"
)
_CLOSED: Final = (
    "SELECT stream, position FROM events WHERE ledger = ? AND stream >= ? AND stream < ? AND kind = ?"
    " AND position + 0 <= ?"
)
"""The bounds end in digits, which every collation sorts alike; what else it may let in is left out by the name."""
_NO_MONTH: Final = "0000-00"
"""Before every month."""


_STREAM: Final = "SELECT stream FROM things WHERE ledger = ? AND kind = ? AND id = ? AND position <= ?"
_ENDED: Final = (
    "WITH RECURSIVE halved (low, high) AS ("
    "SELECT CAST(1 AS bigint), (SELECT max(first_position) FROM commands WHERE ledger = ?)"
    " UNION "  # not ALL: a row that was changed may lead back, and what was there is not looked at again
    "SELECT CASE WHEN begun.recorded_at <= ? THEN begun.last_position + 1 ELSE halved.low END,"
    " CASE WHEN begun.recorded_at <= ? THEN halved.high ELSE begun.first_position - 1 END"
    " FROM halved CROSS JOIN commands AS begun WHERE halved.low <= halved.high AND begun.ledger = ?"
    " AND begun.first_position = (SELECT max(first_position) FROM commands"
    " WHERE ledger = ? AND first_position <= (halved.low + halved.high) / 2)"
    ") SELECT max(low) - 1 FROM halved"
)
"""Halves the commands until one is left; as many steps as a ledger has digits, in one question."""
_BEGUN: Final = (
    "SELECT first_position, last_position, recorded_at FROM commands WHERE ledger = ? AND first_position <= ?"
    " ORDER BY first_position DESC LIMIT ?"
)


class RegistryQueries:
    """The questions that the registries of one ledger answer."""

    def __init__(self, place: LedgerConnection) -> None:
        self._place = place
        self.ledger = place.ledger

    def closed_months(self, site: str, as_of: int | None = None, since: str = "") -> list[str]:
        """The months of a site, from one on, that have a close of their own, sorted. StoreError `registry_unproven`."""
        return [month for month, _ in self._closes(site, as_of, since or _NO_MONTH, NO_END)]

    def stream_of(self, kind: str, name: str, as_of: int | None = None) -> str | None:
        """The stream on which the thing of this kind and id lives, None if there is none."""
        statement, values = self.stream_asked(kind, name, as_of)
        return stream_in(self._place.fetch_all(statement, *values))

    def stream_asked(self, kind: str, name: str, as_of: int | None = None) -> Question:
        """What asks for it."""
        return _STREAM, (self.ledger, kind, name, NO_END if as_of is None else as_of)

    def together_asked(self, ids: Question, looked_for: Sequence[tuple[str, str]]) -> Question:
        """What asks in one statement for ids, as `ids_asked` does, and for the streams of things by kind and id."""
        return together([ids, *(self.stream_asked(kind, name) for kind, name in looked_for)])

    def position_of(self, kind: str, name: str) -> int | None:
        """The position of the event that introduced a thing, None if there is none."""
        query = select(things.c.position).where(
            things.c.ledger == self.ledger, things.c.kind == kind, things.c.id == name
        )
        position: int | None = self._place.scalar(query)
        if position is not None and not isinstance(position, int):
            raise self.unproven(things.name)
        return position

    def ids(self, kind: str, site: str | None = None, as_of: int | None = None) -> list[str]:
        """The ids of a kind, of one site where given, sorted. StoreError `ledger_damaged`."""
        statement, values = self.ids_asked(kind, site, as_of)
        return self.ids_in(kind, self._place.fetch_all(statement, *values))

    def unproven(self, table: str) -> StoreError:
        """What is said where a registry says otherwise than the events."""
        return StoreError("registry_unproven", url=self._place.shown_url(), table=table)

    def count(self, kind: str, as_of: int) -> int:
        """How many things of a kind there are up to a position."""
        statement = "SELECT count(*) FROM things WHERE ledger = ? AND kind = ? AND position <= ?"
        return int(self._place.fetch_all(statement, self.ledger, kind, as_of)[0][0])

    def ids_asked(self, kind: str, site: str | None = None, as_of: int | None = None) -> Question:
        """What asks for the ids of a kind, of one site where given."""
        statement = "SELECT id FROM things WHERE ledger = ? AND kind = ?"
        values: list[Any] = [self.ledger, kind]
        if site is not None:
            statement += " AND site = ?"
            values.append(site)
        if as_of is not None:
            statement += " AND position <= ?"
            values.append(as_of)
        return statement, tuple(values)

    def ids_in(self, kind: str, rows: Sequence[Any]) -> list[str]:
        """The ids in the answer to that, sorted. StoreError `ledger_damaged`."""
        found = [row[0] for row in rows]
        if not all(isinstance(each, str) for each in found):  # a flipped bit made it bytes
            reason = f"an id of a {kind} is no text"
            raise StoreError("ledger_damaged", url=self._place.shown_url(), reason=reason)
        return sorted(found)

    def ids_starting(self, kind: str, prefix: str, limit: int | None, as_of: int | None = None) -> list[str]:
        """The ids of a kind that begin so, sorted; at most `limit`."""
        query = select(things.c.id).where(
            things.c.ledger == self.ledger,
            things.c.kind == kind,
            _begins(things.c.id, prefix),
        )
        if as_of is not None:
            query = query.where(things.c.position <= as_of)
        return [row[0] for row in self._place.rows(query.order_by(things.c.id).limit(limit))]

    def supervised_by(self, supervisors: Iterable[str]) -> dict[str, set[str]]:
        """Supervisor to everybody for whom they may ever have borne a share (a superset)."""
        found: dict[str, set[str]] = {}
        for chunk in chunks(supervisors):
            statement = "SELECT supervisor, employee FROM supervised WHERE ledger = ? AND supervisor IN"
            for supervisor, employee in self._place.fetch_all(
                f"{statement} ({placeholders(len(chunk))})", self.ledger, *chunk
            ):
                found.setdefault(supervisor, set()).add(employee)
        return found

    def last_close(self, site: str, as_of: int | None = None) -> tuple[str, int] | None:
        """The latest closed month of a site and the position of its close. StoreError `registry_unproven`."""
        return next(reversed(self._closes(site, as_of, _NO_MONTH, 1)), None)

    def _closes(self, site: str, as_of: int | None, since: str, most: int) -> list[tuple[str, int]]:
        """The latest closed months of a site from one on, at most so many, and the positions of their closes, by month.

        Registry and streams agree on all from the first of them on. StoreError `registry_unproven`: a close that either
        of them hides, or invents, makes a report lie.
        """
        begins, until = month_stream(site, ""), NO_END if as_of is None else as_of
        with (
            self._place.usable(),
            self._place.recorder.holding(),
        ):  # both of one state, whoever closes meanwhile
            rows = self._place.fetch_all(_CLOSES, self.ledger, site, since, until, most)
            found = sorted((month, at) for month, at in rows)
            if len(found) == most:
                since = found[0][0]
            bounds = f"{begins}{since}", f"{begins}9999"
            events = self._place.fetch_all(_CLOSED, self.ledger, *bounds, MonthClosed.kind, until)
        made = [(name.removeprefix(begins), at) for name, at in events if str(name).startswith(begins)]
        if found != sorted(made):
            raise self.unproven(closes.name)
        return found

    def recorded_at(self, position: int) -> str | None:
        """When the command that a position belongs to was recorded, as it is kept; None before the first."""
        found = self._commands_at(position, 1)
        return found[0][2] if found else None

    def command_end(self, position: int) -> int:
        """The end of the last command that lies whole within a position; 0 where none does."""
        ends = (last for _, last, _ in self._commands_at(position, 2))
        return next((end for end in ends if end <= position), 0)

    def end_by(self, instant: datetime) -> int:
        """The end of the last command recorded by an instant; 0 where none was.

        Found by halving, since no command is recorded before an earlier one.
        """
        wanted, ledger = format_recorded(instant), self.ledger
        rows = self._place.fetch_all(_ENDED, ledger, wanted, wanted, ledger, ledger)
        return int(rows[0][0])

    def _commands_at(self, position: int, most: int) -> Sequence[Any]:
        """The commands that begin at or before a position, the last one first."""
        return self._place.fetch_all(_BEGUN, self.ledger, position, most)


def together_in(rows: Sequence[Any], count: int) -> list[list[tuple[Any]]]:
    """The answers to so many questions of one column that `together_asked` put together."""
    found: list[list[tuple[Any]]] = [[] for _ in range(count)]
    for place, value in rows:
        found[place].append((value,))
    return found


def stream_in(rows: Sequence[Any]) -> str | None:
    """The stream in the answer to `stream_asked`; None where the thing is not recorded."""
    return rows[0][0] if rows else None


def _begins(column: Column[str], prefix: str) -> ColumnElement[bool]:
    """Not LIKE: there `_` stands for any letter, and on SQLite `a` for `A`."""
    return func.substr(column, 1, len(prefix)) == prefix
