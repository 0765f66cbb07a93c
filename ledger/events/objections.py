"""Objections to a published sheet, and their verification 核實 (篇4 4.3.6). Stream `employee/<employee>`.

`department` is the one that published the sheet.
"""

from typing import Annotated, ClassVar

from pydantic import Field

from ledger.events.base import Personal, SheetEvent, registered
from ledger.terms import Day, DepartmentId, Dimension, EmployeeId, Month, ObjectionId

SheetPoints = Annotated[int, Field(strict=True, ge=0, le=9_999)]


class ObjectionEvent(SheetEvent):
    """What every event of an objection says: which one, whose, of which sheet and dimension."""

    objection: ObjectionId
    employee: EmployeeId
    month: Month
    department: DepartmentId
    dimension: Dimension


@registered
class AppraisalObjected(ObjectionEvent):
    """The person objects to one dimension of their sheet."""

    kind: ClassVar[str] = "appraisal_objected"
    statement: Annotated[str, Personal(of="employee")]
    on: Day
    late_reason: Annotated[str | None, Personal(of="employee")] = None


@registered
class ObjectionWithdrawn(ObjectionEvent):
    """The person takes the objection back."""

    kind: ClassVar[str] = "objection_withdrawn"
    on: Day


@registered
class AppraisalVerified(ObjectionEvent):
    """Somebody free of conflict states the score of the dimension, which prevails."""

    kind: ClassVar[str] = "appraisal_verified"
    score: SheetPoints
    reasons: Annotated[str, Personal(of="employee")]
    by: EmployeeId
    on: Day
