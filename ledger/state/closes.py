"""The closes of a site's months, as one state of the ledger knows them."""

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, cast

from ledger.errors import WrongState
from ledger.events import Recorded
from ledger.events.months import MonthClosed, month_stream
from ledger.store import registry_rows
from ledger.store.stream_scan import named_streams

if TYPE_CHECKING:
    from ledger.state.ledger_state import LedgerState
    from ledger.state.streams import Streams


class Closes:
    """Those the log has up to the state's position, and those added to the state since."""

    def __init__(self, streams: "Streams") -> None:
        self._streams = streams
        self._last: dict[str, tuple[str, int]] = {}
        self._months: dict[str, list[str]] = {}
        self._days: dict[str, dict[str, date]] = {}

    def add(self, recorded: Recorded) -> None:
        """Takes an event that was added to the state; only closes matter."""
        if (close := registry_rows.close_row(recorded)) is not None:
            self._last[close["site"]] = (close["month"], recorded.position)
            self._months.setdefault(close["site"], []).append(close["month"])
            self._days.setdefault(close["site"], {})[close["month"]] = cast(MonthClosed, recorded.event).on

    def last(self, site: str) -> tuple[str, int] | None:
        """The latest closed month of a site and its position."""
        return self._last.get(site) or self._streams.reading.last_close(site)

    def of(self, site: str) -> list[MonthClosed]:
        """A site's closes, the oldest first."""
        return [close for _, close in self.placed(site)]

    def placed(self, site: str, since: str = "") -> list[tuple[int, MonthClosed]]:
        """The same from a month on, each with its position."""
        names = self._names(site, since)
        self._streams.load(names)
        recorded = (r for name in names for r in self._streams.stream(name))
        return [(r.position, r.event) for r in recorded if isinstance(r.event, MonthClosed)]

    def days(self, site: str) -> dict[str, date]:
        """The months of a site that have a close of their own, the oldest first, and the day of each close.

        Their lines, of which an old site has very many, are read for it and not kept.
        """
        days, streams = self._days.setdefault(site, {}), self._streams
        wanted = {name: month for name in self._names(site) if (month := _month_of(name)) not in days}
        end = streams.log.position() if streams.as_of is None else streams.as_of
        for name, placed in named_streams(streams.log, wanted, end):
            for event, _ in placed:
                if event.kind == MonthClosed.kind:
                    days[wanted[name]] = cast(MonthClosed, event).on
        return dict(sorted(days.items()))

    def at(self, site: str, month: str) -> MonthClosed | None:
        """The close of a site's month, where it has one of its own."""
        found = self.first_of(site, month)
        close = None if found is None else cast(MonthClosed, found.event)
        return close if close is not None and close.month == month else None

    def latest(
        self, site: str, wanted: Callable[[str], bool] | None = None
    ) -> tuple[int, MonthClosed] | None:
        """The latest close of a site and its position, of a month that is wanted; None where there is none."""
        last = self.last(site)
        if last is None:
            return None
        names = [month_stream(site, last[0])] if wanted is None else self._names(site)
        for name in reversed(names):
            if wanted is None or wanted(_month_of(name)):
                found = [(r.position, r.event) for r in self._streams.stream(name)]
                return next((p, e) for p, e in reversed(found) if isinstance(e, MonthClosed))
        return None

    def first_of(self, site: str, month: str) -> Recorded | None:
        """The close that closed a month of a site: its own, or the first one, which closed all before."""
        names = self._names(site, month)
        recorded = (recorded for name in names[:1] for recorded in self._streams.stream(name))
        return next((r for r in recorded if isinstance(r.event, MonthClosed)), None)

    def _names(self, site: str, since: str = "") -> list[str]:
        """The streams of the months from one on that have a close of their own, the oldest first."""
        added = (month for month in self._months.get(site, ()) if month >= since)
        months = {*self._streams.reading.closed_months(site, since), *added}
        return [month_stream(site, month) for month in sorted(months)]


def _month_of(stream: str) -> str:
    return stream.rpartition("/")[2]


def close_at(ledger_state: "LedgerState", site: str, month: str) -> tuple[int, MonthClosed]:
    """The close of a site's month and its position. WrongState `month_not_closed`, `month_closed_with`."""
    found = ledger_state.closes.first_of(site, month)
    if found is None or not isinstance(found.event, MonthClosed):
        raise WrongState("month_not_closed", month=month, site=site)
    if found.event.month != month:
        raise WrongState("month_closed_with", month=month, site=site, closed_with=found.event.month)
    return found.position, found.event


def close_of(ledger_state: "LedgerState", site: str, month: str) -> MonthClosed:
    """The close of a site's month. WrongState as above."""
    return close_at(ledger_state, site, month)[1]
