"""What appraisal sheets need to know of people: their last weeks where these say it all, else the whole stream.

Nothing of a month is recorded before it begins, for no act is of a day to come. So whatever concerns a month stands
behind the last command before it, but for what is done there to older things; where that is so, the stream is read
whole. What a report of this month costs does not grow with the years before.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Final, cast

from ledger.aggregates.employee import evolve as employees
from ledger.aggregates.employee_state import EmployeeState
from ledger.events import Event
from ledger.events.checks import CheckRecorded
from ledger.events.employees import PLACES, employee_stream
from ledger.formats import month_before
from ledger.reckoning import fold_facts as folding
from ledger.reckoning.facts import EmployeeFacts
from ledger.state.ledger_state import LedgerState
from ledger.state.named import introduced, named
from ledger.store.stream_scan import Placed
from ledger.store.stream_tails import tails
from ledger.terms import first_day

ZONES: Final = timedelta(days=2)
"""More than any time zone is ahead of UTC, whose day may be another than that of the site."""


@dataclass(frozen=True, slots=True)
class MonthPerson:
    """Somebody as far as one month asks: as decisions see them, and what money rests on. The name is not to be asked."""

    person: EmployeeState
    facts: EmployeeFacts


def people_of_months(state: LedgerState, names: Sequence[str], since: str) -> dict[str, MonthPerson]:
    """People as months from one on need to know them, by staff number."""
    unread = [name for name in names if not state.holds(employee_stream(name))]
    with state.log.holding():
        found = _by_last_weeks(state, unread, since) if unread else {}
    state.widen(name for name in names if name not in found)
    return {
        name: found[name] if name in found else MonthPerson(state.employee(name), state.facts(name))
        for name in names
    }


def _by_last_weeks(state: LedgerState, names: Iterable[str], month: str) -> dict[str, MonthPerson]:
    """Those of whom everything that concerns a month and later ones stands behind the beginning of the month before it."""
    since = datetime.combine(first_day(month_before(month)), time(), UTC) - ZONES
    after = state.reading.end_by(since)
    if not after:
        return {}
    found = {}
    for stream, read in tails_of(state, map(employee_stream, names), after):
        added = state.added_to(stream, read[-1][1] if read else 0)
        events = [*read, *((recorded.event, recorded.position) for recorded in added)]
        behind = [event for event, position in events if position > after]
        if not _stands_by_itself(behind, since):
            continue
        try:
            person, facts = employees.evolve_all(None, events), folding.fold_all(EmployeeFacts(), events)
        except LookupError:  # something is done there to what stands before
            continue
        if person is not None:
            found[person.employee] = MonthPerson(person, facts)
    return found


def tails_of(state: LedgerState, streams: Iterable[str], after: int) -> Iterator[tuple[str, list[Placed]]]:
    """What streams hold behind a position, and before it who belongs where. Of one state of the log, which is to be held.

    What was read for one month, or by a state beside this one, is not read again.
    """
    streams, known = list(streams), state.reading.tails
    unread = [stream for stream in streams if (stream, after) not in known]
    if unread:
        read = tails(state.log, unread, after, PLACES, state.as_of)
        known.update(((stream, after), read.get(stream, [])) for stream in unread)
    return ((stream, known[stream, after]) for stream in streams)


def _stands_by_itself(events: Iterable[Event], since: datetime) -> bool:
    """Whether events speak of nothing that was there before the first of them."""
    known: set[tuple[str, str]] = set()
    for event in events:
        known.update(introduced(event))
        if not known.issuperset(named(event)):
            return False
        if event.kind == CheckRecorded.kind:
            instant = cast(CheckRecorded, event).occurred_at
            if instant is not None and instant < since:
                return False  # it may be that of an older notice
    return True
