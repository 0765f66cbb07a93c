"""A log up to a position, of which nothing is asked twice: the part of a state that is read and never added to.

A write unit holds the lock, and a report reads up to a position, so an answer stays true for as long as it is kept;
where it is kept from one unit to the next, the state on top of it catches up.
"""

from collections.abc import Iterable, Mapping
from copy import copy
from typing import Final

from ledger.events import Event, Recorded
from ledger.events.employees import (
    PLACES,
    EmployeeReassigned,
    EmployeeRegistered,
    EmployeeTransferred,
    employee_of,
    employee_stream,
    is_somebodys,
)
from ledger.events.offices import OfficeAppointed
from ledger.events.sites import site_stream as site_stream_of
from ledger.state.named import Thing, introduced, named
from ledger.state.registry_reader import RegistryReader
from ledger.store import registry_batch, registry_rows
from ledger.store.log import Log
from ledger.store.stream_scan import Placed
from ledger.store.stream_tails import beginnings

_MOST_PARTS: Final = 50
_MOST_IN_PARTS: Final = 5_000
"""So many parts, and events in them, are kept where what was read is kept for others to read."""


class LogReader(RegistryReader):
    """What the log answered so far: its registries and keyring, and the streams that were read."""

    def __init__(self, log: Log, as_of: int | None) -> None:
        super().__init__(log, as_of)
        self.months: frozenset[str] | None = None
        """The months of people's streams that are read; None: all. What is of no month always is."""
        self._streams: dict[str, tuple[Recorded, ...]] = {}
        self._versions: dict[str, int] = {}
        self._in_part: set[str] = set()
        self._is_bare = False
        self._within: dict[tuple[frozenset[str], bool], LogReader] = {}
        self._places: dict[str, list[Placed]] = {}
        self.tails: dict[tuple[str, int], list[Placed]] = {}
        """What streams hold behind a position, and where people belong, where that alone was read of them."""
        self.introduced: dict[Thing, tuple[int, str | None]] = {}
        """Where things were introduced that were asked about alone, and the month that is named there."""
        self._things: dict[Thing, str | None] = {}
        self._employees: dict[str, list[str]] = {}

    def within(self, months: Iterable[str], is_bare: bool = False) -> "LogReader":
        """The same reader of people's streams in some months alone; what was read whole already stays whole.

        Whoever asks for these months again is given the same one, with what it has read. `is_bare`: for figures
        alone, without names and without who recorded what and when.
        """
        wanted = frozenset(months), is_bare
        if wanted in self._within:
            return self._within[wanted]
        other = self._within[wanted] = copy(self)
        other.months, other._is_bare, other._within = *wanted, {}
        other._streams = {name: events for name, events in self._streams.items() if self.holds(name)}
        other._places = {name: told for name, told in self._places.items() if name not in self._streams}
        other._in_part, other._versions = set(), {}
        return other

    def limit_parts(self) -> None:
        """Keeps nothing of what was read in part, once it is much: it goes by months, and there is no end of them."""
        events = sum(len(part._streams[name]) for part in self._within.values() for name in part._in_part)
        if len(self._within) > _MOST_PARTS or events > _MOST_IN_PARTS:
            self._within.clear()
        if len(self.tails) > _MOST_PARTS:
            self.tails.clear()

    # --- streams ------------------------------------------------------------------------------------

    def load(self, streams: Iterable[str]) -> None:
        """Reads several streams at once, where they have not been read yet."""
        unread = [stream for stream in streams if stream not in self._streams]
        if unread:
            self.load_keys(map(employee_of, filter(is_somebodys, unread)))
            in_part = [] if self.months is None else [each for each in unread if is_somebodys(each)]
            self._in_part.update(in_part)
            found: dict[str, list[Recorded]] = {}
            if not self.is_empty:
                whole = [stream for stream in unread if stream not in self._in_part]
                found = self.log.streams(whole, self.as_of)
                if in_part:
                    months = self.months or ()
                    parts, versions = self.log.of_months(in_part, months, self.as_of, self._is_bare)
                    self._versions |= versions
                    found |= {stream: _by_themselves(events) for stream, events in parts.items()}
            self._streams.update((stream, tuple(found.get(stream, ()))) for stream in unread)

    def stream(self, stream: str) -> tuple[Recorded, ...]:
        """A stream's events."""
        if stream not in self._streams:
            self.load([stream])
        return self._streams[stream]

    def last_version(self, stream: str) -> int:
        """The version of the last event of a stream that has been read, be it of another month than those."""
        return self._versions.get(stream, 0)

    def holds(self, stream: str) -> bool:
        """Whether a stream has been read whole."""
        return stream in self._streams and stream not in self._in_part

    def is_in_part(self, stream: str) -> bool:
        """Whether a stream has been read, but not all of its months."""
        return stream in self._in_part

    def read_whole(self, streams: Iterable[str]) -> None:
        """Reads streams whole of which some months alone were read, or nothing."""
        streams = [stream for stream in streams if not self.holds(stream)]
        found = {} if self.is_empty or not streams else self.log.streams(streams, self.as_of)
        self._in_part.difference_update(streams)
        self._streams.update((stream, tuple(found.get(stream, ()))) for stream in streams)

    def load_places(self, employees: Iterable[str]) -> None:
        """Reads where people belong, and nothing else of their streams, where these have not been read yet."""
        streams = (employee_stream(name) for name in employees)
        unread = [stream for stream in streams if stream not in self._streams and stream not in self._places]
        if unread and not self.is_empty:
            self._places.update(beginnings(self.log, unread, PLACES, self.as_of))

    def places(self, stream: str) -> list[Placed] | None:
        """What says where somebody belongs, where that alone was read of their stream."""
        return None if stream in self._streams else self._places.get(stream)

    def find(self, things: Iterable[Thing]) -> None:
        """Asks where things live, and for the keys of the people they are about, in few questions."""
        if self.is_empty:
            return
        people: set[str] = set()
        unread: dict[str, set[str]] = {}
        for kind, name in things:
            if kind == "employee":
                people.add(name)
            elif kind != "site" and (kind, name) not in self._things:
                unread.setdefault(kind, set()).add(name)
        for kind, names in unread.items():
            found = registry_batch.streams_of(self.log, kind, names, self.as_of)
            self._things.update(((kind, name), found.get(name)) for name in names)
            people.update(map(employee_of, filter(is_somebodys, found.values())))
        self.load_keys(people)

    def foresee(self, things: Iterable[Thing]) -> None:
        """Reads in few questions what decisions about these things are going to ask.

        That is the streams of the employees concerned, of their sites, of everybody in office there, and of everybody
        above them. `find` goes before it.
        """
        if self.is_empty:
            return
        streams: set[str] = set()
        for kind, name in things:
            if kind == "employee":
                streams.add(employee_stream(name))
            elif kind == "site":
                streams.add(site_stream_of(name))
            elif (stream := self.stream_of(kind, name)) is not None:
                streams.add(stream)
        while streams:
            unread = [stream for stream in streams if stream not in self._streams]
            self.load(unread)
            streams = {
                stream
                for name in unread
                for recorded in self._streams[name]
                for stream in _concerned(recorded)
                if stream not in self._streams
            }

    # --- where things are ---------------------------------------------------------------------------

    def stream_of(self, kind: str, name: str) -> str | None:
        """The stream on which a thing lives; None if it is not recorded."""
        if self.is_empty:
            return None
        thing = (kind, name)
        if thing not in self._things:
            self._things[thing] = self._stream_of(kind, name)
        return self._things[thing]

    def is_registered(self, employee: str) -> bool:
        """Whether the registry knows somebody, whatever was read of their stream."""
        return not self.is_empty and self.log.registry.stream_of("employee", employee, self.as_of) is not None

    def know(self, streams: Mapping[Thing, str | None]) -> None:
        """Takes over on which streams things live, as the log has just answered it; None: not recorded."""
        self._things.update(streams)

    def _stream_of(self, kind: str, name: str) -> str | None:
        own = employee_stream(name) if kind == "employee" else site_stream_of(name) if kind == "site" else ""
        if own in self._streams:  # it begins with the registration
            return own if self._streams[own] else None
        return self.log.registry.stream_of(kind, name, self.as_of)

    def employee_ids(self, site: str) -> list[str]:
        """Everybody who ever was of a site, sorted."""
        if site not in self._employees:
            moved = {
                recorded.event.employee
                for recorded in self.stream(site_stream_of(site))
                if isinstance(recorded.event, EmployeeTransferred)
            }
            joined = [] if self.is_empty else self.log.registry.ids("employee", site, self.as_of)
            self._employees[site] = sorted(moved.union(joined)) if moved else joined
        return self._employees[site]

    def forget(self, event: Event) -> None:
        """Asks again also for what lies in parts and behind streams, and where people belong."""
        super().forget(event)
        self._within.clear()
        self.tails.clear()
        if event.kind in PLACES:
            self._places.clear()

    def take_in(self, committed: Iterable[Recorded]) -> None:
        """What was recorded up to where it reads by now: what was answered before is as if it were asked there."""
        for recorded in committed:
            if self.holds(recorded.stream):
                self._streams[recorded.stream] += (recorded,)
            if (thing := registry_rows.thing_row(recorded)) is not None:
                self._things[thing["kind"], thing["id"]] = recorded.stream
        self._employees.clear()
        self.forget_lists()


def _by_themselves(events: Iterable[Recorded]) -> list[Recorded]:
    """Without what is of no month and about a thing that was not introduced in them: that is of another month."""
    found, known = [], set[Thing]()
    for recorded in events:
        known.update(introduced(recorded.event))
        about = next(iter(named(recorded.event)), None)
        if about is None or about in known or getattr(recorded.event, "month", None) is not None:
            found.append(recorded)
    return found


def _concerned(recorded: Recorded) -> Iterable[str]:
    """The streams that decisions consult beside the one this event is on."""
    event = recorded.event
    if isinstance(event, EmployeeRegistered | EmployeeReassigned) and event.site is not None:
        yield site_stream_of(event.site)
    if isinstance(event, EmployeeRegistered | EmployeeReassigned) and event.supervisor is not None:
        yield employee_stream(event.supervisor)
    if isinstance(event, OfficeAppointed):
        yield employee_stream(event.employee)
