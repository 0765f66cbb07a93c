"""The registries against the events an audit walks: commands, things, closes, and who bears shares for whom.

Decisions and reports go by them. What they must say is taken from the exact bytes whose leaves the walk has recomputed,
without a model of any event; `verify --deep` makes them anew from decoded events. A batch of rows is compared as a whole,
and looked at one by one where it differs. Like `audit_scan` it needs the driver and the proofs alone. Memory grows with
the number of people and of closes.
"""

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from operator import itemgetter
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
_FIRST: Final = b'","step":0,'
"""Where the head of a command's first event ends."""
_COMMANDS: Final = (
    "SELECT first_position, last_position, digest, subject, recorded_at FROM commands"
    " WHERE ledger = ? AND first_position > ? AND first_position <= ? ORDER BY first_position"
)
THINGS: Final = (
    "SELECT kind, id, stream, site, position FROM things"
    " WHERE ledger = ? AND position > {:d} AND position <= {:d} ORDER BY position"
)
_STRAY: Final = "SELECT count(*) FROM things WHERE ledger = ? AND (position > ? OR position < ?)"
_CLOSES: Final = "SELECT site, month, position FROM closes WHERE ledger = ?"
_SUPERVISED: Final = "SELECT supervisor, employee, position FROM supervised WHERE ledger = ?"
_CLOSED: Final = re.compile(rb'"fact":\{"site":"([^"\\]*)","month":"([^"\\]*)",')
"""How the fact of a close begins, which is long; written otherwise it is read as a whole."""
_BEFORE_ALL, _BEHIND_ALL = -(2**63), 2**63 - 1
_KEY, _POSITION, _STATE = itemgetter(0, 1), itemgetter(4), itemgetter(5)

Row = tuple[Any, ...]


def _begins(state: bytes) -> bool:
    """Whether an event is its command's first. ValueError."""
    return state.startswith(_FIRST, state.index(_STEP))


class Source(Protocol):
    """What an audit reads from (`audit_scan.Source`)."""

    def rows(self, statement: str, *values: object) -> list[Any]:
        """All rows of a statement."""
        ...


