"""A version of the rules, rule by rule and clause by clause: what each says, what it rests on, and from when."""

from collections.abc import Iterable
from typing import Any, Final

from starlette.responses import Response

from ledger.application import policy_documents as documents
from ledger.labels.policy_values import rule_value
from ledger.terms import LANGUAGES
from web.ask import Ask
from web.pages.rules import by_area
from web.routes import get

Values = dict[str, Any]
_ELSEWHERE: Final = ("version", "effective_from", "title", "calendar", "clauses")
"""The tables of a document that stand on the page in a place of their own."""


@get("/policy/{version}", twin=True)
def version(ask: Ask) -> Response:
    """`kaoji policy show --version`: facts, rules, clauses and calendar; `?q=` leaves what holds a word.

    Every table of rules, rule and clause has its key for an anchor (`#surcharge`, `#FD-03`).
    """
    name = ask.path("version")
    found = ask.desk.policies.show(None, name, None, ask.as_of)
    if ask.is_twin:
        return ask.json(found)
    word = ask.query("q").strip()
    document = found["policy"]
    return ask.page(
        "rule_book",
        found=found,
        before=_before(found, ask.desk.policies.versions(None, ask.as_of)),
        sections=_sections(ask, document, word.casefold()),
        numbered=_numbered(document),
        areas=_areas(document, word.casefold()),
        years=[] if word else documents.calendar_years(document),
        position=ask.desk.position() if ask.as_of is None else ask.as_of,
    )


def _before(found: Values, versions: list[Values]) -> str | None:
    """The version that the same site had before; None: this is its first."""
    earlier = [each for each in versions if each["position"] < found["position"]]
    same = [each["version"] for each in earlier if each["site"] in (None, found["site"])]
    return str(same[-1]) if same else None


def _sections(ask: Ask, document: Values, word: str) -> list[tuple[str, list[Values]]]:
    """The rules by the table they stand in, which is named by its key; those of no table first."""
    labels = ask.speech.labels
    tables: dict[str, list[Values]] = {}
    for rule in documents.rules(document):
        key = rule["key"]
        if key.startswith(_ELSEWHERE):
            continue
        row = {
            "key": key,
            "rule": labels.rule(key),
            "value": rule_value(labels, rule["value"], key),
            "source": "" if rule["source"] is None else ask.speech.cited(rule["source"]),
        }
        if word in f"{key} {row['rule']} {row['value']} {row['source']}".casefold():
            tables.setdefault(key.rpartition(".")[0], []).append(row)
    return sorted(tables.items(), key=lambda table: table[0] != "")


def _numbered(document: Values) -> dict[str, str]:
    """Tables of a list, which go by a code, such as `appraisal.dimensions[a]` → as explanations name them, from 0."""
    lists: dict[str, list[str]] = {}
    for rule in documents.rules(document):
        table = str(rule["key"]).rpartition(".")[0]
        name, bracket, _ = table.partition("[")
        if bracket and table not in lists.setdefault(name, []):
            lists[name].append(table)
    return {
        table: f"{name}.{number}" for name, tables in lists.items() for number, table in enumerate(tables)
    }


def _areas(document: Values, word: str) -> dict[str, list[Values]]:
    """The clauses by area."""
    clauses = document.get("clauses", [])
    return by_area((each for each in clauses if word in " ".join(_texts(each)).casefold()), "code")


def _texts(clause: Values) -> Iterable[str]:
    """What a clause is looked for by."""
    points = clause.get("check_points") or {}
    yield clause["code"]
    yield from clause["title"].values()
    for language in LANGUAGES:
        yield from points.get(language, ())
