"""The rules: every clause in force, the versions there were, and what this console shows to whom."""

from typing import Any

from starlette.responses import Response

from web.ask import Ask
from web.routes import get


@get("/policy")
def rules(ask: Ask) -> Response:
    """The clauses in force today, by area; `?q=` looks for a number or a word."""
    word = ask.query("q").strip()
    areas: dict[str, list[dict[str, Any]]] = {}
    for clause in ask.desk.policies.find_clauses(word or None):
        areas.setdefault(str(clause["clause"]).partition("-")[0], []).append(clause)
    versions = ask.desk.policies.versions()
    return ask.page("rules", areas=areas, versions=versions, position=ask.desk.position())


@get("/about")
def about(ask: Ask) -> Response:
    """Who sees what: the table that rights are read from."""
    from ledger.application.desk.menu import rights

    return ask.page("about", rights=rights(), position=ask.desk.position())
