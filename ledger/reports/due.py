"""`kaoji due`: everything that waits for somebody, with its deadline and the days left (domain §§5 to 7)."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from ledger.aggregates.employee.route import reviewer_on
from ledger.projections.tables.appeals import PROJECTION as APPEALS
from ledger.projections.tables.monthly import PROJECTION as MONTHLY
from ledger.projections.tables.register import PROJECTION as REGISTER
from ledger.reports.source import Rows
from ledger.state.deadlines import decision_due, marked
from ledger.state.execution import LedgerContext
from ledger.state.ledger_state import LedgerState
from ledger.terms import first_day, last_day, next_month

Waiting = dict[str, Any]


def due(rows: Rows, ledger_state: LedgerState, site: str, now: datetime) -> list[Waiting]:
    """What waits at a site, the most urgent first; what has no deadline comes last, the oldest first.

    `what` is appeal, close, sanction, unsupported, acknowledgement or rectification; `who` is whoever it waits for
    (None: an office that nobody unconflicted holds, or nobody in particular).
    """
    context = LedgerContext(ledger_state, now)
    today = context.today(site)
    found = [
        *_appeals(rows, context, site, today),
        *_closes(ledger_state, site, today),
        *_sanctions(rows, site),
        *_notices(rows, site),
    ]
    for waiting in found:
        due_on = waiting["due_on"]
        waiting["days_left"] = None if due_on is None else (date.fromisoformat(due_on) - today).days
    return sorted(found, key=lambda w: (w["due_on"] or "9999", w["since"], w["what"], w["id"]))


def _waiting(
    what: str,
    name: str,
    who: str | None,
    employee: str | None,
    month: str,
    since: str,
    due_on: date | str | None = None,
) -> Waiting:
    return {
        "what": what,
        "id": name,
        "who": who,
        "employee": employee,
        "month": month,
        "since": since,
        "due_on": due_on.isoformat() if isinstance(due_on, date) else due_on,
    }


def _appeals(rows: Rows, context: LedgerContext, site: str, today: date) -> Iterator[Waiting]:
    for row in rows.of(APPEALS, site):
        if row["status"] == "pending":
            employee = context.employee(row["employee"])
            appeal = employee.appeals[row["appeal"]]
            _, reviewer = reviewer_on(context, employee, appeal, today)
            since = appeal.since.isoformat()
            due = marked(decision_due(context, site, appeal))
            yield _waiting("appeal", appeal.appeal, reviewer, row["appellant"], appeal.month, since) | due


def _closes(ledger_state: LedgerState, site: str, today: date) -> Iterator[Waiting]:
    """Every month that is over and not closed, from the first after the last close (or the first with anything)."""
    last = ledger_state.last_close(site)
    month = next_month(last[0]) if last is not None else ledger_state.first_month(site)
    while month is not None and last_day(month) < today:
        after = first_day(next_month(month))
        due_on = after.replace(day=ledger_state.policy_of(site, month).close.due_day)
        yield _waiting("close", month, None, None, month, after.isoformat(), due_on)
        month = next_month(month)


def _sanctions(rows: Rows, site: str) -> Iterator[Waiting]:
    registered = [row for row in rows.of(REGISTER, site) if row["kind"] == "sanction"]
    decided = {(row["employee"], row["month"]) for row in registered if row["status"] != "revoked"}
    for row in rows.of(MONTHLY, site, having="sanction_due"):
        if (row["employee"], row["month"]) not in decided:
            since = first_day(row["month"]).isoformat()
            yield _waiting("sanction", row["sanction_due"], None, row["employee"], row["month"], since)
    for row in registered:
        if row["status"] == "unsupported":
            yield _waiting("unsupported", row["id"], row["by"], row["employee"], row["month"], row["on"])


def _notices(rows: Rows, site: str) -> Iterator[Waiting]:
    for row in rows.of(REGISTER, site):
        if row["kind"] != "notice" or row["status"] not in ("stands", "contested"):
            continue
        shared = (row["id"], row["employee"], row["employee"], row["month"], row["on"])
        if row["acknowledged_on"] is None:
            yield _waiting("acknowledgement", *shared)
        if row["rectified_on"] is None:
            yield _waiting("rectification", *shared)
