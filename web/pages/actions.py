"""Corrective and preventive actions: those of a site, one of them, opening one, and what is done about it."""

from typing import Any, Final, get_args

from starlette.responses import Response

from ledger.errors import NotEntitled
from ledger.terms import ActionKind
from web.acting import run
from web.acts import Act, Field
from web.ask import Ask
from web.named import Named
from web.pages.rules import by_area
from web.routes import form, get
from web.things import thing

Values = dict[str, Any]
_OPEN: Final = ("open", "done", "reopened")


@get("/actions", twin=True)
def actions(ask: Ask) -> Response:
    """The actions that are mine to know: those still open, or with `?which=all` every one; `?who=me` those I own."""
    with ask.desk.look(ask.as_of) as look:
        site = look.site(None)
        found = look.actions(False, site)
        position = look.position
    if ask.is_twin:
        return ask.json(found)
    which, who = ask.query("which", "open"), ask.query("who")
    rows = [
        row
        for row in found
        if (which == "all" or row["status"] in _OPEN) and (who != "me" or row["owner"] == ask.person)
    ]
    return ask.page(
        "actions",
        rows=sorted(rows, key=lambda row: (row["status"] not in _OPEN, row["due_on"], row["action"])),
        left=len(found) - len(rows),
        may=ask.as_of is None and not ask.console.settings.read_only and bool(places_to_open_in(ask)),
        position=position,
    )


def _standing(ask: Ask, look: Any, card: Values, history: list[Values]) -> Values:
    """Where an action stands."""
    rows = look.actions(False, card["site"])
    return {"row": next(row for row in rows if row["action"] == card["action"])}


@thing("/actions/{action}", reads=_standing, rows=True)
def action(ask: Ask, card: Values, row: Values) -> Values:
    """One action: what is done about which clause, whether it worked, and what can be done about it now."""
    return {"titles": dict(ask.desk.policies.clauses(card["clause"])), "acts": _acts(ask, card["action"])}


def _acts(ask: Ask, name: str) -> list[tuple[str, str]]:
    """What the person could do about an action now: the path and the name of each."""
    tried: dict[str, Values] = {
        "completion": {"do": COMPLETE.do, "done": "–"},
        "check": {"do": CHECK.do, "effective": False, "finding": "–"},
        "day": {"do": MOVE.do, "due_on": "2999-12-31", "reason": "–"},
        "cancellation": {"do": CANCEL.do, "reason": "–"},
    }
    return ask.doable(
        {f"/actions/{name}/{path}": {**values, "action": name} for path, values in tried.items()}
    )


# --- opening ------------------------------------------------------------------------------------------


def places_to_open_in(ask: Ask) -> list[str]:
    """In which departments an action is the person's to open now; "" stands for the whole site. Empty: in none."""
    with ask.desk.look_at_log() as look:
        everywhere = sorted({row["department"] for row in look.employees() if row["department"]})
        site = look.site(None)
        today = look.today(site).isoformat()
    clauses = ask.desk.policies.find_clauses(None, site)
    if not clauses:
        return []
    told = {"do": "open_action", "site": site, "kind": "corrective", "clause": clauses[0]["clause"]}
    told |= {"what": "–", "effect": "–", "owner": ask.person, "due_on": today}
    if ask.desk.could(told):
        return ["", *everywhere]
    return [
        department for department in ask.place.heads if ask.desk.could({**told, "department": department})
    ]


def _asked(ask: Ask, values: Values) -> Values:
    """What the two screens choose from: clauses by what was looked for, and the people of the site."""
    with ask.desk.look_at_log() as look:
        site = look.site(None)
        if values["step"] != 1:
            return {"people": look.employees()}
    return {"areas": by_area(ask.desk.policies.find_clauses(ask.form.get("find_clause"), site))}


