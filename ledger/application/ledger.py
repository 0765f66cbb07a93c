"""One ledger at the counter: record, report, rebuild. What is outside calls this and nothing deeper."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

from ledger import clock
from ledger.application import policies, policy_check
from ledger.application.backups import Keeping
from ledger.application.people import Persons
from ledger.application.proofs import Proving
from ledger.application.recording import Applied, Recording
from ledger.application.review import Tracing
from ledger.errors import InputError
from ledger.policy import loading
from ledger.projections.incremental import drawn_at
from ledger.projections.projections import Progress, Projections
from ledger.reports import due, reports
from ledger.reports.source import ProjectionRows, Rows, StateRows
from ledger.review import cards
from ledger.state.ledger_state import LedgerState
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
        self.log = Log(url, ledger)
        self.sheets = Projections(self.log)
        self._now = now
        self._operator = operator

    def close(self) -> None:
        """Lets go of the databases."""
        self.log.close()
        self.sheets.close()

    def __enter__(self) -> "Ledger":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # --- reading ------------------------------------------------------------------------------------

    def site(self, site: str | None, as_of: int | None = None) -> str:
        """The site asked for, or the only one. InputError `site_needed` where there are several, `site_none`."""
        self.log.require()
        ledger_state = LedgerState(self.log, as_of)
        if site is not None:
            return ledger_state.site(site).site
        sites = ledger_state.site_ids()
        if not sites:
            raise InputError("site_none", position=self.log.position() if as_of is None else as_of)
        if len(sites) > 1:
            raise InputError("site_needed", sites=", ".join(sites))
        return sites[0]

    def monthly(self, month: str, site: str | None = None, as_of: int | None = None) -> list[dict[str, Any]]:
        """`report monthly`."""
        name = self.site(site, as_of)
        with self._rows(as_of) as (rows, ledger_state):
            return reports.monthly(rows, ledger_state, name, month)

    def public_list(
        self, month: str, site: str | None = None, as_of: int | None = None
    ) -> list[dict[str, Any]]:
        """`report public-list`."""
        name = self.site(site, as_of)
        with self._rows(as_of) as (rows, ledger_state):
            return reports.public_list(rows, ledger_state, name, month)

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
        with self._rows(as_of) as (rows, ledger_state):
            return reports.payroll(rows, ledger_state, name, month)

    def appeals(self, site: str | None = None, as_of: int | None = None) -> list[dict[str, Any]]:
        """`report appeals`."""
        name = self.site(site, as_of)
        with self._rows(as_of) as (rows, ledger_state):
            return reports.appeals(rows, ledger_state, name, self._now())

    def sanctions(
        self, month: str, site: str | None = None, as_of: int | None = None
    ) -> list[dict[str, Any]]:
        """`report sanctions`."""
        name = self.site(site, as_of)
        with self._rows(as_of) as (rows, ledger_state):
            today = reports.local_day(ledger_state, name, self._now())
            return reports.sanctions(rows, ledger_state, name, month, today)

    def rewards(self, month: str, site: str | None = None, as_of: int | None = None) -> list[dict[str, Any]]:
        """`report rewards`."""
        name = self.site(site, as_of)
        with self._rows(as_of) as (rows, ledger_state):
            return reports.rewards(rows, ledger_state, name, month)

    def due(self, site: str | None = None, as_of: int | None = None) -> list[dict[str, Any]]:
        """`due`: what waits for somebody."""
        name = self.site(site, as_of)
        with self._rows(as_of) as (rows, ledger_state):
            return due.due(rows, ledger_state, name, self._now())

    def card(self, kind: str, name: str, as_of: int | None = None) -> dict[str, Any]:
        """One thing as it stands: a notice, appeal, reward, sanction, employee or site."""
        self.log.require()
        return cards.card(LedgerState(self.log, as_of), kind, name, self._now())

    def month_card(self, month: str, site: str | None = None, as_of: int | None = None) -> dict[str, Any]:
        """Where a site's month stands."""
        name = self.site(site, as_of)
        return cards.month_card(LedgerState(self.log, as_of), name, month, self._now())

    def site_ids(self, as_of: int | None = None) -> list[str]:
        """The ids of all sites, sorted."""
        self.log.require()
        return LedgerState(self.log, as_of).site_ids()

    def sites(self, as_of: int | None = None) -> list[dict[str, Any]]:
        """The card of every site."""
        self.log.require()
        ledger_state = LedgerState(self.log, as_of)
        return [cards.card(ledger_state, "site", site, self._now()) for site in ledger_state.site_ids()]

    def employees(self, site: str | None = None, as_of: int | None = None) -> list[dict[str, Any]]:
        """Everybody of a site."""
        name = self.site(site, as_of)
        return cards.employees(LedgerState(self.log, as_of), name)

    def names(self, employees: Iterable[str], as_of: int | None = None) -> dict[str, str]:
        """The names of some employees; for showing, never for deciding."""
        return reports.names_of(LedgerState(self.log, as_of), employees)

    def ids(self, kind: str, prefix: str, limit: int = 50) -> list[str]:
        """The ids of a kind that begin so, for completion; none where there is no ledger."""
        return self.log.registry.ids_starting(kind, prefix, limit) if self.log.exists() else []

    def clauses(self, prefix: str) -> list[tuple[str, dict[str, str]]]:
        """The clauses in force today that begin so, with their titles by language, for completion."""
        document = loading.house_rules()
        policy = loading.parse(document)
        if self.log.exists():
            ledger_state = LedgerState(self.log)
            sites = ledger_state.site_ids()
            if sites:
                today = reports.local_day(ledger_state, sites[0], self._now())
                policy = ledger_state.policy_of(sites[0], month_of(today))
        return [
            (clause.code, {name: clause.title.of(name) for name in LANGUAGES})
            for clause in policy.clauses
            if clause.code.startswith(prefix)
        ]

    def policy_show(
        self, site: str | None, version: str | None, on: date | None, as_of: int | None = None
    ) -> dict[str, Any]:
        """`policy show`."""
        self.log.require()
        ledger_state = LedgerState(self.log, as_of)
        return policies.show(ledger_state, self._now(), site=site, version=version, on=on)

    def policy_list(self, site: str | None = None, as_of: int | None = None) -> list[dict[str, Any]]:
        """`policy list`."""
        self.log.require()
        return policies.versions(LedgerState(self.log, as_of), site)

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
        ledger_state, site = self._memory(), given.get("site")
        self.policy_check(document, site).require_adoptable()
        against = policies.against_those_in_force(ledger_state, document.values, site)
        if dry_run and ledger_state is None:
            return against, None
        return against, self.typed(
            policies.adoption(ledger_state, document.values, given, self._now()), dry_run
        )

    def _memory(self) -> LedgerState | None:
        return LedgerState(self.log) if self.log.exists() else None

    def rebuild(self, progress: Progress | None = None) -> int:
        """Draws every sheet anew; returns the position they are drawn at."""
        self.log.require()
        return self.sheets.rebuild(progress)

    def project(self) -> tuple[int, int]:
        """Takes into the sheets what was recorded since: from where and to which position they are drawn."""
        self.log.require()
        return self.sheets.catch_up()

    def rebuild_month(self, month: str, site: str | None = None) -> int:
        """Draws one month anew, of a site or of all; returns the position. Unknown `site_unknown`."""
        self.log.require()
        ledger_state = LedgerState(self.log)
        sites = ledger_state.site_ids() if site is None else [ledger_state.site(site).site]
        return self.sheets.rebuild_month(month, sites)

    @contextmanager
    def _rows(self, as_of: int | None) -> Iterator[tuple[Rows, LedgerState]]:
        self.log.require()
        if as_of is not None:
            ledger_state = LedgerState(self.log, as_of)
            with self.log.holding():
                yield StateRows(ledger_state), ledger_state
            return
        with self.sheets.current() as connection, self.log.holding():
            stand = drawn_at(connection, self.log.ledger)
            ledger_state = LedgerState(
                self.log, stand[0] if stand is not None else 0
            )  # what is recorded since is left out
            yield ProjectionRows(connection, self.log.ledger), ledger_state
