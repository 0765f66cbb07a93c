"""Earlier notices on the clause of one that is appealed against: what a reviewer compares it with."""

from collections import Counter
from collections.abc import Iterator, Mapping
from statistics import median
from typing import Any, Final, NamedTuple

from ledger.aggregates.employee_state import AppealState, EmployeeState, NoticeState
from ledger.events.employees import employee_stream
from ledger.reports.source import ProjectionRows, Rows
from ledger.state.ledger_state import LedgerState

MOST_SHOWN: Final = 40

Precedent = dict[str, Any]


class _Told(NamedTuple):
    """What is counted of a precedent."""

    points: int
    status: str
    outcome: str | None
    same_issuer: bool


def precedents(
    rows: Rows, ledger_state: LedgerState, owner: EmployeeState, appeal: AppealState
) -> dict[str, Any]:
    """Earlier notices on the same clause at the site: the latest as `precedents`, all in `precedent_counts`.

    A precedent says points, status, outcome of an appeal, and whether it is by the same issuer. Counted are those at the
    `site` and those by the `same_issuer`, and how their points spread, the withdrawn ones aside. From projections where
    these stand, else from everybody's streams.
    """
    found: list[Precedent] = []
    told: Mapping[_Told, int] = {}
    if appeal.against != "sanction":
        notice = owner.notices[appeal.target]
        site = owner.site_in(notice.month)
        if isinstance(rows, ProjectionRows):
            found, told = _in_rows(rows, ledger_state, notice, site)
        else:
            found = list(_of_everybody(ledger_state, notice, site))
            told = Counter(map(_told, found))
    found.sort(key=lambda row: (str(row["occurred_on"]), str(row["notice"])), reverse=True)
    return {
        "precedents": found[:MOST_SHOWN],
        "precedent_counts": {
            "site": _spread(told),
            "same_issuer": _spread({each: count for each, count in told.items() if each.same_issuer}),
        },
    }


def _in_rows(
    rows: ProjectionRows, ledger_state: LedgerState, notice: NoticeState, site: str
) -> tuple[list[Precedent], Counter[_Told]]:
    """The latest precedents at least, and how often each kind of all is there."""
    earlier = rows.earlier(site, notice.clause, notice.occurred_on.isoformat(), MOST_SHOWN)
    found: list[Precedent] = []
    for row in earlier.apart:
        person = ledger_state.within([row["month"]]).employee(row["employee"])
        found += _precedent(person, person.notices[row["id"]], notice)
    told = Counter(map(_told, found))
    for row in earlier.alike:
        told[_told(_of_row(row, notice))] += row["notices"]
    for row in earlier.latest:
        found.append({"notice": row["id"], "occurred_on": row["on"], **_of_row(row, notice)})
    return found, told


def _of_row(row: dict[str, Any], notice: NoticeState) -> Precedent:
    return {
        "points": row["points"],
        "status": "stands" if row["status"] == "contested" else row["status"],
        "outcome": row["outcome"],
        "issued_by": row["by"],
        "same_issuer": row["by"] == notice.issued_by,
    }


def _of_everybody(ledger_state: LedgerState, notice: NoticeState, site: str) -> Iterator[Precedent]:
    employees = ledger_state.employee_ids(site)
    ledger_state.load(map(employee_stream, employees))
    for person in map(ledger_state.employee, employees):
        for other in person.notices.values():
            if other.clause == notice.clause and person.site_in(other.month) == site:
                yield from _precedent(person, other, notice)


def _precedent(person: EmployeeState, other: NoticeState, notice: NoticeState) -> Iterator[Precedent]:
    """A notice beside the one in dispute; none where it is that one, or was not earlier."""
    if other.occurred_at >= notice.occurred_at or other.notice == notice.notice:
        return
    appealed = person.appeals_against("notice", target=other.notice)
    yield {
        "notice": other.notice,
        "occurred_on": other.occurred_on.isoformat(),
        "points": other.points,
        "status": other.standing,
        "outcome": appealed[-1].status if appealed else None,
        "issued_by": other.issued_by,
        "same_issuer": other.issued_by == notice.issued_by,
    }


def _told(precedent: Precedent) -> _Told:
    return _Told(*(precedent[field] for field in _Told._fields))


def _spread(told: Mapping[_Told, int]) -> dict[str, Any]:
    points = sorted(each.points for each in Counter(told).elements() if each.status != "withdrawn")

    def of(wanted: str, field: str) -> int:
        return sum(count for each, count in told.items() if getattr(each, field) == wanted)

    return {
        "notices": sum(told.values()),
        "withdrawn": of("withdrawn", "status"),
        "reduced": of("reduced", "outcome"),
        "revoked": of("revoked", "status"),
        "lowest": points[0] if points else None,
        "median": f"{median(points):.2f}" if points else None,
        "highest": points[-1] if points else None,
    }
