"""Asking for somebody to hold an office (domain §1)."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from ledger.commands.base import Command, Tidy
from ledger.formats import Malformed
from ledger.terms import (
    Day,
    DepartmentId,
    EmployeeId,
    Office,
    Omittable,
    SiteId,
)


class Appoint(Command):
    """An office held from a day on; `until` includes its day. `department` goes with department_head only."""

    subject = "office:{site}:{office}:{department}"
    makes = "office_appointed"
    do: Literal["appoint"]
    site: SiteId
    office: Office
    employee: EmployeeId
    department: Annotated[Omittable[DepartmentId], Tidy] = None
    effective_from: Day = Field(alias="from")
    until: Omittable[Day] = None
    by: Omittable[EmployeeId] = None

    @model_validator(mode="after")
    def _department_goes_with_head(self) -> "Appoint":
        if (self.office == "department_head") != (self.department is not None):
            text = "department must be given for department_head, and for no other office"
            raise Malformed("department_of_head", text, field="department")
        if self.until is not None and self.until < self.effective_from:
            raise Malformed("until_before_from", "until may not lie before from", field="until")
        return self
