"""By when an appeal is to be filed and to be decided, as the calendars known now have it (domain §§6, 8)."""

from ledger.aggregates.context import DecisionContext
from ledger.aggregates.employee.appealed import window_start_of
from ledger.aggregates.employee.sanctions import SanctionState
from ledger.aggregates.employee_state import AppealState, NoticeState
from ledger.policy.working_days import Deadline


def decision_due(context: DecisionContext, site: str, appeal: AppealState) -> Deadline:
    """The deadline stated at filing or escalation, later where a calendar adopted since makes it longer.

    One of a decided appeal is history, and stays as it was stated.
    """
    if appeal.status != "pending":
        return Deadline(appeal.due_on, provisional=False)
    now = context.policy_book().deadline(site, "decision", appeal.since, appeal.since)
    return Deadline(max(appeal.due_on, now.day), now.provisional)


def appeal_by(context: DecisionContext, site: str, notice: NoticeState) -> Deadline | None:
    """The last day to appeal against a notice without a reason for being late; None while it has not been served."""
    start = window_start_of(notice)
    return None if start is None else context.policy_book().deadline(site, "window", start, start)


def share_appeal_by(context: DecisionContext, site: str, notice: str) -> Deadline | None:
    """The last day on which whoever bears a share of a notice may appeal; None where nobody bears one."""
    share = context.share(notice)
    if share is None or share.supervisor is None or share.status == "lapsed":
        return None
    start = max(share.arose_on, share.recorded_on)
    return context.policy_book().deadline(site, "window", start, start)


def sanction_appeal_by(context: DecisionContext, site: str, sanction: SanctionState) -> Deadline:
    """The last day to appeal against a sanction."""
    return context.policy_book().deadline(site, "window", sanction.on, sanction.on)


def marked(deadline: Deadline) -> dict[str, object]:
    """A deadline for a report: `due_on`, and `provisional` where it is so."""
    return {"due_on": deadline.day.isoformat(), **deadline.mark()}
