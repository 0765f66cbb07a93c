"""How somebody stands to what is on an appraisal sheet: a mark, an objection, an acknowledgement."""

from typing import Any

from ledger.access.may import Relations
from ledger.access.standing import Standing
from ledger.aggregates.employee.objections import ObjectionState, parties_of
from ledger.aggregates.employee_state import EmployeeState
from ledger.events.appraisals import AppraisalAcknowledged
from ledger.terms import last_day


def to_check(standing: Standing, owner: EmployeeState, check: Any) -> Relations:
    """How somebody stands to a mark: of the department that the day looked at had; who recorded it issued it."""
    found = standing.to_department(owner, check.month, owner.departments.on(check.day))
    if standing.is_employed and standing.person == check.by:
        found.add("issuer")
    return found | ({"reviewer"} if standing.verifies_in(owner, check.month) else set())


def to_objection(standing: Standing, owner: EmployeeState, objection: ObjectionState) -> Relations:
    """How somebody stands to an objection. Whoever is a party to it reads what was said once it is verified."""
    found = standing.to_department(owner, objection.month, objection.department)
    if standing.person == owner.employee:
        return found
    if objection.status != "verified" and standing.person in parties_of(standing.context, owner, objection):
        return {"conflicted"} if standing.is_employed else set()
    return found | ({"reviewer"} if standing.verifies(owner, objection) else set())


def to_event(standing: Standing, owner: EmployeeState, event: Any) -> Relations | None:
    """How somebody stands to an event of the appraisal on somebody's stream; None: it is none."""
    check = owner.things["check"].get(getattr(event, "check", None) or "")
    if check is not None:
        return to_check(standing, owner, check)
    objection = owner.things["objection"].get(getattr(event, "objection", None) or "")
    if objection is not None:
        return to_objection(standing, owner, objection)
    if isinstance(event, AppraisalAcknowledged):
        department = owner.departments.on(last_day(event.month)) or owner.departments.last()
        return standing.to_department(owner, event.month, department)
    return None
