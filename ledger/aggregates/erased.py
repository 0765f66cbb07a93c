"""Whom a command concerns, and that nothing more is recorded about somebody whose words were erased.

It is asked before every decision, so that no command can forget it.
"""

from collections.abc import Iterator
from typing import Any

from ledger.aggregates.context import DecisionContext
from ledger.commands import Command, EraseEmployee, EscalateAppeal, FileAppeal
from ledger.errors import WrongState

_THINGS = {"notice": "notice", "liability": "notice", "appeal": "appeal", "reward": "reward"}
_THINGS |= {"sanction": "sanction"}
"""Field → the kind of thing it names."""


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
    employee: str | None = getattr(command, "employee", None)
    if employee is not None:
        yield employee
        return
    named: Any = command
    if isinstance(command, FileAppeal):
        yield command.by
        named = command.against
    for field, kind in _THINGS.items():
        name = getattr(named, field, None)
        if name is None or not context.is_taken(kind, name):
            continue
        owner = context.owner_of(kind, name)
        yield owner.employee
        if isinstance(command, EscalateAppeal):
            yield owner.appeals[name].appellant
