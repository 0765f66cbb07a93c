"""The reward-and-penalty register 獎懲臺賬: every notice, reward and sanction with where it stands (篇4). Money in fen."""

from collections.abc import Iterator
from operator import itemgetter
from typing import Final

from sqlalchemy import Index, Table

from ledger.aggregates.employee.sanctions import SanctionState
from ledger.aggregates.employee_state import EmployeeState, NoticeState
from ledger.formats import format_day
from ledger.policy.model import Policy
from ledger.policy.sanctions import carries
from ledger.projections.projection import Projection, Waiting
from ledger.projections.schema import Row, key, metadata, number, open_rows, text
from ledger.reckoning.reckon import Cell

_OPEN: Final = (
    "status = 'unsupported' OR (kind = 'notice' AND status IN ('stands', 'contested')"
    " AND (acknowledged_on IS NULL OR rectified_on IS NULL))"
)

table = Table(
    "sheet_register",
    metadata,
    key("ledger"),
    key("employee"),
    key("month", 7),
    key("kind", 16),
    key("id"),
    text("site"),
    text("what"),
    number("points"),
    number("amount"),
    text("by"),
    text("on", 10),
    text("status", 16),
    text("acknowledged_on", 10),
    text("rectified_on", 10),
    text("suspended_by"),
    text("issued_on", 10),
    Index("sheet_register_by_month", "ledger", "site", "month"),
    Index("sheet_register_by_clause", "ledger", "site", "what", "on"),
    open_rows("sheet_register", _OPEN),
)


def rows(state: EmployeeState, cell: Cell, policy: Policy) -> list[Row]:
    """The rows of one employee's month; `what` is the clause of a notice or the kind of a sanction."""
    rows = _notices(state, cell)
    if state.rewards:
        rows += _rewards(state, cell)
    if state.sanctions:
        rows += _sanctions(state, cell, policy)
    return rows


def _notices(state: EmployeeState, cell: Cell) -> list[Row]:
    employee, site, month = state.employee, state.site_in(cell.month), cell.month
    amounts = {
        entry.notice: entry.amount_fen
        for entry in cell.entries
        if entry.notice is not None and entry.figure in ("base_fine", "performance")
    }
    appeals = state.appeals.values()
    appealed = {a.target for a in appeals if a.status == "pending" and a.against == "notice"}
    return [
        {
            "employee": employee,
            "month": month,
            "kind": "notice",
            "id": notice.notice,
            "site": site,
            "what": notice.clause,
            "points": notice.points,
            "amount": amounts.get(notice.notice, 0),
            "by": notice.issued_by,
            "on": notice.occurred_on.isoformat(),
            "status": _notice_status(notice, appealed),
            "acknowledged_on": format_day(notice.acknowledged_on),
            "rectified_on": format_day(notice.rectified_on),
            "suspended_by": None,
            "issued_on": notice.issued_on.isoformat(),
        }
        for notice in state.notices.values()
        if notice.month == month
    ]


def _notice_status(notice: NoticeState, appealed: set[str]) -> str:
    """How it stands; one that goes by the handbook counts like one under appeal (appraisal §4.5)."""
    waits = notice.notice in appealed or notice.referred is not None
    return "contested" if notice.standing == "stands" and waits else notice.standing


_BLANK: Row = dict.fromkeys(table.c.keys()[1:]) | {"points": 0, "amount": 0}


def _of_cell(state: EmployeeState, cell: Cell) -> Row:
    return {"employee": state.employee, "month": cell.month, "site": state.site_in(cell.month)}


def _rewards(state: EmployeeState, cell: Cell) -> Iterator[Row]:
    amounts = {entry.reward: entry.amount_fen for entry in cell.entries if entry.reward is not None}
    for reward in state.rewards.values():
        if reward.month == cell.month:
            yield {
                **_BLANK,
                **_of_cell(state, cell),
                "kind": "reward",
                "id": reward.reward,
                "points": reward.points,
                "amount": amounts.get(reward.reward, 0),
                "by": reward.approved_by,
                "on": reward.occurred_on.isoformat(),
                "status": "withdrawn" if reward.withdrawn else "stands",
            }


def _sanctions(state: EmployeeState, cell: Cell, policy: Policy) -> Iterator[Row]:
    for sanction in state.sanctions.values():
        if sanction.month == cell.month:
            status, appeal = sanction_status(state, sanction, cell, policy)
            yield {
                **_BLANK,
                **_of_cell(state, cell),
                "kind": "sanction",
                "id": sanction.sanction,
                "what": sanction.kind,
                "by": sanction.by,
                "on": sanction.on.isoformat(),
                "status": status,
                "suspended_by": appeal,
            }


def sanction_status(
    state: EmployeeState, sanction: SanctionState, cell: Cell, policy: Policy
) -> tuple[str, str | None]:
    """revoked, suspended, unsupported (its band no longer carries it) or in_force; and the appeal that suspends it.

    It is suspended while it is under appeal itself, or while only pending appeals take its band away (domain §§5, 6).
    """
    if not sanction.stands:
        return "revoked", None
    own = state.pending_appeals("sanction", target=sanction.sanction)
    if own:
        return "suspended", own[0].appeal
    if carries(policy, cell.carried, sanction.kind):
        return "in_force", None
    waiting = [a for a in state.appeals.values() if a.against == "notice" and a.status == "pending"]
    of_month = [a.appeal for a in waiting if state.notices[a.target].month == cell.month]
    if of_month and carries(policy, cell.carried_unappealed, sanction.kind):
        return "suspended", of_month[-1]
    return "unsupported", None


def waiting(row: Row) -> Iterator[Waiting]:
    """A standing notice that is not acknowledged or not rectified; a sanction that its band no longer carries."""
    since = row["issued_on"] or row["on"]  # nobody could act before a notice was issued
    about = (row["employee"], row["month"], since)
    if row["kind"] == "notice" and row["status"] in ("stands", "contested"):
        if row["acknowledged_on"] is None:
            yield Waiting("acknowledgement", row["id"], row["by"], *about)  # the issuer has to serve it
        if row["rectified_on"] is None:
            yield Waiting("rectification", row["id"], row["employee"], *about)
    if row["status"] == "unsupported":
        yield Waiting("unsupported", row["id"], row["by"], *about)


PROJECTION = Projection(
    table,
    of="cell",
    rows=rows,
    order=itemgetter("employee", "month", "kind", "id"),
    waits=("unsupported", "acknowledgement", "rectification"),
    waiting=waiting,
    open=_OPEN,
)
