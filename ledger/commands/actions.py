"""Asking for corrective and preventive actions 糾正預防措施 (appraisal §9.3; 篇3 4.1.6)."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from ledger.commands.base import Command, Tidy
from ledger.commands.notices import Evidence
from ledger.terms import (
    ActionId,
    ActionKind,
    AnalysisId,
    ClauseCode,
    Day,
    DepartmentId,
    EmployeeId,
    Omittable,
    SiteId,
    Text,
)


class OpenAction(Command):
    """An action is opened (篇3 4.1.6): what is done, how one will see that it worked, by whom and by when."""

    subject = "action:{action}"
    makes = "action_opened"
    told_as: ClassVar = {"kind": "sort"}
    do: Literal["open_action"]
    action: ActionId
    site: SiteId
    kind: ActionKind
    clause: ClauseCode
    department: Annotated[Omittable[DepartmentId], Tidy] = None
    analysis: Omittable[AnalysisId] = None
    what: Text
    effect: Text
    owner: EmployeeId
    due_on: Day
    by: EmployeeId
    on: Day


class MoveAction(Command):
    """The day of an action is moved, with a reason: by whoever opened it, the director or the manager, never its owner."""

    subject = "action:{action}"
    makes = "action_moved"
    do: Literal["move_action"]
    action: ActionId
    due_on: Day
    reason: Text
    by: EmployeeId
    on: Day


class CompleteAction(Command):
    """The owner says what was done."""

    subject = "action:{action}"
    makes = "action_completed"
    do: Literal["complete_action"]
    action: ActionId
    done: Text
    by: EmployeeId
    on: Day
    evidence: Annotated[Omittable[list[Evidence]], Field(max_length=200)] = None


class CheckAction(Command):
    """Whether an action worked, looked at by somebody who neither owns nor completed it; not effective opens it again."""

    subject = "action:{action}"
    makes = "action_checked"
    do: Literal["check_action"]
    action: ActionId
    effective: bool
    finding: Text
    by: EmployeeId
    on: Day


class CancelAction(Command):
    """An action is given up, with a reason: by whoever opened it, the director or the manager."""

    subject = "action:{action}"
    makes = "action_cancelled"
    do: Literal["cancel_action"]
    action: ActionId
    reason: Text
    by: EmployeeId
    on: Day
