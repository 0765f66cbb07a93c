"""Asking for what a pay run took to be recorded, and for a difference to be settled (finance §13)."""

from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, PrivateAttr, model_validator

from ledger.commands.base import Command
from ledger.formats import Malformed
from ledger.terms import (
    Day,
    EmployeeId,
    Money,
    Month,
    Omittable,
    PayRun,
    ReturnReason,
    Settlement,
    SiteId,
    Text,
)


def _of_somebody(deducted: dict[str, int | None]) -> dict[str, int | None]:
    if not deducted:
        raise Malformed("nobody_named", "must name somebody")
    return deducted


class RecordPayroll(Command):
    """What a pay run of a closed month took from each person (finance §13); null takes an entry back.

    `run` names one execution of it: `regular`, `final-E07`; several add up.
    """

    subject = "payroll:{site}:{month}:{run}"
    makes = "pay_returned"
    holds_words_of: ClassVar = ("by",)  # of many people
    in_parts: ClassVar = frozenset(("deducted", "reasons", "notes"))
    do: Literal["record_payroll"]
    site: SiteId
    month: Month
    by: EmployeeId
    on: Day
    deducted: Annotated[dict[EmployeeId, Money | None], AfterValidator(_of_somebody)]
    run: PayRun = "regular"
    reasons: Omittable[dict[EmployeeId, ReturnReason]] = None
    notes: Omittable[dict[EmployeeId, Text]] = None
    correction: Omittable[Text] = None
    _corrections: dict[str, str | None] = PrivateAttr(default_factory=dict)
    """The correction in the words that are sealed for each person, as it is decided again."""

    @model_validator(mode="after")
    def _says_of_whom(self) -> "RecordPayroll":
        for field in ("reasons", "notes"):
            for employee in getattr(self, field) or ():
                if employee not in self.deducted:
                    text = f"{field} names {employee}, of whom deducted says nothing"
                    raise Malformed("return_of_nobody", text, employee=employee, field=field)
        return self


class SettleDifference(Command):
    """All that is open of somebody's month is carried into the next run, or written off (finance §13)."""

    subject = "difference:{site}:{month}:{employee}"
    makes = "difference_settled"
    do: Literal["settle_difference"]
    site: SiteId
    month: Month
    employee: EmployeeId
    how: Settlement
    reason: Text
    by: EmployeeId
    on: Day
