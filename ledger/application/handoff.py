"""What a close of a month would submit to finance: owed now against submitted before (domain §7)."""

from collections.abc import Iterable

from ledger.aggregates.register import Handoff, Unsettled
from ledger.application.memory import Memory
from ledger.events import employee_stream
from ledger.reckoning import payroll
from ledger.reckoning.entries import Share, positions
from ledger.reckoning.facts import EmployeeFacts, fold_all
from ledger.reckoning.reckon import Cell
from ledger.terms import Component


def handoff(memory: Memory, site: str, month: str, only: Iterable[str] | None = None) -> Handoff:
    """The lines and the run of a close, reckoned from memory as it stands; of some employees where `only` is given."""
    closes = memory.closes(site)
    last = memory.last_close(site)
    employees = memory.employee_ids(site) if only is None else sorted(set(only))
    memory.load(map(employee_stream, employees))
    memory.reading.load_supervised(employees)
    owed: payroll.Owed = {}
    submitted_at: dict[tuple[str, str], int] = {}
    for employee in employees:
        for obligation, since in _to_reckon(memory, employee, month, last):
            key = (employee, obligation)
            submitted_at[key] = since
            cell = memory.cell(*key)
            owed[*key, "own"] = cell.own
            owed[*key, "performance"] = cell.performance
            owed[*key, "joint"] = enforceable(memory.borne(*key))

    def because(employee: str, obligation: str, component: Component) -> tuple[int, ...]:
        return _because(memory, employee, obligation, component, submitted_at[employee, obligation])

    lines = payroll.lines(owed, payroll.submitted(c.lines for c in closes), month, because)
    run_before = closes[-1].run if closes else ()
    asked = set(employees)
    carried = {line.employee: line.carried_fen for line in run_before if line.employee in asked}
    wages = {e: wage for e in employees if (wage := memory.facts(e).wages.get(month)) is not None}
    run = payroll.run(lines, carried, wages, memory.policy_of(site, month))
    return Handoff(
        lines=lines,
        run=run,
        total_fen=sum(line.amount_fen for line in lines),
        digest=payroll.digest(site, month, lines, run),
    )


def unsettled(memory: Memory, employee: str) -> Unsettled:
    """What is still open of an employee's money: months, figures that moved since the last close, a carry."""
    facts = memory.facts(employee)
    found = {(facts.site, month) for month in facts.touched if not _is_closed(memory, facts.site, month)}
    for below in _below(memory, employee):
        for month in below.touched:
            sites = [s for s in {facts.site, below.site} if not _is_closed(memory, s, month)]
            if sites and any(
                s.status != "lapsed" for s in _falling_on(employee, memory.cell(below.employee, month))
            ):
                found.update((site, month) for site in sites)
    last = memory.last_close(facts.site)
    if last is None:
        return Unsettled(tuple(sorted(found)), (), 0)
    lines = handoff(memory, facts.site, last[0], [employee]).lines
    run = memory.closes(facts.site)[-1].run
    return Unsettled(
        months=tuple(sorted(found)),
        owing=tuple(sorted({line.obligation_month for line in lines})),
        carried_fen=sum(line.carried_fen for line in run if line.employee == employee),
    )


def _is_closed(memory: Memory, site: str, month: str) -> bool:
    last = memory.last_close(site)
    return last is not None and month <= last[0]


def enforceable(shares: Iterable[Share]) -> int:
    """The sum of the enforceable shares, in fen."""
    return sum(share.share_fen for share in shares if share.status == "enforceable")


def _below(memory: Memory, employee: str) -> list[EmployeeFacts]:
    """The facts of everybody for whom somebody may ever have borne a share."""
    names = sorted(memory.supervised_by(employee))
    if not names:
        return []
    memory.load(map(employee_stream, names))
    return [memory.facts(name) for name in names]


def _to_reckon(
    memory: Memory, employee: str, month: str, last: tuple[str, int] | None
) -> list[tuple[str, int]]:
    """Months up to this one that may owe something new: not closed before, or touched since the last close.

    Each with the position of the last close where that submitted the month already, else 0.
    """
    closed, since = last if last is not None else ("", 0)
    touched = dict(memory.facts(employee).touched)
    below = _below(memory, employee)
    for facts in below:
        for obligation, position in facts.touched.items():
            if position > touched.get(obligation, 0):
                touched[obligation] = position
    moved = any(_line_moves(memory, employee, facts, since) for facts in below)
    open_now = [
        obligation
        for obligation, position in touched.items()
        if obligation <= month and (obligation > closed or position > since or moved)
    ]
    return [(obligation, since if obligation <= closed else 0) for obligation in sorted(open_now)]


def _line_moves(memory: Memory, supervisor: str, facts: EmployeeFacts, since: int) -> tuple[int, ...]:
    """The positions since the last close that may move a share between people, or its amount, in any month.

    A subordinate's site may still have a month open that the supervisor's site has closed: there the line may
    change, the supervisor may leave, and a policy may be adopted.
    """
    found = [change.position for change in facts.supervisors.changes if change.position > since]
    left = memory.facts(supervisor).departed
    if left is not None and left.position > since:
        found.append(left.position)
    versions = memory.policy_book().versions(facts.site)
    found += [entry.position for entry in versions if entry.position > since]
    return tuple(sorted(found))


def _because(memory: Memory, employee: str, month: str, component: Component, since: int) -> tuple[int, ...]:
    """The positions since the last close that made a line; for a share those of the subordinates it comes from."""
    if component == "own":
        return memory.facts(employee).touches(month, "service_quality", since)
    if component == "performance":
        return memory.facts(employee).touches(month, "performance", since)
    below = _below(memory, employee)
    found = positions(_behind_shares(memory, facts, month, employee, since) for facts in below)
    return found or positions(_line_moves(memory, employee, facts, since) for facts in below)


def _behind_shares(
    memory: Memory, facts: EmployeeFacts, month: str, supervisor: str, since: int
) -> tuple[int, ...]:
    """The positions since the last close on notices whose shares fall on somebody or did, and on those of their clause."""
    now, then = facts, _facts_at(memory, facts.employee, since)
    shares = [
        _falling_on(supervisor, memory.cell(now.employee, month)) if month in now.touched else [],
        _falling_on(supervisor, memory.reckoned(then, month)) if month in then.touched else [],
    ]
    if shares[0] == shares[1]:
        return ()
    clauses = {
        one.notices[share.notice].clause
        for one, found in zip((now, then), shares, strict=True)
        for share in found
    }
    touching = positions(
        (position for position in notice.positions if position > since)
        for notice in now.notices.values()
        if notice.month == month and notice.clause in clauses
    )
    return touching or _line_moves(memory, supervisor, facts, since)


def _facts_at(memory: Memory, employee: str, position: int) -> EmployeeFacts:
    events = memory.stream(employee_stream(employee))
    return fold_all(EmployeeFacts(), [(r.event, r.position) for r in events if r.position <= position])


def _falling_on(supervisor: str, cell: Cell) -> list[Share]:
    return [share for share in cell.shares if share.supervisor == supervisor]
