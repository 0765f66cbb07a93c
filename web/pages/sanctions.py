"""Sanctions: one of them, revoking it, and the appeal against it."""

from typing import Any, Final

from starlette.responses import Response

from web.acting import run
from web.acts import Act, Field
from web.ask import Ask
from web.routes import form
from web.things import thing, whose

Values = dict[str, Any]


@thing("/sanctions/{sanction}")
def sanction(ask: Ask, card: Values) -> Values:
    """One sanction: what was imposed and why, where it stands, and what can be done about it now."""
    employee = whose(card)
    return {"employee": employee, "own": employee == ask.person, "acts": _acts(ask, card["sanction"])}


def _acts(ask: Ask, name: str) -> list[tuple[str, str]]:
    """What the person could do about it now: the path and the name of each."""
    tried: dict[str, Values] = {
        f"/appeals/new?against=sanction:{name}": {
            "do": "file_appeal",
            "against": {"sanction": name},
            "ground": "facts",
            "statement": "–",
        },
        f"/sanctions/{name}/revocation": {"do": REVOKE.do, "sanction": name, "reasons": "–"},
    }
    return ask.doable(tried)


REVOKE: Final = Act("revoke_sanction", (Field("reasons", "long"),), "next_revoked")


@form("/sanctions/{sanction}/revocation")
def revoke(ask: Ask) -> Response:
    """It is lifted by whoever imposed it, or somebody of higher rank."""
    with ask.desk.look_at_log() as look:
        card = look.card("sanction", ask.path("sanction"))
    speech, name = ask.speech, card["sanction"]
    about = [
        (speech.heading("sanction"), f"{name} · {speech.word(card['kind'])}"),
        (speech.heading("employee"), str(card["employee"])),
        (speech.heading("month"), card["month"]),
        (speech.heading("by"), f"{card['by']} · {speech.day(card['on'])}"),
        (speech.say("sanctioned_because"), speech.value("reasons", card["reasons"])),
    ]
    title = speech.say("revoke_sanction_title")
    return run(ask, REVOKE, {"sanction": name}, title, about, f"/sanctions/{name}")
