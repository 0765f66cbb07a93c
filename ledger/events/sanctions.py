"""What happens to a sanction (篇3 4.2.3, 4.2.4), on the stream of the employee it is imposed on. Stream
`employee/<employee>`.

Nothing is ever imposed by the program: each of these is somebody's decision.
"""

from typing import Annotated, ClassVar

from pydantic import Field

from ledger.events.base import CellEvent, Personal, registered
from ledger.terms import Day, EmployeeId, Month, SanctionId, SanctionKind


class SanctionEvent(CellEvent):
    """What every event of a sanction says: which, on whom, for which month."""

    sanction: SanctionId
    employee: EmployeeId
    month: Month


@registered
class SanctionImposed(SanctionEvent):
    """A decider imposes a sanction. `checklist` holds what the dismissal review noted, item → remark."""

    kind: ClassVar[str] = "sanction_imposed"
    imposed: SanctionKind
    reasons: Annotated[str, Personal(of="employee")]
    by: EmployeeId
    on: Day
    checklist: Annotated[dict[str, str], Personal(of="employee")] = Field(default_factory=dict)


@registered
class SanctionRevoked(SanctionEvent):
    """A sanction is lifted."""

    kind: ClassVar[str] = "sanction_revoked"
    reasons: Annotated[str, Personal(of="employee")]
    by: EmployeeId
    on: Day
