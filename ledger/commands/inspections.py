"""Asking for inspection rounds and what becomes of their findings (appraisal §9.1; 篇1; 篇3 4.1.1 to 4.1.3)."""

from typing import Annotated, ClassVar, Final, Literal

from pydantic import Field, PrivateAttr

from ledger.commands.base import Command, Part, Tidy
from ledger.commands.notices import Evidence
from ledger.terms import (
    AnswerResult,
    ClauseCode,
    Day,
    DepartmentId,
    EmployeeId,
    FindingId,
    InspectionId,
    InspectionKind,
    Instant,
    Name,
    NoticeId,
    Omittable,
    Points,
    SiteId,
    Text,
)

Reading = Annotated[int, Field(strict=True, ge=0, le=1_000_000)]


SHEET_FACTS: Final = (
    *("inspection", "kind", "department", "team", "follows"),
    *("started_at", "ended_at", "by", "with", "on"),
)
"""What a round that is filled in on site says of itself, each behind its title."""

SHEET_CLAUSES: Final = (
    *("clause", "title", "check_points", "measure", "result", "reading", "note"),
    *("finding", "narrative", "employee", "occurred_at", "place", "points", "rectify_by"),
)
"""What it says of each clause; one with several findings has several lines."""


class ClauseAnswer(Part):
    """What a round says of one clause, once; `reading` is what was counted of its measure."""

    clause: ClauseCode
    result: AnswerResult
    reading: Omittable[Reading] = None
    note: Omittable[Text] = None


class RoundFinding(Part):
    """A fault with its instant, place and words; without an employee it is the site's."""

    finding: FindingId
    clause: ClauseCode
    employee: Omittable[EmployeeId] = None
    occurred_at: Instant
    place: Omittable[Text] = None
    narrative: Text
    points: Omittable[Points] = None
    rectify_by: Omittable[Day] = None
    evidence: Annotated[Omittable[list[Evidence]], Field(max_length=200)] = None


class RecordInspection(Command):
    """An inspection round 檢查 (篇3 4.1.1): who looked, when, at which clauses, and what was found. All of it or nothing.

    `clauses` are codes or areas such as FD; left out, all that are in force. A follow-up names the round it follows.
    """

    subject = "inspection:{inspection}"
    makes = "inspection_recorded"
    holds_words_of: ClassVar = ("by",)
    told_as: ClassVar = {"kind": "sort"}
    in_parts: ClassVar = frozenset(("answers", "findings"))
    do: Literal["record_inspection"]
    inspection: InspectionId
    site: SiteId
    kind: InspectionKind
    department: Annotated[Omittable[DepartmentId], Tidy] = None
    team: Omittable[Name] = None
    follows: Omittable[InspectionId] = None
    clauses: Annotated[Omittable[list[ClauseCode]], Field(min_length=1, max_length=200)] = None
    started_at: Instant
    ended_at: Omittable[Instant] = None
    by: EmployeeId
    with_: Annotated[Omittable[list[EmployeeId]], Field(alias="with", min_length=1, max_length=50)] = None
    on: Day
    answers: Annotated[list[ClauseAnswer], Field(max_length=200)]
    findings: Annotated[Omittable[list[RoundFinding]], Field(max_length=200)] = None


class WithdrawInspection(Command):
    """A round is taken back with its findings, while no notice of one stands."""

    subject = "inspection:{inspection}"
    makes = "inspection_withdrawn"
    do: Literal["withdraw_inspection"]
    inspection: InspectionId
    reason: Text
    by: EmployeeId
    on: Day


class IssueNoticeFromFinding(Command):
    """A finding becomes a violation notice (篇3 4.1.3): clause, time, place, words and evidence are the finding's.

    `employee` and `narrative` are for a finding that names nobody, `points` for one that states none.
    """

    subject = "notice:{notice}"
    makes = "finding_noticed"
    holds_words_of: ClassVar = ("employee", "finding")
    told_as: ClassVar = {"employee": "notice_to"}
    in_parts: ClassVar = frozenset(("narrative", "points", "distinct_because"))
    do: Literal["issue_notice_from_finding"]
    notice: NoticeId
    finding: FindingId
    employee: Omittable[EmployeeId] = None
    narrative: Omittable[Text] = None
    points: Omittable[Points] = None
    issued_by: EmployeeId
    issued_on: Day
    distinct_because: Omittable[Text] = None
    _evidence: list[Evidence] | None = PrivateAttr(None)
    """The files as its notice has them, where it is decided again from the log; else the finding's."""


class RectifyFinding(Command):
    """What was found at the site, and names nobody, was put right (篇3 4.1.3)."""

    subject = "fault:{finding}"
    makes = "finding_rectified"
    do: Literal["rectify_finding"]
    finding: FindingId
    action: Text
    by: EmployeeId
    on: Day


class DropFinding(Command):
    """A finding is not pursued, for a reason: by whoever recorded it, the director or the manager."""

    subject = "fault:{finding}"
    makes = "finding_dropped"
    do: Literal["drop_finding"]
    finding: FindingId
    reason: Text
    by: EmployeeId
    on: Day