@form("/actions/new")
def open_(ask: Ask) -> Response:
    """An action on a clause: by quality, the director or the manager, or by the head of a department there."""
    places = places_to_open_in(ask)
    if not places:
        raise NotEntitled("not_yours_to_do", do="open_action", by=ask.person)
    if ask.request.method == "GET" and ask.query("clause"):
        ask.form["clause"] = ask.query("clause").upper()
    fields = (
        Field("clause", "clause", step=1),
        Field("kind", "choice", choices=get_args(ActionKind), step=2),
        Field("department", "place", required=False, choices=tuple(places), step=2),
        Field("what", "long", step=2, called="action_what"),
        Field("effect", "long", step=2, called="action_effect"),
        Field("owner", "who", step=2),
        Field("due_on", "date", step=2),
    )
    act = Act(
        "open_action",
        fields,
        "next_action_opened",
        steps=2,
        shows_figures=False,
        extra=_asked,
        shape=lambda values: {**values, "owner": str(values.get("owner", "")).partition(" ")[0]},
    )
    with ask.desk.look_at_log() as look:
        fixed, back = {"site": look.site(None)}, ask.link("/actions")
        if name := ask.query("analysis"):
            fixed["analysis"] = look.card("analysis", name)["analysis"]
            back = f"/analyses/{fixed['analysis']}"
    return run(
        ask, act, fixed, ask.speech.say("open_action_title"), _chosen(ask, fixed.get("analysis")), back
    )


def _chosen(ask: Ask, analysis: str | None) -> list[tuple[str, str]]:
    """The analysis it is opened because of; the clause and the owner, once they are chosen."""
    speech = ask.speech
    found = [(speech.heading("analysis"), analysis)] if analysis else []
    if ask.request.method == "POST" and (code := ask.form.get("clause")):
        found.append((speech.heading("clause"), _titled(ask, code)))
    if owner := ask.form.get("owner", "").strip().partition(" ")[0]:
        found.append((speech.heading("owner"), Named(owner)))
    return found


# --- moving on ----------------------------------------------------------------------------------------

COMPLETE: Final = Act(
    "complete_action", (Field("done", "long"),), "next_action_completed", shows_figures=False
)
CHECK: Final = Act(
    "check_action",
    (
        Field("effective", "choice", choices=("yes", "no")),
        Field("finding", "long", called="check_finding"),
    ),
    "next_action_checked",
    shows_figures=False,
    shape=lambda values: {**values, "effective": values.get("effective") == "yes"},
)
MOVE: Final = Act(
    "move_action",
    (Field("due_on", "date"), Field("reason", "long")),
    "next_action_moved",
    shows_figures=False,
)
CANCEL: Final = Act("cancel_action", (Field("reason", "long"),), "next_action_cancelled", shows_figures=False)


def _titled(ask: Ask, code: str) -> str:
    """A clause by its code and what it asks for."""
    title = dict(ask.desk.policies.clauses(code)).get(code, {}).get(ask.speech.language, "")
    return f"{code} {title}".strip()


def _on(ask: Ask, act: Act) -> Response:
    with ask.desk.look_at_log() as look:
        card = look.card("action", ask.path("action"))
    speech, name = ask.speech, card["action"]
    about = [
        (speech.heading("clause"), _titled(ask, card["clause"])),
        (speech.heading("what"), speech.value("what", card["what"])),
        (speech.heading("effect"), speech.value("effect", card["effect"])),
        (speech.heading("owner"), card["owner"]),
        (speech.heading("due_on"), speech.day(card["due_on"])),
    ]
    return run(ask, act, {"action": name}, speech.say(f"{act.do}_title"), about, f"/actions/{name}")


@form("/actions/{action}/completion")
def complete(ask: Ask) -> Response:
    """Its owner says what was done."""
    return _on(ask, COMPLETE)


@form("/actions/{action}/check")
def check(ask: Ask) -> Response:
    """Whether it worked, as somebody says who neither owns nor completed it."""
    return _on(ask, CHECK)


@form("/actions/{action}/day")
def move(ask: Ask) -> Response:
    """Another day for it, with a reason."""
    return _on(ask, MOVE)


@form("/actions/{action}/cancellation")
def cancel(ask: Ask) -> Response:
    """It is given up, with a reason."""
    return _on(ask, CANCEL)
