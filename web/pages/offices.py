"""The offices somebody holds, each at its site, and where one of them is ended."""

from datetime import date
from typing import Any, Final
from urllib.parse import urlencode

from ledger.application.desk.proposals import PROPOSED_OFFICES
from ledger.errors import LedgerError, StoreError
from ledger.formats import format_day
from web.ask import Ask

Values = dict[str, Any]
APPOINTERS: Final = frozenset({"manager", "company"})


def offices_at(ask: Ask, site: str) -> set[str]:
    """The offices of whoever asks that count at a site today."""
    return set(ask.desk.standing().offices(site))


def held_by(ask: Ask, employee: str) -> list[Values]:
    """What somebody holds or held at the sites that may be known: office, department, site, from, until, and `end`.

    `end`: where whoever asks ends it, at the site where it is held; None: it has ended, or is not theirs to end.
    """
    found = []
    with ask.desk.look_at_log(ask.as_of) as look:
        placed = look.state.placed(employee)
        own = placed.all_sites if employee == ask.person else ()
        for site in dict.fromkeys((*ask.sites, *own)):
            today = look.today(site)
            found += [
                (_told(site, each), _is_open(each, today) and not placed.vacated(each.effective_from, today))
                for each in look.state.site(site).appointments
                if each.employee == employee
            ]
    now = ask.as_of is None
    return [
        {**told, "end": _end(ask, employee, told) if now and is_open else None} for told, is_open in found
    ]


def _told(site: str, held: Any) -> Values:
    until = format_day(held.until)
    told = {"office": held.office, "department": held.department, "site": site, "until": until}
    return told | {"from": held.effective_from.isoformat()}


def _is_open(held: Any, today: date) -> bool:
    return held.until is None or held.until >= today


def _end(ask: Ask, employee: str, held: Values) -> str | None:
    """The form that ends an office, filled in but for the last day: it is given once more from the same day."""
    if not offices_at(ask, held["site"]) & APPOINTERS:
        return None
    told = {name: held[name] for name in ("site", "office", "department", "from") if held[name] is not None}
    act = {"do": "appoint", "employee": employee, **told, "until": max(ask.today(), held["from"])}
    if held["office"] not in PROPOSED_OFFICES:
        return f"/people/{employee}/appointment?{urlencode(told)}" if ask.desk.could(act) else None
    try:
        ask.desk.proposing.preview(act)
    except StoreError:
        raise
    except LedgerError:
        return None
    return f"/proposals/new/appoint?{urlencode({'employee': employee, **told})}"
