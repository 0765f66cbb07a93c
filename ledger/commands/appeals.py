"""Asking for appeals 申訴 (domain §6; 篇3 4.3)."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field, model_validator

from ledger.commands.base import Command, Part
from ledger.commands.notices import Evidence
from ledger.formats import Malformed
from ledger.terms import (
    AppealId,
    Day,
    EmployeeId,
    Ground,
    NoticeId,
    Omittable,
    Outcome,
    Points,
    SanctionId,
    Text,
)


class Against(Part):
    """What an appeal is against: exactly one of a notice, a supervisor's share (named by its notice), a sanction."""

    notice: Omittable[NoticeId] = None
    liability: Omittable[NoticeId] = None
    sanction: Omittable[SanctionId] = None

    @model_validator(mode="after")
    def _exactly_one(self) -> "Against":
        if len(self.model_fields_set) != 1:
            text = "exactly one of notice, liability, sanction must be given"
            raise Malformed("exactly_one", text, names="notice, liability, sanction")
        return self


class FileAppeal(Command):
    """An appeal 申訴 (篇3 4.3). A late one needs `late_reason`."""

    subject = "appeal:{appeal}"
    makes = "appeal_filed"
    holds_words_of: ClassVar = ("by",)
    in_parts = frozenset(("against",))
    do: Literal["file_appeal"]
    appeal: AppealId
    by: EmployeeId
    against: Against
    ground: Ground
    respondent: Omittable[EmployeeId] = None
    statement: Text
    on: Day
    late_reason: Omittable[Text] = None
    evidence: Annotated[Omittable[list[Evidence]], Field(max_length=200)] = None


class DecideAppeal(Command):
    """The reviewer of the present level decides; `points` goes with `reduced` only."""

    subject = "appeal:{appeal}"
    makes = "appeal_decided"
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
            text = "points must be given for reduced, and for no other outcome"
            raise Malformed("points_of_reduced", text, field="points")
        return self


class EscalateAppeal(Command):
    """The appellant takes the appeal to the next level of its route."""

    subject = "appeal:{appeal}"
    makes = "appeal_escalated"
    do: Literal["escalate_appeal"]
    appeal: AppealId
    statement: Text
    on: Day
    by: Omittable[EmployeeId] = None


class WithdrawAppeal(Command):
    """The appellant withdraws the appeal; the stay ends."""

    subject = "appeal:{appeal}"
    makes = "appeal_withdrawn"
    do: Literal["withdraw_appeal"]
    appeal: AppealId
    on: Day
    by: Omittable[EmployeeId] = None
