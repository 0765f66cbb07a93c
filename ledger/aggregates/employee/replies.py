"""Replies 答辯 to appeals: by the respondent, until the appeal is decided (domain §1)."""

from ledger.aggregates.authority import require_between
from ledger.aggregates.context import Decision, DecisionContext
from ledger.aggregates.dispatch import decides
from ledger.aggregates.employee.appeals import named
from ledger.aggregates.evidence import files_of
from ledger.commands.replies import ReplyToAppeal
from ledger.errors import NotEntitled, WrongState
from ledger.events.employees import employee_stream
from ledger.events.replies import AppealReplied


@decides(ReplyToAppeal)
def reply_to_appeal(command: ReplyToAppeal, context: DecisionContext) -> list[Decision]:
    """More than one may be recorded, such as one at each level; one who has left may still answer."""
    employee = context.owner_of("appeal", command.appeal)
    appeal = employee.appeals[command.appeal]
    if appeal.status != "pending":
        raise WrongState("appeal_not_pending", appeal=appeal.appeal, status=appeal.status)
    require_between(context, employee.site_in(appeal.month), command.on, appeal.since, "appeal")
    if command.by != appeal.respondent:
        context.employee(command.by)
        raise NotEntitled(
            "not_the_respondent", appeal=appeal.appeal, by=command.by, respondent=appeal.respondent
        )
    event = AppealReplied(
        **named(employee, appeal),
        statement=command.statement,
        by=command.by,
        on=command.on,
        evidence=files_of(command.evidence),
    )
    return [Decision(employee_stream(employee.employee), event)]
