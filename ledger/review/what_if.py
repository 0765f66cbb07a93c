"""What-if: the log plus the remedy's own event, or the same facts under another policy (law 5). Nothing is recorded.

A pending appeal is imagined decided; a decided one is imagined escalated and decided so; a notice is imagined
withdrawn. What it foretells is what happens if nothing else is recorded before.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from ledger.aggregates.context import Decision
from ledger.aggregates.employee.consequences import withdrawal
from ledger.aggregates.employee.route import reviewer_on
from ledger.aggregates.employee_state import AppealState, EmployeeState
from ledger.errors import InputError, WrongState
from ledger.events import Event, Recorded
from ledger.events.appeals import AppealDecided, AppealEscalated
from ledger.events.employees import employee_stream
from ledger.formats import month_before
from ledger.policy.model import Policy
from ledger.review import imagined
from ledger.review.impact import Impact, impact, impact_on
from ledger.state.introduction import month_of_thing
from ledger.state.ledger_context import LedgerContext
from ledger.state.ledger_state import LedgerState
from ledger.state.moot_appeals import mooted
from ledger.store.log import Log
from ledger.terms import Outcome, next_month

_NOBODY = imagined.NOBODY

CHECK = "check:"
"""What comes before the id of a mark that is imagined withdrawn."""


@dataclass(frozen=True, slots=True)
class Remedy:
    """An appeal decided so; `points` with `reduced` only."""

    appeal: str
    outcome: Outcome
    points: int | None = None


@dataclass(frozen=True, slots=True)
class Verification:
    """An objection verified with a score."""

    objection: str
    score: int


@dataclass(frozen=True, slots=True)
class CaseClosed:
    """A handbook case closed so."""

    case: str
    outcome: imagined.Closing


def what_if(
    log: Log,
    as_of: int | None,
    remedies: Sequence[Remedy | Verification | CaseClosed],
    without: Sequence[str],
    now: datetime,
) -> Impact:
    """What some remedies, withdrawn notices and marks (`check:ID`) would change together, in the order given."""
    return on(LedgerState(log, as_of), remedies, without, now)


def on(
    before: LedgerState,
    remedies: Sequence[Remedy | Verification | CaseClosed],
    without: Sequence[str],
    now: datetime,
) -> Impact:
    """The same on a ledger that is read already; nothing is added to it.

    Of people it begins with the months of what is imagined otherwise.
    """
    before = before.asking(_months(before, (*remedies, *without)))
    log, as_of = before.log, before.as_of
    after = LedgerState(log, as_of, before)
    position = log.position() if as_of is None else as_of
    added: list[Recorded] = []
    context = LedgerContext(after, now)
    for act in (*remedies, *without):
        owner, events = _without(context, act) if isinstance(act, str) else _remedied(context, act)
        for decision in _with_ended(context, owner, events):
            added.append(_add(after, decision, position + len(added) + 1, now))
    return impact(before, after, added)


def _months(state: LedgerState, acts: Iterable[Remedy | Verification | CaseClosed | str]) -> Iterator[str]:
    """The months of the appeals, objections, cases, notices and marks that are imagined otherwise, and those beside."""
    for act in acts:
        month = month_of_thing(state, *_thing(act))
        if month is not None:  # what is of one instant may be of two months
            yield from (month_before(month), month, next_month(month))


def _thing(act: Remedy | Verification | CaseClosed | str) -> tuple[str, str]:
    """Kind and id of what is imagined otherwise."""
    match act:
        case Remedy():
            return "appeal", act.appeal
        case Verification():
            return "objection", act.objection
        case CaseClosed():
            return "case", act.case
    return ("check", act.removeprefix(CHECK)) if act.startswith(CHECK) else ("notice", act)


def _remedied(
    context: LedgerContext, remedy: Remedy | Verification | CaseClosed
) -> tuple[EmployeeState, list[Event]]:
    """Whose stream a remedy is on, and its events."""
    if isinstance(remedy, Verification):
        return imagined.verified(context, remedy.objection, remedy.score)
    if isinstance(remedy, CaseClosed):
        return imagined.closed(context, remedy.case, remedy.outcome)
    owner = context.owner_of("appeal", remedy.appeal)
    return owner, _decided(context, owner, owner.appeals[remedy.appeal], remedy)


def _without(context: LedgerContext, name: str) -> tuple[EmployeeState, list[Event]]:
    """The same for a notice, or for a mark after `check:`."""
    if name.startswith(CHECK):
        return imagined.unmarked(context, name.removeprefix(CHECK))
    owner = context.owner_of("notice", name)
    return owner, _withdrawn(context, owner, name)


def what_if_policy(
    log: Log,
    as_of: int | None,
    policy: Policy,
    employees: Iterable[str],
    month: str | None,
    site: str | None = None,
) -> Impact:
    """The same facts under a candidate policy (of one site, or all), for some employees; in one month or in all."""
    before = LedgerState(log, as_of)
    after = LedgerState(log, as_of, before)
    after.candidate, after.candidate_site = policy, site
    cells = {
        (employee, one)
        for employee in employees
        for one in _months_of(before, employee)
        if month in (None, one)
    }
    return impact_on(before, after, cells)


def _months_of(ledger_state: LedgerState, employee: str) -> set[str]:
    """The months in which somebody has figures of their own, or may bear a share of others'."""
    below = ledger_state.supervised_by(employee)
    ledger_state.load(map(employee_stream, below))
    return {one for name in (employee, *below) for one in ledger_state.facts(name).months()}


