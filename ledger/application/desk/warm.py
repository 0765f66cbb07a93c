"""What a process that serves people keeps of a ledger from one request to the next: who may what, and what was answered.

Rights are told from a memory of the log's end, caught up once a turn, and what a look at the end reads is kept there
too, as it lies, with no words opened but names; nothing that is kept outlives an erasure. A
thread has a memory to itself for its turn, which a page is: whoever comes meanwhile waits. Only where every turn
takes long is there one memory more, so that nobody waits for a page that does; one more is as much to read again.
"""

import threading
import time
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from ledger.access.standing import Standing
from ledger.application.desk.bounded_cache import NOTHING, BoundedCache, End
from ledger.application.desk.look_cache import LookCache, quarter_of
from ledger.events import Recorded
from ledger.events.employees import EmployeeErased
from ledger.state.ledger_context import LedgerContext
from ledger.state.ledger_state import LedgerState
from ledger.store.log import Log

MOST_MEMORIES: Final = 8
"""So many threads have their turn at once: each holds a connection to every database for as long."""
_LONG: Final = 2.0
"""Seconds of this process's processor from which on a turn takes long, beside those it takes to read the log."""
_READ_A_SECOND: Final = 5_000
"""So many events: whoever waits for a large memory waits no longer than it would take them to read one more."""
_BUSY: Final = 10.0
"""So many times longer than by the processor it may take by the clock, on a busy machine: what takes longer only waits."""
_GLANCE: Final = 0.1
"""Seconds for which whoever waits waits at least: to look again and again would be work of this process, too."""
_MOST_STREAMS: Final = 5_000
_MOST_EVENTS: Final = 60_000
"""Memories of more, all of them taken together, are given up, those that were not used for longest: of some forty sites."""
_MISSED_EVENTS: Final = 1_000
"""A memory that missed more events is given up."""
_MOST_STANDINGS: Final = 100
_MOST_POSSIBLE: Final = 10_000
_MOST_DRAWN: Final = 4 * 1024 * 1024
"""So many bytes of parts of pages are kept as they were drawn."""


@dataclass(eq=False)
class _Memory:
    """The log up to an end, and the rights that were told from it."""

    state: LedgerState | None = None
    end: End = NOTHING
    standings: dict[tuple[str, str | None, int], Standing] = field(default_factory=dict)
    begun: tuple[float, float] = (0.0, 0.0)
    """When its last turn began, by the monotonic clock and by the processor's time of this process."""

    def give_up(self) -> None:
        """Keeps nothing of what was read."""
        self.state, self.end = None, NOTHING
        self.standings.clear()

    def rest(self) -> float:
        """The least seconds after which the turn that somebody has with it takes long; none where it does."""
        clock, processor = self.begun
        passed, used = time.monotonic() - clock, time.process_time() - processor
        long = _LONG + min(self.end[0], _MOST_EVENTS) / _READ_A_SECOND
        return max(0.0, min(long - used, max(_LONG, used * _BUSY) - passed))

    @property
    def streams(self) -> int:
        return 0 if self.state is None else self.state.size

    @property
    def events(self) -> int:
        return 0 if self.state is None else self.state.length


class _Turn(threading.local):
    """What a thread has while it has its turn."""

    depth: int = 0
    memory: _Memory
    forgotten: int
    """How often the answers had been forgotten when it began."""
    is_caught_up: bool
    """Whether the memory was caught up since it began: a turn sees one state of the log."""


