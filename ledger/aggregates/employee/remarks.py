"""Remarks 附註 on notices: who may make one, at any time (domain §2)."""

from ledger.aggregates.authority import Done, require_between, require_may_undo
from ledger.aggregates.context import Decision, DecisionContext
from ledger.aggregates.dispatch import decides
from ledger.commands.remarks import RemarkNotice
from ledger.events.employees import employee_stream
from ledger.events.remarks import NoticeRemarked


@decides(RemarkNotice)
def remark_notice(command: RemarkNotice, context: DecisionContext) -> list[Decision]:
    """By whoever may correct it; also under appeal, after the close, and where it no longer stands."""
    employee = context.owner_of("notice", command.notice)
    notice = employee.notices[command.notice]
    require_between(context, employee.site_in(notice.month), command.on, notice.issued_on, "issue")
    issued = Done("notice", notice.notice, notice.month, notice.issued_by, notice.issued_on)
    require_may_undo(context, employee, command.by, command.on, issued)
    event = NoticeRemarked(
        notice=notice.notice,
        employee=employee.employee,
        month=notice.month,
        text=command.text,
        by=command.by,
        on=command.on,
    )
    return [Decision(employee_stream(employee.employee), event)]
