"""`report causes`: what the notices of a month came about by, the most frequent first 問題根源 (篇3 4.1.6, 4.2.5)."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

from ledger.aggregates.actions import ActionState
from ledger.aggregates.employee_state import EmployeeState, NoticeState
from ledger.events.employees import employee_stream
from ledger.formats import format_tenths
from ledger.policy.causes import causes_of
from ledger.projections.tables.register import PROJECTION as REGISTER
from ledger.reckoning.rules.pareto import pareto
from ledger.reports.names import names_of
from ledger.reports.shapes import Report
from ledger.reports.source import Rows
from ledger.state.actions import actions_at
from ledger.state.analyses import causes_by_notice
from ledger.state.ledger_state import LedgerState

BY: Final = ("clause", "cause", "place", "department", "post", "hour", "weekday", "inspector")
"""What the notices may be counted by."""

UNANALYSED: Final = "unanalysed"
NOT_STATED: Final = "not_stated"
"""The key of notices that say no place, and of people without a post or a department."""


class _Counted(NamedTuple):
    """A standing, uncontested notice and whose it is."""

    employee: EmployeeState
    notice: NoticeState


def causes(
    rows: Rows, state: LedgerState, site: str, month: str, by: str = "clause", scheme: str = "service_quality"
) -> Report:
    """The counts of one scheme, and a row a key; `share` and `cumulative` are tenths of a percent of notices, as text."""
    counted, contested = _counted(rows, state, site, month, scheme)
    analysed = causes_by_notice(state, site, month)
    key_of = _keys(state, site, analysed)[by]
    keys = [(key_of(each), each) for each in counted]
    titles = _titles(state, site, month, by, {key for key, _ in keys})
    people: dict[str, set[str]] = {}
    for key, each in keys:
        people.setdefault(key, set()).add(each.employee.employee)
    actions = actions_at(state, site)
    return {
        "site": site,
        "month": month,
        "by": by,
        "scheme": scheme,
        "notices": len(counted),
        "points": sum(each.notice.points for each in counted),
        "contested": contested,
        "unanalysed": sum(each.notice.notice not in analysed for each in counted),
        "rows": [
            {
                "key": row.key,
                "title": titles.get(row.key),
                "notices": row.notices,
                "points": row.points,
                "employees": len(people[row.key]),
                "share": format_tenths(row.share),
                "cumulative": format_tenths(row.cumulative),
                "vital": row.vital,
                "actions": _actions(state, actions, by, row.key),
            }
            for row in pareto((key, each.notice.points) for key, each in keys)
        ],
    }


def _counted(
    rows: Rows, state: LedgerState, site: str, month: str, scheme: str
) -> tuple[list[_Counted], int]:
    """The notices that count, and how many of the scheme are contested."""
    registered = [row for row in rows.of(REGISTER, site, month) if row["kind"] == "notice"]
    state.load(employee_stream(row["employee"]) for row in registered)
    counted, contested = [], 0
    for row in registered:
        employee = state.employee(row["employee"])
        notice = employee.notices[row["id"]]
        if notice.scheme != scheme:
            continue
        contested += row["status"] == "contested"
        if row["status"] == "stands":
            counted.append(_Counted(employee, notice))
    return counted, contested


def _keys(state: LedgerState, site: str, analysed: Mapping[str, str]) -> dict[str, Callable[[_Counted], str]]:
    """What a notice is counted by → its key."""
    zone = ZoneInfo(state.site(site).timezone)

    def local(each: _Counted) -> datetime:
        return each.notice.occurred_at.astimezone(zone)

    return {
        "clause": lambda each: each.notice.clause,
        "cause": lambda each: analysed.get(each.notice.notice, UNANALYSED),
        "place": lambda each: each.notice.place or NOT_STATED,
        "department": lambda each: each.employee.departments.on(each.notice.occurred_on) or NOT_STATED,
        "post": lambda each: each.employee.posts.on(each.notice.occurred_on) or NOT_STATED,
        "hour": lambda each: f"{local(each):%H}",
        "weekday": lambda each: str(local(each).isoweekday()),
        "inspector": lambda each: each.notice.issued_by,
    }


def _titles(state: LedgerState, site: str, month: str, by: str, keys: Iterable[str]) -> Mapping[str, Any]:
    """What a key is called: a clause or a cause in three languages, an inspector by name."""
    policy = state.policy_of(site, month)
    if by == "clause":
        return {code: clause.title.model_dump(by_alias=True) for code, clause in policy.catalogue.items()}
    if by == "cause":
        return {code: title.model_dump(by_alias=True) for code, title in causes_of(policy).items()}
    return names_of(state, keys) if by == "inspector" else {}


def _actions(state: LedgerState, actions: Iterable[ActionState], by: str, key: str) -> list[str]:
    """The actions on a clause, of a department, or of an analysis that names the cause."""
    if by == "cause":
        return [
            each.action
            for each in actions
            if each.analysis is not None and state.thing("analysis", each.analysis).cause == key
        ]
    fields = {"clause": "clause", "department": "department"}
    return [each.action for each in actions if by in fields and getattr(each, fields[by]) == key]
