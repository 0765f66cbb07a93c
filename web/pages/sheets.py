"""Day sheets and week sheets: those of a department's month, one day with whoever was looked at, one week."""

from datetime import date, timedelta
from typing import Any

from starlette.responses import Response

from ledger.formats import month_before
from ledger.terms import next_month
from web.ask import Ask
from web.pages.sheets_filled import may_evaluate, may_fill, place_of
from web.routes import get
from web.things import thing

Values = dict[str, Any]


@get("/sheets", twin=True)
def sheets(ask: Ask) -> Response:
    """The weeks of a month in the departments that are mine to know; `?place=` those of one."""
    with ask.desk.look_at_log(ask.as_of) as look:
        site = look.site(None)
        today = look.today(site).isoformat()
        month = ask.query("month") or today[:7]
        found = look.sheet_weeks(month, site)
        position = look.position
    if ask.is_twin:
        return ask.json(found)
    places = [row["department"] for row in found]
    place = ask.query("place") or (places[0] if places else "")
    return ask.page(
        "sheets",
        month=month,
        before=month_before(month),
        after=next_month(month),
        today=today,
        places=places,
        place=place,
        row=next((row for row in found if row["department"] == place), None),
        position=position,
    )


@get("/sheets/days/{day}", twin=True)
def day_sheet(ask: Ask) -> Response:
    """Who of a department was looked at on a day, who was absent, whom nobody looked at, and what was found."""
    day = date.fromisoformat(ask.path("day"))
    with ask.desk.look_at_log(ask.as_of) as look:
        site = look.site(None)
        report = look.daily_sheet(day, place_of(ask, look, day), site)
        position = look.position
    if ask.is_twin:
        return ask.json(report)
    missing = [row["employee"] for row in report["rows"] if row["seen"] == "missing"]
    return ask.page(
        "day_sheet",
        report=report,
        before=(day - timedelta(days=1)).isoformat(),
        after=(day + timedelta(days=1)).isoformat(),
        week=_monday(day),
        may=ask.as_of is None and may_fill(ask, report["department"], report["day"], missing),
        position=position,
    )


@get("/sheets/weeks/{week}", twin=True)
def week_sheet(ask: Ask) -> Response:
    """A department's week: the days looked at, what its sheet says of each person, and what the marks come to."""
    week = date.fromisoformat(ask.path("week"))
    with ask.desk.look_at_log(ask.as_of) as look:
        site = look.site(None)
        report = look.week_sheet(week, place_of(ask, look, week), site)
        today, position = look.today(site).isoformat(), look.position
    if ask.is_twin:
        return ask.json(report)
    return ask.page(
        "week_sheet",
        report=report,
        today=today,
        before=(week - timedelta(days=7)).isoformat(),
        after=(week + timedelta(days=7)).isoformat(),
        may=ask.as_of is None and may_evaluate(ask, report["department"], report["week"]),
        position=position,
    )


def _monday(day: date) -> str:
    return (day - timedelta(days=day.weekday())).isoformat()


@thing("/sheets/{sheet}")
def sheet(ask: Ask, card: Values) -> Response:
    """A sheet by its number: the day or the week it is of."""
    path = f"/sheets/weeks/{card['week']}" if "week" in card else f"/sheets/days/{card['day']}"
    return ask.go(ask.link(path, place=card["department"]))
