"""The registries against the events an audit walks: commands, things, closes, and who bears shares for whom.

Decisions and reports go by them. What they must say is taken from the exact bytes whose leaves the walk has recomputed,
without a model of any event; `verify --deep` makes them anew from decoded events. A batch of rows is compared as a whole,
and looked at one by one where it differs. Like `audit_scan` it needs the driver and the proofs alone. Memory grows with
the number of people and of closes.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from operator import itemgetter
from typing import Any, Final

import orjson

from ledger.store.audit_facts import Facts, Ordered, Plan, Row
from ledger.store.audit_source import Source

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
_STRAY: Final = "SELECT count(*) FROM things WHERE ledger = ? AND (position > ? OR position < ?)"
_CLOSES: Final = "SELECT site, month, position FROM closes WHERE ledger = ?"
_SUPERVISED: Final = "SELECT supervisor, employee, position FROM supervised WHERE ledger = ?"
_BEFORE_ALL, _BEHIND_ALL = -(2**63), 2**63 - 1
_KEY, _STATE = itemgetter(0, 1), itemgetter(5)


def _begins(state: bytes) -> bool:
    """Whether an event is its command's first. ValueError."""
    return state.startswith(_FIRST, state.index(_STEP))


@dataclass(slots=True)
class Registries:
    """What the events of a stretch make of the registries, and how many rows of each were found otherwise."""

    plan: Plan
    start: int
    wrong: Counter[str] = field(default_factory=Counter)
    facts: Facts = field(init=False)
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

    def __post_init__(self) -> None:
        self.asked = self.start or _BEFORE_ALL
        self.facts = Facts(self.plan)

    def take(self, source: Source, things: Ordered, batch: Sequence[Sequence[Any]]) -> None:
        """The next rows of a walk, which follow each other: position, stream, version, kind, schema, state."""
        if not self.is_fit:
            return
        self.last = last = batch[-1][0]
        try:
            self._compare_commands(source, batch)
            wanted = self.facts.introduced(batch)
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
            if self.continued == self.start:
                self.continued = 0
        if not begins:
            return
        if self.begun and self.ends is not None and self.ends != begins[0] - 1:
            self.wrong["commands"] += 1
        self.begun, self.ends = True, next((row[1] for row in reversed(stored) if row[0] == begins[-1]), None)
        if [row[1] for row in stored[:-1]] != [each - 1 for each in begins[1:]]:
            ends = {row[0]: row[1] for row in stored}
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
            between = f'","operator":"{self.operator.decode()}","command":"'
            return [
                f'{{"v":{event[4]},"at":"{at}{between}{digest}","subject":"{subject}","step":0,'.encode()
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

    # --- at the end ---------------------------------------------------------------------------------

    def joined(self, source: Source, late: "Registries") -> "Registries":
        """This stretch and the next one, as one."""
        self._end(source, late.continued or late.start, late.start)
        late.wrong += self.wrong
        late.facts.closes |= self.facts.closes
        late.facts.pairs |= self.facts.pairs
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
        self.wrong["closes"] += len(self.facts.closes ^ _placed(source, _CLOSES, self.start))
        there = _placed(source, _SUPERVISED, _BEFORE_ALL)
        later = {row[:2] for row in there if not self.start or row[2] > self.start}
        self.wrong["supervised"] += len(self.facts.pairs - {row[:2] for row in there}) + len(
            later - self.facts.pairs
        )
        yield from ((name, rows) for name, rows in sorted(self.wrong.items()) if rows)


def _placed(source: Source, statement: str, after: int) -> set[Row]:
    """Rows of which the last column is a position, those behind one where it is given."""
    return {tuple(row) for row in source.rows(statement) if after in (0, _BEFORE_ALL) or row[-1] > after}
