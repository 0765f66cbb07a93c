"""What the office keeps of people: taken on, moved, gone, back, their wage; and sanctions for a month."""

from typing import Any, Final, get_args

from starlette.responses import Response

from ledger.application.desk.proposals import PROPOSED_OFFICES
from ledger.terms import Office
from ledger.texts import plain
from web.acting import run
from web.acts import Act, Field
from web.ask import Ask
from web.pages.consents import ON_PAPER
from web.pages.offices import APPOINTERS, offices_at
from web.routes import form

Values = dict[str, Any]
_KINDS: Final = ("warning", "demerit")
_VACANT: Final = frozenset({"-", "–", "—", "無", "无"})
"""What is typed where nobody is the supervisor."""


def _placed(values: Values) -> Values:
    """A supervisor typed as a dash: the place is vacant."""
    if plain(str(values.get("supervisor", ""))) in _VACANT:
        return {**values, "supervisor": None}
    return values


def _departed(values: Values) -> Values:
    """A departure without a day: there was none."""
    return {"on": None, **values}


def _around(ask: Ask, values: Values) -> Values:
    """Departments that are in use, and the people among whom a supervisor is."""
    if "tried" in values:
        return {}
    with ask.desk.look_at_log() as look:
        people = look.employees()
    return {"people": people, "departments": sorted({row["department"] for row in people} - {None})}


_PLACE: Final = (
    Field("department", "department"),
    Field("post", required=False),
    Field("supervisor", required=False, called="line_supervisor"),
)
_LEAVE: Final = tuple(Field(each.name, each.kind, required=False, called=each.called) for each in _PLACE)
REGISTER: Final = Act(
    "register_employee",
    (Field("employee", called="new_employee"), Field("name"), *_PLACE, Field("from", "date")),
    "next_register_employee",
    dated=None,
    shows_figures=False,
    extra=_around,
    shape=_placed,
)
ACTS: Final[dict[str, Act]] = {
    "reassignment": Act(
        "reassign_employee",
        (Field("from", "date"), Field("name", required=False), *_LEAVE),
        "next_reassign_employee",
        dated=None,
        extra=_around,
        shape=_placed,
    ),
    "departure": Act(
        "record_departure",
        (Field("on", "date", called="departed_on"), Field("reason", "long", required=False)),
        "next_record_departure",
        dated=None,
    ),
    "departure-correction": Act(
        "correct_departure",
        (Field("on", "date", required=False, called="departed_on_right"), Field("reason", "long")),
        "next_correct_departure",
        dated=None,
        shape=_departed,
    ),
    "return": Act(
        "rehire_employee",
        (Field("from", "date"), *_PLACE),
        "next_rehire_employee",
        dated=None,
        shows_figures=False,
        extra=_around,
        shape=_placed,
    ),
    "wage": Act(
        "record_wage",
        (Field("month", called="wage_month"), Field("wage"), Field("minimum_wage")),
        "next_record_wage",
        dated=None,
        shows_figures=False,
    ),
    "consent": ON_PAPER,
    "sanction": Act(
        "impose_sanction",
        (
            Field("month", called="sanction_month"),
            Field("kind", "choice", choices=_KINDS),
            Field("reasons", "long"),
        ),
        "next_impose_sanction",
        hint="hint_warning",
    ),
    "appointment": Act(
        "appoint",
        (
            Field(
                "office",
                "choice",
                choices=tuple(each for each in get_args(Office) if each not in PROPOSED_OFFICES),
            ),
            Field("from", "date"),
            Field("until", "date", required=False),
        ),
        "next_appointed",
        dated=None,
        shows_figures=False,
    ),
}
REGISTRARS: Final = frozenset({"office", "manager", "company"})
_OFFICES: Final[dict[str, frozenset[str]]] = {
    **dict.fromkeys(("reassignment", "departure", "departure-correction", "return", "consent"), REGISTRARS),
    "wage": frozenset({"finance", "office", "manager"}),
    "sanction": frozenset({"director", "manager", "company"}),
    "appointment": APPOINTERS,
}
"""Who is asked at all whether they could; whether they may, those who decide say."""
_ONCE_GONE: Final = {
    "appointment": False,
    "reassignment": False,
    "departure": False,
    "departure-correction": True,
    "return": True,
}
"""What is done about somebody only while they are here (False), or once they have left (True)."""


