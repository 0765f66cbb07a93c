"""Who is a party to the steps of an appraisal, who may take one, and how far a department's month has come (篇4 4.3.6)."""

from datetime import date

from ledger.aggregates.authority import holders, offices_of
from ledger.aggregates.context import DecisionContext
from ledger.aggregates.department_month import DepartmentMonth, Status
from ledger.aggregates.employee.objections import ObjectionState
from ledger.commands.appraisals import ApproveAppraisal, CertifyAppraisal
from ledger.errors import NotEntitled, WrongState


def objections_in(context: DecisionContext, found: DepartmentMonth) -> list[ObjectionState]:
    """The objections to the sheets of a department's month, by employee and id."""
    return [
        objection
        for employee in sorted(found.published)
        for objection in sorted(
            context.employee(employee).things["objection"].values(), key=lambda each: str(each.objection)
        )
        if (objection.month, objection.department) == (found.month, found.department)
    ]


def _verifiers(context: DecisionContext, found: DepartmentMonth) -> set[str]:
    return {o.decided_by for o in objections_in(context, found) if o.decided_by is not None}


def _actors(found: DepartmentMonth, *acts: str) -> set[str]:
    return {act.by for act in found.acts if act.act in acts}


def certifier_parties(context: DecisionContext, found: DepartmentMonth) -> set[str]:
    """Publisher, reporter, verifiers, and everybody with a sheet in it."""
    parties = _actors(found, "published", "reported") | _verifiers(context, found)
    return parties | set(found.published)


def approver_parties(context: DecisionContext, found: DepartmentMonth) -> set[str]:
    """Publisher, reporter, certifier and verifiers."""
    return _actors(found, "published", "reported", "certified") | _verifiers(context, found)


def require_step(
    context: DecisionContext,
    found: DepartmentMonth,
    by: str,
    on: date,
    office: str,
    parties: set[str],
) -> None:
    """Whoever holds the office and is no party; company where nobody who holds it is free. NotEntitled.

    `office_needed`, `certifier_is_party`, `approver_is_party`.
    """
    held = offices_of(context, by, found.site, on)
    free = [a for a in holders(context, found.site, office, on) if a.employee not in parties]
    if office not in held and ("company" not in held or free):
        raise NotEntitled("office_needed", by=by, offices=office, site=found.site, on=on)
    if by in parties:
        if office == "office":
            raise NotEntitled("certifier_is_party", by=by, department=found.department, month=found.month)
        raise NotEntitled("approver_is_party", by=by, department=found.department, month=found.month)


def come_so_far(
    context: DecisionContext, command: CertifyAppraisal | ApproveAppraisal, status: Status
) -> list[DepartmentMonth]:
    """The department named, or all of the month that have come just so far. WrongState."""
    site, month = command.site, command.month
    if command.department is not None:
        found = [context.department_month(site, month, command.department)]
    else:
        every = [context.department_month(site, month, each) for each in sorted(context.departments(site))]
        found = [each for each in every if each.status == status]
    refuse = not_reported if status == "reported" else not_certified
    if not found or found[0].status != status:
        raise refuse(found[0] if found else None, month)
    return found


def not_reported(found: DepartmentMonth | None, month: str) -> WrongState:
    """Why a month that is not reported is not certified."""
    department = "-" if found is None else found.department
    if found is not None and found.at_least("certified"):
        return WrongState("certified_already", department=department, month=month)
    return WrongState("not_reported", department=department, month=month)


def not_certified(found: DepartmentMonth | None, month: str) -> WrongState:
    """Why a month that is not certified is not approved."""
    department = "-" if found is None else found.department
    if found is not None and found.status == "approved":
        return WrongState("appraisal_approved", department=department, month=month)
    return WrongState("not_certified", department=department, month=month)
