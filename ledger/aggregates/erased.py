"""Whom a command concerns, and that nothing more is recorded about somebody whose words were erased.

It is asked before every decision, so that no command can forget it.
"""

from collections.abc import Iterator
from typing import Any, Final

from ledger.aggregates.context import DecisionContext
from ledger.aggregates.employee_state import EmployeeState
from ledger.commands import Command, references_of, rows_of
from ledger.commands.appeals import EscalateAppeal, FileAppeal
from ledger.commands.employees import EraseEmployee
from ledger.commands.evidence import AttachEvidence, DiscardEvidence
from ledger.commands.hearings import RecordHearing
from ledger.commands.notices import IssueNotice
from ledger.errors import WrongState
from ledger.subjects import OWNED

_APPELLANTS_TOO: Final = (EscalateAppeal, AttachEvidence, DiscardEvidence)
"""What may hold words of an appellant, besides those of the employee an appeal is about."""


def require_not_erased(command: Command, context: DecisionContext) -> None:
    """WrongState `erased` where a command concerns somebody whose words were erased."""
    erased = context.erased()
    if not erased or isinstance(command, EraseEmployee):
        return
    for employee in concerned(command, context):
        if employee in erased:
            on = context.employee(employee).erased_on
            raise WrongState("erased", employee=employee, on=on)


def concerned(command: Command, context: DecisionContext) -> Iterator[str]:
    """Whoever a command is about, and whoever speaks in it; nobody where what it names is not recorded."""
    for field in rows_of(type(command)):
        yield from (row.employee for row in getattr(command, field) or () if getattr(row, "employee", None))
    employee: str | None = getattr(command, "employee", None)
    if employee is not None:
        yield employee
        replaces = command.replaces if isinstance(command, IssueNotice) else None
        if replaces is not None and context.is_taken("notice", replaces):
            yield context.owner_of("notice", replaces).employee
        return
    named: Any = command
    if isinstance(command, FileAppeal):
        yield command.by
        named = command.against
    if isinstance(command, RecordHearing):
        named = command.what
        if command.what.review is not None:
            yield command.what.review.employee
    if isinstance(command, AttachEvidence | DiscardEvidence):
        named = command.to if isinstance(command, AttachEvidence) else command.of
    for field, kind in references_of(named.__class__).items():
        held = getattr(named, field, None) if kind in OWNED else None
        for name in held if isinstance(held, list) else (held,):
            if name is None or not context.is_taken(kind, name):
                continue
            owner = context.home_of(kind, name)
            if isinstance(owner, EmployeeState):
                yield owner.employee
                if kind == "appeal" and isinstance(command, _APPELLANTS_TOO):
                    yield owner.appeals[name].appellant
