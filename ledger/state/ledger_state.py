"""What the log says up to a position, folded on demand; imagined or not yet committed events can be added.

One state serves the write unit, a report as of a position, the refresh of the projections and a what-if: they differ
only in where the log is cut and in what is added.
"""

from collections.abc import Iterable
from copy import copy
from typing import Any, TypeVar

from ledger.aggregates import department_month, site_state, stream_state
from ledger.aggregates.department_month import DepartmentMonth
from ledger.aggregates.employee_state import AppealState, EmployeeState
from ledger.aggregates.site_state import SiteState
from ledger.aggregates.stream_state import StreamState
from ledger.errors import Unknown
from ledger.events.appeals import AppealFiled
from ledger.events.employees import employee_of, employee_stream, is_somebodys
from ledger.events.policies import POLICY_STREAM, PolicyAdopted
from ledger.events.questions import QUESTION_STREAM
from ledger.events.sheets import APPRAISALS, appraisal_stream
from ledger.events.sites import site_stream
from ledger.policy import loading
from ledger.policy.book import Adopted, PolicyBook
from ledger.policy.model import Policy
from ledger.reckoning.entries import Share
from ledger.reckoning.facts import Departures, EmployeeFacts
from ledger.reckoning.reckon import Cell, reckon
from ledger.state.folded import Folded
from ledger.state.known_people import KnownPeople
from ledger.state.question_banks import QuestionBanks
from ledger.store.log import Log
from ledger.subjects import APART
from ledger.terms import first_day, last_day
from ledger.timeline import Absence

H = TypeVar("H", EmployeeState, StreamState, EmployeeState | StreamState)


