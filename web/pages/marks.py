"""Marks on an appraisal sheet: one of them, recording it and taking it back."""

from typing import Any, Final, get_args

from starlette.responses import Response

from ledger.errors import LedgerError, NotEntitled
from ledger.terms import CheckKind, last_day
from web.acting import run
from web.acts import Act, Field
from web.ask import Ask
from web.named import Named
from web.people_search import people
from web.routes import form
from web.things import thing, whose

Values = dict[str, Any]
KINDS: Final[tuple[str, ...]] = get_args(CheckKind)
_OFFICES: Final = frozenset({"department_head", "director", "office", "quality"})
"""Whoever looks holds one of these; of a director it depends on whether the department has a head."""


@thing("/checks/{check}", template="mark")
def mark(ask: Ask, card: Values) -> Values:
    """One mark: what was seen, by whom, and what can be done about it now."""
    name = card["check"]
    taken_back = {"do": WITHDRAW.do, "check": name, "reason": "–"}
    acts = ask.doable({f"/checks/{name}/withdrawal": taken_back}) if card["undone"] is None else []
    return {"employee": whose(card), "acts": acts}


WITHDRAW: Final = Act("withdraw_check", (Field("reason", "long"),), "next_withdraw_check")


@form("/checks/{check}/withdrawal")
def withdraw(ask: Ask) -> Response:
    """A mark is taken back, while the sheet is not approved."""
    with ask.desk.look_at_log() as look:
        card = look.card("check", ask.path("check"))
    speech, name = ask.speech, card["check"]
    about = [
        (speech.heading("check"), name),
        (speech.heading("employee"), str(card["employee"])),
        (speech.word(card["dimension"]), speech.signed(card["points"])),
        (speech.heading("note"), speech.value("note", card["note"])),
    ]
    title = speech.say("withdraw_check_title")
    return run(ask, WITHDRAW, {"check": name}, title, about, f"/checks/{name}")


# --- recording ----------------------------------------------------------------------------------------


def may_mark(ask: Ask, employee: str = "", month: str = "") -> bool:
    """Whether marks are the person's to record, of somebody where they are given; nothing where this console only reads."""
    if ask.console.settings.read_only:
        return False
    if employee:
        return bool(_kinds(ask, employee, _day(ask, month)))
    return not ask.place.offices.isdisjoint(_OFFICES)


def _kinds(ask: Ask, employee: str, day: str) -> list[str]:
    """The kinds of checks that are the person's to make of somebody: the deciders say which."""
    asked = {"do": "record_check", "employee": employee, "points": -1, "note": "–", "day": day}
    found = []
    for kind in KINDS:
        dimension = "e" if kind in ("duty", "discipline") else "a"
        try:
            ask.desk.record.typed({**asked, "kind": kind, "dimension": dimension}, True, figures=False)
        except NotEntitled:
            continue
        except LedgerError as error:
            if error.code in ("not_scored", "not_employed"):
                continue
        found.append(kind)
    return found


def _day(ask: Ask, month: str) -> str:
    """The day a mark is offered: today, or the last day of another month."""
    today = ask.desk.today().isoformat()
    return today if not month or today.startswith(month) else last_day(month).isoformat()


def _asked(kinds: list[str], chosen: bool) -> tuple[Field, ...]:
    """The fields of a mark; whom it is about where the address does not say so."""
    step = 1 if chosen else 2
    return (
        *(() if chosen else (Field("employee", "person"),)),
        *(
            (Field("kind", "choice", choices=tuple(kinds), step=step, called="looked"),)
            if len(kinds) > 1
            else ()
        ),
        Field("dimension", "choice", choices=tuple("abcdef"), step=step),
        Field("direction", "choice", choices=("taken_off", "added"), step=step),
        Field("points", "number", step=step, called="points_new"),
        Field("day", "date", step=step, called="looked_day"),
        Field("note", "long", step=step),
        Field("notice", required=False, step=step, called="marked_notice"),
        Field("finding", required=False, step=step, called="marked_finding"),
        Field("criterion", required=False, step=step),
    )


@form("/checks/new")
def record(ask: Ask) -> Response:
    """A mark: whom it is about, what was seen, and how many points it takes or gives."""
    named, month = ask.query("employee"), ask.query("month")
    if not named and not may_mark(ask):
        raise NotEntitled("not_yours_to_do", do="record_check", by=ask.person)
    employee = named or ask.form.get("employee", "")
    kinds = _kinds(ask, employee, ask.form.get("day") or _day(ask, month)) if employee else list(KINDS)
    if not kinds:
        if named:
            raise NotEntitled("not_yours_to_do", do="record_check", by=ask.person)
        kinds = list(KINDS)  # the refusal says why, on the check
    ask.form.setdefault("day", _day(ask, month))
    act = Act(
        "record_check",
        _asked(kinds, bool(named)),
        "next_record_check",
        steps=1 if named else 2,
        extra=people,
        shape=lambda values: _as_command(values, kinds),
    )
    fixed = {"employee": named} if named else {}
    back = f"/appraisals/{month}/{named}" if named and month else ask.link("/appraisals")
    return run(ask, act, fixed, ask.speech.say("record_check_title"), _about(ask, employee, kinds), back)


def _about(ask: Ask, employee: str, kinds: list[str]) -> list[tuple[str, str]]:
    if not employee:
        return []
    speech = ask.speech
    found: list[tuple[str, str]] = [(speech.heading("employee"), Named(employee))]
    return found if len(kinds) > 1 else [*found, (speech.heading("looked"), speech.word(kinds[0]))]


def _as_command(values: Values, kinds: list[str]) -> Values:
    """A mark as its command has it: points taken are below nothing."""
    command = {name: value for name, value in values.items() if name != "direction"}
    command.setdefault("kind", kinds[0])
    if values.get("direction") == "taken_off" and isinstance(values.get("points"), int):
        command["points"] = -values["points"]
    return command
