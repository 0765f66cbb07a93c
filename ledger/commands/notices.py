"""Asking for violation notices 過失通知單 (domain §2; 篇3 4.1)."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from ledger.commands.base import Command, Part
from ledger.formats import Malformed
from ledger.terms import (
    ClauseCode,
    Day,
    EmployeeId,
    Instant,
    Name,
    NoticeId,
    Omittable,
    Points,
    Scheme,
    Sha256,
    Text,
)


class Evidence(Part):
    """A file that stays outside: its name and the SHA-256 of its bytes."""

    name: Name
    sha256: Sha256


class IssueNotice(Command):
    """A violation notice 過失通知單 (篇3 4.1). `points` are whole, 1 or more; `replaces` names a withdrawn one."""

    subject = "notice:{notice}"
    makes = "notice_issued"
    do: Literal["issue_notice"]
    notice: NoticeId
    employee: EmployeeId
    scheme: Omittable[Scheme] = None
    clause: ClauseCode
    points: Points
    occurred_at: Instant
    place: Omittable[Text] = None
    narrative: Text
    issued_by: EmployeeId
    issued_on: Day
    inspection: Omittable[Name] = None
    evidence: Annotated[Omittable[list[Evidence]], Field(max_length=200)] = None
    distinct_because: Omittable[Text] = None
    replaces: Omittable[NoticeId] = None


class AcknowledgeNotice(Command):
    """The notice was served: signed, refused or commented. Acknowledging is not admitting."""

    subject = "acknowledgement:{notice}"
    makes = "notice_acknowledged"
    do: Literal["acknowledge_notice"]
    notice: NoticeId
    on: Day
    how: Literal["signed", "refused", "commented"]
    statement: Omittable[Text] = None
    witnesses: Annotated[Omittable[list[Name]], Field(max_length=50)] = None
    by: Omittable[EmployeeId] = None


class RectifyNotice(Command):
    """The fault on site was put right 糾正 (篇3 4.1.3)."""

    subject = "rectification:{notice}"
    makes = "notice_rectified"
    do: Literal["rectify_notice"]
    notice: NoticeId
    action: Text
    by: EmployeeId
    on: Day


class CorrectNotice(Command):
    """A wrong entry put right by a later entry; it never raises points, changes scheme or month."""

    subject = "notice:{notice}"
    makes = "notice_corrected"
    do: Literal["correct_notice"]
    notice: NoticeId
    points: Omittable[Points] = None
    clause: Omittable[ClauseCode] = None
    occurred_at: Omittable[Instant] = None
    place: Omittable[Text] = None
    narrative: Omittable[Text] = None
    reason: Text
    by: EmployeeId
    on: Day

    @model_validator(mode="after")
    def _corrects_something(self) -> "CorrectNotice":
        if not self.model_fields_set & {"points", "clause", "occurred_at", "place", "narrative"}:
            text = "points, clause, occurred_at, place or narrative must be given"
            raise Malformed("at_least_one", text, names="points, clause, occurred_at, place, narrative")
        return self


class WithdrawNotice(Command):
    """The notice is set aside by its issuer or a higher office."""

    subject = "notice:{notice}"
    makes = "notice_withdrawn"
    do: Literal["withdraw_notice"]
    notice: NoticeId
    reason: Text
    by: EmployeeId
    on: Day