def acts_of(ask: Ask, card: Values) -> list[tuple[str, str]]:
    """What the person could do about somebody now: the path and the name of each."""
    offices = offices_at(ask, card["site"])
    gone, here = card["departed_on"] is not None, f"/people/{card['employee']}"
    if card["employee"] == ask.person:
        return []
    found = [
        (f"{here}/{path}", act.do)
        for path, act in ACTS.items()
        if path != "sanction" and offices & _OFFICES[path] and _ONCE_GONE.get(path, gone) == gone
    ]
    with ask.desk.look() as look:
        placed, months = look.state.placed(card["employee"]), look.sanction_months(card["employee"])
    theirs = [m for m in months if offices_at(ask, placed.site_in(m)) & _OFFICES["sanction"]]
    first = next((month for month in theirs if could_sanction(ask, card["employee"], month)), None)
    return found + ([] if first is None else [(f"{here}/sanction?month={first}", "impose_sanction")])


def could_sanction(ask: Ask, employee: str, month: str) -> bool:
    """Whether a warning or a demerit for the month is the person's to impose now."""
    sanction = {"do": "impose_sanction", "employee": employee, "month": month, "reasons": "–"}
    return any(ask.desk.could({**sanction, "kind": kind, "on": ask.today()}) for kind in _KINDS)


@form("/people/new")
def register(ask: Ask) -> Response:
    """Somebody joins the site."""
    with ask.desk.look_at_log() as look:
        site = look.site(None)
    title = ask.speech.say("register_employee_title")
    return run(ask, REGISTER, {"site": site}, title, [], ask.link("/people"))


def _on(ask: Ask, path: str) -> Response:
    act = ACTS[path]
    with ask.desk.look_at_log() as look:
        card = look.card("employee", ask.path("employee"))
    speech, employee = ask.speech, card["employee"]
    about = [(speech.heading("employee"), f"{employee} {card['name']}")]
    if card["department"]:
        about.append((speech.heading("department"), speech.department(card["department"])))
    if ask.request.method == "GET":
        ask.form |= {each.name: said for each in act.fields if (said := ask.query(each.name))}
    title = speech.say(f"{act.do}_title")
    fixed = {"employee": employee}
    if path == "appointment":
        fixed["site"] = ask.query("site") or card["site"]
        about += [(speech.heading("site"), speech.site(fixed["site"]))] if len(ask.sites) > 1 else []
    return run(ask, act, fixed, title, about, f"/people/{employee}")


@form("/people/{employee}/reassignment")
def reassign(ask: Ask) -> Response:
    """Another name, department, post or supervisor from a day on."""
    return _on(ask, "reassignment")


@form("/people/{employee}/departure")
def depart(ask: Ask) -> Response:
    """Somebody's last day."""
    return _on(ask, "departure")


@form("/people/{employee}/departure-correction")
def correct_departure(ask: Ask) -> Response:
    """The last day was another one, or there was none."""
    return _on(ask, "departure-correction")


@form("/people/{employee}/return")
def rehire(ask: Ask) -> Response:
    """Somebody who had left is back."""
    return _on(ask, "return")


@form("/people/{employee}/wage")
def wage(ask: Ask) -> Response:
    """The wage of a month, for the guard of what is taken."""
    return _on(ask, "wage")


@form("/people/{employee}/sanction")
def sanction(ask: Ask) -> Response:
    """A warning or a demerit for a month whose points ask for one."""
    return _on(ask, "sanction")


@form("/people/{employee}/appointment")
def appoint(ask: Ask) -> Response:
    """An office that one person alone gives: no head of anything, and nobody's money."""
    return _on(ask, "appointment")
