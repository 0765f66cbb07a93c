"""What decisions need to remember of an employee: places, notices, appeals, and what else lives on the stream.

The state of what others' decisions read stands here; that of any other thing in the file of its subject. All of it
comes by the million and is made of msgspec's structs, as facts are (`reckoning/facts.py`).
"""

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal

from msgspec import Struct, field
from msgspec.structs import replace

from ledger.aggregates.in_part import of_months
from ledger.events.appeals import ObjectKind, RouteLevel
from ledger.subjects import OWNED
from ledger.terms import RANKS, Level, month_of
from ledger.timeline import Absence, Timeline

if TYPE_CHECKING:
    from ledger.aggregates.employee.answers import AnswerState
    from ledger.aggregates.employee.appraisals import SheetAcknowledged
    from ledger.aggregates.employee.consents import ConsentState
    from ledger.aggregates.employee.evidence import AttachedFile
    from ledger.aggregates.employee.pay_returns import ReturnState, SettlementState
    from ledger.aggregates.employee.rewards import RewardState
    from ledger.aggregates.employee.sanctions import SanctionState

NoticeStatus = Literal["stands", "withdrawn", "revoked", "handled"]
AppealStatus = Literal["pending", "dismissed", "reduced", "revoked", "withdrawn", "moot"]


class Finding(Struct, frozen=True, gc=False):
    """The latest finding against the supervisor of a notice; `supervisor` None means the line supervisor of the day.

    `anew_at` is its position where an earlier one had been cleared; None of the first.
    """

    supervisor: str | None
    by: str
    on: date
    cleared: bool = False
    anew_at: int | None = None


class NoticeState(Struct, frozen=True, gc=False):
    """A notice as decisions see it."""

    notice: str
    scheme: str
    clause: str
    points: int
    occurred_at: datetime
    occurred_on: date
    month: str
    issued_by: str
    issued_on: date
    position: int
    standing: NoticeStatus = "stands"
    told: bool = False
    """Whether it was held out to the employee, be it that they refused to sign with nobody watching."""
    acknowledged_on: date | None = None
    """The day of its service."""
    rectified_on: date | None = None
    changed_on: date | None = None
    """When its clause or its time was corrected last."""
    finding: Finding | None = None
    withdrawn_on: date | None = None
    replaces: str | None = None
    replaced_by: str | None = None
    referred: str | None = None
    """The open case by which it goes by the handbook."""
    returned_on: date | None = None
    """When it came back from the handbook: its window begins anew."""
    place: str | None = None
    found_as: str | None = None
    """The finding of a round that it was issued from."""


class AppealState(Struct, frozen=True, gc=False):
    """An appeal as decisions and the appeals report see it. `since` is the filing or the last escalation."""

    appeal: str
    appellant: str
    against: ObjectKind
    target: str
    month: str
    ground: str
    respondent: str
    route: tuple[RouteLevel, ...]
    conflicted: tuple[str, ...]
    level: str
    status: AppealStatus
    filed_on: date
    since: date
    due_on: date
    position: int
    """Of its filing."""
    decided_on: date | None = None
    decided_by: str | None = None
    deciders: tuple[str, ...] = ()

    def higher_levels(self) -> list[Level]:
        """The levels to which it can still be escalated, the next one first; company last, filled or waiting (domain §6)."""
        above = (step for step in self.route if RANKS[step.level] > RANKS[self.level])
        return [step.level for step in above if step.skipped is None or step.level == "company"]


class HearingState(Struct, frozen=True, gc=False):
    """A hearing: about an appeal (`appeal`), or about the dismissal review of `month` (`appeal` None)."""

    month: str
    appeal: str | None
    by: str
    on: date
    position: int


class UnionNoticeState(Struct, frozen=True, gc=False):
    """That the union was told of the dismissal review of a month."""

    month: str
    by: str
    on: date
    position: int


def nothing() -> dict[str, dict[str, Any]]:
    """No thing of any kind."""
    return {kind: {} for kind in OWNED}


