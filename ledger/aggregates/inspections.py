"""Inspection rounds 檢查: who looked at which clauses, and what they said of each (appraisal §9.1; 篇3 4.1.1)."""

from datetime import date

from msgspec import Struct
from msgspec.structs import replace

from ledger.aggregates.authority import (
    civil_day,
    heads_department,
    offices_of,
    policy_of_month,
    require_between,
    require_employed,
)
from ledger.aggregates.context import Decision, DecisionContext
from ledger.aggregates.dispatch import decides
from ledger.aggregates.findings import findings_of
from ledger.aggregates.stream_state import StreamState, evolves_apart
from ledger.commands.inspections import ClauseAnswer, RecordInspection, WithdrawInspection
from ledger.errors import InputError, NotEntitled, Taken, Unknown, WrongState, WrongTime
from ledger.events.inspections import (
    InspectionRecorded,
    InspectionWithdrawn,
    RecordedAnswer,
    inspection_stream,
)
from ledger.formats import area_of
from ledger.policy.model import Clause, Policy
from ledger.terms import format_local, month_of

_EVERYWHERE = {"inspector", "quality", "director", "manager"}
_UNDOING = {"director", "manager"}


class InspectionState(Struct, frozen=True, gc=False):
    """A round as decisions and reports see it; `answers` is clause → (result, reading)."""

    inspection: str
    site: str
    month: str
    sort: str
    department: str | None
    team: str | None
    follows: str | None
    asked: tuple[str, ...]
    answers: dict[str, tuple[str, int | None]]
    findings: tuple[str, ...]
    looked_on: date
    by: str
    with_: tuple[str, ...]
    on: date
    withdrawn_on: date | None = None


@evolves_apart
def _(event: InspectionRecorded, state: StreamState, position: int) -> StreamState:
    told = InspectionState(
        inspection=event.inspection,
        site=event.site,
        month=event.month,
        sort=event.sort,
        department=event.department,
        team=event.team,
        follows=event.follows,
        asked=event.asked,
        answers={answer.clause: (answer.result, answer.reading) for answer in event.answers},
        findings=event.findings,
        looked_on=event.looked_on,
        by=event.by,
        with_=event.with_,
        on=event.on,
    )
    return state.put("inspection", event.inspection, told)


@evolves_apart
def _(event: InspectionWithdrawn, state: StreamState, position: int) -> StreamState:
    told = replace(state.things["inspection"][event.inspection], withdrawn_on=event.on)
    return state.put("inspection", event.inspection, told)


@decides(RecordInspection)
def record_inspection(command: RecordInspection, context: DecisionContext) -> list[Decision]:
    """One answer a clause asked, a finding for each fault, by somebody who may look there."""
    if context.is_taken("inspection", command.inspection):
        raise Taken("id_taken", kind="inspection", id=command.inspection)
    looked_on = _looked_on(context, command)
    policy = policy_of_month(context, command.site, month_of(looked_on))
    _check_inspector(context, command)
    if command.kind == "follow_up" and command.follows is None:
        raise InputError("follows_needed", inspection=command.inspection)
    if command.follows is not None:
        context.thing("inspection", command.follows)
    asked = _asked(context, command, policy, month_of(looked_on))
    _check_answers(command, asked, policy)
    event = InspectionRecorded(
        inspection=command.inspection,
        site=command.site,
        month=month_of(looked_on),
        sort=command.kind,
        department=command.department,
        team=command.team,
        follows=command.follows,
        clauses=None if command.clauses is None else tuple(command.clauses),
        asked=asked,
        started_at=command.started_at,
        ended_at=command.ended_at,
        looked_on=looked_on,
        by=command.by,
        with_=tuple(command.with_ or ()),
        on=command.on,
        answers=tuple(_recorded(answer) for answer in command.answers),
        notes={answer.clause: answer.note for answer in command.answers if answer.note is not None},
        findings=tuple(found.finding for found in command.findings or ()),
    )
    return [Decision(inspection_stream(command.inspection), event), *findings_of(context, command)]


@decides(WithdrawInspection)
def withdraw_inspection(command: WithdrawInspection, context: DecisionContext) -> list[Decision]:
    """Taken back by whoever recorded it, the director or the manager, while no notice of a finding stands."""
    found: InspectionState = context.thing("inspection", command.inspection)
    if found.withdrawn_on is not None:
        raise WrongState("inspection_withdrawn", inspection=command.inspection)
    require_between(context, found.site, command.on, found.on, "inspection")
    require_employed(context, command.by, command.on)
    if command.by != found.by and not _UNDOING & offices_of(context, command.by, found.site, command.on):
        raise NotEntitled(
            "inspection_undoing_not_entitled",
            by=command.by,
            done_by=found.by,
            inspection=command.inspection,
        )
    for finding in found.findings:
        notice = context.finding_status(finding).notice
        if notice is not None and context.owner_of("notice", notice).notices[notice].standing == "stands":
            raise WrongState("inspection_has_notices", inspection=command.inspection, notice=notice)
    event = InspectionWithdrawn(
        inspection=command.inspection, site=found.site, reason=command.reason, by=command.by, on=command.on
    )
    return [Decision(inspection_stream(command.inspection), event)]


