"""Rounds of inspection: those of a month, one of them with its clauses and findings, and taking one back."""

from typing import Any, Final

from starlette.responses import Response

from ledger.errors import NotEntitled
from ledger.formats import month_before
from ledger.terms import next_month
from web.acting import run
from web.acts import Act, Field
from web.ask import Ask
from web.named import Named
from web.pages.rounds import may_go
from web.people_search import people
from web.routes import form, get
from web.things import thing

Values = dict[str, Any]


@get("/inspections", twin=True)
def inspections(ask: Ask) -> Response:
    """The rounds of a month that are mine to know; `?place=` those of a department, `?who=me` those I went on."""
    with ask.desk.look(ask.as_of) as look:
        site = look.site(None)
        month = ask.query("month") or str(look.today(site))[:7]
        report = look.inspections(month, site)
        position = look.position
    if ask.is_twin:
        return ask.json(report)
    place, who = ask.query("place"), ask.query("who")
    rows = [
        row
        for row in reversed(report["rounds"])
        if place in ("", row["department"] or "–")
        and (who != "me" or ask.person in (row["by"], *row["with"]))
    ]
    places = {row["department"] or "–" for row in report["rounds"]}
    return ask.page(
        "inspections",
        month=month,
        before=month_before(month),
        after=next_month(month),
        rows=rows,
        coverage=report["coverage"],
        places=sorted(places | {row["department"] for row in report["coverage"]}),
        may=ask.as_of is None and may_go(ask),
        position=position,
    )


@get("/inspections/{inspection}", twin=True)
def inspection(ask: Ask) -> Response:
    """One round: what was looked at, what was found, and what has become of each finding."""
    with ask.desk.look_at_log(ask.as_of) as look:
        report = look.inspection(ask.path("inspection"))
        history = look.history(f"inspection:{report['inspection']}")
        position = look.position
    if ask.is_twin:
        return ask.json(report)
    return ask.page(
        "inspection",
        report=report,
        history=history,
        acts=[] if ask.as_of is not None else _acts(ask, report),
        position=position,
    )


def _acts(ask: Ask, report: Values) -> list[tuple[str, str]]:
    """What the person could do about a round now: the path and the name of each."""
    name, found = report["inspection"], []
    if report["withdrawn_on"] is None and report["counts"]["fault"] and may_go(ask, name):
        found.append((ask.link("/inspections/new", follows=name, site=report["site"]), "follow_round"))
    taken_back = {"do": WITHDRAW.do, "inspection": name, "reason": "–"}
    return found + ask.doable({f"/inspections/{name}/withdrawal": taken_back})


WITHDRAW: Final = Act(
    "withdraw_inspection", (Field("reason", "long"),), "next_round_withdrawn", shows_figures=False
)


@form("/inspections/{inspection}/withdrawal")
def withdraw(ask: Ask) -> Response:
    """Taking a round back with its findings, while no notice of one stands."""
    with ask.desk.look_at_log() as look:
        report = look.inspection(ask.path("inspection"))
    speech, name = ask.speech, report["inspection"]
    about = [
        (speech.heading("inspection"), name),
        (speech.heading("started_at"), speech.when(report["started_at"])),
        (
            speech.heading("department"),
            speech.department(report["department"]) if report["department"] else speech.say("whole_site"),
        ),
    ]
    title = speech.say("withdraw_inspection_title")
    return run(ask, WITHDRAW, {"inspection": name}, title, about, f"/inspections/{name}")


# --- findings -----------------------------------------------------------------------------------------


def _row(ask: Ask, look: Any, card: Values, history: list[Values]) -> Values:
    """Where a finding stands, as its round says; for whoever may not see the round, nothing of that."""
    try:
        found = look.inspection(card["inspection"])["findings"]
    except NotEntitled:
        return {"row": {}}
    return {"row": next((row for row in found if row["finding"] == card["finding"]), {})}


