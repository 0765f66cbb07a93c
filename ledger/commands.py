"""What people may ask: one frozen model per command of the fixed interface (domain §10.1), a tagged union.

A command is input, not yet a fact. Unknown fields, missing fields and wrong types are refused here;
everything that needs the ledger's memory is refused by the aggregates.
"""

import hashlib
import json
from typing import Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from ledger.terms import (
    AppealId,
    ClauseCode,
    Day,
    DepartmentId,
    EmployeeId,
    Ground,
    Instant,
    Money,
    Month,
    Name,
    NoticeId,
    Office,
    Omittable,
    Outcome,
    Points,
    RewardId,
    SanctionId,
    SanctionKind,
    Scheme,
    Sha256,
    SiteId,
    Text,
)


def _zero_or_more(fen: int) -> int:
    if fen < 0:
        raise ValueError("may not be negative")
    return fen


Wage = Annotated[Money, AfterValidator(_zero_or_more)]


class Command(BaseModel):
    """The shape all commands share. `key` tells two otherwise equal commands apart."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, populate_by_name=False)

    subject: ClassVar[str]
    """What the command sets, as a template over its fields; two commands on one subject may undo each other."""

    do: str
    key: Omittable[Name] = None

    def content(self) -> dict[str, Any]:
        """The parsed command as JSON values: instants in UTC, omitted fields absent (an explicit null stays)."""
        return self.model_dump(mode="json", by_alias=True, exclude_unset=True)

    def digest(self) -> str:
        """SHA-256 (hex) of the content in sorted, compact JSON: equal commands have equal digests."""
        text = json.dumps(self.content(), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()

    def about(self) -> str:
        """The subject with its blanks filled in, such as `notice:N1`."""
        return self.subject.format(**{k: str(v) for k, v in self.__dict__.items()})


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


class Evidence(BaseModel):
    """A file that stays outside: its name and the SHA-256 of its bytes."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)
    name: Name
    sha256: Sha256


class IssueNotice(Command):
    """A violation notice 過失通知單 (篇3 4.1). `points` are whole, 1 or more."""

    subject = "notice:{notice}"
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


class AcknowledgeNotice(Command):
    """The notice was served: signed, refused or commented. Acknowledging is not admitting."""

    subject = "acknowledgement:{notice}"
    do: Literal["acknowledge_notice"]
    notice: NoticeId
    on: Day
    how: Literal["signed", "refused", "commented"]
    statement: Omittable[Text] = None
    witnesses: Annotated[Omittable[list[Name]], Field(max_length=50)] = None


class RectifyNotice(Command):
    """The fault on site was put right 糾正 (篇3 4.1.3)."""

    subject = "rectification:{notice}"
    do: Literal["rectify_notice"]
    notice: NoticeId
    action: Text
    by: EmployeeId
    on: Day


class CorrectNotice(Command):
    """A wrong entry put right by a later entry; it never raises points, changes scheme or month."""

    subject = "notice:{notice}"
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
            raise ValueError("points, clause, occurred_at, place or narrative must be given")
        return self


class WithdrawNotice(Command):
    """The notice is set aside by its issuer or a higher office."""

    subject = "notice:{notice}"
    do: Literal["withdraw_notice"]
    notice: NoticeId
    reason: Text
    by: EmployeeId
    on: Day


class FindResponsibility(Command):
    """A verified finding against the supervisor (篇3 4.2.6)."""

    subject = "finding:{notice}"
    do: Literal["find_responsibility"]
    notice: NoticeId
    supervisor: Omittable[EmployeeId] = None
    finding: Text
    by: EmployeeId
    on: Day


class ClearResponsibility(Command):
    """A finding is cleared again, before the month closes."""

    subject = "finding:{notice}"
    do: Literal["clear_responsibility"]
    notice: NoticeId
    reason: Text
    by: EmployeeId
    on: Day


class GrantReward(Command):
    """Points for outstanding work (篇4): recorded by one person, approved by another."""

    subject = "reward:{reward}"
    do: Literal["grant_reward"]
    reward: RewardId
    employee: EmployeeId
    points: Points
    occurred_on: Day
    reason: Text
    by: EmployeeId
    approved_by: EmployeeId