def _recorded(answer: ClauseAnswer) -> RecordedAnswer:
    return RecordedAnswer(clause=answer.clause, result=answer.result, reading=answer.reading)


def _looked_on(context: DecisionContext, command: RecordInspection) -> date:
    """The civil day on which the round began; it ended not before, and is recorded not before. WrongTime."""
    looked_on = civil_day(context, command.site, command.started_at)
    if command.ended_at is not None:
        civil_day(context, command.site, command.ended_at)
        if command.ended_at < command.started_at:
            zone = context.site(command.site).timezone
            on, earliest = (format_local(each, zone) for each in (command.ended_at, command.started_at))
            raise WrongTime("before_its_cause", on=on, earliest=earliest, what="inspection")
    require_between(context, command.site, command.on, looked_on, "inspection")
    return looked_on


def _check_inspector(context: DecisionContext, command: RecordInspection) -> None:
    """Inspector, quality, director and manager look anywhere, a head at home, the office at documents (篇3 4.1.1, 4.1.2).

    Unknown, WrongTime `not_employed`, NotEntitled `inspection_not_entitled`.
    """
    require_employed(context, command.by, command.on)
    for each in command.with_ or ():
        require_employed(context, each, command.on)
    held = offices_of(context, command.by, command.site, command.on)
    own = command.department is not None and heads_department(
        context, command.by, command.site, command.department, command.on
    )
    if not (held & _EVERYWHERE or own or (command.kind == "documents" and "office" in held)):
        where = command.department or command.site
        raise NotEntitled("inspection_not_entitled", by=command.by, where=where, on=command.on)


def _asked(
    context: DecisionContext, command: RecordInspection, policy: Policy, month: str
) -> tuple[str, ...]:
    """The codes that the round asks, in the order of the catalogue. Unknown `clause_unknown`."""
    known = [clause.code for clause in policy.clauses]
    wanted = command.clauses
    if wanted is None and command.kind == "follow_up" and command.follows is not None:
        earlier: InspectionState = context.thing("inspection", command.follows)
        wanted = [code for code, (result, _) in earlier.answers.items() if result == "fault"]
    if wanted is None:
        return tuple(known)
    for code in wanted:
        if not any(_is_of(clause, code) for clause in known):
            raise Unknown("clause_unknown", clause=code, policy=policy.version, month=month)
    return tuple(clause for clause in known if any(_is_of(clause, code) for code in wanted))


def _is_of(clause: str, asked: str) -> bool:
    """Whether a clause is the one asked for, or of the area asked for."""
    return clause == asked or area_of(clause) == asked


def _check_answers(command: RecordInspection, asked: tuple[str, ...], policy: Policy) -> None:
    """InputError `clause_twice`; WrongState `clause_not_asked`, `reading_contradicts`, `fault_without_finding`."""
    found = {finding.clause for finding in command.findings or ()}
    answered: set[str] = set()
    for answer in command.answers:
        if answer.clause in answered:
            raise InputError("clause_twice", clause=answer.clause, inspection=command.inspection)
        answered.add(answer.clause)
        if answer.clause not in asked:
            raise WrongState("clause_not_asked", clause=answer.clause, inspection=command.inspection)
        _check_reading(answer, policy.catalogue[answer.clause])
        if answer.result == "fault" and answer.clause not in found:
            raise WrongState("fault_without_finding", clause=answer.clause)
    faults = {answer.clause for answer in command.answers if answer.result == "fault"}
    for finding in command.findings or ():
        if finding.clause not in faults:
            raise WrongState("finding_without_fault", finding=finding.finding, clause=finding.clause)


def _check_reading(answer: ClauseAnswer, clause: Clause) -> None:
    """A reading outside the bounds of the clause's measure is a fault. WrongState `reading_contradicts`."""
    measure, reading = clause.measure, answer.reading
    if measure is None or reading is None or answer.result == "fault":
        return
    low, high = measure.at_least, measure.at_most
    if (low is not None and reading < low) or (high is not None and reading > high):
        raise WrongState("reading_contradicts", clause=clause.code, reading=reading, low=low, high=high)