class Warm:
    """The memories, the rights that were told from them, and the answers of looks. Threads may share it."""

    def __init__(self, log: Log) -> None:
        self.answers = LookCache()
        self._log = log
        self._mine = _Turn()
        self._changed = threading.Condition()
        self._idle = [_Memory()]
        """Those that nobody has, the one used last at the end."""
        self._made = 1
        self._taken_now: set[_Memory] = set()
        """The others, each of which is somebody's."""
        self._known = NOTHING
        """Up to where it was seen whether anybody was erased."""
        self._possible = BoundedCache[bool](_MOST_POSSIBLE, lambda _: 1)
        self._drawn = BoundedCache[bytes](_MOST_DRAWN, len)

    # --- turns --------------------------------------------------------------------------------------

    @contextmanager
    def turn(self) -> Iterator[None]:
        """This thread has a memory to itself; to be taken before anything of a database is held."""
        mine = self._mine
        if mine.depth == 0:
            mine.memory, mine.forgotten = self._taken(), self.answers.forgotten
            mine.is_caught_up = False
        mine.depth += 1
        try:
            yield
        finally:
            mine.depth -= 1
            if mine.depth == 0:
                self._put_back(mine.memory)

    @property
    def is_mine(self) -> bool:
        """Whether it is this thread's turn."""
        return self._mine.depth > 0

    @property
    def since(self) -> int:
        """How often the answers had been forgotten when this thread's turn began."""
        return self._mine.forgotten

    def _taken(self) -> _Memory:
        """The memory used last of those that nobody has; one more where all turns take long."""
        with self._changed:
            while not self._idle:
                if self._made == MOST_MEMORIES:
                    self._changed.wait()
                elif (rest := max(each.rest() for each in self._taken_now)) > 0:
                    self._changed.wait(max(rest, _GLANCE))
                else:
                    self._made += 1
                    self._idle.append(_Memory())
            memory = self._idle.pop()
            memory.begun = time.monotonic(), time.process_time()
            self._taken_now.add(memory)
            return memory

    def _put_back(self, memory: _Memory) -> None:
        """Nobody has it any more, whatever fails at the end of a turn."""
        try:
            if memory.state is not None:
                memory.state.reading.limit_parts()
        finally:
            with self._changed:
                self._taken_now.remove(memory)
                self._idle.append(memory)
                self._changed.notify()
                self._give_up_oldest()

    def _give_up_oldest(self) -> None:
        """Gives up of those that nobody has what is too much for all of them, those used longest ago."""
        streams = events = 0
        for each in reversed(self._idle.copy()):
            streams, events = streams + each.streams, events + each.events
            if streams > _MOST_STREAMS or events > _MOST_EVENTS:
                each.give_up()
                if self._made > 1:
                    self._idle.remove(each)
                    self._made -= 1

    # --- rights -------------------------------------------------------------------------------------

    def standing(self, person: str, purpose: str | None, now: datetime) -> Standing:
        """Somebody's rights at the end of the log as this thread's turn sees it. Unknown `employee_unknown`."""
        state, memory = self.memory(), self._mine.memory
        key = (person, purpose, quarter_of(now))
        if key not in memory.standings:
            if len(memory.standings) >= _MOST_STANDINGS:
                memory.standings.clear()
            memory.standings[key] = Standing(person, LedgerContext(state, now), purpose)
        return memory.standings[key]

    def memory(self) -> LedgerState:
        """The ledger at the end of the log as this thread's turn sees it, which looks once; to be read alone."""
        mine = self._mine
        if not mine.is_caught_up or mine.memory.state is None:
            self._log.require()
            self._caught_up(mine.memory)
            mine.is_caught_up = True
        assert mine.memory.state is not None
        return mine.memory.state

    @property
    def end(self) -> End:
        """The end of the log as this thread's turn sees it: position and SHA-256 (hex) of what is stored there."""
        self.memory()
        return self._mine.memory.end

    @property
    def has_looked(self) -> bool:
        """Whether it is this thread's turn, and it has looked at the log's end."""
        return self.is_mine and self._mine.is_caught_up

    def state_at(self, position: int | None) -> LedgerState:
        """The ledger up to a position, for a look in this thread's turn; of its end (None, too) nothing is read twice."""
        if position is not None and position > self.end[0]:
            self._mine.is_caught_up = False  # others recorded since
        if position not in (None, self.end[0]):
            return LedgerState(self._log, position)
        self._log.people.read_erasures_once()  # as where anything is read: no words of theirs are opened from then on
        return self.memory().to_look_at()

    # --- what was found out -------------------------------------------------------------------------

    def possible(self, person: str, now: datetime, asked: str, tried: Callable[[], bool]) -> bool:
        """Whether a command that somebody might give would be recorded: as it was found out, while nothing is recorded."""
        key = (person, quarter_of(now), asked)
        with self.turn():
            before, since = self.end, self.since
        found = self._possible.get(before, key)
        if found is None:
            found = tried()
            with self.turn():
                if self.end == before:
                    self._possible.put(before, key, found, since)
        return found

    def drawn(
        self, person: str, purpose: str | None, now: datetime, asked: Hashable, draw: Callable[[], str]
    ) -> str:
        """A part of a page as it was drawn for somebody before, while nothing is recorded and nobody's day ends.

        `now` is the instant of the looks it is drawn from; `asked` says all else that it depends on. It holds no words but
        names.
        """
        key = (person, purpose, quarter_of(now), asked)
        with self.turn():
            end = self.end
            found = self._drawn.get(end, key)
            if found is None:
                found = draw().encode()
                if self.end == end:
                    self._drawn.put(end, key, found, self.since)
        return found.decode()

    def _caught_up(self, memory: _Memory) -> LedgerState:
        """The memory, knowing the log up to its end and nothing after it, whatever is recorded meanwhile."""
        if memory.state is not None:
            mark, new, end = self._log.since(memory.end[0], _MISSED_EVENTS)
            if self._holds_still(memory.end, mark, new):
                if new:
                    state, memory.state = memory.state, None  # it is kept if it takes in all of it
                    memory.standings.clear()
                    self._log.people.read_erasures_once()
                    state.advance(self._log.named(new), end[0])
                    memory.state, memory.end = state, end
                    self._knows(end)
                return memory.state
            memory.give_up()
            self._forget(end)
        with self._log.holding():
            self._look_after()
            memory.end = self._log.end()
        memory.state = LedgerState(self._log, memory.end[0])
        return memory.state

    # --- what must be forgotten ---------------------------------------------------------------------

    def _holds_still(self, end: End, mark: str, new: list[Recorded]) -> bool:
        """Whether what is known up to an end still is true of the log, in which so much is new."""
        is_erased = any(isinstance(each.event, EmployeeErased) for each in new)
        return mark == end[1] and len(new) < _MISSED_EVENTS and not is_erased

    def _look_after(self) -> None:
        """Forgets the answers where somebody was erased since any memory looked, or the log is another one."""
        with self._changed:
            known = self._known
        mark, new, end = self._log.since(known[0], _MISSED_EVENTS)
        if self._holds_still(known, mark, new):
            self._knows(end)
        else:
            self._forget(self._log.end())

    def _knows(self, end: End) -> None:
        with self._changed:
            self._known = max(self._known, end)

    def _forget(self, end: End) -> None:
        """Keeps no answer of before; `end`: up to where nobody's erasure is overlooked."""
        with self._changed:
            self._known = end
        for cache in (
            self._possible,
            self._drawn,
            self.answers,
        ):  # the last one says to a turn what is of before
            cache.forget()
