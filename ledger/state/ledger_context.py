"""What a decision asks of what was recorded: the register a write unit consults, over one state of the log."""

from collections.abc import Collection, Set
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from ledger.aggregates.context import (
    BorneShare,
    FindingStatus,
    Handoff,
    Listed,
    SheetScore,
    Unsettled,
    Worsened,
)
from ledger.aggregates.department_month import DepartmentMonth, WeekSheet
from ledger.aggregates.employee_state import AppealState, EmployeeState, Placement
from ledger.aggregates.posted_list_state import PostedList
from ledger.aggregates.site_state import SiteState
from ledger.aggregates.stream_state import StreamState
from ledger.errors import Unknown
from ledger.events import Event
from ledger.events.employees import employee_of, employee_stream
from ledger.events.months import MonthClosed
from ledger.examination.book import BankBook
from ledger.examination.marking import PaperResult
from ledger.policy.book import Adopted, PolicyBook
from ledger.policy.model import Policy
from ledger.reckoning.facts import EmployeeFacts
from ledger.state import appraisal, sittings
from ledger.state.actions import actions_at, looks_since, occurrences_in, standing_of
from ledger.state.closes import close_of
from ledger.state.conflicts import involved_since
from ledger.state.findings import status_of
from ledger.state.hand_off import handoff, unsettled
from ledger.state.introduction import introduction
from ledger.state.ledger_state import LedgerState
from ledger.state.month_records import recorded_months
from ledger.state.moot_appeals import share_of
from ledger.state.public_lists import list_close, listed, posted_list
from ledger.state.worsened import worsened
from ledger.terms import month_of


