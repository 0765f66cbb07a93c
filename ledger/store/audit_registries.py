"""The registries against the events an audit walks: commands, things, closes, and who bears shares for whom.

Decisions and reports go by them. What they must say is taken from the exact bytes whose leaves the walk has recomputed,
without a model of any event; `verify --deep` makes them anew from decoded events. Like `audit_scan` it needs the driver
and the proofs alone. Memory grows with the number of people and of closes.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

import orjson

_AT, _OPERATOR, _COMMAND, _SUBJECT, _STEP = (
    b'"at":"',
    b'","operator":"',
    b'","command":"',
    b'","subject":"',
    b'","step":',
)
"""How every state begins (`mapper.encode`). None of these can stand within a text, where every quote is escaped."""
_COMMANDS: Final = (
    "SELECT first_position, last_position, digest, subject, recorded_at FROM commands"
    " WHERE ledger = ? AND first_position > ? AND first_position <= ? ORDER BY first_position"
)
_THINGS: Final = (
    "SELECT kind, id, stream, site, position FROM things WHERE ledger = ? AND kind = ? AND id IN ({})"
)
_CLOSES: Final = "SELECT site, month, position FROM closes WHERE ledger = ?"
_SUPERVISED: Final = "SELECT supervisor, employee, position FROM supervised WHERE ledger = ?"
_BEFORE_ALL, _BEHIND_ALL = -(2**63), 2**63 - 1
_IN_CHUNK: Final = 500

Row = tuple[Any, ...]


class Source(Protocol):
    """What an audit reads from (`audit_scan.Source`)."""

    def rows(self, statement: str, *values: object) -> list[Any]:
        """All rows of a statement."""
        ...


@dataclass(frozen=True, slots=True)
class Plan:
    """What events put into the registries, as plain values another process can be sent (`registry_rows.plan`)."""

    things: Mapping[str, tuple[str, str, str | None]]
    """Kind of event → the kind of thing it introduces, the field with its id, the one with its site."""
    supervising: frozenset[str]
    closing: str


@dataclass(slots=True)
class Registries:
    """What the events of a stretch make of the registries, and how many rows of each were found otherwise."""

    plan: Plan
    start: int
    wrong: Counter[str] = field(default_factory=Counter)
    things: int = 0
    """How many rows the events introduce that stand there, right or wrong."""
    closes: set[Row] = field(default_factory=set)
    pairs: set[Row] = field(default_factory=set)
    continued: int = 0
    """The last of the events at the beginning that belong to a command begun before; 0 where none does."""
    pending: list[Any] | None = None
    """The command that is not known to have ended."""
    asked: int = _BEFORE_ALL
    """Commands that begin up to here have been compared."""
    is_fit: bool = True
    """Whether every event could be read; else what the registries should say is not known, and nothing is said of them."""

    def __post_init__(self) -> None:
        self.asked = self.start or _BEFORE_ALL

    def take(self, source: Source, batch: Sequence[Sequence[Any]]) -> None:
        """The next rows of a walk: position, stream, version, kind, schema, state."""
        if not self.is_fit:
            return
        try:
            ended, introduced = self._read(batch)
        except (TypeError, AttributeError, ValueError, KeyError):
            self.is_fit = False
            return
        if ended:
            self._compare_commands(source, ended, ended[-1][0])
        for kind, rows in introduced.items():
            for at in range(0, len(rows), _IN_CHUNK):
                self._compare_things(source, kind, rows[at : at + _IN_CHUNK])

    def _read(self, batch: Sequence[Sequence[Any]]) -> tuple[list[Row], dict[str, list[Row]]]:
        """The commands that ended in it, and the things it introduces, by kind."""
        ended: list[Row] = []
        introduced: dict[str, list[Row]] = {}
        things, others, pending = self.plan.things, {*self.plan.supervising, self.plan.closing}, self.pending
        for row in batch:
            position, stream, _, kind, _, state = row[:6]
            command = state.index(_COMMAND)
            subject = state.index(_SUBJECT, command)
            step = state.index(_STEP, subject) + len(_STEP)
            if state[step : step + 2] in (b"0,", b"0}"):
                if pending is not None:
                    ended.append(tuple(pending))
                pending = [position, position, *_said(state, command, subject, step)]
            elif pending is not None:
                pending[1] = position
            else:
                self.continued = position
            introduces = things.get(kind)
            if introduces is not None or kind in others:
                fact = orjson.loads(state)["fact"]
                if introduces is not None:
                    thing, name, site = introduces
                    where = None if site is None else fact[site]
                    introduced.setdefault(thing, []).append((thing, fact[name], stream, where, position))
                if kind in others:
                    self._take_fact(kind, fact, position)
        self.pending = pending
        return ended, introduced

    def _take_fact(self, kind: str, fact: Mapping[str, Any], position: int) -> None:
        if kind in self.plan.supervising and fact.get("supervisor") is not None:
            self.pairs.add((fact["supervisor"], fact["employee"]))
        if kind == self.plan.closing:
            self.closes.add((fact["site"], fact["month"], position))

    def _compare_commands(self, source: Source, wanted: Iterable[Row], until: int) -> None:
        stored = source.rows(_COMMANDS, self.asked, until)
        self.asked = until
        wanted = list(wanted)
        if stored != wanted:
            there, here = {row[0]: tuple(row) for row in stored}, {row[0]: row for row in wanted}
            self.wrong["commands"] += sum(there.get(each) != here.get(each) for each in there.keys() | here)

    def _compare_things(self, source: Source, kind: str, wanted: Sequence[Row]) -> None:
        blanks = ", ".join("?" * len(wanted))
        stored = {
            tuple(row) for row in source.rows(_THINGS.format(blanks), kind, *(row[1] for row in wanted))
        }
        self.things += len(stored)
        self.wrong["things"] += len(set(wanted) - stored)

    def joined(self, source: Source, late: "Registries") -> "Registries":
        """This stretch and the next one, as one."""
        self._end(source, late.continued, late.start)
        late.wrong += self.wrong
        late.things += self.things
        late.closes |= self.closes
        late.pairs |= self.pairs
        late.is_fit &= self.is_fit
        late.start, late.continued = self.start, self.continued
        return late

    def _end(self, source: Source, continued: int, until: int) -> None:
        """Nothing follows but the rest of the last command."""
        if self.pending is not None and continued:
            self.pending[1] = continued
        if self.is_fit:
            self._compare_commands(source, [] if self.pending is None else [tuple(self.pending)], until)
        self.pending = None

    def faults(self, source: Source) -> Iterator[tuple[str, int]]:
        """At the end of the log: each registry that says something else than its events, and how many of its rows do."""
        self._end(source, 0, _BEHIND_ALL)
        if not self.is_fit:
            return
        self.wrong["things"] += _count(source, "things", self.start) - self.things
        self.wrong["closes"] += len(self.closes ^ _placed(source, _CLOSES, self.start))
        there = _placed(source, _SUPERVISED, _BEFORE_ALL)
        later = {row[:2] for row in there if not self.start or row[2] > self.start}
        self.wrong["supervised"] += len(self.pairs - {row[:2] for row in there}) + len(later - self.pairs)
        yield from ((name, rows) for name, rows in sorted(self.wrong.items()) if rows)


def _said(state: bytes, command: int, subject: int, step: int) -> Row:
    """Digest, subject and instant of a command, as the state of its first event says. ValueError."""
    digest = state[command + len(_COMMAND) : subject].decode()
    about = state[subject + len(_SUBJECT) : step - len(_STEP)]
    at = state.index(_AT) + len(_AT)
    text = orjson.loads(b'"%b"' % about) if b"\\" in about else about.decode()
    return digest, text, state[at : state.index(_OPERATOR, at)].decode()


def _count(source: Source, table: str, after: int) -> int:
    statement = f"SELECT count(*) FROM {table} WHERE ledger = ?"
    ((count,),) = source.rows(f"{statement} AND position > ?", after) if after else source.rows(statement)
    return int(count)


def _placed(source: Source, statement: str, after: int) -> set[Row]:
    """Rows of which the last column is a position, those behind one where it is given."""
    return {tuple(row) for row in source.rows(statement) if after in (0, _BEFORE_ALL) or row[-1] > after}
