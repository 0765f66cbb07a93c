"""A notice in the place of a withdrawn one: what may be replaced, and what is told on both (domain §2)."""

from ledger.aggregates.authority import place_of, require_not_before
from ledger.aggregates.context import Decision, DecisionContext
from ledger.aggregates.employee_state import EmployeeState
from ledger.commands.notices import IssueNotice
from ledger.errors import Taken, WrongState
from ledger.events.employees import employee_stream
from ledger.events.remarks import NoticeReplaced


def replacement(context: DecisionContext, command: IssueNotice, employee: EmployeeState) -> list[Decision]:
    """That the withdrawn notice a new one names is replaced, on the stream of whoever it was against; none where none is.

    Once, and at the same site. Unknown, WrongState `replaced_elsewhere` or `replaced_not_withdrawn`, Taken
    `replaced_already`, WrongTime.
    """
    if command.replaces is None:
        return []
    owner = context.owner_of("notice", command.replaces)
    old = owner.notices[command.replaces]
    site = owner.site_in(old.month)
    if site != place_of(context, employee, command.occurred_at)[0]:
        raise WrongState("replaced_elsewhere", notice=old.notice, site=site)
    if old.standing != "withdrawn" or old.withdrawn_on is None:
        raise WrongState("replaced_not_withdrawn", notice=old.notice, status=old.standing)
    if old.replaced_by is not None:
        raise Taken("replaced_already", notice=old.notice, replaced_by=old.replaced_by)
    require_not_before(command.issued_on, old.withdrawn_on, "withdrawal")
    event = NoticeReplaced(
        notice=old.notice,
        employee=owner.employee,
        month=old.month,
        replaced_by=command.notice,
        by=command.issued_by,
        on=command.issued_on,
    )
    return [Decision(employee_stream(owner.employee), event)]
