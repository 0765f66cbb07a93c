"""People: the directory, one of them, and a month of theirs down to the events."""

from typing import Any

from starlette.responses import Response

from web.ask import Ask
from web.choosing import found
from web.pages.staff import REGISTRARS, acts_of
from web.routes import get

Values = dict[str, Any]


@get("/people")
def people(ask: Ask) -> Response:
    """Everybody of the site, as far as the directory is mine to see; `?q=` looks for a number, a name or a department."""
    with ask.desk.look_at_log(ask.as_of) as look:
        rows = look.employees(ask.query("site") or None)
        position = look.position
    registers = ask.as_of is None and bool(REGISTRARS & (ask.console.offices_of(ask.person) or frozenset()))
    return ask.page("people", rows=found(ask, rows, ask.query("q")), position=position, registers=registers)


@get("/people/{employee}", twin=True)
def person(ask: Ask) -> Response:
    """One person: the directory's line, their months and what has happened, as far as it is mine to see."""
    name = ask.path("employee")
    with ask.desk.look(ask.as_of) as look:
        card = look.card("employee", name)
        history = look.history(f"employee:{card['employee']}")
        position = look.position
        notices = [row for row in look.notices() if row["employee"] == card["employee"]]
    if ask.is_twin:
        return ask.json({**card, "history": history})
    titles = dict(ask.desk.policies.clauses("")) if notices else {}
    acts = acts_of(ask, card) if ask.as_of is None else []
    return ask.page(
        "person",
        card=card,
        history=history,
        notices=notices,
        titles=titles,
        acts=acts,
        position=position,
    )


@get("/people/{employee}/months/{month}", twin=True)
def explanation(ask: Ask) -> Response:
    """Why each figure of a month is what it is; with `?then=` beside what was known then."""
    employee, month = ask.path("employee"), ask.path("month")
    with ask.desk.look_at_log(ask.as_of) as look:
        report = look.explain(employee, month)
        position = look.position
    if ask.is_twin:
        return ask.json(report)
    compared: dict[str, Any] | None = None
    if then := ask.query("then").strip().removeprefix("#"):
        early = ask.desk.position_of(then)
        compared = ask.desk.review.compare(employee, month, early, ask.as_of)
    titles = dict(ask.desk.policies.clauses(""))
    return ask.page(
        "explanation", report=report, compared=compared, titles=titles, position=position, **_parts(report)
    )


def _parts(report: Values) -> Values:
    """What the sum that is taken is made of, in its order, and the figures that are no part of it."""
    figures = {one["figure"]: one for one in report["figures"]}
    deduction = figures["deduction"]
    parts = [(entry, figures[entry["of"]]) for entry in deduction["entries"]]
    above = {"deduction", *(part["figure"] for _, part in parts)}
    return {
        "deduction": deduction,
        "parts": parts,
        "others": [one for name, one in figures.items() if one["entries"] and name not in above],
        "points": figures["points"]["value"],
        "contested": figures["contested_points"]["value"],
        "performance": figures["performance"]["value"],
    }
