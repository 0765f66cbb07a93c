"""From publication to approval: who may publish, report, return, certify and approve, and when (篇4 4.3.6, 3.1, 3.3)."""

import hashlib
import json
from collections.abc import Iterable
from datetime import date

from ledger.aggregates.appraisal_deadlines import is_late, objections_until
from ledger.aggregates.appraisal_steps import (
    approver_parties,
    certifier_parties,
    come_so_far,
    not_certified,
    not_reported,
    objections_in,
    require_step,
)
from ledger.aggregates.authority import require_employed, require_not_before, require_not_future
from ledger.aggregates.context import Decision, DecisionContext, SheetScore
from ledger.aggregates.department_month import Act, DepartmentMonth, Status
from ledger.aggregates.dispatch import decides
from ledger.aggregates.scope import headed_by, require_head, scored_departments
from ledger.commands.appraisals import (
    ApproveAppraisal,
    CertifyAppraisal,
    PublishAppraisal,
    ReportAppraisal,
    ReturnAppraisal,
)
from ledger.errors import NotEntitled, Taken, WrongState, WrongTime
from ledger.events.appraisals import (
    AppraisalApproved,
    AppraisalCertified,
    AppraisalPublished,
    AppraisalReported,
    AppraisalReturned,
    ApprovedSheet,
    PublishedSheet,
)
from ledger.events.sheets import appraisal_stream
from ledger.terms import last_day

Asked = PublishAppraisal | ReportAppraisal | CertifyAppraisal | ApproveAppraisal | ReturnAppraisal


def stream_of(found: DepartmentMonth) -> str:
    """The stream of a department's month."""
    return appraisal_stream(found.site, found.month, found.department)


# --- publication ------------------------------------------------------------------------------------


@decides(PublishAppraisal)
def publish_appraisal(command: PublishAppraisal, context: DecisionContext) -> list[Decision]:
    """By the head, on the month's last day or later: what the sheets come to, computed and not chosen."""
    _require_actor(context, command)
    departments = _headed(context, command, "open")
    if command.on < last_day(command.month):
        raise WrongTime("appraisal_not_due", month=command.month, last=last_day(command.month), on=command.on)
    decisions = []
    for found in departments:
        act = found.latest("published")
        if act is not None:
            raise Taken("published_already", department=found.department, month=found.month, on=act.on)
        event = AppraisalPublished(
            site=found.site,
            month=found.month,
            department=found.department,
            by=command.by,
            on=command.on,
            late=command.on > last_day(command.month),
            sheets=tuple(
                PublishedSheet(employee=each.employee, dimensions=each.dimensions, score=each.score)
                for each in context.sheets_of(found.site, found.month, found.department)
            ),
        )
        decisions.append(Decision(stream_of(found), event))
    return decisions


def _require_actor(context: DecisionContext, command: Asked) -> None:
    context.site(command.site)
    require_not_future(context, command.site, command.on)
    require_employed(context, command.by, command.on)


def _headed(
    context: DecisionContext, command: PublishAppraisal | ReportAppraisal, status: Status
) -> list[DepartmentMonth]:
    """The department named, which `by` must head; or every one headed that day that has come just so far."""
    site, month = command.site, command.month
    if command.department is not None:
        if command.department not in scored_departments(context, site, month):
            raise WrongState("department_not_scored", department=command.department, month=month)
        require_head(context, command.by, site, command.department, command.on)
        return [context.department_month(site, month, command.department)]
    headed = headed_by(context, command.by, site, month, command.on)
    if not headed:
        raise NotEntitled("office_needed", by=command.by, offices="department_head", site=site, on=command.on)
    found = [context.department_month(site, month, each) for each in headed]
    return [each for each in found if each.status == status] or found[:1]


# --- report -----------------------------------------------------------------------------------------