@thing("/findings/{finding}", reads=_row)
def finding(ask: Ask, card: Values, row: Values) -> Values:
    """One finding: what was found, where it stands, and what can be done about it now."""
    return {"titles": dict(ask.desk.policies.clauses(card["clause"])), "acts": _finding_acts(ask, card, row)}


def _finding_acts(ask: Ask, card: Values, row: Values) -> list[tuple[str, str]]:
    name = card["finding"]
    imagined = {} if card["employee"] else {"employee": _somebody(ask)}
    points = {} if card["points"] else {"points": 1}
    tried: dict[str, Values] = {
        "notice": {"do": "issue_notice_from_finding", **imagined, **points},
        "rectification": {"do": RECTIFY.do, "action": "–"},
        "drop": {"do": DROP.do, "reason": "–"},
    }
    if row.get("status") == "noticed":
        del tried["notice"]
    return ask.doable(
        {f"/findings/{name}/{path}": {**values, "finding": name} for path, values in tried.items()}
    )


def _somebody(ask: Ask) -> str:
    """Anybody at all, to see whether a notice could be issued to somebody."""
    with ask.desk.look_at_log() as look:
        people = [row["employee"] for row in look.employees() if row["employee"] != ask.person]
    return str(people[-1]) if people else ask.person


def _noticing(card: Values) -> Act:
    """The notice of a finding: whom and how many points, where the finding does not say."""
    named = bool(card["employee"])
    last = 1 if named else 2
    fields = [] if named else [Field("employee", "person", step=1)]
    if not card["points"]:
        fields.append(Field("points", "number", step=last))
    if not named:
        fields.append(Field("narrative", "long", required=False, step=last))
    fields.append(Field("distinct_because", "long", required=False, step=last, once="duplicate_notice"))
    return Act(
        "issue_notice_from_finding",
        tuple(fields),
        "next_issued",
        dated="issued_on",
        steps=last,
        extra=people,
    )


RECTIFY: Final = Act(
    "rectify_finding", (Field("action", "long"),), "next_finding_rectified", shows_figures=False
)
DROP: Final = Act("drop_finding", (Field("reason", "long"),), "next_finding_dropped", shows_figures=False)


def _on(ask: Ask, act: Act | None) -> Response:
    with ask.desk.look_at_log() as look:
        card = look.card("finding", ask.path("finding"))
    act = _noticing(card) if act is None else act
    title, name = ask.speech.say(f"{act.do}_title"), card["finding"]
    return run(ask, act, {"finding": name}, title, _summary(ask, card), f"/findings/{name}")


def _summary(ask: Ask, card: Values) -> list[tuple[str, str]]:
    """What a finding is, in the lines that stand on every step; and whom its notice would be to, once chosen."""
    speech = ask.speech
    title = dict(ask.desk.policies.clauses(card["clause"])).get(card["clause"], {}).get(speech.language, "")
    found = [
        (speech.heading("found"), f"{card['finding']} · {card['inspection']}"),
        (speech.heading("clause"), f"{card['clause']} {title}"),
        (speech.heading("occurred_at"), speech.when(card["occurred_at"])),
        (speech.heading("narrative"), speech.value("narrative", card["narrative"])),
    ]
    if card["points"]:
        found.append((speech.heading("points"), str(card["points"])))
    chosen = ask.form.get("employee", "")
    named = card["employee"] or (Named(chosen) if chosen else "")
    return [*found, (speech.heading("employee"), named)] if named else found


@form("/findings/{finding}/notice")
def notice(ask: Ask) -> Response:
    """A finding becomes a notice; what it says already is not asked again."""
    return _on(ask, None)


@form("/findings/{finding}/rectification")
def rectify(ask: Ask) -> Response:
    """That what is the site's was put right."""
    return _on(ask, RECTIFY)


@form("/findings/{finding}/drop")
def drop(ask: Ask) -> Response:
    """A finding is not pursued, for a reason."""
    return _on(ask, DROP)
