"""Asking for somebody's consent, or its withdrawal, to be recorded (finance §14)."""

from typing import Annotated, Literal

from pydantic import Field

from ledger.commands.base import Command
from ledger.terms import ConsentTo, Day, EmployeeId, Omittable


class RecordConsent(Command):
    """Somebody consents to being posted by name, or takes that back (個人信息保護法 §25)."""

    subject = "consent:{employee}:{to}"
    makes = "consent_recorded"
    do: Literal["record_consent"]
    employee: EmployeeId
    to: ConsentTo
    given: Annotated[bool, Field(strict=True)]
    on: Day
    by: Omittable[EmployeeId] = None
