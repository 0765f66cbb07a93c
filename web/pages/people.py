"""People: the directory, one of them, and a month of theirs down to the events."""

from typing import Any

from starlette.responses import Response

from web.ask import Ask
from web.pages.offices import held_by
from web.pages.staff import REGISTRARS, acts_of
from web.people_search import search
from web.routes import get
from web.things import thing

Values = dict[str, Any]


@get("/people")
def people(ask: Ask) -> Response:
    """Everybody of the site, as far as the directory is mine to see; `?q=` looks for a number, a name or a department."""
    with ask.desk.look_at_log(ask.as_of) as look:
        rows = look.employees()
        position = look.position
    registers = ask.as_of is None and bool(REGISTRARS & ask.place.offices)
    return ask.page("people", rows=search(ask, rows, ask.query("q")), position=position, registers=registers)


def _notices(ask: Ask, look: Any, card: Values, history: list[Values]) -> Values:
    """Somebody's notices at all sites of theirs that may be known; one's own wherever one was."""
    employee = card["employee"]
    asked = ask.alone(look) if employee == ask.person else look
    sites = look.state.placed(employee).all_sites
    known = sites if employee == ask.person else [site for site in sites if site in ask.sites]
    rows = [row for site in known for row in asked.notices(None, site)]
    return {"notices": [row for row in rows if row["employee"] == employee]}


@thing("/people/{employee}", reads=_notices, rows=True, template="person")
def person(ask: Ask, card: Values, notices: list[Values]) -> Values:
    """One person: the directory's line, their months and what has happened, as far as it is mine to see."""
    titles = dict(ask.desk.policies.clauses("")) if notices else {}
    acts = acts_of(ask, card) if ask.as_of is None else []
    return {"titles": titles, "acts": acts, "offices": held_by(ask, card["employee"])}


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
