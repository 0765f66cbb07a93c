"""What happens to an appeal 申訴 (篇3 4.3), on the stream of the employee whose notice it concerns. Stream
`employee/<employee>`.

The route is fixed at filing and stands in the event, with the reason why each level was skipped.
"""

from typing import Annotated, ClassVar, Literal

from ledger.events.base import CellEvent, Part, Personal, registered
from ledger.events.notices import EvidenceFile
from ledger.terms import (
    AppealId,
    Day,
    EmployeeId,
    Ground,
    Level,
    Month,
    NoticeId,
    Outcome,
    Points,
    SanctionId,
)

ObjectKind = Literal["notice", "liability", "sanction"]
SkipReason = Literal[
    "not_above_respondent",
    "retaliation_starts_higher",
    "vacant",
    "appellant",
    "respondent",
    "issuer",
    "finder",
    "imposer",
    "bears_share",
]


class RouteLevel(Part):
    """A level of the ladder as it stood on the filing date; `skipped` says why it was passed over."""

    level: Level
    holder: EmployeeId | None = None
    skipped: SkipReason | None = None


class AppealEvent(CellEvent):
    """What every event of an appeal says: which appeal, on whose stream, of which month, against what.

    `target` is the id of the notice (also for its share, `liability`) or of the sanction.
    """

    appeal: AppealId
    employee: EmployeeId
    month: Month
    against: ObjectKind
    target: NoticeId | SanctionId


@registered
class AppealFiled(AppealEvent):
    """An appeal is filed; the stay begins. `conflicted` are those who may not review it, as things stood."""

    kind: ClassVar[str] = "appeal_filed"
    by: EmployeeId
    ground: Ground
    respondent: EmployeeId
    statement: Annotated[str, Personal(of="by")]
    on: Day
    late_reason: Annotated[str | None, Personal(of="by")] = None
    route: tuple[RouteLevel, ...]
    conflicted: tuple[EmployeeId, ...]
    due_on: Day
    evidence: Annotated[tuple[EvidenceFile, ...], Personal(of="by")] = ()


@registered
class AppealDecided(AppealEvent):
    """The reviewer of the present level decides. `points` only for `reduced`."""

    kind: ClassVar[str] = "appeal_decided"
    outcome: Outcome
    points: Points | None = None
    reasons: Annotated[str, Personal(of="employee")]
    by: EmployeeId
    level: Level
    on: Day


@registered
class AppealEscalated(AppealEvent):
    """The appellant, whom `by` names, goes on to a higher level; the stay applies again. `stated`: the command said who."""

    kind: ClassVar[str] = "appeal_escalated"
    by: EmployeeId
    statement: Annotated[str, Personal(of="by")]
    on: Day
    level: Level
    due_on: Day
    stated: bool = False


@registered
class AppealWithdrawn(AppealEvent):
    """The appellant withdraws; the stay ends."""

    kind: ClassVar[str] = "appeal_withdrawn"
    on: Day
    by: EmployeeId | None = None


@registered
class AppealMooted(AppealEvent):
    """The notice was withdrawn, or the sanction revoked, while the appeal was pending: nothing is left to decide."""

    kind: ClassVar[str] = "appeal_mooted"
    on: Day
