"""What a decision may consult besides its own stream, read under the write lock (law 8).

The application keeps it: the log plus the open unit's own events. Lookups of something unrecorded raise Unknown.
"""

from collections.abc import Collection, Set
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from ledger.aggregates.department_month import DepartmentMonth, WeekSheet
from ledger.aggregates.employee_state import AppealState, EmployeeState, Placement
from ledger.aggregates.posted_list_state import PostedList
from ledger.aggregates.site_state import SiteState
from ledger.aggregates.stream_state import StreamState
from ledger.events import Event
from ledger.events.months import MonthClosed, PayrollLine, RunLine
from ledger.examination.book import BankBook
from ledger.examination.marking import PaperResult
from ledger.policy.book import PolicyBook
from ledger.policy.model import Policy
from ledger.terms import Dimension


@dataclass(frozen=True, slots=True)
class BorneShare:
    """A supervisor's share as reckoned now: who bears it (None: nobody), its status, and since when it is there.

    `recorded_on` is the day on which that was recorded: no window begins before it.
    """

    supervisor: str | None
    status: str
    ground: str
    arose_on: date
    recorded_on: date


@dataclass(frozen=True, slots=True)
class Handoff:
    """What a close submits, reckoned inside the unit: lines, run, their sum in fen, and the digest of both."""

    lines: tuple[PayrollLine, ...]
    run: tuple[RunLine, ...]
    total_fen: int
    digest: str


@dataclass(frozen=True, slots=True)
class Unsettled:
    """What is still open of somebody's money.

    `months` are those with anything of theirs that are not closed, each with its site; `owing` those whose figures
    differ from what was submitted; `carried_fen` is what the last pay run carried on; `differing` are the months of which
    pay took something else than was handed over, and nobody has settled it in a run.
    """

    months: tuple[tuple[str, str], ...]
    owing: tuple[str, ...]
    carried_fen: int
    differing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Listed:
    """Somebody who is to be posted for a month as its figures are now.

    `clauses` are those of the notices behind it, `appeal_by` the last day to appeal against each of these, None for one
    that is not served; `consents`: to be posted by name.
    """

    employee: str
    points: int
    repeats: tuple[str, ...]
    department: str | None
    clauses: tuple[str, ...]
    consents: bool
    appeal_by: tuple[date | None, ...]


@dataclass(frozen=True, slots=True)
class Worsened:
    """Whose month a version would make worse, and in which figure: deduction, performance, band or public."""

    employee: str
    month: str
    figure: str


@dataclass(frozen=True, slots=True)
class SheetScore:
    """What an appraisal sheet comes to now: points a dimension and in all; None where nobody looked."""

    employee: str
    dimensions: dict[Dimension, int] | None
    score: int | None


@dataclass(frozen=True, slots=True)
class FindingStatus:
    """Where a finding stands: noticed, revoked, dropped, marked, rectified or open; by which notice or check, if any."""

    status: str
    notice: str | None = None
    check: str | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """An event and the stream it goes on."""

    stream: str
    event: Event


