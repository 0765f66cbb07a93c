"""The rules compared and tried: what differs between two versions, and what the same facts would have cost under others."""

import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from starlette.responses import Response

from ledger.application import policy_documents as documents
from ledger.errors import LedgerError
from ledger.labels.policy_values import rule_value
from ledger.terms import next_month
from web.acting import moves
from web.ask import Ask
from web.routes import form, get
from web.step_up import verified

Values = dict[str, Any]
_MOST_MONTHS: Final = 12
_MOST_ROWS: Final = 5000
"""How many months of people are replayed while somebody waits for the page."""


@get("/policy/diff", twin=True)
def difference(ask: Ask) -> Response:
    """What differs between two versions, `?old=` and `?new=`, each one that was adopted or `house`."""
    known = ["house", *dict.fromkeys(each["version"] for each in ask.desk.policies.versions())]
    old = ask.query("old") or known[-1]
    new = ask.query("new") or known[0]
    rows = ask.desk.policies.diff(documents.Side(old), documents.Side(new))
    if ask.is_twin:
        return ask.json(rows)
    lines = [changed(ask, row) for row in rows]
    return ask.page("rules_diff", lines=lines, old=old, new=new, known=dict.fromkeys([*known, old, new]))


def changed(ask: Ask, row: Values) -> dict[str, str]:
    """A rule that differs, as it is read: its name and its key, before, after, and where either stands."""
    labels, key = ask.speech.labels, row["path"]
    sources = dict.fromkeys(source for source in (row["old_source"], row["new_source"]) if source)
    after = rule_value(labels, row["new"], key)
    if "added" in row:
        after += f" (+{len(row['added'])} −{len(row['removed'])})"
    rests_on = " → ".join(ask.speech.cited(source) for source in sources)
    return {
        "key": key,
        "rule": labels.rule(key),
        "old": rule_value(labels, row["old"], key),
        "new": after,
        "source": rests_on or "–",
    }


# --- trying -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a month of somebody would have cost: before and after, in yuan."""

    employee: str
    month: str
    before: Decimal
    after: Decimal

    @property
    def more(self) -> Decimal:
        """How much more is taken; negative: less."""
        return self.after - self.before


@form("/policy/try", records=False)
def attempt(ask: Ask) -> Response:
    """A document tried on months that have been: what the linter finds, who would have paid more or less, what differs."""
    _require_figures(ask)
    if ask.request.method == "GET":
        return _page(ask)
    upload = ask.files.get("file")
    raw = upload.content if upload is not None else ask.form.get("document", "").encode()
    if not raw.strip():
        return _page(ask, 422, told=(ask.speech.say("try_nothing"), None))
    try:
        return _tried(ask, raw)
    except LedgerError as error:
        return _page(ask, 422, told=ask.speech.refusal(error), text=raw.decode("utf-8", "replace"))


def _require_figures(ask: Ask) -> None:
    """NotEntitled `not_yours_to_read` for whoever does not see the figures of the site."""
    if "months" not in ask.desk.menu() or not ask.desk.menu() & {"payroll"}:
        ask.desk.require_keeper("what-if --policy")


def _page(ask: Ask, status: int = 200, **values: Any) -> Response:
    today = _month(ask)
    empty: Values = {"told": None, "text": "", "found": None, "outcomes": None, "against": [], "offer": None}
    months = {"first": ask.form.get("first") or today, "last": ask.form.get("last") or today}
    return ask.page("rules_try", status, **(empty | months | values))


def _month(ask: Ask) -> str:
    with ask.desk.look_at_log() as look:
        return look.today(look.site(None)).isoformat()[:7]