class Placement(Struct, frozen=True, gc=False):
    """Where somebody belongs and belonged: what the events of `PLACES` come to, without the name."""

    employee: str
    registered_from: date
    sites: Timeline[str] = field(default_factory=Timeline)
    departments: Timeline[str] = field(default_factory=Timeline)
    supervisors: Timeline[str | None] = field(default_factory=Timeline)
    posts: Timeline[str | None] = field(default_factory=Timeline)
    absences: tuple[Absence, ...] = ()
    """In the order of their days; of the last one the person may not be back."""
    erased_on: date | None = None

    @property
    def last_site(self) -> str:
        """The site of the latest move, be it still to come: for what asks no more than whereabouts somebody belongs."""
        return self.sites.changes[-1].value

    @property
    def all_sites(self) -> tuple[str, ...]:
        """Every site ever belonged to, each once."""
        return tuple(dict.fromkeys(change.value for change in self.sites.changes))

    def site_on(self, day: date) -> str:
        """The site of a day."""
        return self.site_in(month_of(day))

    def site_in(self, month: str) -> str:
        """The site of a month: a move begins with a month, so that there is one (domain §1)."""
        return self.sites.in_month(month)

    def department_at(self, site: str, day: date) -> str | None:
        """The department at a site on a day; of somebody who has moved on, the last one there."""
        while self.site_on(day) != site:
            moved = max((c.day for c in self.sites.changes if c.day <= day), default=None)
            if moved is None:
                return None
            day = moved - timedelta(days=1)
        return self.departments.on(day)

    @property
    def departed_on(self) -> date | None:
        """The last day of employment of somebody who has departed and is not back."""
        last = self.absences[-1] if self.absences else None
        return None if last is None or last.back_on is not None else last.last_day

    @property
    def employed_from(self) -> date:
        """The first day of the present or latest employment."""
        return max((a.back_on for a in self.absences if a.back_on is not None), default=self.registered_from)

    def employed_on(self, day: date) -> bool:
        """Whether the person is employed on a day; the day of departure still counts."""
        return self.registered_from <= day and not self.gone_by(day)

    def gone_by(self, day: date) -> bool:
        """Whether the person has departed before a day, and is not back on it."""
        return any(absence.covers(day) for absence in self.absences)

    def vacated(self, since: date, day: date) -> bool:
        """Whether a place or an office held since a day has ended with a departure before another day."""
        return any(absence.vacates(since, day) for absence in self.absences)


class EmployeeState(Placement, frozen=True, gc=False):
    """What an employee's stream comes to. The mappings are not to be changed outside the fold."""

    names: Timeline[str] = field(default_factory=Timeline)
    things: dict[str, dict[str, Any]] = field(default_factory=nothing)
    """What lives on the stream: kind → id → its state, a struct that says in `month` which month it is of, if any."""
    hearings: tuple[HearingState, ...] = ()
    union_notices: tuple[UnionNoticeState, ...] = ()
    returns: "tuple[ReturnState, ...]" = ()
    """The latest entry of each run of a site's month, in the order in which they were first made."""
    settlements: "tuple[SettlementState, ...]" = ()
    acknowledged: "tuple[SheetAcknowledged, ...]" = ()
    """The acknowledgements of appraisal sheets, in the order of recording."""
    bonus_bases: dict[str, int] = field(default_factory=dict)
    """Quarter → the base of its bonus, in fen."""
    deduction_notices: tuple[tuple[str, str], ...] = ()
    """Site and month of each close of which the person was told in writing."""
    answers: "dict[tuple[str, str], AnswerState]" = field(default_factory=dict)
    """What was answered in examinations: (sitting, question) → answer."""
    consents: "tuple[ConsentState, ...]" = ()
    """What was said last of each consent."""
    evidence: "tuple[AttachedFile, ...]" = ()
    """The files that lie with notices and appeals, in the order in which they were attached."""

    @property
    def notices(self) -> dict[str, NoticeState]:
        """The notices by id."""
        return self.things["notice"]

    @property
    def appeals(self) -> dict[str, AppealState]:
        """The appeals by id."""
        return self.things["appeal"]

    @property
    def rewards(self) -> "dict[str, RewardState]":
        """The rewards by id."""
        return self.things["reward"]

    @property
    def sanctions(self) -> "dict[str, SanctionState]":
        """The sanctions by id."""
        return self.things["sanction"]

    @property
    def name(self) -> str:
        """The latest name."""
        return self.names.last() or self.employee

    def appeals_against(self, *against: ObjectKind, target: str) -> list[AppealState]:
        """The appeals about a notice, its share or a sanction, which are of its month, in the order of filing."""
        kinds = {"sanction" if each == "sanction" else "notice" for each in against}
        things = (self.things[kind].get(target) for kind in kinds)
        months = {thing.month for thing in things if thing is not None}
        filed = of_months(self.appeals, months)
        return [a for a in filed if a.against in against and a.target == target]

    def pending_appeals(self, *against: ObjectKind, target: str) -> list[AppealState]:
        """Those of them that wait for a decision."""
        return [a for a in self.appeals_against(*against, target=target) if a.status == "pending"]

    def standing_sanctions(self, month: str) -> "list[SanctionState]":
        """The sanctions of a month that have not been revoked."""
        return [s for s in of_months(self.sanctions, (month,)) if s.stands]

    def standing_notices(self, *months: str) -> list[NoticeState]:
        """The notices that stand, of some months where any are given."""
        found = of_months(self.notices, months) if months else self.notices.values()
        return [n for n in found if n.standing == "stands"]

    def by_month(self) -> dict[str, "EmployeeState"]:
        """The same state month by month, each with the things of that month only."""
        found: dict[str, dict[str, dict[str, Any]]] = {}
        for kind, held in self.things.items():
            for name, thing in held.items():
                month = getattr(thing, "month", None)
                if month is not None:
                    if month not in found:
                        found[month] = nothing()
                    found[month][kind][name] = thing
        return {month: replace(self, things=things) for month, things in found.items()}
