"""The rules: every clause in force, the versions there were, and what this console shows to whom."""

from collections.abc import Iterable
from typing import Any

from starlette.responses import Response

from ledger.formats import area_of
from web.ask import Ask
from web.routes import get

Values = dict[str, Any]


def by_area(clauses: Iterable[Values], code: str = "clause") -> dict[str, list[Values]]:
    """Clauses by the area that their code is of, areas and clauses in the order in which they come."""
    areas: dict[str, list[Values]] = {}
    for clause in clauses:
        areas.setdefault(area_of(str(clause[code])), []).append(clause)
    return areas


@get("/policy")
def rules(ask: Ask) -> Response:
    """The clauses in force today, by area; `?q=` looks for a number or a word."""
    word = ask.query("q").strip()
    areas = by_area(ask.desk.policies.find_clauses(word or None))
    versions = ask.desk.policies.versions()
    return ask.page("rules", areas=areas, versions=versions, position=ask.desk.position())


@get("/about")
def about(ask: Ask) -> Response:
    """Who sees what: the table that rights are read from."""
    from ledger.application.desk.menu import rights

    return ask.page("about", rights=rights(), position=ask.desk.position())