class DecisionContext(Protocol):
    """The rest of the ledger, as a decision sees it."""

    def now(self) -> datetime:
        """The instant of this recording, UTC."""

    def today(self, site: str) -> date:
        """The day of this recording in the site's time zone."""

    def site(self, site: str) -> SiteState:
        """A site; Unknown `site_unknown`."""

    def sites(self) -> list[str]:
        """The ids of all sites."""

    def departments(self, site: str) -> Collection[str]:
        """The departments of a site: whichever anybody was ever placed in, or appointed to head."""

    def employee(self, employee: str) -> EmployeeState:
        """An employee; Unknown `employee_unknown`."""

    def placed(self, employee: str) -> Placement:
        """Where an employee belongs, for what asks nothing else of them; Unknown `employee_unknown`."""

    def recorded_months(self, employee: str, since: str) -> Set[str]:
        """The months from one on of which anything is recorded about somebody: facts, wages, sheets, shares they bear."""

    def erased(self) -> Set[str]:
        """Everybody whose words were erased."""

    def owner_of(self, kind: str, name: str) -> EmployeeState:
        """The employee on whose stream a notice, appeal or reward lives; Unknown `<kind>_unknown`."""

    def stream_of(self, kind: str, name: str) -> str:
        """The stream on which a thing lives; Unknown `<kind>_unknown`."""

    def home_of(self, kind: str, name: str) -> EmployeeState | StreamState:
        """What the stream comes to on which a thing lives; Unknown `<kind>_unknown`."""

    def thing(self, kind: str, name: str) -> Any:
        """The state of a thing, wherever it lives; Unknown `<kind>_unknown`."""

    def ids_at(self, kind: str, site: str) -> list[str]:
        """The ids of the things of a kind at a site, sorted; of a kind whose first event names its site."""

    def employees_at(self, site: str) -> list[EmployeeState]:
        """Everybody of a site, by staff number."""

    def words_of(self, kind: str, name: str) -> Event:
        """The event that introduced a thing, its words opened, for what says them again."""

    def finding_status(self, finding: str) -> FindingStatus:
        """Where a finding stands, with everything that became of it; Unknown `finding_unknown`."""

    def action_status(self, action: str) -> str:
        """open, done, closed, reopened or cancelled; Unknown `action_unknown`."""

    def occurrences_since(self, action: str) -> list[str]:
        """The standing notices of an action's clause and department that occurred after it was completed last; sorted."""

    def looks_since(self, action: str) -> int:
        """How many rounds have answered an action's clause ok or at fault since it was completed last."""

    def open_actions(self, owner: str) -> list[str]:
        """The actions of somebody's that are open or were opened again; sorted."""

    def is_taken(self, kind: str, name: str) -> bool:
        """Whether an id of this kind is taken."""

    def last_closed(self, site: str) -> str | None:
        """The latest closed month of a site."""

    def closed_at(self, site: str) -> int:
        """The position of a site's last close; 0 before there is one."""

    def signing_key(self) -> str | None:
        """The public key that took over last; None while the first one signs."""

    def policy_book(self) -> PolicyBook:
        """All policy versions."""

    def bank_book(self) -> BankBook:
        """All question banks, those of the house first."""

    def results_of(self, sitting: str) -> list[PaperResult]:
        """What each paper of a sitting would come to were results declared now; Unknown `sitting_unknown`."""

    def worsened(self, policy: Policy, site: str | None, since: str, through: str) -> Worsened | None:
        """What a version would make worse for somebody in the months from `since` to `through`; None: nothing."""

    def share(self, notice: str) -> BorneShare | None:
        """The share of a notice as it would stand were no appeal of the employee's against notices of its clause pending."""

    def involved_since(self, employee: str, appeal: AppealState) -> Set[str]:
        """Whoever came to have a part in the case of an employee's appeal since its filing, also where it has ended."""

    def sanction_due(self, employee: str, month: str) -> str | None:
        """The band that carries sanctions in which an employee's month stands now, None below."""

    def unsettled(self, employee: str) -> Unsettled:
        """What is still open of an employee's money: own, and as somebody's supervisor."""

    def pending_appeals(self, person: str) -> list[str]:
        """The appeals that wait for a decision and are by somebody, about them, or against their act; sorted."""

    def close_of(self, site: str, month: str) -> MonthClosed:
        """The close of a site's month. WrongState `month_not_closed`, `month_closed_with`."""

    def handoff(self, site: str, month: str) -> Handoff:
        """What a close of this month would submit now."""

    def department_month(self, site: str, month: str, department: str) -> DepartmentMonth:
        """A department's month of appraisal; an empty one where nothing of it is recorded."""

    def week_sheet(self, site: str, department: str, monday: date) -> WeekSheet | None:
        """The evaluation of a department's week, if there is one."""

    def sheets_of(self, site: str, month: str, department: str) -> list[SheetScore]:
        """The sheets that belong to a department's month, as reckoned now, by employee."""

    def counting_on(self, employee: str, month: str, dimension: str) -> Set[str]:
        """Who recorded the marks and issued the notices that count on a dimension of somebody's sheet."""

    def open_sheets(self, employee: str) -> list[tuple[str, str]]:
        """Month and department of every sheet of somebody's that is published and not approved."""

    def list_opens(self, site: str, month: str) -> date:
        """From when on a month's public list may be posted. WrongState `list_month_open`, `month_closed_with`."""

    def listed(self, site: str, month: str) -> tuple[Listed, ...]:
        """Everybody who is to be posted for a month as its figures are now, sorted by employee."""

    def posted_list(self, site: str, month: str) -> PostedList | None:
        """What was posted of a site's month; None where nothing was."""
