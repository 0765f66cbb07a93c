"""The rules compared and tried: what differs between two versions, and what the same facts would have cost under others."""

import json
import re
from typing import Any, Final

from starlette.responses import Response

from ledger.application import policy_documents as documents
from ledger.errors import LedgerError
from ledger.labels.policy_values import rule_value
from ledger.terms import next_month
from ledger.texts import plain
from web import jobs
from web.ask import Ask
from web.child_tasks import DeskAddress, Trial
from web.jobs import Job
from web.moves import seen_moves
from web.progress import TRIAL, TRIES, stand_of_trial
from web.proposals import hand_in
from web.routes import form, get
from web.step_up import asked_again, verified

Values = dict[str, Any]
_MOST_MONTHS: Final = 120


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
    if not ask.place.entries >= TRIES:
        ask.desk.require_keeper("what-if --policy")


def _page(ask: Ask, status: int = 200, **values: Any) -> Response:
    today = _month(ask)
    empty: Values = {"told": None, "text": "", "found": None, "outcomes": None, "against": [], "offer": None}
    months = {"first": ask.form.get("first") or today, "last": ask.form.get("last") or today}
    return ask.page("rules_try", status, to="/policy/try", **(empty | months | values))


def _month(ask: Ask) -> str:
    return ask.desk.today().isoformat()[:7]


def _tried(ask: Ask, raw: bytes) -> Response:
    document = documents.read(raw)
    with ask.desk.look_at_log() as look:
        site = look.site(None)
    checked = ask.desk.policies.check(document, site)
    values: Values = {
        "text": raw.decode("utf-8-sig"),
        "found": [finding_of(ask, f) for f in checked.values()],
    }
    if checked.count("error"):
        return _page(ask, **values)
    months = _months(plain(ask.form.get("first", "")), plain(ask.form.get("last", "")))
    if not months:
        return _page(ask, 422, told=(ask.speech.say("try_months_wrong"), None), **values)
    if len(months) > _MOST_MONTHS:
        return _page(ask, 422, told=(ask.speech.say("try_too_much", months=_MOST_MONTHS), None), **values)
    always = {name: value for name, value in document.values.items() if name != "effective_from"}
    replayed = json.dumps(always, ensure_ascii=False).encode()  # as if it had been in force in those months
    if ask.form.get("step") == "propose":
        return _proposed(ask, document, site, values | {"against": _against(ask, raw)})
    job = ask.console.jobs.begin(
        TRIAL,
        ask.person,
        {"raw": raw, "first": months[0], "last": months[-1], "site": site},
        Trial(DeskAddress.of(ask.desk), replayed, site, months[0], months[-1]),
    )
    if job is None:
        return _full(ask, values)
    return ask.go(ask.link(f"/policy/tried/{job.name}")) if not job.is_done_within(0) else _shown(ask, job)


def _full(ask: Ask, values: Values) -> Response:
    """The page with the document still in it, where too many trials wait already."""
    told = (ask.speech.say("try_full"), ask.speech.say("try_full_hint"))
    response = _page(ask, 503, told=told, **values)
    response.headers["Retry-After"] = "5"
    return response


@get("/policy/tried/{trial}")
def outcome(ask: Ask) -> Response:
    """A trial that takes longer: how far it is, and then what came of it, for whoever began it."""
    _require_figures(ask)
    job = ask.console.jobs.of(TRIAL, ask.path("trial"), ask.person)
    if job is None:
        return jobs.not_here(ask, TRIAL, ask.path("trial"))
    if not job.is_done_within(0):
        return ask.page("rules_trying", 202, stand=stand_of_trial(ask.speech, job), **_span(job))
    return _shown(ask, job)


def _span(job: Job) -> Values:
    return {name: job.about[name] for name in ("first", "last")}


def _shown(ask: Ask, job: Job) -> Response:
    """What came of a trial, with the offer to propose the document; whose figures it tells is noted. LedgerError it met."""
    raw, site = job.about["raw"], job.about["site"]
    outcomes = job.answer()
    if any(one.employee != ask.person for one in outcomes.rows):
        ask.desk.note("figures", f"trial {job.about['first']}/{job.about['last']}", f"site:{site}")
    document = documents.read(raw)
    checked = ask.desk.policies.check(document, site)
    values: Values = {
        "text": raw.decode("utf-8-sig"),
        "found": [finding_of(ask, each) for each in checked.values()],
        "outcomes": outcomes,
        "against": _against(ask, raw),
    }
    return _proposed(ask, document, site, values | _span(job))


def _against(ask: Ask, raw: bytes) -> list[dict[str, str]]:
    """What differs from the version that was adopted last."""
    versions = ask.desk.policies.versions()
    old = documents.Side(versions[-1]["version"] if versions else documents.HOUSE)
    return [changed(ask, row) for row in ask.desk.policies.diff(old, documents.Side("", raw))]


def finding_of(ask: Ask, finding: Values) -> Values:
    """What the check finds in a document, in the reader's words, with its key and its line."""
    labels, line = ask.speech.labels, finding["line"]
    return {
        "severity": labels.say(f"severity_{finding['severity']}"),
        "is_error": finding["severity"] == "error",
        "place": finding["path"] + ("" if line is None else f" · {ask.speech.say('at_line', number=line)}"),
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
    told, withheld = seen_moves(ask, tried)
    values["offer"] = {
        "moves": told,
        "withheld": withheld,
        "again": not ask.console.accounts.is_fresh(ask.session),
    }
    if ask.form.get("step") != "propose":
        return _page(ask, **values)
    if not verified(ask):
        return _page(ask, 401, told=(ask.speech.say(asked_again(ask)), None), **values)
    name = hand_in(ask.console, ask.desk, ask.require_own_form(), command, figures)
    return ask.go(f"/proposals/{name}")
