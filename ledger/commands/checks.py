"""Asking for marks on the appraisal sheet (篇4 4.3)."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from ledger.commands.base import Command, Part
from ledger.terms import (
    CheckId,
    CheckKind,
    ClauseCode,
    Day,
    Dimension,
    EmployeeId,
    FindingId,
    Instant,
    NoticeId,
    Omittable,
    Text,
)

MarkPoints = Annotated[int, Field(strict=True, ge=-9_999, le=9_999)]


class RecordCheck(Command):
    """A mark on somebody's appraisal sheet 績效考核表 (篇4 4.3): whole points given or taken in one dimension."""

    subject = "check:{check}"
    makes = "check_recorded"
    told_as: ClassVar = {"kind": "looked"}
    do: Literal["record_check"]
    check: CheckId
    employee: EmployeeId
    kind: CheckKind
    dimension: Dimension
    points: MarkPoints
    note: Text
    by: EmployeeId
    on: Day
    day: Omittable[Day] = None
    occurred_at: Omittable[Instant] = None
    notice: Omittable[NoticeId] = None
    finding: Omittable[FindingId] = None
    criterion: Omittable[ClauseCode] = None


class WithdrawCheck(Command):
    """A mark is taken back by its recorder or a higher office, until the sheet is approved."""

    subject = "check:{check}"
    makes = "check_withdrawn"
    do: Literal["withdraw_check"]
    check: CheckId
    reason: Text
    by: EmployeeId
    on: Day


class DayMark(Part):
    """A mark on a row of a day sheet."""

    check: CheckId
    dimension: Dimension
    points: MarkPoints
    note: Text
    occurred_at: Omittable[Instant] = None
    notice: Omittable[NoticeId] = None
    finding: Omittable[FindingId] = None
    criterion: Omittable[ClauseCode] = None


class WeekMark(DayMark):
    """A mark on a row of a week sheet; it counts on its `day`, else on the week's Sunday."""

    day: Omittable[Day] = None
