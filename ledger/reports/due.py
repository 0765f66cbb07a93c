"""`kaoji due`: everything that waits for somebody, with its deadline and the days left (domain §§5 to 7)."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Final

from ledger.aggregates.authority import first_holder, holders, offices_of
from ledger.aggregates.employee.route import reviewer_on
from ledger.aggregates.months import CLOSERS
from ledger.aggregates.recording_rights import APPOINTING
from ledger.projections.projection import Waiting
from ledger.projections.tables import PROJECTIONS
from ledger.projections.tables.appeals import PROJECTION as APPEALS
from ledger.projections.tables.monthly import PROJECTION as MONTHLY
from ledger.projections.tables.register import PROJECTION as REGISTER
from ledger.reports.names import local_day
from ledger.reports.pay_rows import open_by_month
from ledger.reports.shapes import Report
from ledger.reports.source import Rows
from ledger.reports.waits import all_waits
from ledger.state.deadlines import decision_due, marked
from ledger.state.departments import has_head, has_people
from ledger.state.ledger_context import LedgerContext
from ledger.state.ledger_state import LedgerState
from ledger.state.unstated import covered, unstated_acts
from ledger.terms import first_day, last_day, month_of, next_month

_OWN: Final = (
    *("unstated", "unsigned", "appeal", "close", "sanction", "payroll_return", "difference"),
    *("undercut", "department"),
)


def kinds() -> tuple[str, ...]:
    """What can wait: `what` of a row of `due`."""
    apart = (what for waits in all_waits() for what in waits.whats)
    return (*_OWN, *apart, *(what for projection in PROJECTIONS for what in projection.waits))


def due(rows: Rows, ledger_state: LedgerState, site: str, now: datetime) -> list[Report]:
    """What waits at a site, the most urgent first; what has no deadline comes last, the oldest first.

    Before all comes that there are acts for which nobody is said to answer.

    The keys are those of `Waiting`, and `days_left`. `who` is None also where it waits for an office that nobody
    unconflicted holds; an appeal whose calendar is provisional says so.
    """
    context = LedgerContext(ledger_state, now)
    today = context.today(site)
    found = [
        *_unstated(ledger_state, site),
        *_unsigned(ledger_state, site, today),
        *_appeals(rows, context, site, today),
        *_closes(context, site, today),
        *_sanctions(rows, context, site, today),
        *_in_rows(rows, site),
        *_pay(rows, context, site, today),
        *_undercut(ledger_state, site),
        *_departments(context, site, today),
        *(w._asdict() for waits in all_waits() for w in waits.waiting(rows, context, site, today)),
    ]
    for waiting in found:
        due_on = waiting["due_on"]
        waiting["days_left"] = None if due_on is None else (date.fromisoformat(due_on) - today).days
    found.sort(key=lambda w: (w["due_on"] or "9999", w["since"], w["what"], w["id"]))
    return sorted(found, key=lambda waiting: waiting["what"] != "unstated")


def _appeals(rows: Rows, context: LedgerContext, site: str, today: date) -> Iterator[Report]:
    for row in rows.waiting(APPEALS, site):
        if row["status"] == "pending":
            employee = context.employee(row["employee"])
            appeal = employee.appeals[row["appeal"]]
            _, reviewer = reviewer_on(context, employee, appeal, today)
            since = appeal.since.isoformat()
            due = marked(decision_due(context, site, appeal))
            waiting = Waiting("appeal", appeal.appeal, reviewer, row["appellant"], appeal.month, since)
            yield waiting._asdict() | due


def _closes(context: LedgerContext, site: str, today: date) -> Iterator[Report]:
    """Every month that is over and not closed, from the first after the last close (or the first with anything).

    It waits for the office, else for the director or the manager: whoever may close.
    """
    ledger_state, who = context.state, first_holder(context, site, CLOSERS, today)
    last = ledger_state.closes.last(site)
    month = next_month(last[0]) if last is not None else ledger_state.first_month(site)
    while month is not None and last_day(month) < today:
        after = first_day(next_month(month))
        due_on = after.replace(day=ledger_state.policy_of(site, month).close.due_day)
        yield Waiting("close", month, who, None, month, after.isoformat(), due_on.isoformat())._asdict()
        month = next_month(month)


def _sanctions(rows: Rows, context: LedgerContext, site: str, today: date) -> Iterator[Report]:
    """Every band of a closed or open month in which nobody decided yet, with whoever may.

    A lesser sanction in force does not end the review that a dismissal would (domain §5).
    """
    due = [row for row in rows.waiting(MONTHLY, site) if row["sanction_due"] is not None]
    months = sorted({row["month"] for row in due})
    registered = [row for month in months for row in rows.of(REGISTER, site, month)]
    sanctions = [row for row in registered if row["kind"] == "sanction" and row["status"] != "revoked"]
    decided = {(row["employee"], row["month"]) for row in sanctions}
    for row in due:
        if row["sanction_due"] == "dismissal" or (row["employee"], row["month"]) not in decided:
            since = first_day(row["month"]).isoformat()
            who = _decider(context, site, row["employee"], row["sanction_due"], today)
            waiting = Waiting("sanction", row["sanction_due"], who, row["employee"], row["month"], since)
            yield waiting._asdict()


def _decider(context: LedgerContext, site: str, employee: str, band: str, today: date) -> str | None:
    """Who decides about a sanction: the director, of a dismissal the manager, on the manager company; never oneself."""
    offices = ("manager",) if band == "dismissal" else ("director", "manager")
    if "manager" in offices_of(context, employee, site, today):
        offices = ("company",)
    held = (a.employee for office in offices for a in holders(context, site, office, today))
    return next((who for who in held if who != employee), None)


def _pay(rows: Rows, context: LedgerContext, site: str, today: date) -> Iterator[Report]:
    """Each closed month of which pay reported nothing yet of somebody, and each difference that nobody settled."""
    finance = first_holder(context, site, ("finance",), today)
    manager = first_holder(context, site, ("manager",), today)
    by_month = open_by_month(rows, site)
    for month, on in context.state.closes.days(site).items():
        waiting = [row for row in by_month.get(month, ()) if row["open"]]
        since, after = on.isoformat(), first_day(next_month(month))
        policy = context.state.policy_of(site, month)
        if any(row["status"] == "not_returned" for row in waiting):
            due_on = after.replace(day=policy.payroll.return_due_day).isoformat()
            yield Waiting("payroll_return", month, finance, None, month, since, due_on)._asdict()
        last = context.last_closed(site)
        next_due = first_day(next_month(next_month(last or month))).replace(day=policy.close.due_day)
        for row in waiting:
            if row["status"] != "not_returned":
                gone = context.employee(row["employee"]).gone_by(today)
                who = manager if gone else finance
                yield Waiting(
                    "difference",
                    month,
                    who,
                    row["employee"],
                    month,
                    row["since"] or since,
                    next_due.isoformat(),
                )._asdict()


def _unstated(ledger_state: LedgerState, site: str) -> Iterator[Report]:
    """How many appointments and policies since the last checkpoint name nobody who decided them: one row for all."""
    acts = unstated_acts(ledger_state, covered(ledger_state), site)
    if acts:
        since = local_day(ledger_state, site, acts[0].on_clock)
        yield Waiting("unstated", str(len(acts)), None, None, month_of(since), since.isoformat())._asdict()


def _unsigned(ledger_state: LedgerState, site: str, today: date) -> Iterator[Report]:
    """How many events no checkpoint covers, once the first of them was recorded so many days ago."""
    after = covered(ledger_state)
    end = ledger_state.log.position() if ledger_state.as_of is None else ledger_state.as_of
    for first in ledger_state.log.at(range(after + 1, min(after + 1, end) + 1)):
        since = local_day(ledger_state, site, first.on_clock)
        month = month_of(since)
        due_on = since + timedelta(days=ledger_state.policy_of(site, month).checkpoints.remind_days)
        if due_on <= today:
            count = str(end - after)
            yield Waiting(
                "unsigned", count, None, None, month, since.isoformat(), due_on.isoformat()
            )._asdict()


def _undercut(ledger_state: LedgerState, site: str) -> Iterator[Report]:
    """Notices that stand about somebody who had left by then, until they are withdrawn or corrected (domain §2)."""
    for employee in ledger_state.departments.left(ledger_state, site):
        state = ledger_state.employee(employee)
        for notice in state.standing_notices():
            if state.gone_by(notice.occurred_on):
                about = (notice.issued_by, employee, notice.month, notice.issued_on.isoformat())
                yield Waiting("undercut", notice.notice, *about)._asdict()


def _departments(context: LedgerContext, site: str, today: date) -> Iterator[Report]:
    """Departments with people to which nobody is head today, or with a head and nobody in them (domain §1).

    Those are meant to have a head in which one was ever appointed, or to which somebody was moved.
    It waits for whoever appoints.
    """
    who = first_holder(context, site, APPOINTING, today)
    for department, since in context.state.departments.headed(context.state, site).items():
        head = has_head(context, site, department, today)
        if head != has_people(context.state, site, department, today):
            about = (who, None, month_of(since), since.isoformat())
            yield Waiting("department", department, *about)._asdict()


def _in_rows(rows: Rows, site: str) -> Iterator[Report]:
    """What a projection's rows say of themselves."""
    for projection in PROJECTIONS:
        if projection.waits:
            for row in rows.waiting(projection, site):
                yield from (waiting._asdict() for waiting in projection.waiting(row))
