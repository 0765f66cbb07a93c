"""Notices: the list, one of them, issuing, serving, putting right, remarking, correcting, withdrawing, and findings."""

from typing import Any

from starlette.responses import Response

from ledger.texts import SEALED
from web.acting import run
from web.acts import Act, Field
from web.ask import Ask, whole
from web.named import Named
from web.pages.rules import by_area
from web.people_search import people
from web.routes import form, get
from web.things import thing, whose
from web.uploads import LARGEST

Values = dict[str, Any]


@get("/notices")
def notices(ask: Ask) -> Response:
    """The notices that are mine to know, of a month or all."""
    month = ask.query("month") or None
    with ask.desk.look(ask.as_of) as look:
        rows = look.notices(month)
        position = look.position
    rows.sort(key=lambda row: row["occurred_on"], reverse=True)
    return ask.page(
        "notices",
        rows=rows[:200],
        left=max(0, len(rows) - 200),
        month=month,
        titles=dict(ask.desk.policies.clauses("")) if rows else {},
        position=position,
    )


def _gone(ask: Ask, look: Any, card: Values, history: list[Values]) -> Values:
    """The files that were put with it and lie there no more, of those whose names are the person's to read."""
    if not any(entry["kind"] == "evidence_attached" for entry in history):
        return {"gone": []}
    return {"gone": ask.desk.evidence.gone(look.evidence(f"notice:{card['notice']}"))}


@thing("/notices/{notice}", reads=_gone)
def notice(ask: Ask, card: Values, gone: list[Values]) -> Values:
    """One notice: what it says, what has happened to it, and what can be done about it now."""
    own, sealed = _is_own(ask, card), card["narrative"] == SEALED
    return {"acts": _acts(ask, card), "own": own, "sealed": sealed}


def _is_own(ask: Ask, card: Values) -> bool:
    return whose(card) == ask.person


def _is_found(card: Values) -> bool:
    """Whether a finding against the supervisor stands."""
    return (card["finding"] or {}).get("status") == "stands"


def _acts(ask: Ask, card: Values) -> list[tuple[str, str]]:
    """What the person could do about it now, as those who decide would have it: the path and the name of each."""
    name = card["notice"]
    tried: dict[str, Values] = {
        "acknowledgement": {"do": "acknowledge_notice", "how": "signed"},
        "rectification": {"do": "rectify_notice", "action": "–"},
        "remark": {"do": "remark_notice", "text": "–"},
        "correction": {"do": "correct_notice", "reason": "–", "narrative": "–"},
        "withdrawal": {"do": "withdraw_notice", "reason": "–"},
    }
    if card["scheme"] == "performance":
        tried["referral"] = {"do": "refer_to_handbook", "reason": "–"}
    elif _is_found(card):
        tried["clearing"] = {"do": "clear_responsibility", "reason": "–"}
    else:
        tried["finding"] = {"do": "find_responsibility", "finding": "–"}
    if card["acknowledged_on"] is not None:
        del tried["acknowledgement"]
    acts: dict[str, Values] = {
        f"/notices/{name}/{path}": {**values, "notice": name} for path, values in tried.items()
    }
    for against in ("notice", "liability"):
        filed = {"do": "file_appeal", "against": {against: name}, "ground": "facts", "statement": "–"}
        acts[f"/appeals/new?against={against}:{name}"] = filed
    return ask.doable(acts)


# --- issuing ------------------------------------------------------------------------------------------


def _clauses(ask: Ask, values: Values) -> Values:
    """What the steps of issuing choose from: people, and clauses by what was looked for."""
    if values["step"] == 1:
        return people(ask, values)
    if values["step"] == 2:
        return {"areas": by_area(ask.desk.policies.find_clauses(ask.form.get("find_clause")))}
    if values["step"] == 3:  # most are written where and when it happens
        now = f"{ask.now.astimezone(ask.speech.zone):%Y-%m-%dT%H:%M}"
        broken = ask.form.get("clause", "")
        found = [row for row in ask.desk.policies.find_clauses(broken) if row["clause"] == broken]
        return {"now": now, "bounds": found[0]} if found else {"now": now}
    return {}


ISSUE = Act(
    "issue_notice",
    (
        Field("employee", "person", step=1),
        Field("clause", "clause", step=2),
        Field("points", "number", step=3),
        Field("occurred_at", "instant", step=3),
        Field("place", "text", required=False, step=3),
        Field("narrative", "long", step=4),
        Field("distinct_because", "long", required=False, step=4, once="duplicate_notice"),
    ),
    "next_issued",
    dated="issued_on",
    steps=4,
    extra=_clauses,
    photo=True,
)


@form("/notices/new", largest=LARGEST)
def issue(ask: Ask) -> Response:
    """Issuing a notice, one question a screen."""
    if ask.form.get("occurred_at"):
        ask.form["occurred_at"] = ask.form["occurred_at"].replace("T", " ")
    return run(ask, ISSUE, {}, ask.speech.say("issue_title"), chosen(ask), "/due")


