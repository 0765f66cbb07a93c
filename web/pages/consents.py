"""Whether somebody consents to stand on the posted list by name: said by themselves, or kept by the office from paper."""

from dataclasses import replace
from typing import Any, Final

from starlette.responses import Response

from ledger.errors import NotEntitled
from web.acting import run
from web.acts import Act, Field
from web.ask import Ask
from web.routes import form

Values = dict[str, Any]
_TO: Final = "public_list"
_SAID: Final = {"consent_yes": True, "consent_no": False}


def _given(values: Values) -> Values:
    """The answer as its command has it."""
    rest = {name: value for name, value in values.items() if name != "given"}
    said = _SAID.get(str(values.get("given")))
    return rest if said is None else {**rest, "given": said}


OWN: Final = Act(
    "record_consent",
    (Field("given", "choice", choices=tuple(_SAID), called="consent_given"),),
    "next_record_consent",
    shows_figures=False,
    shape=_given,
)
ON_PAPER: Final = replace(OWN, fields=(*OWN.fields, Field("on", "date", called="consent_on")), dated=None)


@form("/people/{employee}/consent")
def consent(ask: Ask) -> Response:
    """Being posted by name: what was said last, what the rules make of it, and another word, which counts from its day."""
    with ask.desk.look_at_log() as look:
        card = look.card("employee", ask.path("employee"))
        said = [row for row in look.history(f"employee:{card['employee']}") if _is_said(row)]
    employee, speech = card["employee"], ask.speech
    own = employee == ask.person
    asked = {"do": OWN.do, "employee": employee, "to": _TO, "given": True, "on": ask.today()}
    if not ask.desk.could(asked):
        raise NotEntitled("not_yours_to_do", do=OWN.do, by=ask.person)
    about = [
        (speech.heading("employee"), f"{employee} {card['name']}"),
        (speech.say("consent_so_far"), _told(ask, said)),
        (speech.say("consent_rules"), speech.say(f"consent_rules_{_basis(ask, card['site'])}")),
    ]
    title, back = speech.say("record_consent_title"), "/me" if own else f"/people/{employee}"
    return run(ask, OWN if own else ON_PAPER, {"employee": employee, "to": _TO}, title, about, back)


def _is_said(row: Values) -> bool:
    return bool(row["kind"] == "consent_recorded" and row["fields"]["to"] == _TO)


def _told(ask: Ask, said: list[Values]) -> str:
    """What was said last, and when."""
    if not said:
        return ask.speech.say("consent_unsaid")
    last = said[-1]["fields"]
    return (
        f"{ask.speech.say('consent_yes' if last['given'] else 'consent_no')} · {ask.speech.day(last['on'])}"
    )


def _basis(ask: Ask, site: str) -> str:
    """What the rules of the site in force today post names on: `consent`, or `rules` whatever anybody says."""
    found = ask.desk.policies.show(site, None, None)["policy"]
    return str(found.get("public_list", {}).get("basis", "rules"))
