"""Cases that go by the employee handbook: referring a notice to it, one of them, and how it ends."""

from typing import Any, Final

from starlette.responses import Response

from web.acting import run
from web.acts import Act, Field
from web.ask import Ask
from web.pages.notices import summary
from web.routes import form
from web.things import thing

Values = dict[str, Any]

REFER: Final = Act("refer_to_handbook", (Field("reason", "long"),), "next_referred")
CLOSE: Final = Act(
    "close_handbook_case",
    (
        Field("outcome", "choice", choices=("handled", "returned")),
        Field("measure", "long", required=False, called="handbook_measure"),
        Field("reasons", "long"),
    ),
    "next_case_closed",
)


@form("/notices/{notice}/referral")
def refer(ask: Ask) -> Response:
    """A performance notice goes by the handbook, and costs nothing meanwhile."""
    with ask.desk.look_at_log() as look:
        card = look.card("notice", ask.path("notice"))
    title = ask.speech.say("refer_to_handbook_title")
    fixed = {"notice": card["notice"]}
    return run(ask, REFER, fixed, title, summary(ask, card), f"/notices/{card['notice']}")


@thing("/cases/{case}")
def case(ask: Ask, card: Values) -> Values:
    """One case: which notice it is about, why it was referred, and how it ended."""
    ended = {"do": CLOSE.do, "case": card["case"], "outcome": "returned", "reasons": "–"}
    return {"acts": ask.doable({f"/cases/{card['case']}/end": ended})}


@form("/cases/{case}/end")
def close(ask: Ask) -> Response:
    """The case ends: handled by the handbook, or returned to count again."""
    with ask.desk.look_at_log() as look:
        card = look.card("case", ask.path("case"))
        notice = look.card("notice", card["notice"])
    speech, name = ask.speech, card["case"]
    about = [
        (speech.heading("case"), name),
        *summary(ask, notice),
        (speech.say("referred_because"), speech.value("reason", card["reason"])),
    ]
    return run(ask, CLOSE, {"case": name}, speech.say("close_handbook_case_title"), about, f"/cases/{name}")
