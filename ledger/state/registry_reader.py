"""What a log's registries and its keyring answered up to a position, of which nothing is asked twice."""

from collections.abc import Iterable
from datetime import datetime

from ledger.events import Event
from ledger.events.employees import EmployeeRegistered
from ledger.events.months import MonthClosed
from ledger.store.command_ends import end_by
from ledger.store.log import Log


class RegistryReader:
    """What was answered so far."""

    def __init__(self, log: Log, as_of: int | None) -> None:
        self.log = log
        self.as_of = as_of
        self.is_empty = False
        """Whether the log is known to hold nothing at all, so that it need not be asked."""
        self._at_site: dict[tuple[str, str], list[str]] = {}
        self._sites: list[str] | None = None
        self._supervised: dict[str, set[str]] = {}
        self._keys_loaded: set[str] = set()
        self._has_keyring = False
        self._ends: dict[datetime, int] = {}
        self._closes: dict[str, tuple[str, int] | None] = {}
        self._closed_months: dict[str, tuple[str, list[str]]] = {}

    # --- keys ---------------------------------------------------------------------------------------

    def load_keys(self, employees: Iterable[str]) -> None:
        """Asks for the keys of several people at once."""
        unread = set(employees) - self._keys_loaded
        if unread:
            self._keys_loaded |= unread
            if not self.is_empty:
                self.log.people.load_keys(unread)

    def create_key(self, employee: str) -> None:
        """A new person of the open unit."""
        self.load_keys([employee])
        self.log.sealing.create_key(employee)

    def digest(self, content: str, employee: str | None) -> str | None:
        """A command's digest as it is kept, as `People.digest` has it. StoreError `keyring_missing`."""
        if employee is not None and employee not in self._keys_loaded:
            self.load_keys([employee])
        kept = self.log.sealing.digest(content, employee)
        if kept is None and not self._has_keyring:
            self._has_keyring = self.log.people.digest(content, employee) is None
        return kept

    # --- registries ---------------------------------------------------------------------------------

    def ids_at(self, kind: str, site: str) -> list[str]:
        """The ids of the things of a kind at a site, sorted."""
        if (kind, site) not in self._at_site:
            found = [] if self.is_empty else self.log.registry.ids(kind, site, self.as_of)
            self._at_site[kind, site] = found
        return self._at_site[kind, site]

    def site_ids(self) -> list[str]:
        """All sites, sorted."""
        if self._sites is None:
            self._sites = [] if self.is_empty else self.log.registry.ids("site", None, self.as_of)
        return self._sites

    def supervised_by(self, supervisor: str) -> set[str]:
        """For whom somebody may ever have borne a share."""
        if supervisor not in self._supervised:
            self.load_supervised([supervisor])
        return self._supervised[supervisor]

    def load_supervised(self, supervisors: Iterable[str]) -> None:
        """Asks for several supervisors at once."""
        unread = [supervisor for supervisor in supervisors if supervisor not in self._supervised]
        if unread:
            found = {} if self.is_empty else self.log.registry.supervised_by(unread)
            self._supervised.update((supervisor, found.get(supervisor, set())) for supervisor in unread)

    def end_by(self, instant: datetime) -> int:
        """The end of the last command recorded by an instant (`command_ends.end_by`)."""
        if instant not in self._ends:
            self._ends[instant] = end_by(self.log, instant)
        return self._ends[instant]

    def last_close(self, site: str) -> tuple[str, int] | None:
        """The latest closed month of a site and its position."""
        if site not in self._closes:
            self._closes[site] = None if self.is_empty else self.log.registry.last_close(site, self.as_of)
        return self._closes[site]

    def closed_months(self, site: str, since: str = "") -> list[str]:
        """The months of a site, from one on, that have a close of their own, sorted."""
        first, months = self._closed_months.get(site, (None, []))
        if first is None or since < first:
            months = [] if self.is_empty else self.log.registry.closed_months(site, self.as_of, since)
            self._closed_months[site] = since, months
        return [month for month in months if month >= since]

    def forget(self, event: Event) -> None:
        """Asks again for what somebody else's event has changed: which months are closed, a new person's key."""
        self._ends.clear()
        if isinstance(event, MonthClosed):
            self._closes.pop(event.site, None)
            self._closed_months.pop(event.site, None)
        if isinstance(event, EmployeeRegistered):
            self._keys_loaded.discard(event.employee)

    def forget_lists(self) -> None:
        """Asks again for the lists of ids, which whatever is recorded may make longer."""
        self._sites = None
        self._at_site.clear()
        self._supervised.clear()
