"""Asking for sites, people, offices and policies (domain §§1, 8)."""

from typing import Any, Literal

from pydantic import Field, model_validator

from ledger.commands.base import Command
from ledger.terms import (
    Day,
    DepartmentId,
    EmployeeId,
    ErasureGround,
    Name,
    Office,
    Omittable,
    PublicKey,
    SiteId,
    Text,
)


class RegisterSite(Command):
    """A management office 管理處 (domain §1)."""

    subject = "site:{site}"
    do: Literal["register_site"]
    site: SiteId
    name: Name
    timezone: Omittable[Name] = None
    by: Omittable[EmployeeId] = None


class RegisterEmployee(Command):
    """A person joins a site from a day on. `supervisor` null or left out: the place is vacant."""

    subject = "employee:{employee}"
    do: Literal["register_employee"]
    employee: EmployeeId
    name: Name
    site: SiteId
    department: DepartmentId
    post: Omittable[Name] = None
    supervisor: EmployeeId | None = None
    effective_from: Day = Field(alias="from")
    by: Omittable[EmployeeId] = None


class ReassignEmployee(Command):
    """Name, department, post or supervisor change from a day on; `supervisor` null makes the place vacant."""

    subject = "employee:{employee}"
    do: Literal["reassign_employee"]
    employee: EmployeeId
    effective_from: Day = Field(alias="from")
    name: Omittable[Name] = None
    department: Omittable[DepartmentId] = None
    post: Omittable[Name] = None
    supervisor: EmployeeId | None = None
    by: Omittable[EmployeeId] = None

    @model_validator(mode="after")
    def _changes_something(self) -> "ReassignEmployee":
        if not self.model_fields_set & {"name", "department", "post", "supervisor"}:
            raise ValueError("name, department, post or supervisor must be given")
        return self


class RecordDeparture(Command):
    """The last day of somebody's employment."""

    subject = "employee:{employee}"
    do: Literal["record_departure"]
    employee: EmployeeId
    on: Day
    reason: Omittable[Text] = None
    by: Omittable[EmployeeId] = None


class EraseEmployee(Command):
    """The words of somebody who has left are erased for good: names, notices, statements, reasons.

    The staff number and every figure stay, and so does the proof that nothing was changed. It cannot be undone.
    """

    subject = "employee:{employee}"
    do: Literal["erase_employee"]
    employee: EmployeeId
    ground: ErasureGround
    by: Omittable[EmployeeId] = None
    on: Day


class Appoint(Command):
    """An office held from a day on; `until` includes its day. `department` goes with department_head only."""

    subject = "office:{site}:{office}:{department}"
    do: Literal["appoint"]
    site: SiteId
    office: Office
    employee: EmployeeId
    department: Omittable[DepartmentId] = None
    effective_from: Day = Field(alias="from")
    until: Omittable[Day] = None
    by: Omittable[EmployeeId] = None

    @model_validator(mode="after")
    def _department_goes_with_head(self) -> "Appoint":
        if (self.office == "department_head") != (self.department is not None):
            raise ValueError("department must be given for department_head, and for no other office")
        if self.until is not None and self.until < self.effective_from:
            raise ValueError("until may not lie before from")
        return self


class AdoptPolicy(Command):
    """A policy document comes into force; left-out `site` means all sites (domain §8)."""

    subject = "policy:{site}"
    do: Literal["adopt_policy"]
    policy: dict[str, Any]
    site: Omittable[SiteId] = None
    by: Omittable[EmployeeId] = None
    on: Day


class RotateKey(Command):
    """The ledger's signing key is replaced; both are public keys as `kaoji key show` prints them."""

    subject = "key"
    do: Literal["rotate_key"]
    replaced: PublicKey
    new_key: PublicKey
    by: Omittable[EmployeeId] = None
    on: Day