def _tried(ask: Ask, raw: bytes) -> Response:
    document = documents.read(raw)
    with ask.desk.look_at_log() as look:
        site, people = look.site(None), len(look.employees())
    checked = ask.desk.policies.check(document, site)
    values: Values = {"text": raw.decode("utf-8-sig"), "found": [_finding(ask, f) for f in checked.values()]}
    if checked.count("error"):
        return _page(ask, **values)
    months = _months(ask.form.get("first", ""), ask.form.get("last", ""))
    if not months:
        return _page(ask, 422, told=(ask.speech.say("try_months_wrong"), None), **values)
    if len(months) > _MOST_MONTHS or len(months) * people > _MOST_ROWS:
        return _page(ask, 422, told=(ask.speech.say("try_too_much", months=_MOST_MONTHS), None), **values)
    always = {name: value for name, value in document.values.items() if name != "effective_from"}
    replayed = json.dumps(always, ensure_ascii=False).encode()  # as if it had been in force in those months
    outcomes = [each for month in months for each in _replayed(ask, replayed, site, month)]
    versions = ask.desk.policies.versions()
    old = documents.Side(versions[-1]["version"] if versions else documents.HOUSE)
    against = ask.desk.policies.diff(old, documents.Side("", raw))
    values |= {"outcomes": _summed(outcomes), "against": [changed(ask, row) for row in against]}
    return _proposed(ask, document, site, values)


def _finding(ask: Ask, finding: Values) -> Values:
    labels = ask.speech.labels
    return {
        "severity": labels.say(f"severity_{finding['severity']}"),
        "is_error": finding["severity"] == "error",
        "place": finding["path"] + ("" if finding["line"] is None else f" · {finding['line']}"),
        "what": labels.say(f"lint_{finding['code']}", **finding["fields"]),
        "hint": labels.say(f"lint_{finding['code']}_hint", **finding["fields"]),
    }


def _months(first: str, last: str) -> list[str]:
    """The months from one to another; none where one of them is no month, or the first comes after the last."""
    if first > last or not all(re.fullmatch(r"[0-9]{4}-(0[1-9]|1[0-2])", month) for month in (first, last)):
        return []
    found = [first]
    while found[-1] < last and len(found) <= _MOST_MONTHS:
        found.append(next_month(found[-1]))
    return found


def _replayed(ask: Ask, raw: bytes, site: str, month: str) -> Iterable[Outcome]:
    """Whose deduction of a month would have been another."""
    found = ask.desk.review.what_if_policy(raw, None, site, month)
    before, after = (
        {row["employee"]: Decimal(row["deduction"]) for row in picture["monthly"] if row["month"] == month}
        for picture in (found.before, found.after)
    )
    for employee in sorted(before.keys() | after.keys()):
        was, would = before.get(employee, Decimal()), after.get(employee, Decimal())
        if was != would:
            yield Outcome(employee, month, was, would)


def _summed(outcomes: list[Outcome]) -> Values:
    """The rows, and how many people would have paid less or more, and how much that is."""
    by_person: dict[str, Decimal] = {}
    for each in outcomes:
        by_person[each.employee] = by_person.get(each.employee, Decimal()) + each.more
    return {
        "rows": outcomes,
        "winners": sum(more < 0 for more in by_person.values()),
        "losers": sum(more > 0 for more in by_person.values()),
        "total": sum((each.more for each in outcomes), Decimal()),
    }


def _proposed(ask: Ask, document: documents.Document, site: str, values: Values) -> Response:
    """The trial, with the offer to propose the document to whoever adopts; or the proposal, once that was pressed."""
    proposing = ask.desk.proposing
    if not proposing.may_propose("adopt_policy"):
        return _page(ask, **values)
    command = {"do": "adopt_policy", "policy": document.values}
    if ask.form.get("scope") != "all":
        command["site"] = site
    try:
        tried, figures = proposing.preview(command)
    except LedgerError as error:
        return _page(
            ask, 422 if ask.form.get("step") == "propose" else 200, told=ask.speech.refusal(error), **values
        )
    assert ask.session is not None
    difference = tried.impact.difference if tried.impact is not None else []
    values["offer"] = {
        "moves": moves(ask, difference),
        "again": not ask.console.accounts.is_fresh(ask.session),
    }
    if ask.form.get("step") != "propose":
        return _page(ask, **values)
    if not verified(ask):
        return _page(ask, 401, told=(ask.speech.say("password_needed"), None), **values)
    name = hashlib.sha256(ask.require_own_form().encode()).hexdigest()[:12]
    ask.console.proposals.add(name, command, ask.person, figures)
    return ask.go(f"/proposals/{name}")
