"""What an act brings with it, as events: of one making for the decision that records it and for a what-if (law 5)."""

from datetime import date

from ledger.aggregates.authority import is_closed
from ledger.aggregates.context import DecisionContext
from ledger.aggregates.employee_state import EmployeeState, NoticeState
from ledger.events import Event
from ledger.events.appeals import AppealMooted, ObjectKind
from ledger.events.notices import NoticeWithdrawn


def withdrawal(
    context: DecisionContext, employee: EmployeeState, notice: NoticeState, *, reason: str, by: str, on: date
) -> list[Event]:
    """A notice set aside; appeals that wait for a decision about it end as moot."""
    withdrawn = NoticeWithdrawn(
        notice=notice.notice,
        employee=employee.employee,
        month=notice.month,
        reason=reason,
        by=by,
        on=on,
        told=_is_told(context, employee, notice),
    )
    return [withdrawn, *moot(employee, "notice", "liability", target=notice.notice, on=on)]


def moot(employee: EmployeeState, *against: ObjectKind, target: str, on: date) -> list[Event]:
    """The end of the appeals that wait for a decision about what is not there any more."""
    return [
        AppealMooted(
            appeal=appeal.appeal,
            employee=employee.employee,
            month=appeal.month,
            against=appeal.against,
            target=target,
            on=on,
        )
        for appeal in employee.pending_appeals(*against, target=target)
    ]


def _is_told(context: DecisionContext, employee: EmployeeState, notice: NoticeState) -> bool:
    """Whether it was held against the employee already: served, appealed against, or contained in a close."""
    appealed = bool(employee.appeals_against("notice", target=notice.notice))
    contained = any(
        is_closed(context, site, notice.month) and context.closed_at(site) > notice.position
        for site in employee.all_sites
    )
    return notice.told or appealed or contained