@decides(ReportAppraisal)
def report_appraisal(command: ReportAppraisal, context: DecisionContext) -> list[Decision]:
    """By the head, when the window is over and no objection waits: the office gets the original."""
    _require_actor(context, command)
    decisions = []
    for found in _headed(context, command, "published"):
        published = _require_published(found)
        if found.status != "published":
            raise Taken("reported_already", department=found.department, month=found.month)
        require_not_before(command.on, published.on, "publication")
        window = objections_until(context, found)
        if window is not None and command.on <= window.day:
            raise WrongTime("objections_open", department=found.department, until=window.day, on=command.on)
        require_none_pending(context, found)
        event = AppraisalReported(
            site=found.site,
            month=found.month,
            department=found.department,
            by=command.by,
            on=command.on,
            late=is_late(context, found, "reported", command.on),
            digest=digest_of(found, context.sheets_of(found.site, found.month, found.department)),
        )
        decisions.append(Decision(stream_of(found), event))
    return decisions


def _require_published(found: DepartmentMonth) -> Act:
    """WrongState `not_published`."""
    act = found.latest("published")
    if act is None:
        raise WrongState("not_published", department=found.department, month=found.month)
    return act


def require_none_pending(context: DecisionContext, found: DepartmentMonth) -> None:
    """WrongState `objections_pending`."""
    waiting = [
        objection.objection for objection in objections_in(context, found) if objection.status == "pending"
    ]
    if waiting:
        raise WrongState("objections_pending", department=found.department, objections=", ".join(waiting))


def digest_of(found: DepartmentMonth, sheets: Iterable[SheetScore]) -> str:
    """SHA-256 (hex) of the sheets that are handed over, in sorted, compact JSON."""
    content = {
        "site": found.site,
        "month": found.month,
        "department": found.department,
        "sheets": [[each.employee, each.dimensions, each.score] for each in sheets],
    }
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


# --- return, certify, approve -----------------------------------------------------------------------


@decides(ReturnAppraisal)
def return_appraisal(command: ReturnAppraisal, context: DecisionContext) -> list[Decision]:
    """By the office what was reported, by the manager what was certified: marks may be withdrawn then."""
    _require_actor(context, command)
    found = context.department_month(command.site, command.month, command.department)
    if found.status not in ("reported", "certified"):
        raise (
            not_reported(None, command.month)
            if found.status != "approved"
            else not_certified(found, command.month)
        )
    if found.status == "reported":
        require_not_before(command.on, _day_of(found, "reported"), "report")
        office, parties = "office", certifier_parties(context, found)
    else:
        require_not_before(command.on, _day_of(found, "certified"), "certification")
        office, parties = "manager", approver_parties(context, found)
    require_step(context, found, command.by, command.on, office, parties)
    event = AppraisalReturned(
        site=found.site,
        month=found.month,
        department=found.department,
        by=command.by,
        on=command.on,
        reason=command.reason,
    )
    return [Decision(stream_of(found), event)]


def _day_of(found: DepartmentMonth, act: str) -> date:
    """The day of an act that happened."""
    latest = found.latest(act)
    assert latest is not None
    return latest.on


@decides(CertifyAppraisal)
def certify_appraisal(command: CertifyAppraisal, context: DecisionContext) -> list[Decision]:
    """By the office what was reported, with no objection waiting."""
    _require_actor(context, command)
    decisions = []
    for found in come_so_far(context, command, "reported"):
        require_not_before(command.on, _day_of(found, "reported"), "report")
        parties = certifier_parties(context, found)
        require_step(context, found, command.by, command.on, "office", parties)
        require_none_pending(context, found)
        event = AppraisalCertified(
            site=found.site,
            month=found.month,
            department=found.department,
            by=command.by,
            on=command.on,
            late=is_late(context, found, "certified", command.on),
        )
        decisions.append(Decision(stream_of(found), event))
    return decisions


@decides(ApproveAppraisal)
def approve_appraisal(command: ApproveAppraisal, context: DecisionContext) -> list[Decision]:
    """By the manager what was certified; the scores of that day are stated."""
    _require_actor(context, command)
    decisions = []
    for found in come_so_far(context, command, "certified"):
        require_not_before(command.on, _day_of(found, "certified"), "certification")
        parties = approver_parties(context, found)
        require_step(context, found, command.by, command.on, "manager", parties)
        scores = context.sheets_of(found.site, found.month, found.department)
        event = AppraisalApproved(
            site=found.site,
            month=found.month,
            department=found.department,
            by=command.by,
            on=command.on,
            late=is_late(context, found, "approved", command.on),
            scores=tuple(ApprovedSheet(employee=each.employee, score=each.score) for each in scores),
        )
        decisions.append(Decision(stream_of(found), event))
    return decisions
