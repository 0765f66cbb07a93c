"""What the log says up to a position, stream by stream, with what was added since; nothing of it is folded."""

from collections.abc import Callable, Iterable, Sequence, Set
from dataclasses import replace
from typing import Final

from ledger.events import Recorded
from ledger.events.employees import EmployeeTransferred
from ledger.events.keys import NOTARY_STREAM, SigningKeyRotated
from ledger.state.closes import Closes
from ledger.state.departments import Departments
from ledger.state.log_reader import LogReader
from ledger.state.lookalikes import Lookalikes
from ledger.store import registry_rows
from ledger.store.log import Log
from ledger.store.stream_scan import Placed
from ledger.subjects import ERASURE
from ledger.terms import SEALED

Gate = Callable[[Recorded], bool]
Knows = Callable[[str, str], bool]
"""Whether a thing of a kind, by its id, may be known to be there."""
NOBODY: Final = ""
"""No staff number: whose words are opened where nobody's are."""


class Streams:
    """The streams of a ledger up to a position (None: all of it), which things live on them, and whose words may be read."""

    def __init__(self, log: Log, as_of: int | None, reading: LogReader | None) -> None:
        """`reading`: what another state of the same log up to the same position reads with; None: one of its own."""
        self.log = log
        self.as_of = as_of
        self.reading = LogReader(log, as_of) if reading is None else reading
        self._streams: dict[str, list[Recorded]] = {}
        self._in_part: set[str] = set()
        self._added: dict[str, list[Recorded]] = {}
        self._things: dict[tuple[str, str], str] = {}
        self._ids_added: dict[tuple[str, str], list[str]] = {}
        self._thing_sites: dict[str, list[str]] = {}
        self._new_sites: list[str] = []
        self._supervised: dict[str, set[str]] = {}
        self._erased: set[str] | None = None
        self._latest: Recorded | None = None
        self.gate: Gate | None = None
        """Whether whoever looks may read the words in an event; None: whoever has the files may."""
        self.knows: Knows | None = None
        """Which things whoever asks may know of, where ids are completed for them; None: all, for whoever has the files."""
        self.departments = Departments()
        """Which departments each site has."""
        self.lookalikes = Lookalikes()
        """Which staff numbers look alike."""
        self.closes = Closes(self)
        """Each site's closes."""

    def load(self, streams: Iterable[str]) -> None:
        """Reads several streams at once, where they are not held yet."""
        wanted = [stream for stream in streams if stream not in self._streams]
        if wanted:
            self.reading.load(wanted)
            for stream in wanted:
                self._keep(stream)

    def stream(self, stream: str) -> list[Recorded]:
        """A stream's events, the added ones included."""
        return self.as_read(stream)

    def as_read(self, stream: str) -> list[Recorded]:
        """The same as far as it was read, be it some months alone."""
        found = self._streams.get(stream)
        if found is None:
            found = self._keep(stream)
        return found

    def _keep(self, stream: str) -> list[Recorded]:
        found = self._streams[stream] = list(self.reading.stream(stream))
        if self.reading.is_in_part(stream):
            self._in_part.add(stream)
        found += self.added_to(stream, found[-1].position if found else 0)
        return found

    def added_to(self, stream: str, after: int = 0) -> list[Recorded]:
        """What was added to a stream, behind a position."""
        return [recorded for recorded in self._added.get(stream, ()) if recorded.position > after]

    def next_version(self, stream: str) -> int:
        """The version of the next event of a stream."""
        events = self.as_read(stream)
        return max(self.reading.last_version(stream), events[-1].version if events else 0) + 1

    def read_whole(self, streams: Iterable[str]) -> None:
        """Reads streams whole of which some months alone were read, or nothing; what was added stays."""
        streams = [stream for stream in streams if not self.holds(stream)]
        self.reading.read_whole(streams)
        for stream in streams:
            self._in_part.discard(stream)
            self._keep(stream)

    def holds(self, stream: str) -> bool:
        """Whether a stream has been read whole."""
        return stream not in self._in_part and (stream in self._streams or self.reading.holds(stream))

    def places(self, stream: str) -> list[Placed] | None:
        """What says where somebody belongs, where that alone is known of their stream."""
        return None if self.holds(stream) else self.reading.places(stream)

    def words(self, stream: str) -> list[Recorded]:
        """A stream's events with everybody's words opened, for showing them; figures never need it."""
        return [self.opened(recorded) for recorded in self.stream(stream)]

    def opened(self, recorded: Recorded) -> Recorded:
        """An event with its words opened, if the gate lets them; else they stand as sealed, and so does the place."""
        if self.gate is None or self.gate(recorded):
            return self.log.people.opened(recorded)
        closed = self.log.people.opened(recorded, whose=NOBODY)
        if getattr(closed.event, "place", None) is None:
            return closed
        return replace(closed, event=closed.event.model_copy(update={"place": SEALED}))

    def add(self, recorded: Recorded) -> None:
        """One more event, uncommitted or imagined."""
        self._append(recorded)
        self._take(recorded)

    def _append(self, recorded: Recorded) -> None:
        self.as_read(recorded.stream).append(recorded)
        if recorded.stream in self._in_part:  # it may be read again, of other months or whole
            self._added.setdefault(recorded.stream, []).append(recorded)

    def keeps(self, stream: str) -> bool:
        """Whether what is recorded on a stream is kept here as it comes: any of it has been read."""
        return stream in self._streams or self.reading.holds(stream)

    def catch_up(self, committed: Iterable[Recorded]) -> None:
        """What others have committed since the log was read. What has not been read yet will be read with it."""
        for recorded in committed:
            if self.keeps(recorded.stream):
                self._append(recorded)
            self._take(recorded)
            self.reading.forget(recorded.event)

    def advance(self, committed: Sequence[Recorded], as_of: int) -> None:
        """The same for a state that is bounded: it goes on to a later position, with everything recorded between.

        What it reads with goes on, too, for others that are laid beside it.
        """
        self.as_of = self.reading.as_of = as_of
        self.catch_up(committed)
        self.reading.take_in(committed)

    def recorded_at_end(self, position: int) -> Recorded | None:
        """The event at the log's end, which is this position: as it was added, else read. None: nothing was recorded."""
        if self._latest is not None and self._latest.position == position:
            return self._latest
        return next(iter(self.log.at([position])), None) if position else None

    @property
    def size(self) -> int:
        """How many streams are kept in it."""
        return len(self._streams)

    @property
    def length(self) -> int:
        """How many events are kept in it."""
        return sum(map(len, self._streams.values()))

    def _take(self, recorded: Recorded) -> None:
        """What the registries say of an event."""
        self._latest = recorded
        self.departments.add(recorded)
        self.closes.add(recorded)
        if (thing := registry_rows.thing_row(recorded)) is not None:
            self._things[thing["kind"], thing["id"]] = recorded.stream
            if thing["site"] is not None:
                self._ids_added.setdefault((thing["kind"], thing["site"]), []).append(thing["id"])
            if thing["kind"] == ERASURE:
                self._erased = {*self.erased(), thing["id"]}
            if thing["kind"] == "site":
                self._new_sites.append(thing["id"])
            if thing["kind"] == "employee":
                self.lookalikes.add(thing["id"])
                self._thing_sites.setdefault(thing["site"], []).append(thing["id"])
        if isinstance(recorded.event, EmployeeTransferred):
            self._thing_sites.setdefault(recorded.event.site, []).append(recorded.event.employee)
        if (line := registry_rows.supervised_row(recorded)) is not None:
            self._supervised.setdefault(line["supervisor"], set()).add(line["employee"])

    # --- things ----------------------------------------------------------------------------------------

    def stream_of(self, kind: str, name: str) -> str | None:
        """The stream on which a thing lives; None if it is not recorded."""
        added = self._things.get((kind, name))
        return added if added is not None else self.reading.stream_of(kind, name)

    def employee_ids(self, site: str) -> list[str]:
        """Everybody who ever was of a site, sorted; of a month they may be of another (`LedgerState.employees_in`)."""
        return sorted({*self.reading.employee_ids(site), *self._thing_sites.get(site, ())})

    def ids_at(self, kind: str, site: str) -> list[str]:
        """The ids of the things of a kind at a site, sorted; of a kind whose first event names its site."""
        return sorted({*self.reading.ids_at(kind, site), *self._ids_added.get((kind, site), ())})

    def site_ids(self) -> list[str]:
        """All sites, sorted."""
        return sorted({*self.reading.site_ids(), *self._new_sites})

    def supervised_by(self, supervisor: str) -> set[str]:
        """For whom somebody may ever have borne a share."""
        return self.reading.supervised_by(supervisor) | self._supervised.get(supervisor, set())

    def erased(self) -> Set[str]:
        """Everybody whose words were erased."""
        if self._erased is None:
            self._erased = set(self.log.registry.ids(ERASURE, None, self.as_of))
        return self._erased

    def signing_key(self) -> str | None:
        """The public key that took over last; None while the first one signs."""
        return next(iter(self.signing_keys()), None)

    def signing_keys(self) -> list[str]:
        """The public keys that ever signed, the newest first; none while the first one signs."""
        rotated = [r.event for r in self.stream(NOTARY_STREAM) if isinstance(r.event, SigningKeyRotated)]
        return [event.new_key for event in reversed(rotated)] + [event.replaced for event in rotated[:1]]
