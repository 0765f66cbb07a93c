"""Whom an event is about, in words: whoever typed the wrong id sees the wrong name at once."""

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from cli.render import shown
from cli.settings import settings
from ledger.errors import LedgerError

if TYPE_CHECKING:
    from ledger.application.desk.desk import Desk


def people_in(ledger: "Desk", events: list[dict[str, Any]]) -> dict[str, str]:
    """Id, name and department, by id, of those whom events are about; left out is who is not on record, or erased."""
    concerned = {event["fields"].get("employee") for event in events if event["kind"] != "employee_erased"}
    found = {employee: person(ledger, employee) for employee in concerned - {None}}
    return {employee: told for employee, told in found.items() if told is not None}


def person(ledger: "Desk", employee: str) -> str | None:
    """Id, name and department; None of who is not on record."""
    with suppress(LedgerError), ledger.look_at_log() as look:
        state = look.state.employee(employee)
        name = f"{employee} {state.name}"
        return shown(settings().labels().remarked(name, str(state.departments.last())))
    return None


def named(thing: str, employee: str | None, people: dict[str, str]) -> str:
    """The id of what an event made, and whom it is about."""
    who = people.get(employee or "")
    if who is None:
        return thing
    return who if thing == shown(employee) else f"{thing} · {who}"
