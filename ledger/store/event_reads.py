"""What is read of one ledger's events: by stream, by month or by position, verified, decoded, with names opened."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from contextvars import ContextVar
from dataclasses import replace
from datetime import date
from operator import itemgetter
from typing import Any, Final

from sqlalchemy import URL

from ledger.events import Recorded
from ledger.events.employees import EmployeeReassigned, EmployeeRegistered, employee_stream
from ledger.store.connection import LedgerConnection
from ledger.store.mapper import bare, decode
from ledger.store.month_words import month_of_bytes
from ledger.store.people import People
from ledger.store.personal import has_personal, is_personal
from ledger.store.registry_queries import NO_END, RegistryQueries
from ledger.store.sql import Question, chunks, placeholders
from ledger.store.stream_statements import EVENTS, OF_NO_MONTH, WHOLE_AT_ONCE, by_month, of_streams
from ledger.store.verified import VerifiedReads

_NAMING: Final = (EmployeeRegistered.kind, EmployeeReassigned.kind)
"""The kinds of events that can say somebody's name."""
_VERSIONS: Final = (
    "SELECT stream, max(version), count(*) FROM events WHERE ledger = ? AND stream IN ({}) GROUP BY stream"
)
_WALKED: Final = "stream || ''"
"""Not the column: so databases walk along the positions behind one, and not along whole streams."""
_NAMES: Final = frozenset({"name"})
_READ_BATCH = 5_000


