"""What a close of a month needs to know of people: the months that may owe something new, else all of them.

Those are the open ones and those about which anything was recorded since the last close. Somebody who moved is read whole,
since another site's close may be their last; so is whoever's line, supervisor or policy changed since
(`hand_off._to_reckon`).
"""

from collections.abc import Collection, Iterable, Sequence
from itertools import takewhile
from typing import Final

from ledger.events.employees import employee_stream
from ledger.state.ledger_state import LedgerState
from ledger.state.month_people import tails_of
from ledger.terms import next_month

_A_PERSON: Final = 500
"""Walking along so many events takes no longer than looking through one person's stream."""


def since_last_close(
    ledger_state: LedgerState, site: str, month: str, employees: Sequence[str]
) -> LedgerState:
    """The ledger as far as the close of a site's month asks of employees and everybody below them, who are read."""
    ledger_state.reading.load_supervised(employees)
    people = _with_below(ledger_state, employees)
    unread = {name for name in people if not ledger_state.holds(employee_stream(name))}
    last = ledger_state.closes.last(site)
    state = ledger_state
    if unread and last is not None:
        closed, position = last
        months = {month, *_told_behind(ledger_state, people, position)}
        months |= _recorded_behind(ledger_state, unread, position)
        while (closed := next_month(closed)) < month:
            months.add(closed)
        state = ledger_state.within(months)
    state.load(map(employee_stream, people))
    state.widen(_with_below(state, people & ledger_state.site(site).transferred))
    return state


def _with_below(ledger_state: LedgerState, people: Iterable[str]) -> set[str]:
    """People, and everybody for whom they may ever have borne a share."""
    return {name for each in people for name in (each, *ledger_state.supervised_by(each))}


def _recorded_behind(ledger_state: LedgerState, people: Collection[str], position: int) -> set[str]:
    """Of which months the events of people are behind a position, none of whom was read whole.

    What all sites recorded since is walked along where that is little, else these people's streams are looked through.
    """
    streams, log = list(map(employee_stream, people)), ledger_state.log
    end = log.position() if ledger_state.as_of is None else ledger_state.as_of
    if end - position <= _A_PERSON * len(streams):
        return log.months_behind(position, ledger_state.as_of, names=streams)
    with log.holding():
        tails = [tail for _, tail in tails_of(ledger_state, streams, position)]
    return {getattr(event, "month", "") for tail in tails for event, at in tail if at > position} - {""}


def _told_behind(ledger_state: LedgerState, people: Iterable[str], position: int) -> set[str]:
    """Of which months the events are that were read behind a position, or added to what was read."""
    found = set[str]()
    for name in people:
        stream = employee_stream(name)
        held = ledger_state.holds(stream)
        events = reversed(ledger_state.as_read(stream) if held else ledger_state.added_to(stream))
        behind = takewhile(lambda recorded: recorded.position > position, events)
        found.update(getattr(recorded.event, "month", "") for recorded in behind)
    return found - {""}
