"""What happens to a violation notice 過失通知單, on the stream of the employee it names (篇3 4.1, 4.2.6). Stream
`employee/<employee>`.

Civil dates are settled here: `occurred_on` and `month` are the site's, and `late` says that the month was
already closed when the notice was recorded. `employee` and `month` name the cell a later event touches.
"""

from typing import Annotated, ClassVar, Literal

from ledger.events.base import CellEvent, Part, Personal, registered
from ledger.terms import (
    ClauseCode,
    Day,
    EmployeeId,
    FindingId,
    Instant,
    Month,
    NoticeId,
    Points,
    Scheme,
    Sha256,
)


class EvidenceFile(Part):
    """A file kept outside, by name and SHA-256."""

    name: str
    sha256: Sha256


class NoticeEvent(CellEvent):
    """What every event of a notice says: which notice, whose, and of which month."""

    notice: NoticeId
    employee: EmployeeId
    month: Month


@registered
class NoticeIssued(NoticeEvent):
    """A notice is issued. Points are whole; what they cost is the policy's. `replaces`: the withdrawn one before it."""

    kind: ClassVar[str] = "notice_issued"
    scheme: Scheme
    clause: ClauseCode
    points: Points
    occurred_at: Instant
    occurred_on: Day
    place: str | None = None
    narrative: Annotated[str, Personal(of="employee")]
    issued_by: EmployeeId
    issued_on: Day
    late: bool = False
    inspection: str | None = None
    evidence: Annotated[tuple[EvidenceFile, ...], Personal(of="employee")] = ()
    distinct_because: Annotated[str | None, Personal(of="employee")] = None
    replaces: NoticeId | None = None
    finding: FindingId | None = None


@registered
class NoticeAcknowledged(NoticeEvent):
    """The notice was served; the first acknowledgement counts.

    `by`: the employee or whoever served it, where stated. `served` is false for a refusal to sign that nobody witnessed,
    where the policy asks for a witness: it starts nothing.
    """

    kind: ClassVar[str] = "notice_acknowledged"
    on: Day
    served: bool = True
    how: Literal["signed", "refused", "commented"]
    statement: Annotated[str | None, Personal(of="employee")] = None
    witnesses: Annotated[tuple[str, ...], Personal(of="employee")] = ()
    by: EmployeeId | None = None


@registered
class NoticeRectified(NoticeEvent):
    """The fault on site was put right (4.1.3)."""

    kind: ClassVar[str] = "notice_rectified"
    action: Annotated[str, Personal(of="employee")]
    by: EmployeeId
    on: Day


@registered
class NoticeCorrected(NoticeEvent):
    """A wrong entry put right; None leaves a field as it was."""

    kind: ClassVar[str] = "notice_corrected"
    points: Points | None = None
    clause: ClauseCode | None = None
    occurred_at: Instant | None = None
    occurred_on: Day | None = None
    place: str | None = None
    narrative: Annotated[str | None, Personal(of="employee")] = None
    reason: Annotated[str, Personal(of="employee")]
    by: EmployeeId
    on: Day


@registered
class NoticeWithdrawn(NoticeEvent):
    """The notice is set aside. `told`: it had been served, appealed against, or contained in a close."""

    kind: ClassVar[str] = "notice_withdrawn"
    reason: Annotated[str, Personal(of="employee")]
    by: EmployeeId
    on: Day
    told: bool = False
