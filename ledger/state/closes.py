"""The closes of a site's months, as one state of the ledger knows them."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from ledger.events import Recorded
from ledger.events.months import MonthClosed, month_stream
from ledger.store import registry_rows

if TYPE_CHECKING:
    from ledger.state.streams import Streams


class Closes:
    """Those the log has up to the state's position, and those added to the state since."""

    def __init__(self, streams: "Streams") -> None:
        self._streams = streams
        self._last: dict[str, tuple[str, int]] = {}
        self._months: dict[str, list[str]] = {}

    def add(self, recorded: Recorded) -> None:
        """Takes an event that was added to the state; only closes matter."""
        if (close := registry_rows.close_row(recorded)) is not None:
            self._last[close["site"]] = (close["month"], recorded.position)
            self._months.setdefault(close["site"], []).append(close["month"])

    def last(self, site: str) -> tuple[str, int] | None:
        """The latest closed month of a site and its position."""
        return self._last.get(site) or self._streams.reading.last_close(site)

    def of(self, site: str) -> list[MonthClosed]:
        """A site's closes, the oldest first."""
        return [close for _, close in self.placed(site)]

    def placed(self, site: str, since: str = "") -> list[tuple[int, MonthClosed]]:
        """The same from a month on, each with its position."""
        names = [name for name in self._names(site) if name >= month_stream(site, since)]
        self._streams.load(names)
        recorded = (r for name in names for r in self._streams.stream(name))
        return [(r.position, r.event) for r in recorded if isinstance(r.event, MonthClosed)]

    def latest(
        self, site: str, wanted: Callable[[str], bool] = lambda month: True
    ) -> tuple[int, MonthClosed] | None:
        """The latest close of a site and its position, of a month that is wanted; None where there is none."""
        for name in reversed(self._names(site)):
            if wanted(name.rpartition("/")[2]):
                found = [(r.position, r.event) for r in self._streams.stream(name)]
                return next((p, e) for p, e in reversed(found) if isinstance(e, MonthClosed))
        return None

    def first_of(self, site: str, month: str) -> Recorded | None:
        """The close that closed a month of a site: its own, or the first one, which closed all before."""
        names = [name for name in self._names(site) if name >= month_stream(site, month)]
        recorded = (recorded for name in names[:1] for recorded in self._streams.stream(name))
        return next((r for r in recorded if isinstance(r.event, MonthClosed)), None)

    def _names(self, site: str) -> list[str]:
        """The streams of the months that have a close of their own, the oldest first."""
        months = {*self._streams.reading.closed_months(site), *self._months.get(site, ())}
        return sorted(month_stream(site, month) for month in months)
