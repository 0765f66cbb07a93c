"""Objections to an appraisal sheet: one of them, its verification and taking it back."""

from typing import Any, Final

from starlette.responses import Response

from ledger.errors import LedgerError
from web.acting import run
from web.acts import Act, Field
from web.ask import Ask
from web.routes import form
from web.things import thing, whose

Values = dict[str, Any]


def _sheet(ask: Ask, look: Any, card: Values, history: list[Values]) -> Values:
    return {"row": _dimension(look, card)}


@thing("/objections/{objection}", reads=_sheet)
def objection(ask: Ask, card: Values, row: Values) -> Values:
    """One objection: what it says, the dimension it is about, and what can be done about it now."""
    employee = whose(card)
    return {"employee": employee, "own": employee == ask.person, "acts": _acts(ask, card, row)}


def _dimension(look: Any, card: Values) -> Values:
    """The dimension of the sheet; nothing of it for whoever may not see the sheet."""
    try:
        found: Values = look.appraisal_sheet(whose(card), card["month"])["dimensions"][card["dimension"]]
    except LedgerError:
        return {}
    return found


def _acts(ask: Ask, card: Values, row: Values) -> list[tuple[str, str]]:
    """What the person could do about an objection now: the path and the name of each."""
    this = {"objection": card["objection"]}
    score = row.get("published") or 0
    tried: dict[str, Values] = {
        "verification": {"do": VERIFY.do, "score": score, "reasons": "–", **this},
        "withdrawal": {"do": WITHDRAW.do, **this},
    }
    return ask.doable({f"/objections/{card['objection']}/{path}": values for path, values in tried.items()})


VERIFY: Final = Act(
    "verify_appraisal",
    (Field("score", "number", called="verified"), Field("reasons", "long")),
    "next_verify_appraisal",
)
WITHDRAW: Final = Act("withdraw_objection", (), "next_withdraw_objection", shows_figures=False)


def _on(ask: Ask, act: Act) -> Response:
    with ask.desk.look_at_log() as look:
        card = look.card("objection", ask.path("objection"))
        row = _dimension(look, card)
    speech, name = ask.speech, card["objection"]
    about = [
        (speech.heading("objection"), f"{name} · {card['month']}"),
        (speech.heading("employee"), str(card["employee"])),
        (speech.heading("dimension"), speech.word(card["dimension"])),
        (speech.heading("statement"), speech.value("statement", card["statement"])),
    ]
    if row:
        told = speech.say("of_maximum", score=row["published"], maximum=row["maximum"])
        about.append((speech.heading("published_score"), told))
    return run(ask, act, {"objection": name}, speech.say(f"{act.do}_title"), about, f"/objections/{name}")


@form("/objections/{objection}/verification")
def verify(ask: Ask) -> Response:
    """The score of the dimension, which prevails."""
    return _on(ask, VERIFY)


@form("/objections/{objection}/withdrawal")
def withdraw(ask: Ask) -> Response:
    """The person takes the objection back."""
    return _on(ask, WITHDRAW)
