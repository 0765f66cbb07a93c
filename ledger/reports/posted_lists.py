"""What was posted of a month's public list, as it was posted (domain §7; finance §14; 篇3 4.2.5)."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any, Final

from ledger.aggregates.context import Listed
from ledger.aggregates.posted_list_state import PostedList
from ledger.aggregates.posted_lists import appealable_until, correction, counts_of, named, rows_of
from ledger.events.appeals import AppealDecided, AppealEscalated, AppealFiled
from ledger.events.consents import ConsentRecorded
from ledger.events.employees import EmployeeErased, employee_stream
from ledger.events.notices import NoticeCorrected, NoticeWithdrawn
from ledger.events.posted_lists import ListedRow, PublicListCorrected
from ledger.formats import format_day
from ledger.policy.model import PublicList
from ledger.projections.tables.public_list import PROJECTION
from ledger.reports.shapes import Report
from ledger.reports.source import Rows
from ledger.state.ledger_context import LedgerContext
from ledger.state.ledger_state import LedgerState
from ledger.state.public_lists import listed, posted_list
from ledger.terms import last_day
from ledger.texts import masked

_NO_MORE: Final = dict.fromkeys(["supplement"], False)
"""A rule without supplement: who might be added waits for nobody."""

_LOWERING: Final = (
    *(AppealFiled, AppealDecided, AppealEscalated, NoticeWithdrawn, NoticeCorrected),
    *(ConsentRecorded, EmployeeErased),
)
"""What may take somebody off a posted list, or lower what stands there of them."""


def posted(ledger_state: LedgerState, context: LedgerContext, site: str, month: str) -> Report:
    """What was posted, never live figures; everything null or empty where nothing was.

    `rows` are of people, with `name` as the list shows it (null where it shows staff numbers only); a list that counts only
    has `counts` instead. `status`: not_posted, posted, correction_due, expired, taken_down.
    """
    rule = ledger_state.policy_of(site, month).public_list
    found = posted_list(ledger_state, site, month, opened=True)
    if found is None:
        return {"site": site, "month": month, **_nothing(rule)}
    event = found.posted
    return {
        "site": site,
        "month": month,
        "status": status(context, found),
        "posted_on": event.on.isoformat(),
        "by": event.by,
        "until": event.until.isoformat(),
        "taken_down_on": None if found.taken_down is None else found.taken_down.on.isoformat(),
        "late": event.late,
        "mode": event.mode,
        "places": list(event.places),
        "appealable_until": format_day(event.appealable_until),
        "position": found.position,
        "digest": found.digest,
        "rows": [] if event.mode == "counts" else _rows(ledger_state, found.rows, month, event.mode, rule),
        "unnamed": 0 if event.mode == "counts" else len(found.unnamed),
        "counts": [count.model_dump(mode="json") for count in found.counts],
        "corrections": [_correction(*each) for each in found.corrections],
    }


def status(context: LedgerContext, found: PostedList) -> str:
    """Where a posted list stands today."""
    if found.taken_down is not None:
        return "taken_down"
    if wanted(context, found) is not None:
        return "correction_due"
    return "expired" if context.today(found.posted.site) > found.posted.until else "posted"


def to_post(rows: Rows, ledger_state: LedgerState, context: LedgerContext, site: str, month: str) -> Report:
    """What would be posted of a month as its figures are now, in the shape of `posted`: its status is `not_posted`."""
    rule = ledger_state.policy_of(site, month).public_list
    among = [row["employee"] for row in rows.of(PROJECTION, site, month)]
    people = listed(context, ledger_state, site, month, among) if rule.mode != "off" else ()
    until = appealable_until(people)
    values = {
        "site": site,
        "month": month,
        **_nothing(rule),
        "appealable_until": format_day(until),
    }
    if rule.mode == "counts":
        counts = counts_of(people, rule.count_floor)
        return {**values, "counts": [count.model_dump(mode="json") for count in counts]}
    shown = rows_of(each for each in people if named(rule, each))
    told = _rows(ledger_state, shown, month, rule.mode, rule)
    return {**values, "rows": told, "unnamed": len(people) - len(shown)}


def wanted(context: LedgerContext, found: PostedList) -> PublicListCorrected | None:
    """What of a list that hangs is more than belongs there now; None where it is as it should be."""
    site, month = found.posted.site, found.posted.month
    rule = context.state.policy_of(site, month).public_list.model_copy(update=_NO_MORE)
    people: tuple[Listed, ...] = context.listed(site, month)
    return correction(found, people, rule)


def wrong_since(
    ledger_state: LedgerState, found: PostedList, wanted: PublicListCorrected
) -> list[tuple[str, date]]:
    """Whoever a correction concerns, and the day of the first act after which the list said too much of them."""
    since = found.corrections[-1][0] if found.corrections else found.position
    people = {*wanted.removed, *(row.employee for row in wanted.lowered)}
    people |= {each for each in found.unnamed if each not in wanted.unnamed}
    return [(each, _first_act(ledger_state, each, found, since)) for each in sorted(people)]


def _first_act(ledger_state: LedgerState, employee: str, found: PostedList, since: int) -> date:
    for recorded in ledger_state.stream(employee_stream(employee)):
        event = recorded.event
        of_month = getattr(event, "month", found.posted.month) == found.posted.month
        of_notice = getattr(event, "against", "notice") == "notice"
        if recorded.position > since and isinstance(event, _LOWERING) and of_month and of_notice:
            return max(event.on, found.on)
    return found.on


def correction_due(ledger_state: LedgerState, found: PostedList, day: date) -> date:
    """By when a list is to be corrected that said too much since a day."""
    rule = ledger_state.policy_of(found.posted.site, found.posted.month).public_list
    return day + timedelta(days=rule.correction_days)


def shown_name(
    ledger_state: LedgerState, employee: str, month: str, mode: str, rule: PublicList
) -> str | None:
    """Somebody's name of the month's last day, as a list of a mode shows it; None where it shows none."""
    if mode != "masked":
        return None
    state = ledger_state.employee(employee)
    name = state.names.on(last_day(month)) or state.name
    return masked(name) if rule.mask_names else name


def _rows(
    ledger_state: LedgerState, rows: Iterable[ListedRow], month: str, mode: str, rule: PublicList
) -> list[Report]:
    return [
        {
            "employee": row.employee,
            "name": shown_name(ledger_state, row.employee, month, mode, rule),
            "department": _department(ledger_state, row.employee, month),
            "points": row.points,
            "repeats": list(row.repeats),
        }
        for row in rows
    ]


def _department(ledger_state: LedgerState, employee: str, month: str) -> str | None:
    departments = ledger_state.employee(employee).departments
    return departments.on(last_day(month)) or departments.last()


def _correction(position: int, event: PublicListCorrected) -> Report:
    return {
        "position": position,
        "on": event.on.isoformat(),
        "by": event.by,
        "removed": list(event.removed),
        "lowered": [_plain(row) for row in event.lowered],
        "added": [_plain(row) for row in event.added],
        "digest": event.digest,
    }


def _plain(row: ListedRow) -> Report:
    return {"employee": row.employee, "points": row.points, "repeats": list(row.repeats)}


def _nothing(rule: PublicList) -> dict[str, Any]:
    empty = dict.fromkeys(("posted_on", "by", "until", "taken_down_on"))
    return {
        "status": "not_posted",
        **empty,
        "late": False,
        "mode": rule.mode,
        "places": [],
        "appealable_until": None,
        "position": None,
        "digest": None,
        "rows": [],
        "unnamed": 0,
        "counts": [],
        "corrections": [],
    }