class Ordered:
    """Rows of `things` in the order of positions, as far as they are asked for."""

    def __init__(self, batches: Iterator[Sequence[Any]]) -> None:
        self._batches = batches
        self._ahead: list[Row] = []

    def until(self, position: int) -> list[Row]:
        """Those not given yet, up to a position."""
        while not self._ahead or self._ahead[-1][4] <= position:
            batch = next(self._batches, None)
            if batch is None:
                break
            self._ahead += batch
        count = bisect_right(self._ahead, position, key=_POSITION)
        given, self._ahead = self._ahead[:count], self._ahead[count:]
        return given

    def close(self) -> None:
        """Nothing more is read."""
        self._batches.close()  # type: ignore[attr-defined]


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
    closes: set[Row] = field(default_factory=set)
    pairs: set[Row] = field(default_factory=set)
    continued: int = 0
    """The last of the events at the beginning that belong to a command begun before; 0 where none does."""
    begun: bool = False
    """Whether a command began here, of which `ends` is where the registry says that it ends; None: it does not know it."""
    ends: int | None = None
    last: int = 0
    """The last event that was read."""
    asked: int = _BEFORE_ALL
    """Commands that begin up to here have been compared."""
    operator: bytes = b""
    """As the last command that was looked at closely has it: the next one is likely to say the same."""
    is_fit: bool = True
    """Whether every event could be read; else what the registries should say is not known, and nothing is said of them."""

    noted: frozenset[str] = frozenset()
    """The kinds of events that put anything but commands into a registry."""
    leading: dict[str, tuple[str, re.Pattern[bytes]]] = field(default_factory=dict)
    """Kind of event → the kind of thing it introduces, and how its id is found where the fact begins with it."""

    def __post_init__(self) -> None:
        self.asked = self.start or _BEFORE_ALL
        plan, others = self.plan, {*self.plan.supervising, self.plan.closing}
        self.noted = frozenset({*plan.things, *others})
        for kind, (thing, name, site) in plan.things.items():
            if site is None and kind not in others:
                begins = rb'"fact":\{"%b":"([^"\\]*)"' % name.encode()
                self.leading[kind] = thing, re.compile(begins)

    def take(self, source: Source, things: Ordered, batch: Sequence[Sequence[Any]]) -> None:
        """The next rows of a walk, which follow each other: position, stream, version, kind, schema, state."""
        if not self.is_fit:
            return
        self.last = last = batch[-1][0]
        try:
            self._compare_commands(source, batch)
            wanted = self._introduced(batch)
        except (TypeError, AttributeError, ValueError, KeyError):
            self.is_fit = False
            return
        stored = things.until(last)
        if stored != wanted:
            there, here = ({_KEY(row): tuple(row) for row in rows} for rows in (stored, wanted))
            self.wrong["things"] += sum(there.get(each) != here.get(each) for each in there.keys() | here)
            self.wrong["things"] += len(wanted) - len(here)  # introduced twice

    # --- commands -----------------------------------------------------------------------------------

    def _compare_commands(self, source: Source, batch: Sequence[Sequence[Any]]) -> None:
        """Each command begins where an event says that it is its first, and ends before the next. ValueError."""
        stored = source.rows(_COMMANDS, self.asked, self.last)
        self.asked = self.last
        firsts = self._as_stored(batch, stored)
        if firsts is None:
            firsts = [row for row in batch if _begins(row[5])]
            self._look_closely(firsts, stored)
        begins = [row[0] for row in firsts]
        if len(firsts) < len(batch) and not self.begun:
            self.continued = begins[0] - 1 if begins else self.last
            if self.continued == batch[0][0] - 1:
                self.continued = 0
        if not begins:
            return
        ends = {row[0]: row[1] for row in stored}
        if self.begun and self.ends is not None and self.ends != begins[0] - 1:
            self.wrong["commands"] += 1
        self.begun, self.ends = True, ends.get(begins[-1])
        if [row[1] for row in stored[:-1]] != [each - 1 for each in begins[1:]]:
            self.wrong["commands"] += sum(
                ends.get(each, after - 1) != after - 1 for each, after in pairwise(begins)
            )

    def _as_stored(self, batch: Sequence[Sequence[Any]], stored: Sequence[Row]) -> list[Sequence[Any]] | None:
        """The events that begin commands, where these are the registry's, word for word; None where they may not be."""
        places = {row[0] for row in stored}
        firsts = [row for row in batch if row[0] in places]
        heads = self._heads(firsts, stored) if len(firsts) == len(stored) == len(places) else []
        if len(heads) != len(firsts) or not all(map(bytes.startswith, map(_STATE, firsts), heads)):
            return None
        if len(firsts) < len(batch) and any(_begins(row[5]) for row in batch if row[0] not in places):
            return None
        return firsts

    def _heads(self, firsts: Sequence[Sequence[Any]], stored: Sequence[Row]) -> list[bytes]:
        """How the states of commands begin if the registry is right; empty where a text is written with escapes.

        Each text stands between what can stand in no text, so no other row makes the same head.
        """
        try:
            if "\\" in "".join([row[3] for row in stored]):
                return []
            operator = self.operator.decode()
            return [
                f'{{"v":{event[4]},"at":"{at}","operator":"{operator}","command":"{digest}","subject":"{subject}'
                '","step":0,'.encode()
                for event, (_, _, digest, subject, at) in zip(firsts, stored, strict=True)
            ]
        except (TypeError, ValueError):  # what is stored is no text, or has an end in the middle of a letter
            return []

    def _look_closely(self, firsts: Sequence[Sequence[Any]], stored: Sequence[Row]) -> None:
        wanted = {row[0]: self._said(row[5]) for row in firsts}
        there = {row[0]: tuple(row[2:]) for row in stored}
        self.wrong["commands"] += sum(there.get(each) != wanted.get(each) for each in there.keys() | wanted)

    def _said(self, state: bytes) -> Row:
        """Digest, subject and instant of a command, as the state of its first event says. ValueError."""
        at = state.index(_AT) + len(_AT)
        operator = state.index(_OPERATOR, at)
        command = state.index(_COMMAND, operator)
        subject = state.index(_SUBJECT, command)
        step = state.index(_STEP, subject)
        self.operator = state[operator + len(_OPERATOR) : command]
        digest = state[command + len(_COMMAND) : subject].decode()
        about = state[subject + len(_SUBJECT) : step]
        text = orjson.loads(b'"%b"' % about) if b"\\" in about else about.decode()
        return digest, text, state[at:operator].decode()

    # --- what events introduce ----------------------------------------------------------------------

    def _introduced(self, batch: Sequence[Sequence[Any]]) -> list[Row]:
        """The things a batch introduces, in its order; takes what its events say of the other registries. KeyError."""
        found: list[Row] = []
        noted, leading = self.noted, self.leading
        for position, stream, _, kind, _, state, _ in [row for row in batch if row[3] in noted]:
            if kind in leading:
                thing, begins = leading[kind]
                if told := begins.search(state):
                    found.append((thing, told[1].decode(), stream, None, position))
                    continue
            row = self._take_fact(kind, state, stream, position)
            found += () if row is None else (row,)
        return found

    def _take_fact(self, kind: str, state: bytes, stream: str, position: int) -> Row | None:
        """What an event introduces, if anything; takes what it says of the other registries. KeyError, ValueError."""
        plan = self.plan
        if kind == plan.closing and (closed := _CLOSED.search(state)):
            self.closes.add((closed[1].decode(), closed[2].decode(), position))
            return None
        fact = orjson.loads(state)["fact"]
        if kind == plan.closing:
            self.closes.add((fact["site"], fact["month"], position))
        if kind in plan.supervising and fact.get("supervisor") is not None:
            self.pairs.add((fact["supervisor"], fact["employee"]))
        if kind not in plan.things:
            return None
        thing, name, site = plan.things[kind]
        return thing, fact[name], stream, None if site is None else fact[site], position

    # --- at the end ---------------------------------------------------------------------------------

    def joined(self, source: Source, late: "Registries") -> "Registries":
        """This stretch and the next one, as one."""
        self._end(source, late.continued or late.start, late.start)
        late.wrong += self.wrong
        late.closes |= self.closes
        late.pairs |= self.pairs
        late.is_fit &= self.is_fit
        late.start, late.continued = self.start, self.continued
        return late

    def _end(self, source: Source, last: int, until: int) -> None:
        """Nothing follows but the rest of the last command, up to an event."""
        if self.is_fit:
            if self.begun and self.ends is not None and self.ends != last:
                self.wrong["commands"] += 1
            self.wrong["commands"] += len(source.rows(_COMMANDS, self.asked, until))
        self.begun = False

    def faults(self, source: Source) -> Iterator[tuple[str, int]]:
        """At the end of the log: each registry that says something else than its events, and how many of its rows do."""
        self._end(source, self.last, _BEHIND_ALL)
        if not self.is_fit:
            return
        ((stray,),) = source.rows(_STRAY, self.last, _BEFORE_ALL if self.start else 1)
        self.wrong["things"] += stray
        self.wrong["closes"] += len(self.closes ^ _placed(source, _CLOSES, self.start))
        there = _placed(source, _SUPERVISED, _BEFORE_ALL)
        later = {row[:2] for row in there if not self.start or row[2] > self.start}
        self.wrong["supervised"] += len(self.pairs - {row[:2] for row in there}) + len(later - self.pairs)
        yield from ((name, rows) for name, rows in sorted(self.wrong.items()) if rows)


def _placed(source: Source, statement: str, after: int) -> set[Row]:
    """Rows of which the last column is a position, those behind one where it is given."""
    return {tuple(row) for row in source.rows(statement) if after in (0, _BEFORE_ALL) or row[-1] > after}
