"""Marks on the appraisal sheet 績效考核表 (篇4 4.3), on the stream of the employee they are about. Stream
`employee/<employee>`.

`day` is the civil day looked at, whose month the mark counts in. No money rests on these events.
"""

from typing import Annotated, ClassVar

from pydantic import Field

from ledger.events.base import Personal, SheetEvent, registered
from ledger.terms import (
    CheckId,
    CheckKind,
    ClauseCode,
    Day,
    Dimension,
    EmployeeId,
    FindingId,
    Instant,
    Month,
    NoticeId,
    SheetId,
)

MarkPoints = Annotated[int, Field(strict=True, ge=-100, le=100)]


@registered
class CheckRecorded(SheetEvent):
    """One mark: points given or taken in one dimension. `sheet` names the day or week sheet it stands on."""

    kind: ClassVar[str] = "check_recorded"
    check: CheckId
    employee: EmployeeId
    month: Month
    looked: CheckKind
    dimension: Dimension
    points: MarkPoints
    note: Annotated[str, Personal(of="employee")]
    by: EmployeeId
    on: Day
    day: Day
    occurred_at: Instant | None = None
    notice: NoticeId | None = None
    finding: FindingId | None = None
    criterion: ClauseCode | None = None
    sheet: SheetId | None = None


@registered
class CheckWithdrawn(SheetEvent):
    """A mark is taken back."""

    kind: ClassVar[str] = "check_withdrawn"
    check: CheckId
    employee: EmployeeId
    month: Month
    reason: Annotated[str, Personal(of="employee")]
    by: EmployeeId
    on: Day
