"""How cards show a person."""

from typing import Any

from ledger.state.ledger_context import LedgerContext

Card = dict[str, Any]


def person(context: LedgerContext, employee: str | None) -> str | None:
    """Somebody's staff number and name."""
    return None if employee is None else f"{employee} {context.employee(employee).name}"
