"""What happens to an inspection round and its findings (appraisal §9.1). Stream `inspection/<inspection>`.

A finding that names somebody lives on `employee/<employee>`.
Notes of a round and findings of the site are nobody's words; the words of a finding that names somebody are theirs.
"""

from typing import Annotated, ClassVar

from pydantic import Field

from ledger.events.base import Event, Part, Personal, registered
from ledger.events.notices import EvidenceFile
from ledger.terms import (
    AnswerResult,
    ClauseCode,
    Day,
    EmployeeId,
    FindingId,
    InspectionId,
    InspectionKind,
    Instant,
    Month,
    NoticeId,
    Points,
    SiteId,
)


class RecordedAnswer(Part):
    """What a round said of one clause."""

    clause: ClauseCode
    result: AnswerResult
    reading: int | None = None


@registered
class InspectionRecorded(Event):
    """A round. `clauses` are as they were asked for, `asked` the codes they came to; `month` is that of `looked_on`."""

    kind: ClassVar[str] = "inspection_recorded"
    inspection: InspectionId
    site: SiteId
    month: Month
    sort: InspectionKind
    department: str | None = None
    team: str | None = None
    follows: InspectionId | None = None
    clauses: tuple[ClauseCode, ...] | None = None
    asked: tuple[ClauseCode, ...]
    started_at: Instant
    ended_at: Instant | None = None
    looked_on: Day
    by: EmployeeId
    with_: tuple[EmployeeId, ...] = Field(default=(), alias="with")
    on: Day
    answers: tuple[RecordedAnswer, ...]
    notes: Annotated[dict[str, str], Personal(site="site")] = Field(default={})
    """Clause → what was noted of it."""
    findings: tuple[FindingId, ...] = ()


@registered
class InspectionWithdrawn(Event):
    """A round is taken back with its findings."""

    kind: ClassVar[str] = "inspection_withdrawn"
    inspection: InspectionId
    site: SiteId
    reason: Annotated[str, Personal(site="site")]
    by: EmployeeId
    on: Day


class FindingEvent(Event):
    """What every event of a finding says: which, of which round and site, and whom it names, if anybody."""

    finding: FindingId
    inspection: InspectionId
    site: SiteId
    employee: EmployeeId | None = None


@registered
class FindingRecorded(FindingEvent):
    """A fault was found. `points` are what its notice shall have, `rectify_by` when what is the site's shall be right."""

    kind: ClassVar[str] = "finding_recorded"
    month: Month
    clause: ClauseCode
    occurred_at: Instant
    occurred_on: Day
    place: str | None = None
    narrative: Annotated[str, Personal(of="employee", site="site")]
    points: Points | None = None
    rectify_by: Day | None = None
    evidence: Annotated[tuple[EvidenceFile, ...], Personal(of="employee", site="site")] = ()
    by: EmployeeId
    on: Day


@registered
class FindingNoticed(FindingEvent):
    """A finding became a notice, which the next event issues; `notice_to` is whom the issuer named."""

    kind: ClassVar[str] = "finding_noticed"
    notice: NoticeId
    notice_to: EmployeeId | None = None
    issued_to: EmployeeId
    issued_by: EmployeeId
    issued_on: Day


@registered
class FindingRectified(FindingEvent):
    """What is the site's was put right."""

    kind: ClassVar[str] = "finding_rectified"
    action: Annotated[str, Personal(site="site")]
    by: EmployeeId
    on: Day


@registered
class FindingDropped(FindingEvent):
    """A finding is not pursued."""

    kind: ClassVar[str] = "finding_dropped"
    reason: Annotated[str, Personal(site="site")]
    by: EmployeeId
    on: Day


def inspection_stream(inspection: str) -> str:
    """The stream of a round."""
    return f"inspection/{inspection}"
