"""One ledger at the counter: record, report, rebuild. What is outside calls this and nothing deeper."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

from ledger import clock
from ledger.application import cards, due, policies, policy_check, reports
from ledger.application.keeping import Keeping
from ledger.application.memory import Memory
from ledger.application.persons import Persons
from ledger.application.proving import Proving
from ledger.application.recording import Applied, Recording
from ledger.application.rows import MemoryRows, Rows, SheetRows
from ledger.application.sheets import Progress, Sheets
from ledger.application.tracing import Tracing
from ledger.errors import InputError
from ledger.policy import loading
from ledger.projections.refresh import drawn_at
from ledger.store.log import Log
from ledger.terms import LANGUAGES, month_of


class Ledger(Recording, Tracing, Persons, Proving, Keeping):
    """A ledger by its URL, which may name one of several (`?ledger=`). `now` and `operator` are the clock and the hand."""

    def __init__(
        self,
        url: str,
        ledger: str | None = None,
        *,
        now: Callable[[], datetime] = clock.now,
        operator: Callable[[], str] = clock.operator,
    ) -> None:
        self.store = Log(url, ledger)
        self.sheets = Sheets(self.store)
        self._now = now
        self._operator = operator

    def close(self) -> None:
        """Lets go of the databases."""
        self.store.close()
        self.sheets.close()

    def __enter__(self) -> "Ledger":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # --- reading ------------------------------------------------------------------------------------

    def site(self, site: str | None, as_of: int | None = None) -> str:
        """The site asked for, or the only one. InputError `site_needed` where there are several, `site_none`."""
        self.store.require()
        memory = Memory(self.store, as_of)
        if site is not None:
            return memory.site(site).site
        sites = memory.site_ids()
        if not sites:
            raise InputError("site_none", position=self.store.position() if as_of is None else as_of)
        if len(sites) > 1:
            raise InputError("site_needed", sites=", ".join(sites))
        return sites[0]

    def monthly(self, month: str, site: str | None = None, as_of: int | None = None) -> list[dict[str, Any]]:
        """`report monthly`."""
        name = self.site(site, as_of)
        with self._rows(as_of) as (rows, memory):
            return reports.monthly(rows, memory, name, month)

    def public_list(
        self, month: str, site: str | None = None, as_of: int | None = None
    ) -> list[dict[str, Any]]:
        """`report public-list`."""
        name = self.site(site, as_of)
        with self._rows(as_of) as (rows, memory):
            return reports.public_list(rows, memory, name, month)

    def joint_liability(
        self, month: str, site: str | None = None, as_of: int | None = None
    ) -> list[dict[str, Any]]:
        """`report joint-liability`."""
        name = self.site(site, as_of)
        with self._rows(as_of) as (rows, _):
            return reports.joint_liability(rows, name, month)

    def payroll(self, month: str, site: str | None = None, as_of: int | None = None) -> dict[str, Any]:
        """`report payroll`."""
        name = self.site(site, as_of)
        with self._rows(as_of) as (rows, memory):
            return reports.payroll(rows, memory, name, month)

    def appeals(self, site: str | None = None, as_of: int | None = None) -> list[dict[str, Any]]:
        """`report appeals`."""
        name = self.site(site, as_of)
        with self._rows(as_of) as (rows, memory):
            return reports.appeals(rows, memory, name, self._now())

    def sanctions(
        self, month: str, site: str | None = None, as_of: int | None = None
    ) -> list[dict[str, Any]]:
        """`report sanctions`."""
        name = self.site(site, as_of)
        with self._rows(as_of) as (rows, memory):
            today = reports.local_day(memory, name, self._now())
            return reports.sanctions(rows, memory, name, month, today)

    def rewards(self, month: str, site: str | None = None, as_of: int | None = None) -> list[dict[str, Any]]:
        """`report rewards`."""
        name = self.site(site, as_of)
        with self._rows(as_of) as (rows, memory):
            return reports.rewards(rows, memory, name, month)

    def due(self, site: str | None = None, as_of: int | None = None) -> list[dict[str, Any]]:
        """`due`: what waits for somebody."""
        name = self.site(site, as_of)
        with self._rows(as_of) as (rows, memory):
            return due.due(rows, memory, name, self._now())

    def card(self, kind: str, name: str, as_of: int | None = None) -> dict[str, Any]:
        """One thing as it stands: a notice, appeal, reward, sanction, employee or site."""
        self.store.require()
        return cards.card(Memory(self.store, as_of), kind, name, self._now())

    def month_card(self, month: str, site: str | None = None, as_of: int | None = None) -> dict[str, Any]:
        """Where a site's month stands."""
        name = self.site(site, as_of)
        return cards.month_card(Memory(self.store, as_of), name, month, self._now())

    def site_ids(self, as_of: int | None = None) -> list[str]:
        """The ids of all sites, sorted."""
        self.store.require()
        return Memory(self.store, as_of).site_ids()

    def sites(self, as_of: int | None = None) -> list[dict[str, Any]]:
        """The card of every site."""
        self.store.require()
        memory = Memory(self.store, as_of)
        return [cards.card(memory, "site", site, self._now()) for site in memory.site_ids()]

    def employees(self, site: str | None = None, as_of: int | None = None) -> list[dict[str, Any]]:
        """Everybody of a site."""
        name = self.site(site, as_of)
        return cards.employees(Memory(self.store, as_of), name)

    def names(self, employees: Iterable[str], as_of: int | None = None) -> dict[str, str]:
        """The names of some employees; for showing, never for deciding."""
        return reports.names_of(Memory(self.store, as_of), employees)

    def ids(self, kind: str, prefix: str, limit: int = 50) -> list[str]:
        """The ids of a kind that begin so, for completion; none where there is no ledger."""
        return self.store.ids_starting(kind, prefix, limit) if self.store.exists() else []

    def clauses(self, prefix: str) -> list[tuple[str, dict[str, str]]]:
        """The clauses in force today that begin so, with their titles by language, for completion."""
        document = loading.house_rules()
        policy = loading.parse(document)
        if self.store.exists():
            memory = Memory(self.store)
            sites = memory.site_ids()
            if sites:
                today = reports.local_day(memory, sites[0], self._now())
                policy = memory.policy_of(sites[0], month_of(today))
        return [
            (clause.code, {name: clause.title.of(name) for name in LANGUAGES})
            for clause in policy.clauses
            if clause.code.startswith(prefix)
        ]

    def policy_show(
        self, site: str | None, version: str | None, on: date | None, as_of: int | None = None
    ) -> dict[str, Any]:
        """`policy show`."""
        self.store.require()
        memory = Memory(self.store, as_of)
        return policies.show(memory, self._now(), site=site, version=version, on=on)

    def policy_list(self, site: str | None = None, as_of: int | None = None) -> list[dict[str, Any]]:
        """`policy list`."""
        self.store.require()
        return policies.versions(Memory(self.store, as_of), site)

    def policy_diff(self, old: policies.Side, new: policies.Side) -> list[dict[str, Any]]:
        """`policy diff`; without a ledger, files and the house rules can still be compared."""
        return policies.compare(self._memory(), old, new)

    def policy_check(self, document: policies.Document, site: str | None = None) -> policy_check.Checked:
        """`policy check`; where there is a ledger, against its policy book too."""
        return policy_check.check(self._memory(), document, site, self._now())

    def policy_adopt(
        self, document: policies.Document, given: dict[str, Any], dry_run: bool = False
    ) -> tuple[policies.Against, Applied | None]:
        """`policy adopt`: what changes, and what was recorded; `given` may hold site, by and on.

        Refusal `policy_faulty` where the linter finds an error.
        """
        memory, site = self._memory(), given.get("site")
        self.policy_check(document, site).require_adoptable()
        against = policies.against_those_in_force(memory, document.values, site)
        if dry_run and memory is None:
            return against, None
        return against, self.typed(policies.adoption(memory, document.values, given, self._now()), dry_run)

    def _memory(self) -> Memory | None:
        return Memory(self.store) if self.store.exists() else None

    def rebuild(self, progress: Progress | None = None) -> int:
        """Draws every sheet anew; returns the position they are drawn at."""
        self.store.require()
        return self.sheets.rebuild(progress)

    def project(self) -> tuple[int, int]:
        """Takes into the sheets what was recorded since: from where and to which position they are drawn."""
        self.store.require()
        return self.sheets.catch_up()

    def rebuild_month(self, month: str, site: str | None = None) -> int:
        """Draws one month anew, of a site or of all; returns the position. Unknown `site_unknown`."""
        self.store.require()
        memory = Memory(self.store)
        sites = memory.site_ids() if site is None else [memory.site(site).site]
        return self.sheets.rebuild_month(month, sites)

    @contextmanager
    def _rows(self, as_of: int | None) -> Iterator[tuple[Rows, Memory]]:
        self.store.require()
        if as_of is not None:
            memory = Memory(self.store, as_of)
            with self.store.holding():
                yield MemoryRows(memory), memory
            return
        with self.sheets.current() as connection, self.store.holding():
            stand = drawn_at(connection, self.store.ledger)
            memory = Memory(
                self.store, stand[0] if stand is not None else 0
            )  # what is recorded since is left out
            yield SheetRows(connection, self.store.ledger), memory
