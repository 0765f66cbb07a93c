"""Violation notices 過失通知單: issuing, serving, rectifying, correcting, withdrawing (domain §2; 篇3 4.1)."""

from datetime import date

from ledger.aggregates.authority import (
    Done,
    civil_day,
    heads_department,
    highest,
    is_closed,
    offices_of,
    place_of,
    policy_of_month,
    rank,
    require_between,
    require_employed,
    require_may_rectify,
    require_may_serve,
    require_may_undo,
    require_not_before,
    superiors,
)
from ledger.aggregates.charges import (
    check_age,
    check_occurrence,
    check_points,
    clause_in_force,
    scheme_of,
)
from ledger.aggregates.context import Decision, DecisionContext
from ledger.aggregates.dispatch import decides
from ledger.aggregates.employee.consequences import withdrawal
from ledger.aggregates.employee.replacements import replacement
from ledger.aggregates.employee_state import EmployeeState, NoticeState
from ledger.aggregates.evidence import files_of
from ledger.commands.notices import (
    AcknowledgeNotice,
    CorrectNotice,
    IssueNotice,
    RectifyNotice,
    WithdrawNotice,
)
from ledger.errors import NotEntitled, Taken, WrongState
from ledger.events.employees import employee_stream
from ledger.events.notices import NoticeAcknowledged, NoticeCorrected, NoticeIssued, NoticeRectified
from ledger.terms import month_of

_ISSUING_OFFICES = {"inspector", "quality", "director", "manager"}


@decides(IssueNotice)
def issue_notice(command: IssueNotice, context: DecisionContext) -> list[Decision]:
    """A notice on a clause in force, by somebody entitled, once for one occurrence."""
    if context.is_taken("notice", command.notice):
        raise Taken("id_taken", kind="notice", id=command.notice)
    employee = context.employee(command.employee)
    site, occurred_on = place_of(context, employee, command.occurred_at)
    month = month_of(occurred_on)
    require_between(context, site, command.issued_on, occurred_on, "occurrence")
    require_employed(context, command.employee, occurred_on)
    check_age(context, site, command.notice, occurred_on, command.issued_on)
    clause = clause_in_force(context, site, month, command.clause)
    scheme = scheme_of(clause, command.scheme)
    check_points(clause, command.points)
    _check_issuer(context, command, employee, occurred_on)
    check_occurrence(
        employee,
        clause=command.clause,
        scheme=scheme,
        occurred_at=command.occurred_at,
        distinct=command.distinct_because is not None,
    )
    event = NoticeIssued(
        notice=command.notice,
        employee=command.employee,
        month=month,
        scheme=scheme,
        clause=command.clause,
        points=command.points,
        occurred_at=command.occurred_at,
        occurred_on=occurred_on,
        place=command.place,
        narrative=command.narrative,
        issued_by=command.issued_by,
        issued_on=command.issued_on,
        late=is_closed(context, site, month),
        inspection=command.inspection,
        evidence=files_of(command.evidence),
        distinct_because=command.distinct_because,
        replaces=command.replaces,
    )
    return [Decision(employee_stream(command.employee), event), *replacement(context, command, employee)]


@decides(AcknowledgeNotice)
def acknowledge_notice(command: AcknowledgeNotice, context: DecisionContext) -> list[Decision]:
    """Signed, refused or commented; the first counts, later ones are further statements."""
    employee, notice = _standing(context, command.notice)
    require_between(context, employee.site_in(notice.month), command.on, notice.issued_on, "issue")
    require_may_serve(context, employee, notice, command.by, command.on)
    event = NoticeAcknowledged(
        notice=notice.notice,
        employee=employee.employee,
        month=notice.month,
        on=command.on,
        served=_is_served(context, employee, notice, command),
        how=command.how,
        statement=command.statement,
        witnesses=tuple(command.witnesses or ()),
        by=command.by,
    )
    return [Decision(employee_stream(employee.employee), event)]


@decides(RectifyNotice)
def rectify_notice(command: RectifyNotice, context: DecisionContext) -> list[Decision]:
    """The fault on site was put right (4.1.3)."""
    employee, notice = _standing(context, command.notice)
    require_between(context, employee.site_in(notice.month), command.on, notice.occurred_on, "occurrence")
    require_may_rectify(context, employee, notice, command.by, command.on)
    event = NoticeRectified(
        notice=notice.notice,
        employee=employee.employee,
        month=notice.month,
        action=command.action,
        by=command.by,
        on=command.on,
    )
    return [Decision(employee_stream(employee.employee), event)]


@decides(CorrectNotice)
def correct_notice(command: CorrectNotice, context: DecisionContext) -> list[Decision]:
    """Never more points, another scheme or another month; late or under appeal only fewer points."""
    employee, notice = _standing(context, command.notice)
    _check_corrector(context, employee, notice, command.by, command.on)
    _check_lowers(context, employee, notice, command)
    occurred_on = _corrected_day(context, employee, notice, command)
    code = _corrected_clause(context, employee, notice, command)
    occurred_at = command.occurred_at or notice.occurred_at
    if (code, occurred_at) != (notice.clause, notice.occurred_at):
        check_occurrence(
            employee,
            clause=code,
            scheme=notice.scheme,
            occurred_at=occurred_at,
            distinct=False,
            besides=notice.notice,
        )
    event = NoticeCorrected(
        notice=notice.notice,
        employee=employee.employee,
        month=notice.month,
        points=command.points,
        clause=command.clause,
        occurred_at=command.occurred_at,
        occurred_on=occurred_on,
        place=command.place,
        narrative=command.narrative,
        reason=command.reason,
        by=command.by,
        on=command.on,
    )
    return [Decision(employee_stream(employee.employee), event)]


