"""How cards show a person and a day."""

from datetime import date
from typing import Any

from ledger.state.ledger_context import LedgerContext

Card = dict[str, Any]


def person(context: LedgerContext, employee: str | None) -> str | None:
    """Somebody's staff number and name."""
    return None if employee is None else f"{employee} {context.employee(employee).name}"


def iso(day: date | None) -> str | None:
    """A day as `YYYY-MM-DD`."""
    return None if day is None else day.isoformat()