class EventReads(LedgerConnection):
    """The events of one ledger; `registry` answers where things are, `people` whose words they are."""

    def __init__(self, url: str, ledger: str | None = None, keyring: URL | None = None) -> None:
        super().__init__(url, ledger, keyring)
        self.registry = RegistryQueries(self)
        self.verified = VerifiedReads(self.ledger, self.identity, self.fetch_all, self.shown_url)
        self.people = People(self, self.registry, self.verified)
        self._in_unit: ContextVar[bool] = ContextVar("in_unit", default=False)

    def names(self, employees: Iterable[str], as_of: int | None = None) -> dict[str, str]:
        """The names of employees up to a position, opened; left out is who has none there yet.

        Only the events that can hold a name are read, as the fold of a stream takes them: the latest day wins, and of
        one day what was recorded last.
        """
        latest: dict[str, tuple[date, str]] = {}
        for recorded in self._of_streams(map(employee_stream, employees), as_of, _NAMING, OF_NO_MONTH):
            event = recorded.event
            if isinstance(event, EmployeeRegistered | EmployeeReassigned) and event.name is not None:
                day, _ = latest.get(event.employee, (event.effective_from, ""))
                if event.effective_from >= day:
                    latest[event.employee] = (event.effective_from, event.name)
        return {employee: name for employee, (_, name) in latest.items()}

    def stream(self, stream: str, as_of: int | None = None) -> list[Recorded]:
        """A stream's events in order, up to a position."""
        return self.streams([stream], as_of).get(stream, [])

    def streams(
        self, names: Iterable[str], as_of: int | None = None, kinds: Sequence[str] = ()
    ) -> dict[str, list[Recorded]]:
        """Several streams' events, each in order, up to a position; only those of some kinds where given."""
        found: dict[str, list[Recorded]] = {}
        for recorded in self._of_streams(names, as_of, kinds):
            found.setdefault(recorded.stream, []).append(recorded)
        return found

    def saying(self, stream: str, kind: str, said: bytes, as_of: int | None = None) -> list[Recorded]:
        """The events of a kind on a stream in whose stored bytes something stands, in order, up to a position."""
        rows = self.rows_by_month([stream], as_of, [kind], (), said)
        return self._decoded(sorted(rows, key=itemgetter(2)))

    def proven_rows(self, question: Question) -> Sequence[Any]:
        """The rows of a question about events, each held against its leaf. StoreError `event_unproven`."""
        statement, values = question
        rows = self.fetch_all(statement, *values)
        self.verified.check(rows)
        return rows

    def rows_by_month(
        self,
        streams: Sequence[str],
        as_of: int | None,
        kinds: Sequence[str],
        months: Sequence[str],
        said: bytes = b"",
    ) -> Sequence[Any]:
        """The rows of events of some kinds or months, in whose stored bytes something stands, if need be."""
        dialect = self.engine.dialect.name
        return self.proven_rows(by_month(dialect, self.ledger, streams, as_of, kinds, months, said))

    def whole_versions(self, streams: Sequence[str]) -> Sequence[Any]:
        """Of each stream its name, its last version and how many there are: as many. StoreError `stream_incomplete`.

        Behind what is read of it too: what was left out at the end of its past is before what came later.
        """
        counted = self.fetch_all(_VERSIONS.format(placeholders(len(streams))), self.ledger, *streams)
        self.verified.check_versions(counted)
        return counted

    def behind(self, stream: str, version: int, as_of: int | None = None) -> list[Recorded]:
        """A stream's events behind a version, in order, up to a position. StoreError `stream_incomplete`."""
        statement = f"{EVENTS} AND stream = ? AND version > ? AND position + 0 <= ? ORDER BY version"
        rows = self.proven_rows(
            (statement, (self.ledger, stream, version, NO_END if as_of is None else as_of))
        )
        for expected, row in enumerate(rows, version + 1):
            if row[2] != expected:
                raise self.verified.gap(stream, expected)
        return self._decoded(rows)

    def of_months(
        self, names: Iterable[str], months: Iterable[str], as_of: int | None = None, is_bare: bool = False
    ) -> tuple[dict[str, list[Recorded]], dict[str, int]]:
        """Several streams' events of some months and those of none, each in order, up to a position.

        Beside them the last version of each stream, whatever it is of. No stream may have a gap: so nothing was taken out
        of the middle, of these months or of others. `is_bare`: for figures alone (`mapper.bare`), names sealed.
        """
        found: dict[str, list[Recorded]] = {}
        versions: dict[str, int] = {}
        asked = (*OF_NO_MONTH, *sorted(months))
        for recorded in self._of_streams(names, as_of, (), asked, versions, is_bare):
            found.setdefault(recorded.stream, []).append(recorded)
        return found, versions

    def _of_streams(
        self,
        streams: Iterable[str],
        as_of: int | None,
        only: Sequence[str] = (),
        months: Sequence[str] = (),
        versions: dict[str, int] | None = None,
        is_bare: bool = False,
    ) -> Iterator[Recorded]:
        """The events of some streams, stream after stream, each in order; only those of some kinds or months where given.

        `versions` takes the last version of each stream, where these are asked for.
        """
        at_once = WHOLE_AT_ONCE[self.engine.dialect.name == "sqlite"]
        for chunk in chunks(streams) if only or months else chunks(streams, at_once):
            if only or months:
                # asked for in an order, databases walk the streams instead of the index of months
                found = self.rows_by_month(chunk, as_of, only, months)
                rows: Sequence[Any] = sorted(found, key=itemgetter(1, 2))
            else:
                until = () if as_of is None else (as_of,)
                rows = self.fetch_all(of_streams(len(chunk), bool(until)), self.ledger, *chunk, *until)
                self.verified.check_streams(rows)
            if (as_of is not None or months) and not only:
                counted = self.whole_versions(chunk)
                if versions is not None:
                    versions.update((stream, last) for stream, last, _ in counted)
            yield from self._decoded(rows, is_bare)

    def events(self, after: int = 0, as_of: int | None = None) -> Iterator[Recorded]:
        """The ledger's events in order, after a position and up to another, read in batches."""
        end = NO_END if as_of is None else as_of
        last = min(end, self.position())
        statement = f"{EVENTS} AND position > ? AND position <= ? ORDER BY position LIMIT ?"
        while True:
            rows = self.fetch_all(statement, self.ledger, after, end, _READ_BATCH)
            self.verified.check_positions(rows, after + 1)
            yield from self._decoded(rows)
            after += len(rows)
            if len(rows) < _READ_BATCH:
                break
        if after < last:
            raise self.verified.incomplete(after + 1)

    def of_kind(self, kind: str, as_of: int | None = None) -> list[Recorded]:
        """All events of a kind, in order."""
        return self.of_kinds([kind], as_of)

    def of_kinds(self, kinds: Sequence[str], as_of: int | None = None) -> list[Recorded]:
        """All events of some kinds, in order."""
        statement = f"{EVENTS} AND kind IN ({placeholders(len(kinds))}) AND position <= ? ORDER BY position"
        rows = self.fetch_all(statement, self.ledger, *kinds, NO_END if as_of is None else as_of)
        self.verified.check(rows)
        return self._decoded(rows)

    def months_behind(
        self, position: int, as_of: int | None = None, kinds: Sequence[str] = (), names: Iterable[str] = ()
    ) -> set[str]:
        """Of which months the events are that were recorded behind a position: of some kinds, or on some streams."""
        until, found = NO_END if as_of is None else as_of, set[str]()
        for column, chunk in (
            [("kind", tuple(kinds))] if kinds else ((_WALKED, each) for each in chunks(names))
        ):
            behind = (
                f"{EVENTS} AND position > ? AND position <= ? AND {column} IN ({placeholders(len(chunk))})"
            )
            rows = self.fetch_all(behind, self.ledger, position, until, *chunk)
            self.verified.check(rows)
            found.update(month_of_bytes(row[-1]) for row in rows)
        return found - {""}

    def at(self, positions: Iterable[int]) -> list[Recorded]:
        """The events at some positions, in order."""
        return [each for rows in self._at(positions) for each in self._decoded(rows)]

    def hashes(self, positions: Iterable[int]) -> dict[int, str]:
        """SHA-256 (hex) of the exact stored bytes of events, by position."""
        return {row[0]: sha256_of(row) for rows in self._at(positions) for row in rows}

    def _at(self, positions: Iterable[int]) -> Iterator[Sequence[Any]]:
        """The rows at some positions, in order and in pieces. StoreError `position_incomplete`."""
        for chunk in chunks(positions):
            statement = f"{EVENTS} AND position IN ({placeholders(len(chunk))}) ORDER BY position"
            rows = self.fetch_all(statement, self.ledger, *chunk)
            self.verified.check(rows)
            found = [row[0] for row in rows]
            if found != list(chunk):
                last = self.position()
                for position in chunk:
                    if 0 < position <= last and found.count(position) != 1:
                        raise self.verified.incomplete(position)
            yield rows

    def _decoded(self, rows: Sequence[Any], is_bare: bool = False) -> list[Recorded]:
        """Rows that have been verified, decoded, with names opened; or bare, as figures need them."""
        with self.usable():
            if is_bare:
                return [bare(at, name, number, kind, state) for at, name, number, kind, _, state in rows]
            found = [_recorded(row) for row in rows]
        if not self._in_unit.get() and any(is_personal(each.event.kind) for each in found):
            self.people.read_erasures_once()
        return self.named(found)

    def named(self, log: list[Recorded]) -> list[Recorded]:
        """The same events with people's names opened."""
        return [
            replace(each, event=self.people.opened(each, _NAMES).event)
            if has_personal(each.event.kind, _NAMES)
            else each
            for each in log
        ]


def _recorded(row: Sequence[Any]) -> Recorded:
    position, stream, version, kind, _, state = row
    return decode(position, stream, version, kind, state)


def sha256_of(row: Sequence[Any]) -> str:
    """SHA-256 (hex) of the bytes of a stored event, which stand last in its row."""
    return hashlib.sha256(row[-1]).hexdigest()