def _with_ended(context: LedgerContext, owner: EmployeeState, events: Iterable[Event]) -> list[Decision]:
    """Events of somebody's stream, and the appeals that end with them, as a recording would make them."""
    made = [Decision(employee_stream(owner.employee), event) for event in events]
    return [*made, *mooted(context.state, made, context.today)]


def _add(ledger_state: LedgerState, decision: Decision, position: int, now: datetime) -> Recorded:
    recorded = Recorded(
        position=position,
        stream=decision.stream,
        version=ledger_state.next_version(decision.stream),
        recorded_at=now,
        operator=_NOBODY,
        command="",
        subject="",
        step=0,
        event=decision.event,
    )
    ledger_state.add(recorded)
    return recorded


def _decided(
    context: LedgerContext, owner: EmployeeState, appeal: AppealState, remedy: Remedy
) -> list[Event]:
    """The decision, behind an escalation where the appeal was decided before."""
    today = context.today(owner.site_in(appeal.month))
    _check(owner, appeal, remedy)
    shared = {
        "appeal": appeal.appeal,
        "employee": owner.employee,
        "month": appeal.month,
        "against": appeal.against,
        "target": appeal.target,
        "on": max(today, appeal.since),
    }
    events: list[Event] = []
    if appeal.status in ("dismissed", "reduced"):
        events.append(
            AppealEscalated(
                **shared,
                by=appeal.appellant,
                statement=_NOBODY,
                level=appeal.level,
                due_on=shared["on"],
            )
        )
    level, reviewer = reviewer_on(context, owner, appeal, today)
    events.append(
        AppealDecided(
            **shared,
            outcome=remedy.outcome,
            points=remedy.points,
            reasons=_NOBODY,
            by=reviewer or _NOBODY,
            level=level,
        )
    )
    return events


def _check(owner: EmployeeState, appeal: AppealState, remedy: Remedy) -> None:
    """Only outcomes that could happen are imagined."""
    if appeal.status in ("revoked", "withdrawn", "moot"):
        raise WrongState("appeal_over", appeal=appeal.appeal, status=appeal.status)
    if (remedy.outcome == "reduced") != (remedy.points is not None):
        raise InputError("points_go_with_reduced").at(field="points")
    if remedy.points is None:
        return
    if appeal.against != "notice":
        raise WrongState("only_notices_reduced", appeal=appeal.appeal)
    points = owner.notices[appeal.target].points
    if not 1 <= remedy.points < points:
        raise WrongState("reduction_not_fewer", notice=appeal.target, points=points)


def _withdrawn(context: LedgerContext, owner: EmployeeState, name: str) -> list[Event]:
    notice = owner.notices[name]
    if notice.standing != "stands":
        raise WrongState(f"notice_{notice.standing}", notice=name)
    today = context.today(owner.site_in(notice.month))
    return withdrawal(context, owner, notice, reason=_NOBODY, by=_NOBODY, on=today)
