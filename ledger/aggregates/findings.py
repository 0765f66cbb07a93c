"""Findings of a round: a fault of somebody's or of the site's, until it is a notice, put right or dropped (appraisal §9.1).

One that names somebody lives on their stream, since its words are theirs; one of the site lives on the round's.
"""

from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import Any, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from ledger.aggregates.authority import (
    civil_day,
    offices_of,
    require_between,
    require_employed,
    require_not_before,
)
from ledger.aggregates.context import Decision, DecisionContext
from ledger.aggregates.dispatch import decides
from ledger.aggregates.employee.evolve import evolves
from ledger.aggregates.employee.notices import issue_notice
from ledger.aggregates.employee_state import EmployeeState
from ledger.aggregates.evidence import files_of
from ledger.aggregates.stream_state import StreamState, evolves_apart
from ledger.commands.inspections import (
    DropFinding,
    IssueNoticeFromFinding,
    RecordInspection,
    RectifyFinding,
    RoundFinding,
)
from ledger.commands.notices import Evidence, IssueNotice
from ledger.errors import NotEntitled, Taken, WrongState
from ledger.events.employees import employee_stream
from ledger.events.inspections import (
    FindingDropped,
    FindingNoticed,
    FindingRecorded,
    FindingRectified,
    inspection_stream,
)
from ledger.events.notices import NoticeIssued
from ledger.terms import month_of

_UNDOING = {"director", "manager"}


class FindingState(Struct, frozen=True, gc=False):
    """A finding as decisions and reports see it; `notices` are those issued from it, each with whose it is."""

    finding: str
    inspection: str
    site: str
    employee: str | None
    month: str
    clause: str
    occurred_at: datetime
    occurred_on: date
    place: str | None
    points: int | None
    rectify_by: date | None
    by: str
    on: date
    notices: tuple[tuple[str, str], ...] = ()
    rectified_on: date | None = None
    dropped_on: date | None = None


def _recorded_as(event: FindingRecorded, known: None) -> FindingState:
    return FindingState(
        finding=event.finding,
        inspection=event.inspection,
        site=event.site,
        employee=event.employee,
        month=event.month,
        clause=event.clause,
        occurred_at=event.occurred_at,
        occurred_on=event.occurred_on,
        place=event.place,
        points=event.points,
        rectify_by=event.rectify_by,
        by=event.by,
        on=event.on,
    )


def _noticed(event: FindingNoticed, known: FindingState) -> FindingState:
    return replace(known, notices=(*known.notices, (event.issued_to, event.notice)))


def _rectified(event: FindingRectified, known: FindingState) -> FindingState:
    return replace(known, rectified_on=event.on)


def _dropped(event: FindingDropped, known: FindingState) -> FindingState:
    return replace(known, dropped_on=event.on)


S = TypeVar("S", EmployeeState, StreamState)


def _folding(change: Callable[[Any, Any], FindingState]) -> Callable[[Any, S, int], S]:
    """A rule of the fold, on whichever stream a finding lives."""

    def fold(event: Any, state: S, position: int) -> S:
        held = state.things.setdefault("finding", {})
        held[event.finding] = change(event, held.get(event.finding))
        return state

    return fold


for _kind, _change in (
    (FindingRecorded, _recorded_as),
    (FindingNoticed, _noticed),
    (FindingRectified, _rectified),
    (FindingDropped, _dropped),
):
    evolves(_kind, _folding(_change))
    evolves_apart(_kind, _folding(_change))


def finding_stream(finding: FindingState) -> str:
    """The stream of a finding: of whom it names, else of its round."""
    if finding.employee is None:
        return inspection_stream(finding.inspection)
    return employee_stream(finding.employee)


def findings_of(context: DecisionContext, command: RecordInspection) -> Iterator[Decision]:
    """The findings of a round that is recorded. Taken `id_taken`; WrongState `finding_on_oneself`; WrongTime, Unknown."""
    seen: set[str] = set()
    for found in command.findings or ():
        if found.finding in seen or context.is_taken("finding", found.finding):
            raise Taken("id_taken", kind="finding", id=found.finding)
        seen.add(found.finding)
        yield _recorded(context, command, found)


def _recorded(context: DecisionContext, command: RecordInspection, found: RoundFinding) -> Decision:
    occurred_on = civil_day(context, command.site, found.occurred_at)
    require_not_before(command.on, occurred_on, "occurrence")
    if found.employee is not None:
        require_employed(context, found.employee, occurred_on)
        if found.employee in (command.by, *(command.with_ or ())):
            raise WrongState("finding_on_oneself", finding=found.finding, by=found.employee)
    if found.rectify_by is not None:
        require_not_before(found.rectify_by, occurred_on, "occurrence")
    event = FindingRecorded(
        finding=found.finding,
        inspection=command.inspection,
        site=command.site,
        employee=found.employee,
        month=month_of(occurred_on),
        clause=found.clause,
        occurred_at=found.occurred_at,
        occurred_on=occurred_on,
        place=found.place,
        narrative=found.narrative,
        points=found.points,
        rectify_by=found.rectify_by,
        evidence=files_of(found.evidence),
        by=command.by,
        on=command.on,
    )
    stream = inspection_stream(command.inspection)
    return Decision(stream if found.employee is None else employee_stream(found.employee), event)