class LedgerState(KnownPeople):
    """The ledger up to a position (None: all of it), plus what was added."""

    def __init__(self, log: Log, as_of: int | None = None, beside: "LedgerState | None" = None) -> None:
        """`beside` is another state of the same log up to the same position: what either reads, both have read."""
        super().__init__(log, as_of, None if beside is None else beside.reading)
        self.is_asking = beside is not None and beside.is_asking
        self.candidate: Policy | None = None
        """A policy to imagine in force, instead of the book's, from its first day on."""
        self.candidate_site: str | None = None
        """Where; None: at all sites."""
        self._sites: dict[str, Folded[SiteState | None]] = {}
        self._department_months: dict[tuple[str, str, str], Folded[DepartmentMonth]] = {}
        self._apart: dict[str, Folded[StreamState | None]] = {}
        self._book: Folded[PolicyBook] | None = None
        self.question_banks = QuestionBanks()
        """Which question banks there are."""

    def under(self, version: Adopted) -> "LedgerState":
        """The same ledger were a version adopted too: what either has read and folded both have; nothing is added to it."""
        other = copy(self)
        other._book = Folded([], self.policy_book().with_version(version))
        other._cells = {}
        return other

    def to_look_at(self) -> "LedgerState":
        """The same ledger for one look, with a gate of its own: what either reads and folds, both have; nothing is added.

        Figures it reckons are its own: there is no end of them, and they are quickly reckoned.
        """
        self.policy_book()  # folded before it is shared
        other = copy(self)
        other._cells = {}
        return other

    # --- things -------------------------------------------------------------------------------------

    def employees_in(self, site: str, month: str) -> list[str]:
        """The staff numbers of whoever is of a site in a month, sorted."""
        moved = self.site(site).transferred
        names = self.employee_ids(site)
        return (
            [n for n in names if n not in moved or self.placed(n).site_in(month) == site] if moved else names
        )

    def everybody(self) -> list[str]:
        """All staff numbers, sorted."""
        return sorted({name for site in self.site_ids() for name in self.employee_ids(site)})

    def employees_at(self, site: str) -> list[EmployeeState]:
        """Everybody who ever was of a site, by staff number."""
        names = self.employee_ids(site)
        self.widen(names)
        return [self.employee(name) for name in names]

    def appeals_concerning(self, person: str) -> list[AppealState]:
        """The appeals by somebody, about them or against their act, on whosever stream, sorted by id."""
        filed = self.log.of_kind(AppealFiled.kind, self.as_of)
        events = (recorded.event for recorded in filed)
        owners = {e.employee for e in events if isinstance(e, AppealFiled) and person in (e.by, e.respondent)}
        owners |= {employee_of(s) for (kind, _), s in self._things.items() if kind == "appeal"}
        owners.add(person)
        self.widen(owners)
        found = [
            appeal
            for owner in owners
            for appeal in self.employee(owner).appeals.values()
            if person in (owner, appeal.appellant, appeal.respondent)
        ]
        return sorted(found, key=lambda appeal: appeal.appeal)

    def first_month(self, site: str) -> str | None:
        """The first month of a site in which anything happened that money rests on."""
        employees = self.employee_ids(site)
        self.widen(employees)
        return min((month for e in employees for month in self.facts(e).touched), default=None)

    # --- folds --------------------------------------------------------------------------------------

    def site(self, site: str) -> SiteState:
        """A site; Unknown `site_unknown`."""
        folded = self._sites.get(site)
        if folded is None:
            folded = self._sites[site] = Folded(self.stream(site_stream(site)), None)
        if folded.count < len(folded.events):
            for recorded in folded.new():
                folded.state = site_state.evolve(folded.state, recorded.event, recorded.position)
        if folded.state is None:
            raise self.here(Unknown("site_unknown", site=site))
        return folded.state

    def department_month(self, site: str, month: str, department: str) -> DepartmentMonth:
        """A department's month of appraisal; an empty one where nothing of it is recorded."""
        key = (site, month, department)
        folded = self._department_months.get(key)
        if folded is None:
            events = self.stream(appraisal_stream(*key))
            folded = self._department_months[key] = Folded(events, DepartmentMonth(*key))
        for recorded in folded.new():
            folded.state = department_month.evolve(folded.state, recorded.event, recorded.position)
        return folded.state

    def home(self, stream: str) -> EmployeeState | StreamState:
        """What the stream of a thing comes to: an employee's, or one of its own. LookupError where nothing is on it."""
        return self.employee(employee_of(stream)) if is_somebodys(stream) else self.apart(stream)

    def apart(self, stream: str) -> StreamState:
        """What a stream of things that are no employee's comes to. LookupError where nothing is on it."""
        folded = self._apart.get(stream)
        if folded is None:
            folded = self._apart[stream] = Folded(self.stream(stream), None)
        if folded.count < len(folded.events):
            folded.fold(lambda state, new: stream_state.evolve_all(state, stream, new))
        if folded.state is None:
            raise LookupError(f"nothing is on the stream {stream}")
        return folded.state

    def thing(self, kind: str, name: str) -> Any:
        """The state of a thing that is recorded, wherever it lives. LookupError; StoreError `registry_unproven`."""
        stream = self.stream_of(kind, name)
        if stream is None:
            raise LookupError(f"there is no {kind} {name}")
        return self.home_of(kind, name, stream).things[kind][name]

    def home_of(self, kind: str, name: str, stream: str) -> EmployeeState | StreamState:
        """What the stream of a thing comes to, which must hold it. StoreError `registry_unproven`."""
        try:
            home = self.home(stream)
        except LookupError:
            raise self._unproven() from None
        return self.holding(home, kind, name)

    def holding(self, home: H, kind: str, name: str) -> H:
        """The same; StoreError `registry_unproven` where nothing on the stream that is named for a thing introduced it."""
        if name in home.things.get(kind, (name,)):
            return home
        if isinstance(home, EmployeeState) and self.widen([home.employee]):  # it is of another month
            return self.holding(self.employee(home.employee), kind, name)  # type: ignore[return-value]
        raise self._unproven()

    def site_of(self, stream: str) -> str | None:
        """The site a stream is of, somebody's the latest one; None for one that is of all sites."""
        owner, _, rest = stream.partition("/")
        if owner == "employee":
            return self.employee(rest).last_site
        if owner in APART:
            return self.apart(stream).site
        return rest.partition("/")[0] if owner in ("site", "month", "appraisal") else None

    def fold(self, stream: str) -> None:
        """Folds what a stream says by now. LedgerError, LookupError or ValueError where an event does not fit in."""
        owner, _, name = stream.partition("/")
        if owner == "employee":
            self.employee(name)
            self.facts(name)
        elif owner == "site":
            self.site(name)
        elif owner in APART:
            self.apart(stream)
        elif stream == POLICY_STREAM:
            self.policy_book()
        elif stream.startswith(APPRAISALS):
            site, month, department = name.split("/", 2)
            self.department_month(site, month, department)
        elif stream == QUESTION_STREAM:
            self.question_banks.book(self)

    def policy_book(self) -> PolicyBook:
        """All adopted versions."""
        folded = self._book
        if folded is None:
            folded = self._book = Folded(self.stream(POLICY_STREAM), PolicyBook())
        for recorded in folded.new():
            event = recorded.event
            if isinstance(event, PolicyAdopted):
                policy = loading.parse_adopted(event.document)
                entry = Adopted(policy, event.site, recorded.position, event.digest)
                folded.state = folded.state.with_version(entry)
        return folded.state

    def policy_of(self, site: str, month: str) -> Policy:
        """The policy in force at a site on the first day of a month. StoreError `stream_incomplete` where none is found."""
        candidate, day = self.candidate, first_day(month)
        if candidate is not None and self.candidate_site in (None, site):
            start = candidate.effective_from
            if start is None or start <= day:
                return candidate
        try:
            return self.policy_book().on(site, day)
        except LookupError:  # with the first command one is adopted, from the beginning of time on
            raise self.log.verified.gap(POLICY_STREAM, 1) from None

    # --- figures ------------------------------------------------------------------------------------

    def cell(self, employee: str, month: str) -> Cell:
        """An employee's month, reckoned."""
        known = self._cells.get((employee, month))
        if known is None:
            facts = self.registered(self.facts_in(employee, month), employee)
            known = self._cells[employee, month] = self.reckoned(facts, month)
        return known

    def reckoned(self, facts: EmployeeFacts, month: str) -> Cell:
        """The figures of given facts, with the rest of the ledger as it is here."""
        policy = self.policy_of(facts.site_in(month), month)
        return reckon(facts, month, policy, self.departures(facts), last_day(month))

    def departures(self, facts: EmployeeFacts) -> Departures:
        """When those of an employee's supervisors were away who have left."""
        found: dict[str, tuple[Absence, ...]] = {}
        for change in facts.supervisors.changes:
            if change.value is not None:
                left = self._facts_as_read(change.value).absences
                if left:
                    found[change.value] = left
        return found

    def borne(self, supervisor: str, month: str) -> list[Share]:
        """The shares of a month that fall on somebody, whatever their status, sorted by notice."""
        below = self.supervised_by(supervisor)
        state = self._as_far_as(month, below)
        return sorted(
            (
                share
                for employee in below
                if month in state.facts(employee).touched
                for share in state.cell(employee, month).shares
                if share.supervisor == supervisor
            ),
            key=lambda share: share.notice,
        )

    def _as_far_as(self, month: str, names: Iterable[str]) -> "LedgerState":
        """Where people are read as far as a month asks, or further: here where they are."""
        streams = [employee_stream(name) for name in names]
        state = self if all(map(self.holds, streams)) else self.within([month])
        state.load(streams)
        return state
