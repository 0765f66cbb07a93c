"""What happens to a corrective or preventive action 糾正預防措施 (appraisal §9.3; 篇3 4.1.6). Stream `action/<action>`.

Its words are nobody's. That it was opened again by a recurrence is no event: it is reckoned.
"""

from typing import Annotated, ClassVar

from ledger.events.base import Event, Personal, registered
from ledger.events.notices import EvidenceFile
from ledger.terms import ActionId, ActionKind, AnalysisId, ClauseCode, Day, EmployeeId, SiteId


class ActionEvent(Event):
    """What every event of an action says: which, and of which site."""

    action: ActionId
    site: SiteId


@registered
class ActionOpened(ActionEvent):
    """What is done about a clause, and how one will see that it worked."""

    kind: ClassVar[str] = "action_opened"
    sort: ActionKind
    clause: ClauseCode
    department: str | None = None
    analysis: AnalysisId | None = None
    what: Annotated[str, Personal(site="site")]
    effect: Annotated[str, Personal(site="site")]
    owner: EmployeeId
    due_on: Day
    by: EmployeeId
    on: Day


@registered
class ActionMoved(ActionEvent):
    """Its day is another one."""

    kind: ClassVar[str] = "action_moved"
    due_on: Day
    reason: Annotated[str, Personal(site="site")]
    by: EmployeeId
    on: Day


@registered
class ActionCompleted(ActionEvent):
    """Its owner says what was done."""

    kind: ClassVar[str] = "action_completed"
    done: Annotated[str, Personal(site="site")]
    by: EmployeeId
    on: Day
    evidence: Annotated[tuple[EvidenceFile, ...], Personal(site="site")] = ()


@registered
class ActionChecked(ActionEvent):
    """Whether it worked."""

    kind: ClassVar[str] = "action_checked"
    effective: bool
    finding: Annotated[str, Personal(site="site")]
    by: EmployeeId
    on: Day


@registered
class ActionCancelled(ActionEvent):
    """It is given up."""

    kind: ClassVar[str] = "action_cancelled"
    reason: Annotated[str, Personal(site="site")]
    by: EmployeeId
    on: Day


def action_stream(action: str) -> str:
    """The stream of an action."""
    return f"action/{action}"
