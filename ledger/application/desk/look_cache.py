"""Answers of looks that a process keeps: before anybody's rights are asked, by all that they depend on, never a page.

What is kept of a position is true for as long as nothing is erased: a position says what was recorded, and the quarter of
an hour which day it is at every site. An answer for which anybody's words were opened is not kept at all.
"""

import inspect
import threading
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import cache, partialmethod
from typing import Any, Final, NoReturn

from ledger.application.desk.bounded_cache import BoundedCache, End
from ledger.application.reading.look import Look
from ledger.events import Recorded
from ledger.reports.source import Rows
from ledger.state.ledger_state import LedgerState
from ledger.state.unstated import covered

MOST_ROWS: Final = 60_000
"""So many rows are kept at most, those of all answers taken together."""
LEAST_ROWS: Final = 60
"""So many an answer counts for at least: a thousand answers are kept at most."""
_QUARTER: Final = timedelta(minutes=15)
"""Days begin with a quarter of an hour, whatever the time zone."""

CACHED: Final = (
    *("of_month", "monthly", "joint_liability", "payroll", "reconciliation", "without_wage"),
    "without_deduction_notice",
    *("appeals", "sanctions", "rewards", "notices", "due", "fairness", "causes", "analyses", "month_card"),
    *("employees", "inspections", "appraisal", "appraisal_summary", "appraisal_months", "bonus", "checklist"),
    "_weighed",
)
"""The questions whose answers are kept: lists of a site that tell no words, and ask the look for nothing but the site."""


def quarter_of(instant: datetime) -> int:
    """Which quarter of an hour an instant lies in: within one, it is the same day everywhere."""
    return (instant - datetime(1970, 1, 1, tzinfo=UTC)) // _QUARTER


class CachedRow(dict[str, Any]):
    """A row that is kept: whoever asks is shown this same one, so nobody changes it. TypeError."""

    __slots__ = ()

    def _refuse(self, *_: Any, **__: Any) -> NoReturn:
        raise TypeError("a row that is kept is shown to others as well")

    __setitem__ = __delitem__ = __ior__ = _refuse
    clear = pop = popitem = setdefault = update = _refuse


class LookCache(BoundedCache[Any]):
    """Answers of looks, as many as their rows have room: their lists may be changed as one likes, their rows are read."""

    def __init__(self) -> None:
        super().__init__(MOST_ROWS, _rows_of)
        self._reckoned: dict[Hashable, tuple[threading.Lock, list[None]]] = {}
        """Answers that somebody reckons now, with one entry for each thread that wants them."""

    @contextmanager
    def alone(self, key: Hashable) -> Iterator[None]:
        """One thread at a time reckons an answer: whoever wants the same one waits, and then finds it kept."""
        with self._lock:
            lock, wanting = self._reckoned.setdefault(key, (threading.Lock(), []))
            wanting.append(None)
        try:
            with lock:
                yield
        finally:
            with self._lock:
                wanting.pop()
                if not wanting:
                    del self._reckoned[key]

    def shown(self, end: End | None, key: Hashable) -> Any:
        """An answer that is kept, for somebody; None: it is not."""
        return _made_alike(self.get(end, key), list)

    def keep(self, end: End | None, key: Hashable, value: Any, since: int) -> Any:
        """Keeps an answer, and gives it as it is kept; as it came, where it is not."""
        made = _made_alike(value, _as_kept)
        return _made_alike(made, list) if self.put(end, key, made, since) else value


def _rows_of(value: Any) -> int:
    parts = value.values() if isinstance(value, dict) else [value]
    return max(LEAST_ROWS, sum(len(part) for part in parts if isinstance(part, list)))


def _made_alike(value: Any, made: Callable[[list[Any]], list[Any]]) -> Any:
    """The same answer with its lists made anew."""
    if isinstance(value, list):
        return made(value)
    if isinstance(value, dict):
        return {name: made(part) if isinstance(part, list) else part for name, part in value.items()}
    return value


def _as_kept(rows: list[Any]) -> list[Any]:
    return [CachedRow(row) if isinstance(row, dict) else row for row in rows]


class CachedLook(Look):
    """A look whose lists are answered from what is kept, where anything is kept."""

    def __init__(self, rows: Rows, state: LedgerState, now: datetime) -> None:
        super().__init__(rows, state, now)
        self._cache: LookCache | None = None
        self._is_past = False
        self._since = 0
        self._whose: str | None = None
        """In whose rows alone it looks, if it does."""

    def keep_in(self, cache: LookCache, is_past: bool, since: int) -> None:
        """From now on what is asked is kept there; `is_past`: it is looked back; `since`: see `BoundedCache.put`."""
        self._cache, self._is_past, self._since = cache, is_past, since

    @property
    def _signed(self) -> int:
        """What is due depends on besides events: up to where a checkpoint covers them."""
        return covered(self.state)

    def _value(self, name: str, *asked: Any, **more: Any) -> Any:
        """The answer to a question of `CACHED`, with nobody's rights in it."""
        question: Callable[..., Any] = getattr(Look, name)
        if self._cache is None:
            return question(self, *asked, **more)
        bound = _signature(name).bind(self, *asked, **more)
        bound.apply_defaults()
        given = {each: value for each, value in bound.arguments.items() if each != "self"}
        if "site" in given:
            given["site"] = self.site(given["site"])
        end = None if self._is_past else (self.position, "")
        signed = self._signed if name == "due" else None
        key = (self.position, quarter_of(self.now), name, self._whose, signed, *given.items())
        found = self._cache.shown(end, key)
        if found is None:
            with self._cache.alone((end, key)):
                found = self._cache.shown(end, key)
                if found is None:
                    found, is_keepable = self._reckoned(question, given)
                    if is_keepable:
                        found = self._cache.keep(end, key, found, self._since)
        return found

    def _reckoned(self, question: Callable[..., Any], given: dict[str, Any]) -> tuple[Any, bool]:
        """The answer, and whether it may be kept: not where anybody's words were opened for it."""
        found, has_words = _answered(Look(self.rows, self.state, self.now), question, given)
        return (question(self, **given), False) if has_words else (found, True)


for _name in CACHED:
    setattr(CachedLook, _name, partialmethod(CachedLook._value, _name))


@cache
def _signature(name: str) -> inspect.Signature:
    return inspect.signature(getattr(Look, name))


def _answered(plain: Look, question: Callable[..., Any], given: dict[str, Any]) -> tuple[Any, bool]:
    """An answer for which nobody's words are opened, and whether any would have been."""
    asked: list[Recorded] = []
    gate = plain.state.gate

    def nothing_opened(recorded: Recorded) -> bool:
        asked.append(recorded)
        return False

    plain.state.gate = nothing_opened
    try:
        return question(plain, **given), bool(asked)
    finally:
        plain.state.gate = gate