def chosen(ask: Ask) -> list[tuple[str, str]]:
    """What was chosen on the steps before."""
    employee = ask.form.get("employee", "")
    if not employee:
        return []
    found: list[tuple[str, str]] = [(ask.speech.heading("employee"), Named(employee))]
    if clause := ask.form.get("clause"):
        titles = dict(ask.desk.policies.clauses(clause))
        title = titles.get(clause, {}).get(ask.speech.language, "")
        found.append((ask.speech.heading("clause"), f"{clause} {title}"))
    return found


# --- acts on a notice ---------------------------------------------------------------------------------

ACKNOWLEDGE = Act(
    "acknowledge_notice",
    (
        Field("how", "choice", choices=("signed", "commented")),
        Field("statement", "long", required=False),
    ),
    "next_acknowledged",
)
SERVE = Act(
    "acknowledge_notice",
    (
        Field("how", "choice", choices=("signed", "commented", "refused")),
        Field("statement", "long", required=False),
        Field("witnesses", "lines", required=False),
    ),
    "next_served",
)
RECTIFY = Act("rectify_notice", (Field("action", "long"),), "next_rectified", shows_figures=False)
REMARK = Act("remark_notice", (Field("text", "long"),), "next_remarked", shows_figures=False)
CORRECT = Act(
    "correct_notice",
    (
        Field("points", "number", required=False),
        Field("clause", "text", required=False),
        Field("place", "text", required=False),
        Field("narrative", "long", required=False),
        Field("reason", "long"),
    ),
    "next_corrected",
)
WITHDRAW = Act("withdraw_notice", (Field("reason", "long"),), "next_withdrawn")
FIND = Act("find_responsibility", (Field("finding", "long"),), "next_found")
CLEAR = Act("clear_responsibility", (Field("reason", "long"),), "next_cleared")


def _on(ask: Ask, act: Act) -> Response:
    with ask.desk.look_at_log() as look:
        card = look.card("notice", ask.path("notice"))
    if act is ACKNOWLEDGE and not _is_own(ask, card):
        act = SERVE
    fixed = {"notice": card["notice"]}
    title = ask.speech.say("serve_notice_title" if act is SERVE else f"{act.do}_title")
    about = summary(ask, card) + (_found(ask, card["finding"]) if act is CLEAR and card["finding"] else [])
    return run(ask, act, fixed, title, about, f"/notices/{card['notice']}")


def _found(ask: Ask, finding: Values) -> list[tuple[str, str]]:
    """Who found whom responsible, and when; against the line supervisor where it names nobody."""
    lines = [(ask.speech.heading("finding"), f"{finding['by']} · {ask.speech.day(finding['on'])}")]
    if finding["supervisor"]:
        lines.append((ask.speech.heading("supervisor"), finding["supervisor"]))
    return lines


def summary(ask: Ask, card: Values) -> list[tuple[str, str]]:
    """What a notice is, in the lines that stand on every step."""
    speech = ask.speech
    clause = f"{card['clause']} {speech.value('title', card['clause_title'])}"
    return [
        (
            speech.heading("notice"),
            f"{card['notice']} · {speech.say('points_exactly', points=card['points'])}",
        ),
        (speech.heading("employee"), str(card["employee"])),
        (speech.heading("clause"), clause),
        (speech.heading("occurred_at"), speech.when(card["occurred_at"])),
    ]


@form("/notices/{notice}/acknowledgement")
def acknowledge(ask: Ask) -> Response:
    """Acknowledging is not admitting; the time for an appeal runs from here."""
    return _on(ask, ACKNOWLEDGE)


@form("/notices/{notice}/rectification")
def rectify(ask: Ask) -> Response:
    """That the fault was put right."""
    return _on(ask, RECTIFY)


@form("/notices/{notice}/remark")
def remark(ask: Ask) -> Response:
    """Something said beside a notice."""
    return _on(ask, REMARK)


@form("/notices/{notice}/correction")
def correct(ask: Ask) -> Response:
    """What was wrong in a notice."""
    return _on(ask, CORRECT)


@form("/notices/{notice}/withdrawal")
def withdraw(ask: Ask) -> Response:
    """Taking a notice back."""
    return _on(ask, WITHDRAW)


@form("/notices/{notice}/finding")
def find(ask: Ask) -> Response:
    """That the supervisor bears a share."""
    return _on(ask, FIND)


@form("/notices/{notice}/clearing")
def clear(ask: Ask) -> Response:
    """That the supervisor bears no share after all, while the month is open."""
    return _on(ask, CLEAR)


@get("/log/{position}", twin=True)
def event(ask: Ask) -> Response:
    """An event as it is stored."""
    text = ask.path("position")
    with ask.desk.look_at_log(ask.as_of) as look:
        entries = look.event_at(whole(text) or 0)
        position = look.position
    if ask.is_twin:
        return ask.json(entries)
    return ask.page("event", entry=entries[0], position=position)
