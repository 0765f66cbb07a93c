"""Filling in a day sheet or a week sheet on a phone: everybody of the department on one screen, a screen for each mark.

What was filled in travels in the form from screen to screen, is shown whole at the end, and is recorded once.
"""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any, Final, get_args

from starlette.responses import Response

from ledger.errors import LedgerError, NotEntitled
from ledger.terms import Dimension
from web.acting import run
from web.acts import Act, Field
from web.ask import Ask, whole
from web.routes import form

Values = dict[str, Any]
Screen = tuple[str, int]
"""Whose mark a screen asks for, and which of theirs it is; ("", 0) is the screen of everybody."""
DIMENSIONS: Final[tuple[str, ...]] = get_args(Dimension)
_MOST_MARKS: Final = 20
_OF_A_MARK: Final = ("dimension", "sign", "points", "note")
_IF_ANY: Final = ("notice", "criterion", "day", "more")


def place_of(ask: Ask, look: Any, day: date) -> str:
    """The department asked for, else the first whose sheets are the person's to know, else the person's own."""
    if given := ask.query("place"):
        return given
    known = [row["department"] for row in look.sheet_weeks(day.isoformat()[:7], look.site(None))]
    own = look.card("employee", ask.person)["department"]
    if not known and not own:
        raise NotEntitled("not_yours_to_read", by=ask.person, id="sheets")
    return str(known[0] if known else own)


def may_fill(ask: Ask, department: str, day: str, missing: list[str]) -> bool:
    """Whether a sheet of a day is the person's to record now, of somebody nobody has looked at."""
    if not missing or ask.console.settings.read_only:
        return False
    rows = [{"employee": missing[0], "seen": "checked"}]
    return ask.desk.could({**_command(ask, "record_day_sheet", department), "day": day, "rows": rows})


def may_evaluate(ask: Ask, department: str, week: str) -> bool:
    """Whether the sheet of a week is the person's to record now."""
    if ask.console.settings.read_only:
        return False
    return ask.desk.could({**_command(ask, "record_week_sheet", department), "week": week, "rows": []})


def _command(ask: Ask, do: str, department: str) -> Values:
    with ask.desk.look_at_log() as look:
        return {"do": do, "site": look.site(None), "department": department}


@form("/sheets/days/{day}/new", most=3000)
def fill(ask: Ask) -> Response:
    """A day sheet: whom one has looked at, who is absent, and what was found. With `?all=yes` everybody is looked at.

    What is sent is decided when it is recorded: a form that is sent twice finds itself recorded already.
    """
    day = ask.path("day")
    with ask.desk.look_at_log() as look:
        site, place = look.site(None), place_of(ask, look, date.fromisoformat(day))
        rows = look.daily_sheet(date.fromisoformat(day), place, site)["rows"]
    asked = [row for row in rows if row["seen"] == "missing" or ask.form.get(f"seen.{row['employee']}")]
    if ask.request.method == "GET" and not may_fill(ask, place, day, [row["employee"] for row in asked]):
        raise NotEntitled("not_yours_to_do", do="record_day_sheet", by=ask.person)
    if ask.request.method == "GET" and ask.query("all"):
        ask.form |= {f"seen.{row['employee']}": "checked" for row in asked}
    shown = screens([row["employee"] for row in asked if _is_marked(ask, row["employee"])], ask.form)
    act = Act(
        "record_day_sheet",
        _fields([Field(f"seen.{row['employee']}", required=False) for row in asked], shown),
        "next_day_sheet",
        shape=lambda values: _as_command(values, asked, _day_row),
    )
    title = f"{ask.speech.say('day_sheet_title')} {ask.speech.day(day)}"
    return _run(ask, act, shown, asked, {"site": site, "department": place, "day": day}, title)


@form("/sheets/weeks/{week}/new", most=3000)
def evaluate(ask: Ask) -> Response:
    """A week sheet: a summary in words of whom there is something to say, and what was found; it closes the days."""
    week = ask.path("week")
    with ask.desk.look_at_log() as look:
        place = place_of(ask, look, date.fromisoformat(week))
    if ask.request.method == "GET" and not may_evaluate(ask, place, week):
        raise NotEntitled("not_yours_to_do", do="record_week_sheet", by=ask.person)
    with ask.desk.look_at_log() as look:
        site = look.site(None)
        rows = look.week_sheet(date.fromisoformat(week), place, site)["rows"]
    shown = screens([row["employee"] for row in rows if _is_marked(ask, row["employee"])], ask.form)
    asked = [
        Field(f"{name}.{row['employee']}", required=False) for row in rows for name in ("summary", "seen")
    ]
    act = Act(
        "record_week_sheet",
        _fields(asked, shown),
        "next_week_sheet",
        shape=lambda values: _as_command(values, rows, _week_row),
    )
    title = f"{ask.speech.say('week_sheet_title')} {ask.speech.day(week)}"
    return _run(ask, act, shown, rows, {"site": site, "department": place, "week": week}, title)