class WithdrawReward(Command):
    """A reward is taken back, with a reason."""

    subject = "reward:{reward}"
    do: Literal["withdraw_reward"]
    reward: RewardId
    reason: Text
    by: EmployeeId
    on: Day


class Against(BaseModel):
    """What an appeal is against: exactly one of a notice, a supervisor's share (named by its notice), a sanction."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)
    notice: Omittable[NoticeId] = None
    liability: Omittable[NoticeId] = None
    sanction: Omittable[SanctionId] = None

    @model_validator(mode="after")
    def _exactly_one(self) -> "Against":
        if len(self.model_fields_set) != 1:
            raise ValueError("exactly one of notice, liability, sanction must be given")
        return self


class FileAppeal(Command):
    """An appeal 申訴 (篇3 4.3). A late one needs `late_reason`."""

    subject = "appeal:{appeal}"
    do: Literal["file_appeal"]
    appeal: AppealId
    by: EmployeeId
    against: Against
    ground: Ground
    respondent: Omittable[EmployeeId] = None
    statement: Text
    on: Day
    late_reason: Omittable[Text] = None


class DecideAppeal(Command):
    """The reviewer of the present level decides; `points` goes with `reduced` only."""

    subject = "appeal:{appeal}"
    do: Literal["decide_appeal"]
    appeal: AppealId
    outcome: Outcome
    points: Omittable[Points] = None
    reasons: Text
    by: EmployeeId
    on: Day

    @model_validator(mode="after")
    def _points_go_with_reduced(self) -> "DecideAppeal":
        if (self.outcome == "reduced") != (self.points is not None):
            raise ValueError("points must be given for reduced, and for no other outcome")
        return self


class EscalateAppeal(Command):
    """The appellant takes the appeal to the next level of its route."""

    subject = "appeal:{appeal}"
    do: Literal["escalate_appeal"]
    appeal: AppealId
    statement: Text
    on: Day


class WithdrawAppeal(Command):
    """The appellant withdraws the appeal; the stay ends."""

    subject = "appeal:{appeal}"
    do: Literal["withdraw_appeal"]
    appeal: AppealId
    on: Day


class ImposeSanction(Command):
    """A decider imposes a sanction for a month (篇3 4.2.3, 4.2.4).

    `checklist` belongs to a dismissal: item → remark, for employee_heard, union_informed, seriousness_reasoned
    (and served, which the ledger checks itself).
    """

    subject = "sanction:{sanction}"
    do: Literal["impose_sanction"]
    sanction: SanctionId
    employee: EmployeeId
    month: Month
    kind: SanctionKind
    reasons: Text
    by: EmployeeId
    on: Day
    checklist: Omittable[dict[Name, bool | Text]] = None


class RevokeSanction(Command):
    """A sanction is lifted by whoever imposed it or a higher office."""

    subject = "sanction:{sanction}"
    do: Literal["revoke_sanction"]
    sanction: SanctionId
    reasons: Text
    by: EmployeeId
    on: Day


class RecordWage(Command):
    """Wage and local minimum wage of a month, for the wage guard (工資支付暫行規定 §16)."""

    subject = "wage:{employee}:{month}"
    do: Literal["record_wage"]
    employee: EmployeeId
    month: Month
    wage: Wage
    minimum_wage: Wage
    by: Omittable[EmployeeId] = None


class CloseMonth(Command):
    """The month is handed to finance (篇3 4.1.4, 4.1.5; 篇4 4.4)."""

    subject = "month:{site}:{month}"
    do: Literal["close_month"]
    site: SiteId
    month: Month
    by: EmployeeId
    on: Day


COMMANDS: dict[str, type[Command]] = {
    str(cls.model_fields["do"].annotation.__args__[0]): cls  # type: ignore[union-attr]
    for cls in (
        RegisterSite,
        RegisterEmployee,
        ReassignEmployee,
        RecordDeparture,
        Appoint,
        AdoptPolicy,
        IssueNotice,
        AcknowledgeNotice,
        RectifyNotice,
        CorrectNotice,
        WithdrawNotice,
        FindResponsibility,
        ClearResponsibility,
        GrantReward,
        WithdrawReward,
        FileAppeal,
        DecideAppeal,
        EscalateAppeal,
        WithdrawAppeal,
        ImposeSanction,
        RevokeSanction,
        RecordWage,
        CloseMonth,
    )
}
"""Every command by its `do`."""
