"""A site on one card, where its months stand, and everybody of it."""

from datetime import date, datetime

from ledger.events.sheets import DaySheetRecorded, WeekSheetRecorded
from ledger.formats import format_day
from ledger.reports.names import names_of
from ledger.review.card_values import Card
from ledger.state.ledger_context import LedgerContext
from ledger.state.ledger_state import LedgerState
from ledger.terms import format_money, month_of, next_month


def site_card(ledger_state: LedgerState, name: str, now: datetime) -> Card:
    """A site: its people of today, offices and last close."""
    site, month = ledger_state.site(name), month_of(LedgerContext(ledger_state, now).today(name))
    last = ledger_state.closes.last(name)
    return {
        "site": name,
        "name": site.name,
        "timezone": site.timezone,
        "employees": len(ledger_state.employees_in(name, month)),
        "last_closed": None if last is None else last[0],
        "offices": [
            {
                "office": a.office,
                "department": a.department,
                "employee": a.employee,
                "from": format_day(a.effective_from),
                "until": format_day(a.until),
            }
            for a in site.appointments
        ],
    }


def month_card(ledger_state: LedgerState, site: str, month: str, now: datetime) -> Card:
    """Where a site's month stands: closed by whom and when, or since when it is waiting."""
    context = LedgerContext(ledger_state, now)
    close = ledger_state.closes.at(site, month)
    last = ledger_state.closes.last(site)
    policy = ledger_state.policy_of(site, month)
    due_on = date.fromisoformat(f"{next_month(month)}-{policy.close.due_day:02d}")
    if close is not None:
        status = "closed"
    elif last is not None and month <= last[0]:
        status = "closed_with_first"
    else:
        status = "open" if month >= month_of(context.today(site)) else "to_close"
    return {
        "site": site,
        "month": month,
        "status": status,
        "policy": policy.version,
        "due_on": due_on.isoformat(),
        "closed_on": None if close is None else close.on.isoformat(),
        "by": None if close is None else f"{close.by} {context.employee(close.by).name}",
        "late": False if close is None else close.late,
        "lines": 0 if close is None else len(close.lines),
        "total": None if close is None else format_money(close.total_fen),
        "digest": None if close is None else close.digest,
    }


def employees(ledger_state: LedgerState, site: str, now: datetime) -> list[Card]:
    """Everybody of a site today: name, department and supervisor as they are last known; nobody's notices are read."""
    today = LedgerContext(ledger_state, now).today(site)
    everybody = ledger_state.employee_ids(site)
    ledger_state.reading.load_places(everybody)
    names = ledger_state.employees_in(site, month_of(today))
    called = names_of(ledger_state, names)
    return [
        {
            "employee": name,
            "name": called[name],
            "department": (place := ledger_state.placed(name)).departments.last(),
            "supervisor": place.supervisors.last(),
            "from": format_day(place.registered_from),
            "departed_on": format_day(place.departed_on),
        }
        for name in names
    ]


def sheet_card(ledger_state: LedgerState, name: str) -> Card:
    """A day or week sheet: of which department and day, by whom, and who stands on it."""
    stream = str(ledger_state.stream_of("sheet", name))
    recorded = next(r for r in ledger_state.stream(stream) if getattr(r.event, "sheet", None) == name)
    event = recorded.event
    assert isinstance(event, DaySheetRecorded | WeekSheetRecorded)
    card: Card = {"sheet": name, "site": event.site, "department": event.department, "month": event.month}
    if isinstance(event, WeekSheetRecorded):
        card["week"] = event.week.isoformat()
    else:
        card |= {"day": event.day.isoformat(), "checked": [*event.checked], "absent": [*event.absent]}
    return {**card, "by": event.by, "on": event.on.isoformat()}