class LedgerContext:
    """`ledger.aggregates.context.DecisionContext` over a state and the instant of this recording."""

    def __init__(self, ledger_state: LedgerState, recorded_at: datetime) -> None:
        self.state = ledger_state
        self.recorded_at = recorded_at

    def now(self) -> datetime:
        """The instant of this recording, UTC."""
        return self.recorded_at

    def today(self, site: str) -> date:
        """The day of this recording in the site's time zone."""
        return _local_day(self.recorded_at, self.site(site).timezone)

    def site(self, site: str) -> SiteState:
        """A site; Unknown `site_unknown`."""
        return self.state.site(site)

    def sites(self) -> list[str]:
        """The ids of all sites."""
        return self.state.site_ids()

    def departments(self, site: str) -> Collection[str]:
        """The departments of a site: whichever anybody was ever placed in, or appointed to head."""
        return self.state.departments.of(self.state, site)

    def employee(self, employee: str) -> EmployeeState:
        """An employee; Unknown `employee_unknown`."""
        return self.state.employee(employee)

    def placed(self, employee: str) -> Placement:
        """Where an employee belongs, for what asks nothing else of them; Unknown `employee_unknown`."""
        return self.state.placed(employee)

    def recorded_months(self, employee: str, since: str) -> Set[str]:
        """The months from one on of which anything is recorded about somebody: facts, wages, sheets, shares they bear."""
        until = month_of(_local_day(self.recorded_at, "UTC") + timedelta(days=1))
        return recorded_months(self.state, employee, since, until)

    def erased(self) -> Set[str]:
        """Everybody whose words were erased."""
        return self.state.erased()

    def owner_of(self, kind: str, name: str) -> EmployeeState:
        """The employee on whose stream a thing lives; Unknown `<kind>_unknown`."""
        owner = self.state.employee(employee_of(self.stream_of(kind, name)))
        return self.state.holding(owner, kind, name)

    def stream_of(self, kind: str, name: str) -> str:
        """The stream on which a thing lives; Unknown `<kind>_unknown`."""
        stream = self.state.stream_of(kind, name)
        if stream is None:
            raise self.state.here(Unknown(f"{kind}_unknown", **{kind: name}))
        return stream

    def home_of(self, kind: str, name: str) -> EmployeeState | StreamState:
        """What the stream comes to on which a thing lives; Unknown `<kind>_unknown`."""
        return self.state.home_of(kind, name, self.stream_of(kind, name))

    def thing(self, kind: str, name: str) -> Any:
        """The state of a thing, wherever it lives; Unknown `<kind>_unknown`."""
        return self.home_of(kind, name).things[kind][name]

    def ids_at(self, kind: str, site: str) -> list[str]:
        """The ids of the things of a kind at a site, sorted; of a kind whose first event names its site."""
        return self.state.ids_at(kind, site)

    def employees_at(self, site: str) -> list[EmployeeState]:
        """Everybody of a site, by staff number."""
        return self.state.employees_at(site)

    def finding_status(self, finding: str) -> FindingStatus:
        """Where a finding stands; Unknown `finding_unknown`."""
        self.stream_of("finding", finding)
        return status_of(self.state, finding)

    def action_status(self, action: str) -> str:
        """Where an action stands; Unknown `action_unknown`."""
        return standing_of(self.state, self.thing("action", action)).status

    def occurrences_since(self, action: str) -> list[str]:
        """The standing notices of an action's clause and department that occurred after it was completed last."""
        told = self.thing("action", action)
        happened = occurrences_in(self.state)(told)
        since = told.opened_on if told.last is None else told.last.completed_on
        return sorted(each.notice for each in happened if each.occurred_on > since)

    def looks_since(self, action: str) -> int:
        """How many rounds have answered an action's clause since it was completed last."""
        return looks_since(self.state, self.thing("action", action))

    def open_actions(self, owner: str) -> list[str]:
        """The actions of somebody's that are open or were opened again; sorted."""
        return sorted(
            action.action
            for site in self.sites()
            for action in actions_at(self.state, site)
            if action.owner == owner and standing_of(self.state, action).status in ("open", "reopened")
        )

    def words_of(self, kind: str, name: str) -> Event:
        """The event that introduced a thing, its words opened. StoreError `person_key_missing` where no key opens them."""
        return introduction(self.state, kind, name)

    def is_taken(self, kind: str, name: str) -> bool:
        """Whether an id of this kind is taken."""
        return self.state.stream_of(kind, name) is not None

    def last_closed(self, site: str) -> str | None:
        """The latest closed month of a site."""
        close = self.state.closes.last(site)
        return None if close is None else close[0]

    def closed_at(self, site: str) -> int:
        """The position of a site's last close; 0 before there is one."""
        close = self.state.closes.last(site)
        return 0 if close is None else close[1]

    def policy_book(self) -> PolicyBook:
        """All policy versions."""
        return self.state.policy_book()

    def bank_book(self) -> BankBook:
        """All question banks, those of the house first."""
        return self.state.question_banks.book(self.state)

    def results_of(self, sitting: str) -> list[PaperResult]:
        """What each paper of a sitting would come to were results declared now; Unknown `sitting_unknown`."""
        return sittings.results_of(self.state, self.thing("sitting", sitting), declared=True)

    def signing_key(self) -> str | None:
        """The public key that took over last; None while the first one signs."""
        return self.state.signing_key()

    def worsened(self, policy: Policy, site: str | None, since: str, through: str) -> Worsened | None:
        """What a version would make worse for somebody in the months from `since` to `through`; None: nothing."""
        adopted = self.state.policy_book().adopted
        position = adopted[-1].position + 1 if adopted else 1
        return worsened(self.state, Adopted(policy, site, position, ""), since, through)

    def share(self, notice: str) -> BorneShare | None:
        """The share of a notice as it would stand were no appeal of the employee's against notices of its clause pending."""
        owner = self.owner_of("notice", notice)
        share = share_of(self.state, self._facts_of(owner, notice), notice, {})
        if share is None:
            return None
        at = self._recorded_on(owner, share.arose_at, owner.notices[notice].month)
        return BorneShare(share.supervisor, share.status, share.ground, share.arose_on, at)

    def involved_since(self, employee: str, appeal: AppealState) -> Set[str]:
        """Whoever came to have a part in the case of an employee's appeal since its filing, also where it has ended."""
        return involved_since(self.state, employee, appeal)

    def _facts_of(self, owner: EmployeeState, notice: str) -> EmployeeFacts:
        """Somebody's facts as far as a notice of theirs asks."""
        return self.state.facts_in(owner.employee, owner.notices[notice].month)

    def _recorded_on(self, owner: EmployeeState, position: int, month: str) -> date:
        """The day at the site of a month on which an event of somebody's stream was recorded."""
        stream = employee_stream(owner.employee)
        found = [r.on_clock for r in self.state.as_read(stream) if r.position == position]
        found = found or [r.on_clock for r in self.state.stream(stream) if r.position == position]
        instant = next(iter(found), self.recorded_at)
        return _local_day(instant, self.site(owner.site_in(month)).timezone)

    def sanction_due(self, employee: str, month: str) -> str | None:
        """The band that carries sanctions in which an employee's month stands now, None below."""
        return self.state.cell(employee, month).carried

    def unsettled(self, employee: str) -> Unsettled:
        """What is still open of an employee's money."""
        return unsettled(self.state, employee)

    def pending_appeals(self, person: str) -> list[str]:
        """The appeals that wait for a decision and are by somebody, about them, or against their act; sorted."""
        return [a.appeal for a in self.state.appeals_concerning(person) if a.status == "pending"]

    def close_of(self, site: str, month: str) -> MonthClosed:
        """The close of a site's month. WrongState `month_not_closed`, `month_closed_with`."""
        return close_of(self.state, site, month)

    def handoff(self, site: str, month: str) -> Handoff:
        """What a close of this month would submit now."""
        return handoff(self.state, site, month)

    def department_month(self, site: str, month: str, department: str) -> DepartmentMonth:
        """A department's month of appraisal; an empty one where nothing of it is recorded."""
        return self.state.department_month(site, month, department)

    def week_sheet(self, site: str, department: str, monday: date) -> WeekSheet | None:
        """The evaluation of a department's week, if there is one."""
        return appraisal.week_sheet(self.state, site, department, monday)

    def sheets_of(self, site: str, month: str, department: str) -> list[SheetScore]:
        """The sheets that belong to a department's month, as reckoned now, by employee."""
        return appraisal.scores_of(self.state, site, month, department)

    def counting_on(self, employee: str, month: str, dimension: str) -> Set[str]:
        """Who recorded the marks and issued the notices that count on a dimension of somebody's sheet."""
        return appraisal.counting_on(self.state, employee, month, dimension)

    def open_sheets(self, employee: str) -> list[tuple[str, str]]:
        """Month and department of every sheet of somebody's that is published and not approved."""
        return appraisal.open_sheets(self.state, employee, self.recorded_at.date())

    def list_opens(self, site: str, month: str) -> date:
        """From when on a month's public list may be posted. WrongState `list_month_open`, `month_closed_with`."""
        return list_close(self.state, site, month).on

    def listed(self, site: str, month: str) -> tuple[Listed, ...]:
        """Everybody who is to be posted for a month as its figures are now, sorted by employee."""
        return listed(self, self.state, site, month)

    def posted_list(self, site: str, month: str) -> PostedList | None:
        """What was posted of a site's month; None where nothing was."""
        return posted_list(self.state, site, month)


@lru_cache(maxsize=64)
def _local_day(instant: datetime, timezone: str) -> date:
    return instant.astimezone(ZoneInfo(timezone)).date()
