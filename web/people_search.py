"""People looked for by what one remembers of them: a number, a name, a department."""

from typing import Any

from ledger.texts import folded
from web.ask import Ask

Values = dict[str, Any]


def people(ask: Ask, values: Values) -> Values:
    """The first screen of an act that names somebody: everybody but oneself, by what was looked for, and who is chosen."""
    if values["step"] != 1:
        return {}
    with ask.desk.look_at_log() as look:
        rows = [row for row in look.employees() if row["employee"] != ask.person]
        chosen = ask.form.get("employee", "")
        others = {ask.person, *(row["employee"] for row in rows)}
        if chosen and chosen not in others and look.opens("employee", chosen):
            rows.append(look.card("employee", chosen))
    return {"people": search(ask, rows, ask.form.get("find_person", ""))}


def search(ask: Ask, rows: list[Values], looked: str) -> list[Values]:
    """Rows of people in which every word looked for occurs, in number, name or department (its code or its name)."""
    words = folded(looked).split()
    return [row for row in rows if all(word in _told(ask, row) for word in words)]


def _told(ask: Ask, row: Values) -> str:
    department = row["department"] or ""
    return f"{row['employee']} {row['name']} {department} {ask.speech.department(department)}".casefold()
