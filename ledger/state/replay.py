"""Whether a version that begins before its adoption would make anybody's months worse (從舊兼從輕; domain §8)."""

from collections.abc import Iterable, Iterator
from typing import Final

from ledger.aggregates.context import Worsened
from ledger.events import employee_stream
from ledger.policy.book import Adopted, PolicyBook
from ledger.reckoning.reckon import Cell, reckon
from ledger.state.hand_off import enforceable, joint_owed, takes
from ledger.state.ledger_state import LedgerState
from ledger.terms import first_day, last_day

_BANDS: Final = ("none", "surcharge", "administrative", "dismissal")
_Months = dict[tuple[str, str], Cell]


def worsened(ledger_state: LedgerState, entry: Adopted, since: str, through: str) -> Worsened | None:
    """The first figure that gets worse for somebody in the months from `since` to `through`; None where none does.

    Deduction (own and borne for others, as owed), performance amount, band, posting: each is looked at by itself.
    """
    book = ledger_state.policy_book().with_version(entry)
    sites = ledger_state.site_ids() if entry.site is None else [entry.site]
    before, after = _months(ledger_state, book, sites, since, through)
    for (employee, month), now in sorted(after.items()):
        then = before[employee, month]
        figures = (
            ("performance", then.performance, now.performance),
            ("band", _BANDS.index(then.band), _BANDS.index(now.band)),
            ("public", then.public, now.public),
        )
        for figure, old, new in figures:
            if new > old:
                return Worsened(employee, month, figure)
    for employee, month in sorted(_concerned(before, after)):
        old = _own(ledger_state, before.get((employee, month)), employee, month)
        old += joint_owed(ledger_state, employee, month)
        new = _owed_after(ledger_state, book, before, after, employee, month)
        if new > old:
            return Worsened(employee, month, "deduction")
    return None


def _months(
    ledger_state: LedgerState, book: PolicyBook, sites: Iterable[str], since: str, through: str
) -> tuple[_Months, _Months]:
    """Everybody's months with anything recorded, as they are and as the book would have them."""
    before: _Months = {}
    after: _Months = {}
    for site in sites:
        employees = ledger_state.employee_ids(site)
        ledger_state.load(map(employee_stream, employees))
        for employee in employees:
            facts = ledger_state.facts(employee)
            for month in facts.touched:
                if since <= month <= through:
                    policy = book.on(site, first_day(month))
                    departures = ledger_state.departures(facts)
                    before[employee, month] = ledger_state.cell(employee, month)
                    after[employee, month] = reckon(facts, month, policy, departures, last_day(month))
    return before, after


def _concerned(before: _Months, after: _Months) -> Iterator[tuple[str, str]]:
    """Whose deduction may move: the employees, and the supervisors of their shares."""
    shares = [share for cells in (before, after) for cell in cells.values() for share in cell.shares]
    yield from {
        *before,
        *((share.supervisor, share.month) for share in shares if share.supervisor is not None),
    }


def _own(ledger_state: LedgerState, cell: Cell | None, employee: str, month: str) -> int:
    cell = ledger_state.cell(employee, month) if cell is None else cell
    return cell.own if takes(ledger_state, employee, month) else 0


def _owed_after(
    ledger_state: LedgerState,
    book: PolicyBook,
    before: _Months,
    after: _Months,
    employee: str,
    month: str,
) -> int:
    """What somebody would owe for a month, in fen, own and joint, were the book in force."""

    def taken(person: str) -> bool:
        return book.on(ledger_state.facts(person).site, first_day(month)).money == "deduction"

    if not taken(employee):
        return 0
    own = after.get((employee, month)) or ledger_state.cell(employee, month)
    shares = [s for s in ledger_state.borne(employee, month) if (s.employee, month) not in before]
    shares += [
        s for (_, m), cell in after.items() if m == month for s in cell.shares if s.supervisor == employee
    ]
    return own.own + enforceable(share for share in shares if taken(share.employee))
