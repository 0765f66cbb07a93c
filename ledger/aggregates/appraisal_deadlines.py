"""By when a department's month is objected to, reported, certified and approved (篇4 4.3.6)."""

from datetime import date

from ledger.aggregates.authority import policy_of_month
from ledger.aggregates.context import DecisionContext
from ledger.aggregates.department_month import Act, DepartmentMonth
from ledger.policy.working_days import Deadline


def objections_until(context: DecisionContext, found: DepartmentMonth) -> Deadline | None:
    """The last day to object without a reason for being late; None before publication."""
    act = found.latest("published")
    days = policy_of_month(context, found.site, found.month).appraisal.objection_working_days
    return None if act is None else context.policy_book().after(found.site, act.on, days)


def due_of(context: DecisionContext, found: DepartmentMonth, act: str) -> Deadline | None:
    """By when a month is to be reported, certified or approved; None while what comes before has not happened."""
    rules = policy_of_month(context, found.site, found.month).appraisal
    if act == "reported":
        window = objections_until(context, found)
        before, days = (None if window is None else window.day), rules.report_working_days
    elif act == "certified":
        before, days = _on(found.latest("reported")), rules.certify_working_days
    else:
        before, days = _on(found.latest("certified")), rules.approve_working_days
    return None if before is None else context.policy_book().after(found.site, before, days)


def _on(act: Act | None) -> date | None:
    return None if act is None else act.on


def is_late(context: DecisionContext, found: DepartmentMonth, act: str, on: date) -> bool:
    """Whether a day is after the one by which an act is due."""
    due = due_of(context, found, act)
    return due is not None and on > due.day