@decides(WithdrawNotice)
def withdraw_notice(command: WithdrawNotice, context: DecisionContext) -> list[Decision]:
    """The notice is set aside; appeals that wait for a decision about it end as moot."""
    employee, notice = _standing(context, command.notice)
    _check_corrector(context, employee, notice, command.by, command.on)
    stream = employee_stream(employee.employee)
    events = withdrawal(context, employee, notice, reason=command.reason, by=command.by, on=command.on)
    return [Decision(stream, event) for event in events]


# --- what the rules above ask -----------------------------------------------------------------------


def _standing(context: DecisionContext, notice: str) -> tuple[EmployeeState, NoticeState]:
    employee = context.owner_of("notice", notice)
    state = employee.notices[notice]
    if state.standing != "stands":
        raise WrongState(f"notice_{state.standing}", notice=notice)
    return employee, state


def _is_served(
    context: DecisionContext, employee: EmployeeState, notice: NoticeState, command: AcknowledgeNotice
) -> bool:
    """Not where signing was refused and nobody saw it, under a policy that asks for a witness (domain §2)."""
    asks = policy_of_month(context, employee.site_in(notice.month), notice.month).notices.witness
    return not (asks and command.how == "refused" and not command.witnesses)


def _check_lowers(
    context: DecisionContext, employee: EmployeeState, notice: NoticeState, command: CorrectNotice
) -> None:
    """WrongState `correction_raises`; `correction_only_lowers` where it is under appeal or its month is closed."""
    if command.points is not None and command.points > notice.points:
        raise WrongState("correction_raises", notice=notice.notice, points=notice.points)
    appealed = bool(employee.appeals_against("notice", "liability", target=notice.notice))
    if appealed or is_closed(context, employee.site_in(notice.month), notice.month):
        only_points = command.model_fields_set & {"clause", "occurred_at", "place", "narrative"} == set()
        if not only_points or command.points is None or command.points == notice.points:
            raise WrongState("correction_only_lowers", notice=notice.notice, month=notice.month)


def _corrected_day(
    context: DecisionContext, employee: EmployeeState, notice: NoticeState, command: CorrectNotice
) -> date | None:
    """The day of the corrected time, in the same month; None where no time is given. WrongState, WrongTime."""
    if command.occurred_at is None:
        return None
    occurred_on = civil_day(context, employee.site_in(notice.month), command.occurred_at)
    if month_of(occurred_on) != notice.month:
        raise WrongState("correction_moves_month", notice=notice.notice, month=notice.month)
    require_not_before(notice.issued_on, occurred_on, "occurrence")
    require_employed(context, employee.employee, occurred_on)
    check_age(context, employee.site_in(notice.month), notice.notice, occurred_on, notice.issued_on)
    return occurred_on


def _corrected_clause(
    context: DecisionContext, employee: EmployeeState, notice: NoticeState, command: CorrectNotice
) -> str:
    """The clause after a correction. One that stays is not asked of the policy again, nor is fewer points capped:

    a version may have dropped or capped it since, and what is in the employee's favour stays possible (domain §8).
    """
    if command.clause in (None, notice.clause):
        policy = policy_of_month(context, employee.site_in(notice.month), notice.month)
        clause = policy.catalogue.get(notice.clause)
        low = 1 if clause is None else clause.min_points or 1
        if clause is not None and command.points is not None and command.points < low <= notice.points:
            check_points(clause, command.points)
        return notice.clause
    clause = clause_in_force(
        context, employee.site_in(notice.month), notice.month, command.clause or notice.clause
    )
    if clause.scheme != notice.scheme:
        raise WrongState("correction_changes_scheme", notice=notice.notice, scheme=notice.scheme)
    check_points(clause, command.points or notice.points)
    return clause.code


def _check_issuer(
    context: DecisionContext, command: IssueNotice, employee: EmployeeState, occurred_on: date
) -> None:
    """Offices are those of the day of issue; department and line are those of the day of the violation."""
    issuer, site = command.issued_by, employee.site_on(occurred_on)
    state = require_employed(context, issuer, command.issued_on)
    if issuer == employee.employee:
        raise NotEntitled("notice_to_oneself", by=issuer)
    if employee.employee in superiors(context, state, occurred_on):
        raise NotEntitled("notice_to_superior", by=issuer, employee=employee.employee)
    held = offices_of(context, issuer, site, command.issued_on)
    if rank(context, employee.employee, site, command.issued_on) > highest(held):
        raise NotEntitled("notice_to_higher_rank", by=issuer, employee=employee.employee)
    entitled = (
        _ISSUING_OFFICES & held
        or heads_department(context, issuer, site, employee.departments.on(occurred_on), command.issued_on)
        or issuer in superiors(context, employee, occurred_on)
    )
    if not entitled:
        raise NotEntitled("notice_not_entitled", by=issuer, employee=employee.employee)


def _check_corrector(
    context: DecisionContext, employee: EmployeeState, notice: NoticeState, by: str, on: date
) -> None:
    require_between(context, employee.site_in(notice.month), on, notice.issued_on, "issue")
    issued = Done("notice", notice.notice, notice.month, notice.issued_by, notice.issued_on)
    require_may_undo(context, employee, by, on, issued)