@decides(IssueNoticeFromFinding)
def issue_notice_from_finding(command: IssueNoticeFromFinding, context: DecisionContext) -> list[Decision]:
    """The notice a finding stands for, under every rule for a notice typed by hand (篇3 4.1.3)."""
    found = _kept(context, command.finding)
    if context.is_taken("notice", command.notice):
        raise Taken("id_taken", kind="notice", id=command.notice)
    _require_unnoticed(context, command.finding)
    issued_to = _issued_to(found, command)
    points = command.points or found.points
    if points is None:
        raise WrongState("points_missing", finding=command.finding)
    narrative, evidence = _words(context, command)
    notice = (
        IssueNotice.model_construct(  # what is sealed, as it is when decided again, has no length of its own
            None,
            do="issue_notice",
            notice=command.notice,
            employee=issued_to,
            clause=found.clause,
            points=points,
            occurred_at=found.occurred_at,
            narrative=narrative,
            issued_by=command.issued_by,
            issued_on=command.issued_on,
            inspection=found.inspection,
            **_given(place=found.place, evidence=evidence, distinct_because=command.distinct_because),
        )
    )
    noticed = FindingNoticed(
        finding=found.finding,
        inspection=found.inspection,
        site=found.site,
        employee=found.employee,
        notice=command.notice,
        notice_to=command.employee,
        issued_to=issued_to,
        issued_by=command.issued_by,
        issued_on=command.issued_on,
    )
    return [Decision(finding_stream(found), noticed), *_issued(context, notice, found.finding)]


def _given(**fields: object) -> dict[str, Any]:
    """The fields that say anything: an optional one is left out, and never null."""
    return {name: value for name, value in fields.items() if value}


def _issued(context: DecisionContext, notice: IssueNotice, finding: str) -> Iterator[Decision]:
    """What issuing the notice comes to; it says which finding it was."""
    for decision in issue_notice(notice, context):
        event = decision.event
        if isinstance(event, NoticeIssued):
            event = event.model_copy(update={"finding": finding})
        yield Decision(decision.stream, event)


def _words(context: DecisionContext, command: IssueNoticeFromFinding) -> tuple[str, list[Evidence]]:
    """What the notice says and shows: the issuer's words where there are any, else the finding's."""
    if command.narrative is not None and command._evidence is not None:
        return command.narrative, command._evidence
    said = context.words_of("finding", command.finding)
    assert isinstance(said, FindingRecorded)
    evidence = [Evidence(name=each.name, sha256=each.sha256) for each in said.evidence]
    return command.narrative or said.narrative, evidence


def _issued_to(found: FindingState, command: IssueNoticeFromFinding) -> str:
    """Whom the finding names, else the issuer. WrongState `finding_names_nobody`, `finding_names_other`."""
    named = found.employee or command.employee
    if named is None:
        raise WrongState("finding_names_nobody", finding=found.finding)
    if command.employee not in (None, named):
        raise WrongState("finding_names_other", finding=found.finding, employee=named, asked=command.employee)
    return named


@decides(RectifyFinding)
def rectify_finding(command: RectifyFinding, context: DecisionContext) -> list[Decision]:
    """What is the site's is put right; what names somebody is rectified as their notice (篇3 4.1.3)."""
    found = _kept(context, command.finding)
    if found.employee is not None:
        raise WrongState("finding_names_somebody", finding=found.finding, employee=found.employee)
    if found.rectified_on is not None:
        raise WrongState("finding_rectified", finding=found.finding, on=found.rectified_on)
    require_between(context, found.site, command.on, found.occurred_on, "occurrence")
    require_employed(context, command.by, command.on)
    event = FindingRectified(**_about(found), action=command.action, by=command.by, on=command.on)
    return [Decision(finding_stream(found), event)]


@decides(DropFinding)
def drop_finding(command: DropFinding, context: DecisionContext) -> list[Decision]:
    """Not pursued, by whoever recorded it, the director or the manager, never by whom it names."""
    found = _kept(context, command.finding)
    require_between(context, found.site, command.on, found.on, "inspection")
    require_employed(context, command.by, command.on)
    if command.by == found.employee:
        raise NotEntitled("own_finding", by=command.by, finding=found.finding)
    if command.by != found.by and not _UNDOING & offices_of(context, command.by, found.site, command.on):
        raise NotEntitled(
            "finding_undoing_not_entitled", by=command.by, done_by=found.by, finding=found.finding
        )
    _require_unnoticed(context, command.finding)
    event = FindingDropped(**_about(found), reason=command.reason, by=command.by, on=command.on)
    return [Decision(finding_stream(found), event)]


def _about(found: FindingState) -> dict[str, Any]:
    return {
        "finding": found.finding,
        "inspection": found.inspection,
        "site": found.site,
        "employee": found.employee,
    }


def _kept(context: DecisionContext, finding: str) -> FindingState:
    """A finding that is pursued, of a round that stands. Unknown; WrongState `finding_dropped`, `inspection_withdrawn`."""
    found: FindingState = context.thing("finding", finding)
    if context.thing("inspection", found.inspection).withdrawn_on is not None:
        raise WrongState("inspection_withdrawn", inspection=found.inspection)
    if found.dropped_on is not None:
        raise WrongState("finding_dropped", finding=finding, on=found.dropped_on)
    return found


def _require_unnoticed(context: DecisionContext, finding: str) -> None:
    """No notice of it stands, and none was set aside for good. WrongState `noticed_already`, `finding_revoked`."""
    standing = context.finding_status(finding)
    if standing.status == "noticed":
        raise Taken("noticed_already", finding=finding, notice=standing.notice)
    if standing.status == "revoked":
        raise WrongState("finding_revoked", finding=finding, notice=standing.notice)
