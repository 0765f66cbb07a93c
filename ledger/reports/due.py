"""`kaoji due`: everything that waits for somebody, with its deadline and the days left (domain §§5 to 7)."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Final

from ledger.aggregates.employee.route import reviewer_on
from ledger.projections.projection import Waiting
from ledger.projections.tables import PROJECTIONS
from ledger.projections.tables.appeals import PROJECTION as APPEALS
from ledger.projections.tables.monthly import PROJECTION as MONTHLY
from ledger.projections.tables.register import PROJECTION as REGISTER
from ledger.reports.shapes import Report
from ledger.reports.source import Rows
from ledger.state.deadlines import decision_due, marked
from ledger.state.execution import LedgerContext
from ledger.state.ledger_state import LedgerState
from ledger.terms import first_day, last_day, next_month

_OWN: Final = ("appeal", "close", "sanction")


def kinds() -> tuple[str, ...]:
    """What can wait: `what` of a row of `due`."""
    return (*_OWN, *(what for projection in PROJECTIONS for what in projection.waits))


def due(rows: Rows, ledger_state: LedgerState, site: str, now: datetime) -> list[Report]:
    """What waits at a site, the most urgent first; what has no deadline comes last, the oldest first.

    The keys are those of `Waiting`, and `days_left`. `who` is None also where it waits for an office that nobody
    unconflicted holds; an appeal whose calendar is provisional says so.
    """
    context = LedgerContext(ledger_state, now)
    today = context.today(site)
    found = [
        *_appeals(rows, context, site, today),
        *_closes(ledger_state, site, today),
        *_sanctions(rows, site),
        *_in_rows(rows, site),
    ]
    for waiting in found:
        due_on = waiting["due_on"]
        waiting["days_left"] = None if due_on is None else (date.fromisoformat(due_on) - today).days
    return sorted(found, key=lambda w: (w["due_on"] or "9999", w["since"], w["what"], w["id"]))


def _appeals(rows: Rows, context: LedgerContext, site: str, today: date) -> Iterator[Report]:
    for row in rows.of(APPEALS, site):
        if row["status"] == "pending":
            employee = context.employee(row["employee"])
            appeal = employee.appeals[row["appeal"]]
            _, reviewer = reviewer_on(context, employee, appeal, today)
            since = appeal.since.isoformat()
            due = marked(decision_due(context, site, appeal))
            waiting = Waiting("appeal", appeal.appeal, reviewer, row["appellant"], appeal.month, since)
            yield waiting._asdict() | due


def _closes(ledger_state: LedgerState, site: str, today: date) -> Iterator[Report]:
    """Every month that is over and not closed, from the first after the last close (or the first with anything)."""
    last = ledger_state.last_close(site)
    month = next_month(last[0]) if last is not None else ledger_state.first_month(site)
    while month is not None and last_day(month) < today:
        after = first_day(next_month(month))
        due_on = after.replace(day=ledger_state.policy_of(site, month).close.due_day)
        yield Waiting("close", month, None, None, month, after.isoformat(), due_on.isoformat())._asdict()
        month = next_month(month)


def _sanctions(rows: Rows, site: str) -> Iterator[Report]:
    registered = [row for row in rows.of(REGISTER, site) if row["kind"] == "sanction"]
    decided = {(row["employee"], row["month"]) for row in registered if row["status"] != "revoked"}
    for row in rows.of(MONTHLY, site, having="sanction_due"):
        if (row["employee"], row["month"]) not in decided:
            since = first_day(row["month"]).isoformat()
            waiting = Waiting("sanction", row["sanction_due"], None, row["employee"], row["month"], since)
            yield waiting._asdict()


def _in_rows(rows: Rows, site: str) -> Iterator[Report]:
    """What a projection's rows say of themselves."""
    for projection in PROJECTIONS:
        if projection.waits:
            for row in rows.of(projection, site):
                yield from (waiting._asdict() for waiting in projection.waiting(row))
