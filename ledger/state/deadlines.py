"""By when an appeal is to be decided, as the calendars known now have it (domain §§6, 8)."""

from ledger.aggregates.context import DecisionContext
from ledger.aggregates.employee_state import AppealState
from ledger.policy.working_days import Deadline


def decision_due(context: DecisionContext, site: str, appeal: AppealState) -> Deadline:
    """The deadline stated at filing or escalation, later where a calendar adopted since makes it longer.

    One of a decided appeal is history, and stays as it was stated.
    """
    if appeal.status != "pending":
        return Deadline(appeal.due_on, provisional=False)
    now = context.policy_book().deadline(site, "decision", appeal.since, appeal.since)
    return Deadline(max(appeal.due_on, now.day), now.provisional)


def marked(deadline: Deadline) -> dict[str, object]:
    """A deadline for a report: `due_on`, and `provisional` where it is so."""
    return {"due_on": deadline.day.isoformat(), **deadline.mark()}
