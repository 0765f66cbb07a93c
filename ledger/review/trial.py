"""The trial of a candidate policy: everybody's months under the policies in force and under it, in one pass (law 3).

1. The streams of everybody are read slice by slice, here and in other processes; each month is reckoned twice.
2. A slice answers with sums alone, and with the shares that fall on people of other slices.
3. Whoever bears shares is read once more, and counted with them instead of without.

Nothing is recorded, and memory grows with the number of those who bear shares, not with the ledger.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final

from ledger.events.employees import employee_stream
from ledger.policy import loading
from ledger.policy.model import Policy
from ledger.projections.anew import Progress
from ledger.reckoning.reckon import Cell, reckon_month
from ledger.review.changed_figures import ChangedFigures, changed_month, changed_shares
from ledger.review.trial_sums import Standing, Sums, TriedMonth, add, count
from ledger.state.ledger_state import LedgerState
from ledger.state.people_scan import EMPLOYEES, EVENTS_A_SLICE, Scan, Scanned, Streams
from ledger.store import workers
from ledger.store.log import Log
from ledger.store.stream_scan import held, slices, walking
from ledger.terms import last_day

Borne = dict[tuple[str, str], tuple[int, int]]
"""(supervisor, month) → what the supervisor bears, in fen, before and after."""
Part = tuple[int, Sums, Borne, list[tuple[Any, ...]]]
"""From how many events, the sums, what others bear, and the figures that change (`Changed`): plain values."""

_PEOPLE_AT_ONCE: Final = 200


@dataclass(frozen=True, slots=True)
class Candidate:
    """What is tried, and on what: one site or all, one month, all, or those from one through another."""

    document: dict[str, Any] = field(hash=False)
    digest: str
    site: str | None
    month: str | None
    through: str | None = None

    def takes(self, month: str) -> bool:
        """Whether a month is tried."""
        return self.month is None or self.month <= month <= (self.through or self.month)


@dataclass(frozen=True, slots=True)
class _Source:
    """Where a part is read from, up to where, and what is tried; `listed`: also every figure that changes."""

    url: str = field(repr=False)
    ledger: str
    as_of: int
    candidate: Candidate
    listed: bool


@dataclass(frozen=True, slots=True)
class _Try:
    """A task: the people of some streams."""

    source: _Source
    streams: Streams

    def do(self) -> Part:
        """The part, read by a worker from the one state of the log that it sees."""
        return _trial(self.source).people(self.streams)


def tried(
    log: Log,
    as_of: int,
    candidate: Candidate,
    changed: ChangedFigures | None = None,
    progress: Progress | None = None,
    helpers: int = 0,
) -> Sums:
    """The sums of a trial up to a position; the figures that change go into `changed`. StoreError `ledger_damaged`.

    `helpers`: how many other processes read, too.
    """
    source = _Source(
        log.url.render_as_string(hide_password=False), log.ledger, as_of, candidate, changed is not None
    )
    sums: Sums = {}
    borne: Borne = {}
    done = 0
    with walking(log), workers.without_collecting(), workers.pool(helpers) as pool:
        trial = _Trial(log, source)

        def here(task: workers.Task[Part]) -> Part:
            assert isinstance(task, _Try)
            return trial.people(task.streams)

        for answer in workers.over((_Try(source, each) for each in trial.streams()), pool, here):
            # a fault is met once more here, where it is raised
            events, more, falls, rows = here(answer.task) if answer.value is None else answer.value
            add(sums, more)
            _fall(borne, falls)
            if changed is not None:
                changed.add(rows)
            done += events
            if progress is not None:
                progress(done, as_of)
        trial.complete(borne)
        trial.count_bearers(sums, borne, changed)
    return sums


@lru_cache(maxsize=1)
def _trial(source: _Source) -> "_Trial":
    return _Trial(held(source.url, source.ledger), source)


class _Trial:
    """People's months, each reckoned under both policies."""

    def __init__(self, log: Log, source: _Source) -> None:
        self._log, self._source = log, source
        self._scan = Scan(log, source.as_of)
        self._imagined = LedgerState(log, source.as_of)
        self._imagined.candidate = loading.parse_adopted(source.candidate.document)
        self._imagined.candidate_site = source.candidate.site
        self._candidates: dict[tuple[str, str], Policy] = {}
        self._people: set[str] = set()
        """The people of the site that is tried."""
        self._read: set[str] = set()
        """Who is read because it is: they, and those for whom they may bear shares."""

    def streams(self) -> Iterator[Streams]:
        """Everybody's; of one site those of its people, and of those for whom they may bear shares."""
        site = self._source.candidate.site
        if site is None:
            yield from slices(self._log, EMPLOYEES, EVENTS_A_SLICE)
            return
        self._people = set(self._imagined.employee_ids(site))
        self._read = self._people | self._below(self._people)
        yield from _streams(self._read)

    def complete(self, borne: Borne) -> None:
        """Where a site is tried: what people of other sites bear whom it concerns is summed up from all they bear for."""
        if self._source.candidate.site is None:
            return
        outside = {supervisor for supervisor, _ in borne} - self._people
        for streams in _streams(self._below(outside) - self._read):
            falls = self.people(streams)[2]
            _fall(borne, {key: fen for key, fen in falls.items() if key[0] in outside})

    def _below(self, people: Iterable[str]) -> set[str]:
        return set().union(*map(self._imagined.supervised_by, people))

    def people(self, streams: Streams) -> Part:
        """The part that some streams make, as if nobody of them bore anything for others."""
        sums: Sums = {}
        borne: Borne = {}
        rows: list[tuple[Any, ...]] = []
        scanned = self._scan.people(self._scan.streams(streams))
        for one in scanned:
            cells = self._cells(one)
            count(sums, self._counted(one, cells, {}))
            for month, (before, after) in cells.items():
                site = one.facts.site_in(month)
                _fall(borne, _falls(before, after))
                if self._source.listed:
                    rows += map(tuple, changed_month(before, after, (0, 0), site))
                    rows += map(tuple, changed_shares(before, after, site))
        return sum(len(one.events) for one in scanned), sums, borne, rows

    def count_bearers(self, sums: Sums, borne: Borne, changed: ChangedFigures | None) -> None:
        """Counts whoever bears shares with them, in place of what was counted without."""
        by_bearer: dict[str, dict[str, tuple[int, int]]] = {}
        for (supervisor, month), fen in borne.items():
            by_bearer.setdefault(supervisor, {})[month] = fen
        for streams in _streams(by_bearer):
            for one in self._scan.people(self._scan.streams(streams)):
                of_months = by_bearer[one.facts.employee]
                without = self._cells(one)
                count(sums, self._counted(one, without, {}), -1)
                cells = self._cells(one, of_months)
                count(sums, self._counted(one, cells, of_months))
                if changed is not None:
                    changed.drop(one.facts.employee, "monthly")
                    for month, (before, after) in cells.items():
                        fen = of_months.get(month, (0, 0))
                        changed.add(changed_month(before, after, fen, one.facts.site_in(month)))

    def _cells(self, one: Scanned, besides: Iterable[str] = ()) -> dict[str, tuple[Cell, Cell]]:
        """Somebody's months, before and after."""
        facts = one.facts
        if not facts.employee:  # never registered
            return {}
        departures, by_month = self._scan.departures(facts), facts.by_month()
        found = {}
        for month in sorted({*facts.touched, *besides}):
            if not self._source.candidate.takes(month):
                continue
            notices, rewards = by_month.get(month, ((), ()))
            site = facts.site_in(month)
            policies = self._scan.policy(site, month), self._candidate(site, month)
            before, after = (
                reckon_month(facts, month, notices, rewards, policy, departures, last_day(month))
                for policy in policies
            )
            found[month] = before, after
        return found

    def _candidate(self, site: str, month: str) -> Policy:
        policy = self._candidates.get((site, month))
        if policy is None:
            policy = self._candidates[site, month] = self._imagined.policy_of(site, month)
        return policy

    def _counted(
        self, one: Scanned, cells: Mapping[str, tuple[Cell, Cell]], borne: Mapping[str, tuple[int, int]]
    ) -> list[TriedMonth]:
        """The months of somebody that count: of people of other sites than the one tried, those that change."""
        found = []
        for month, (before, after) in cells.items():
            fen = borne.get(month, (0, 0))
            if before.is_empty and after.is_empty and not any(fen):
                continue
            site = one.facts.site_in(month)
            stands = _standing(before, fen[0]), _standing(after, fen[1])
            if self._source.candidate.site in (None, site) or stands[0] != stands[1]:
                found.append(TriedMonth(month, site, before.department, *stands))
        return found


def _streams(people: Iterable[str]) -> Iterator[Streams]:
    found = sorted(people)
    for start in range(0, len(found), _PEOPLE_AT_ONCE):
        yield tuple(map(employee_stream, found[start : start + _PEOPLE_AT_ONCE]))


def _standing(cell: Cell, borne_fen: int) -> Standing:
    return Standing(
        cell.own + borne_fen, cell.performance, int(cell.sanction_due is not None), int(cell.public)
    )


def _falls(before: Cell, after: Cell) -> Borne:
    """What falls on others of a month."""
    found: Borne = {}
    for side, cell in enumerate((before, after)):
        for share in cell.shares:
            if share.supervisor is not None and share.status == "enforceable":
                fen = [0, 0]
                fen[side] = share.share_fen
                _fall(found, {(share.supervisor, share.month): (fen[0], fen[1])})
    return found


def _fall(borne: Borne, more: Borne) -> None:
    for key, (before, after) in more.items():
        there = borne.get(key, (0, 0))
        borne[key] = there[0] + before, there[1] + after
