"""Evidence files with notices and appeals: who may attach which, until when, and take one out again (domain §§2, 6)."""

from dataclasses import dataclass
from datetime import date

from msgspec import Struct
from msgspec.structs import replace

from ledger.aggregates.authority import policy_of_month, require_between
from ledger.aggregates.context import Decision, DecisionContext
from ledger.aggregates.dispatch import decides
from ledger.aggregates.employee.evolve import evolves
from ledger.aggregates.employee.route import reviewer_on
from ledger.aggregates.employee_state import AppealState, EmployeeState, NoticeState
from ledger.commands.evidence import AttachEvidence, DiscardEvidence, EvidencedThing
from ledger.errors import NotEntitled, Taken, Unknown, WrongState
from ledger.events.employees import employee_stream
from ledger.events.evidence import EvidenceAttached, EvidenceDiscarded

_MEBIBYTE = 1024 * 1024


class AttachedFile(Struct, frozen=True, gc=False):
    """A file that was attached and is not discarded; its size in bytes."""

    notice: str | None
    appeal: str | None
    sha256: str
    size: int
    by: str
    whose: str


@dataclass(frozen=True, slots=True)
class _Thing:
    """What a file goes with: since when, of which month, who may attach, whose a file of somebody is, what closed it."""

    kind: str
    id: str
    employee: EmployeeState
    month: str
    since: date
    may: tuple[str, ...]
    appellant: str
    closed: str | None


@evolves
def _(event: EvidenceAttached, state: EmployeeState, position: int) -> EmployeeState:
    attached = AttachedFile(event.notice, event.appeal, event.sha256, event.size, event.by, event.whose)
    return replace(state, evidence=(*state.evidence, attached))


@evolves
def _(event: EvidenceDiscarded, state: EmployeeState, position: int) -> EmployeeState:
    gone = (event.notice, event.appeal, event.sha256)
    left = (file for file in state.evidence if (file.notice, file.appeal, file.sha256) != gone)
    return replace(state, evidence=tuple(left))


@decides(AttachEvidence)
def attach_evidence(command: AttachEvidence, context: DecisionContext) -> list[Decision]:
    """Each file once, within the policy's limits, and nothing after the decision: a new fact is a new appeal."""
    thing = _thing(context, command.to, command.on)
    employee, file = thing.employee, command.evidence
    require_between(context, employee.site_in(thing.month), command.on, thing.since, _SINCE[thing.kind])
    if command.by not in thing.may:
        context.employee(command.by)
        raise NotEntitled("evidence_not_entitled", by=command.by, id=thing.id, may=", ".join(thing.may))
    if _found(thing, file.sha256) is not None:
        raise Taken("evidence_attached_already", id=thing.id, sha256=file.sha256)
    _require_open(thing)
    _check_limits(context, thing, file.size)
    event = EvidenceAttached(
        employee=employee.employee,
        notice=command.to.notice,
        appeal=command.to.appeal,
        whose=thing.appellant if command.by == thing.appellant else employee.employee,
        file=file.name,
        sha256=file.sha256,
        size=file.size,
        by=command.by,
        on=command.on,
    )
    return [Decision(employee_stream(employee.employee), event)]


@decides(DiscardEvidence)
def discard_evidence(command: DiscardEvidence, context: DecisionContext) -> list[Decision]:
    """By whoever attached it, for as long as something may be attached there."""
    thing = _thing(context, command.of, command.on)
    employee = thing.employee
    require_between(context, employee.site_in(thing.month), command.on, thing.since, _SINCE[thing.kind])
    file = _found(thing, command.sha256)
    if file is None:
        raise Unknown("evidence_unknown", id=thing.id, sha256=command.sha256)
    if command.by != file.by:
        context.employee(command.by)
        raise NotEntitled("evidence_of_another", by=command.by, attached_by=file.by, id=thing.id)
    _require_open(thing)
    event = EvidenceDiscarded(
        employee=employee.employee,
        notice=command.of.notice,
        appeal=command.of.appeal,
        whose=file.whose,
        sha256=command.sha256,
        reason=command.reason,
        by=command.by,
        on=command.on,
    )
    return [Decision(employee_stream(employee.employee), event)]


# --- what the rules above ask -----------------------------------------------------------------------

_SINCE = {"notice": "issue", "appeal": "appeal"}
"""What a day may not lie before, by the kind of thing."""


def _thing(context: DecisionContext, named: EvidencedThing, on: date) -> _Thing:
    if named.notice is not None:
        employee = context.owner_of("notice", named.notice)
        return _of_notice(employee, employee.notices[named.notice])
    assert named.appeal is not None
    employee = context.owner_of("appeal", named.appeal)
    return _of_appeal(context, employee, employee.appeals[named.appeal], on)


def _of_notice(employee: EmployeeState, notice: NoticeState) -> _Thing:
    """By its issuer or finder, while it stands and no appeal about it was decided."""
    finder = notice.finding
    may = {notice.issued_by} | (set() if finder is None or finder.cleared else {finder.by})
    appeals = employee.appeals_against("notice", "liability", target=notice.notice)
    decided = any(appeal.deciders for appeal in appeals)
    closed = notice.standing if notice.standing != "stands" else "appeal_decided" if decided else None
    since, whose = notice.issued_on, employee.employee
    return _Thing("notice", notice.notice, employee, notice.month, since, tuple(sorted(may)), whose, closed)


def _of_appeal(context: DecisionContext, employee: EmployeeState, appeal: AppealState, on: date) -> _Thing:
    """By both sides and the reviewer, while it waits for a decision."""
    pending = appeal.status == "pending"
    reviewer = reviewer_on(context, employee, appeal, on)[1] if pending else appeal.decided_by
    may = tuple(dict.fromkeys(filter(None, (appeal.appellant, appeal.respondent, reviewer))))
    closed, whose = None if pending else str(appeal.status), appeal.appellant
    return _Thing("appeal", appeal.appeal, employee, appeal.month, appeal.since, may, whose, closed)


def _files(thing: _Thing) -> list[AttachedFile]:
    return [file for file in thing.employee.evidence if getattr(file, thing.kind) == thing.id]


def _found(thing: _Thing, sha256: str) -> AttachedFile | None:
    return next((file for file in _files(thing) if file.sha256 == sha256), None)


def _require_open(thing: _Thing) -> None:
    if thing.closed is not None:
        raise WrongState("evidence_closed", id=thing.id, status=thing.closed)


def _check_limits(context: DecisionContext, thing: _Thing, size: int) -> None:
    """WrongState `evidence_too_large` for one file, `evidence_full` for what one notice or appeal may hold in all."""
    limits = policy_of_month(context, thing.employee.site_in(thing.month), thing.month).evidence
    if size > limits.file_mebibytes * _MEBIBYTE:
        raise WrongState("evidence_too_large", id=thing.id, size=size, mebibytes=limits.file_mebibytes)
    files = _files(thing)
    in_all = sum(file.size for file in files) + size
    if len(files) >= limits.files or in_all > limits.total_mebibytes * _MEBIBYTE:
        fields = {"files": limits.files, "mebibytes": limits.total_mebibytes, "held": len(files)}
        raise WrongState("evidence_full", id=thing.id, **fields)
