"""Asking for people to be registered, moved, departed and erased (domain §1)."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field, model_validator

from ledger.commands.base import Command, Tidy
from ledger.formats import Malformed
from ledger.terms import (
    Day,
    DepartmentId,
    EmployeeId,
    ErasureGround,
    Name,
    Omittable,
    SiteId,
    Text,
)


class RegisterEmployee(Command):
    """A person joins a site from a day on. `supervisor` null or left out: the place is vacant."""

    subject = "employee:{employee}"
    makes = "employee_registered"
    do: Literal["register_employee"]
    employee: EmployeeId
    name: Annotated[Name, Tidy]
    site: SiteId
    department: Annotated[DepartmentId, Tidy]
    post: Annotated[Omittable[Name], Tidy] = None
    supervisor: EmployeeId | None = None
    effective_from: Day = Field(alias="from")
    by: Omittable[EmployeeId] = None


class ReassignEmployee(Command):
    """Name, department, post or supervisor change from a day on; `supervisor` null makes the place vacant.

    Another `site`, with a department there: from the first of a month, of which nothing is recorded about the person yet.
    """

    subject = "employee:{employee}"
    makes = "employee_reassigned"
    do: Literal["reassign_employee"]
    employee: EmployeeId
    effective_from: Day = Field(alias="from")
    name: Annotated[Omittable[Name], Tidy] = None
    site: Omittable[SiteId] = None
    department: Annotated[Omittable[DepartmentId], Tidy] = None
    post: Annotated[Omittable[Name], Tidy] = None
    supervisor: EmployeeId | None = None
    by: Omittable[EmployeeId] = None

    @model_validator(mode="after")
    def _changes_something(self) -> "ReassignEmployee":
        if not self.model_fields_set & {"name", "site", "department", "post", "supervisor"}:
            text = "name, site, department, post or supervisor must be given"
            raise Malformed("at_least_one", text, names="name, site, department, post, supervisor")
        return self


class RecordDeparture(Command):
    """The last day of somebody's employment."""

    subject = "employee:{employee}"
    makes = "employee_departed"
    do: Literal["record_departure"]
    employee: EmployeeId
    on: Day
    reason: Omittable[Text] = None
    by: Omittable[EmployeeId] = None


class RehireEmployee(Command):
    """Somebody who had departed is back from a day on; `supervisor` null makes the place above vacant."""

    subject = "employee:{employee}"
    makes = "employee_rehired"
    do: Literal["rehire_employee"]
    employee: EmployeeId
    effective_from: Day = Field(alias="from")
    department: Annotated[DepartmentId, Tidy]
    post: Annotated[Omittable[Name], Tidy] = None
    supervisor: EmployeeId | None = None
    by: Omittable[EmployeeId] = None


class CorrectDeparture(Command):
    """The latest departure was on another day; `on` null: there was none."""

    subject = "employee:{employee}"
    makes = "departure_corrected"
    do: Literal["correct_departure"]
    employee: EmployeeId
    on: Day | None
    reason: Text
    by: EmployeeId


class EraseEmployee(Command):
    """The words of somebody who has left are erased for good: names, notices, statements, reasons.

    The staff number and every figure stay, and so does the proof that nothing was changed. It cannot be undone.
    """

    subject = "employee:{employee}"
    makes = "employee_erased"
    holds_words_of: ClassVar = ()  # nobody's, and it is told from others afterwards too
    do: Literal["erase_employee"]
    employee: EmployeeId
    ground: ErasureGround
    by: Omittable[EmployeeId] = None
    on: Day
