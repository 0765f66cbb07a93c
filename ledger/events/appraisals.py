"""From publication to approval of the appraisal sheets (篇4 4.3.6, 3.1, 3.3). Stream
`appraisal/<site>/<month>/<department>`; acknowledgements on `employee/<employee>`.

What publication and approval stated are facts, as what a close handed over is (law 1). `late` says that the act came
after it was due.
"""

from typing import Annotated, ClassVar, Literal

from ledger.events.base import Event, Part, Personal, SheetEvent, registered
from ledger.terms import Day, DepartmentId, Dimension, EmployeeId, Month, Sha256, SiteId


class PublishedSheet(Part):
    """One sheet as it was published: points a dimension and in all; None where nobody had looked."""

    employee: EmployeeId
    dimensions: dict[Dimension, int] | None = None
    score: int | None = None


class ApprovedSheet(Part):
    """One sheet's score as it was approved."""

    employee: EmployeeId
    score: int | None = None


class AppraisalEvent(Event):
    """What every act on a department's month says."""

    site: SiteId
    month: Month
    department: DepartmentId
    by: EmployeeId
    on: Day


@registered
class AppraisalPublished(AppraisalEvent):
    """The head publishes the sheets of the department: computed, not chosen."""

    kind: ClassVar[str] = "appraisal_published"
    late: bool = False
    sheets: tuple[PublishedSheet, ...] = ()


@registered
class AppraisalReported(AppraisalEvent):
    """The original goes to the office: `digest` is that of the sheets as they stood."""

    kind: ClassVar[str] = "appraisal_reported"
    late: bool = False
    digest: Sha256


@registered
class AppraisalReturned(AppraisalEvent):
    """What was reported or certified goes back to the department."""

    kind: ClassVar[str] = "appraisal_returned"
    reason: Annotated[str, Personal(site="site")]


@registered
class AppraisalCertified(AppraisalEvent):
    """The office has checked the original."""

    kind: ClassVar[str] = "appraisal_certified"
    late: bool = False


@registered
class AppraisalApproved(AppraisalEvent):
    """The manager approves; `scores` are the sheets' scores that day."""

    kind: ClassVar[str] = "appraisal_approved"
    late: bool = False
    scores: tuple[ApprovedSheet, ...] = ()


@registered
class AppraisalAcknowledged(SheetEvent):
    """Somebody has seen their sheet. Acknowledging is not agreeing."""

    kind: ClassVar[str] = "appraisal_acknowledged"
    employee: EmployeeId
    month: Month
    on: Day
    how: Literal["signed", "refused", "commented"]
    statement: Annotated[str | None, Personal(of="employee")] = None
    witnesses: Annotated[tuple[str, ...], Personal(of="employee")] = ()
