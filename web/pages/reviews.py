"""What a month of somebody carries: what was imposed for it, and the dismissal review with its hearing and the union."""

from dataclasses import replace
from typing import Any, Final

from starlette.responses import Response

from web.acting import run
from web.acts import Act, Field
from web.ask import Ask
from web.pages.appeals import HEAR
from web.pages.staff import could_sanction
from web.routes import form, get

Values = dict[str, Any]

HEARD: Final = replace(HEAR, next_step="next_heard_of_review")
TELL: Final = Act(
    "record_union_notice",
    (
        Field("on", "date", called="union_told_on"),
        Field("answer", "long", required=False, called="union_answer"),
    ),
    "next_union_told",
    dated=None,
    shows_figures=False,
)


@get("/people/{employee}/months/{month}/review")
def review(ask: Ask) -> Response:
    """What the month carries and what was imposed; of a dismissal review what it has and what it waits for."""
    month = ask.path("month")
    with ask.desk.look(ask.as_of) as look:
        card = look.card("employee", ask.path("employee"))
        site = look.state.placed(card["employee"]).site_in(month)
        asked = ask.alone(look) if card["employee"] == ask.person else look
        rows = [row for row in asked.sanctions(month, site) if row["employee"] == card["employee"]]
        position = look.position
    if not rows:
        return ask.console.problem(ask, 404, "no_page")
    found = next((row["review"] for row in rows if row["review"]), None)
    return ask.page(
        "review",
        card=card,
        month=month,
        rows=rows,
        review=found,
        acts=[] if ask.as_of is not None else _acts(ask, card["employee"], month, found is not None),
        proposes=ask.as_of is None and found is not None and _proposes(ask, card["employee"]),
        position=position,
    )


def _acts(ask: Ask, employee: str, month: str, is_reviewed: bool) -> list[tuple[str, str]]:
    """What the person could do about it now: the path and the name of each."""
    of = {"employee": employee, "month": month}
    here = f"/people/{employee}/months/{month}/review"
    found = []
    if could_sanction(ask, employee, month):
        found.append((f"/people/{employee}/sanction?month={month}", "impose_sanction"))
    tried: dict[str, Values] = {}
    if is_reviewed:
        tried[f"{here}/hearing"] = {"do": HEARD.do, "about": {"review": of}, "summary": "–"}
        tried[f"{here}/union-notice"] = {"do": TELL.do, **of}
    return found + ask.doable(tried)


def _proposes(ask: Ask, employee: str) -> bool:
    """Whether a dismissal is the person's to propose."""
    return employee != ask.person and ask.desk.proposing.may_propose("impose_sanction")


def _on(ask: Ask, act: Act, fixed: Values) -> Response:
    month, speech = ask.path("month"), ask.speech
    with ask.desk.look_at_log() as look:
        card = look.card("employee", ask.path("employee"))
    of = {"employee": card["employee"], "month": month}
    about = [
        (speech.heading("employee"), f"{card['employee']} {card['name']}"),
        (speech.heading("month"), month),
    ]
    back = f"/people/{card['employee']}/months/{month}/review"
    return run(ask, act, fixed or of, speech.say(f"{act.do}_title"), about, back)


@form("/people/{employee}/months/{month}/review/hearing")
def hear(ask: Ask) -> Response:
    """What was said when somebody was heard about their dismissal, and who was there."""
    of = {"employee": ask.path("employee"), "month": ask.path("month")}
    return _on(ask, HEARD, {"about": {"review": of}})


@form("/people/{employee}/months/{month}/review/union-notice")
def tell(ask: Ask) -> Response:
    """That the union was told of it, and what it answered."""
    return _on(ask, TELL, {})
