"""Asking for the appraisal of a month to be published, acknowledged, reported, returned, certified, approved (篇4 4.3.6)."""

from typing import Annotated, Literal

from pydantic import Field

from ledger.commands.base import Command, Tidy
from ledger.terms import Day, DepartmentId, EmployeeId, Month, Name, Omittable, SiteId, Text


class PublishAppraisal(Command):
    """The head publishes the month's sheets of the department; left out: of every department headed that day (篇4 4.3.6)."""

    subject = "appraisal:{site}:{month}"
    makes = "appraisal_published"
    do: Literal["publish_appraisal"]
    site: SiteId
    month: Month
    department: Annotated[Omittable[DepartmentId], Tidy] = None
    by: EmployeeId
    on: Day


class AcknowledgeAppraisal(Command):
    """Somebody has seen their published sheet: signed, refused or commented. Acknowledging is not agreeing."""

    subject = "appraisal:{employee}:{month}"
    makes = "appraisal_acknowledged"
    do: Literal["acknowledge_appraisal"]
    employee: EmployeeId
    month: Month
    on: Day
    how: Literal["signed", "refused", "commented"]
    statement: Omittable[Text] = None
    witnesses: Annotated[Omittable[list[Name]], Field(max_length=50)] = None


class ReportAppraisal(Command):
    """The original of the month's sheets goes to the office, when the window is over and no objection waits (篇4 4.3.6)."""

    subject = "appraisal:{site}:{month}"
    makes = "appraisal_reported"
    do: Literal["report_appraisal"]
    site: SiteId
    month: Month
    department: Annotated[Omittable[DepartmentId], Tidy] = None
    by: EmployeeId
    on: Day


class ReturnAppraisal(Command):
    """What was reported or certified goes back to the department, with a reason that names nobody."""

    subject = "appraisal:{site}:{month}"
    makes = "appraisal_returned"
    do: Literal["return_appraisal"]
    site: SiteId
    month: Month
    department: Annotated[DepartmentId, Tidy]
    reason: Text
    by: EmployeeId
    on: Day


class CertifyAppraisal(Command):
    """The office certifies 核定 what was reported (篇4 3.3, 4.3.6); left out: of all departments that are reported."""

    subject = "appraisal:{site}:{month}"
    makes = "appraisal_certified"
    do: Literal["certify_appraisal"]
    site: SiteId
    month: Month
    department: Annotated[Omittable[DepartmentId], Tidy] = None
    by: EmployeeId
    on: Day


class ApproveAppraisal(Command):
    """The manager approves what was certified (篇4 3.1); left out: of all departments that are certified."""

    subject = "appraisal:{site}:{month}"
    makes = "appraisal_approved"
    do: Literal["approve_appraisal"]
    site: SiteId
    month: Month
    department: Annotated[Omittable[DepartmentId], Tidy] = None
    by: EmployeeId
    on: Day