def _run(ask: Ask, act: Act, shown: list[Screen], rows: list[Values], fixed: Values, title: str) -> Response:
    """Answers either form; `rows` are the people it can be about."""
    days = _days(fixed["week"]) if "week" in fixed else []
    criteria = _criteria(ask, fixed)

    def extra(ask: Ask, values: Values) -> Values:
        step = values["step"]
        screen = ("", 0) if step == "check" else shown[step - 1]
        told = {"rows": rows, "days": days, "screen": screen, "criteria": criteria}
        told |= {"dimensions": DIMENSIONS}
        steps = {screen: number for number, screen in enumerate(shown, 1)}
        return {**told, "command": act.shape({**ask.form, **fixed}), "steps": steps}

    def wrong_step(error: LedgerError) -> int | None:
        return _wrong_step(error, act.shape({**ask.form, **fixed})["rows"], shown)

    path = f"/sheets/weeks/{fixed['week']}" if "week" in fixed else f"/sheets/days/{fixed['day']}"
    act = replace(
        act,
        steps=len(shown),
        shows_figures=False,
        asked_on="sheet_form",
        checked_on="sheet_check",
        extra=extra,
        wrong_step=wrong_step,
    )
    about = [(ask.speech.heading("department"), ask.speech.department(fixed["department"]))]
    return run(ask, act, fixed, title, about, ask.link(path, place=fixed["department"]))


def _days(week: str) -> list[str]:
    return [(date.fromisoformat(week) + timedelta(days=number)).isoformat() for number in range(7)]


def _criteria(ask: Ask, fixed: Values) -> list[Values]:
    """What the rules of that day list for marks to cite; most list nothing."""
    day = date.fromisoformat(str(fixed.get("week", fixed.get("day"))))
    document = ask.desk.policies.show(fixed["site"], None, day)["policy"]
    return list(document.get("appraisal", {}).get("criteria", []))


# --- the screens --------------------------------------------------------------------------------------


def _is_marked(ask: Ask, employee: str) -> bool:
    return ask.form.get(f"seen.{employee}") == "marked"


def screens(marked: list[str], filled: dict[str, str]) -> list[Screen]:
    """That of everybody, then one for each mark of whoever has any."""
    found = [("", 0)]
    for employee in marked:
        number = 1
        while number <= _MOST_MARKS:
            found.append((employee, number))
            if filled.get(f"more.{employee}.{number}") != "yes":
                break
            number += 1
    return found


def _fields(people: list[Field], shown: list[Screen]) -> tuple[Field, ...]:
    fields = list(people)
    for step, (employee, number) in enumerate(shown[1:], 2):
        fields += [
            Field(f"{name}.{employee}.{number}", required=name in _OF_A_MARK, step=step, called=name)
            for name in (*_OF_A_MARK, *_IF_ANY)
        ]
    return tuple(fields)


# --- the command --------------------------------------------------------------------------------------


def _as_command(values: Values, people: list[Values], row: Any) -> Values:
    """A sheet as its command has it; people of whom nothing was said are left out."""
    kept = ("do", "site", "department", "day", "week", "on")
    rows = [told for each in people if (told := row(values, each["employee"])) is not None]
    return {**{name: values[name] for name in kept if values.get(name)}, "rows": rows}


def _day_row(values: Values, employee: str) -> Values | None:
    """One person on a day sheet; None: nobody looked."""
    seen = values.get(f"seen.{employee}")
    if seen not in ("checked", "marked", "absent"):
        return None
    found: Values = {"employee": employee, "seen": "checked" if seen == "marked" else seen}
    return found | _marks(values, employee)


def _week_row(values: Values, employee: str) -> Values | None:
    """One person on a week sheet; None: there is nothing to say."""
    summary = str(values.get(f"summary.{employee}", "")).strip()
    found = ({"summary": summary} if summary else {}) | _marks(values, employee)
    return {"employee": employee, **found} if found else None


def _marks(values: Values, employee: str) -> Values:
    """The marks of a person, where any were said to be."""
    if values.get(f"seen.{employee}") != "marked":
        return {}
    return {"marks": [_mark(values, f"{employee}.{n}") for _, n in screens([employee], values)[1:]]}


def _mark(values: Values, which: str) -> Values:
    """A mark; points that are taken off are below nothing, and what was left empty is left out."""
    found: Values = {}
    for name in ("dimension", "note", "notice", "criterion", "day"):
        if given := str(values.get(f"{name}.{which}", "")).strip():
            found[name] = given
    points = str(values.get(f"points.{which}", "")).strip()
    if points:
        number = whole(points)
        found["points"] = points if number is None else number
        if number is not None and values.get(f"sign.{which}") != "plus":
            found["points"] = -number
    return found


def _wrong_step(error: LedgerError, rows: list[Values], shown: list[Screen]) -> int | None:
    """The screen a refusal is about: of the mark it names, else of the first mark of whom it names, else of everybody."""
    part, _, rest = str(error.place.get("field") or error.fields.get("field") or "").partition(".")
    row, _, behind = rest.partition(".")
    employee, number = error.fields.get("employee"), None
    place = whole(row)
    if part == "rows" and place is not None and place < len(rows):
        employee, number = rows[place]["employee"], whole(behind.removeprefix("marks.").partition(".")[0])
    wanted = [(employee, number + 1)] if number is not None else []
    of_person = [screen for screen in shown if screen[0] == employee]
    found = next((screen for screen in [*wanted, *of_person] if screen in shown), ("", 0))
    return shown.index(found) + 1
