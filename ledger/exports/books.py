"""What finance did, as double entry: each act of a person's money moves it from one account to another (finance §16).

    close       what is owed rises, and income with it
    run         what the run takes is no longer owed, and handed to payroll
    return      what pay took is no longer handed over, and lessens the wages payable
    carry       what is open of a month is owed again
    write_off   what is open of a month is lost

Entries are in the order of their positions; none is dated before the one before it. What the ledger says of an account
afterwards is asserted, so that a changed amount is found by whatever program reads the books. Money in fen.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date

from ledger.events import Event
from ledger.events.employees import employee_stream
from ledger.events.months import MonthClosed, RunLine
from ledger.events.pay_returns import DifferenceSettled, PayReturned
from ledger.state.ledger_state import LedgerState
from ledger.terms import COMPONENTS, Component

Account = tuple[str, ...]
"""`("owed", E)`, `("handed", MONTH, E)`, `("own",)`, `("joint",)`, `("performance",)`, `("wages",)`, `("written_off",)`."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One act for one person: amounts by account, which sum to 0, and what accounts hold after it. `on`: as it was said."""

    day: date
    on: date
    what: str
    employee: str
    tags: tuple[tuple[str, str], ...]
    postings: tuple[tuple[Account, int], ...]
    balances: tuple[tuple[Account, int], ...] = ()


@dataclass(slots=True)
class _Month:
    """One person's month of a close: what the run took, run by run what pay took, and what was settled."""

    expected: int = 0
    taken: dict[str, int] = field(default_factory=dict)
    settled: int = 0

    def open(self) -> int:
        return self.expected - sum(self.taken.values()) - self.settled


def entries(ledger_state: LedgerState, until: str | None = None) -> list[Entry]:
    """All entries of a ledger, of the closes up to a month where one is given. Nothing of 0 is among them."""
    made = (entry for entry in _Books(ledger_state).entries(_acts(ledger_state, until)) if entry.postings)
    latest = date.min
    found = []
    for entry in made:
        latest = max(latest, entry.on)
        found.append(replace(entry, day=latest))
    return found


def _acts(ledger_state: LedgerState, until: str | None) -> list[tuple[int, Event]]:
    """The closes, returns and settlements, each with its position, in their order."""
    found: list[tuple[int, Event]] = []
    for site in ledger_state.site_ids():
        found += ledger_state.closes.placed(site)
    people = ledger_state.everybody()
    ledger_state.load(map(employee_stream, people))
    for employee in people:
        for recorded in ledger_state.stream(employee_stream(employee)):
            if isinstance(recorded.event, PayReturned | DifferenceSettled):
                found.append((recorded.position, recorded.event))
    wanted = (each for each in found if until is None or getattr(each[1], "month", "") <= until)
    return sorted(wanted, key=lambda each: each[0])


class _Books:
    def __init__(self, ledger_state: LedgerState) -> None:
        self._state = ledger_state
        self._months: defaultdict[tuple[str, str, str], _Month] = defaultdict(_Month)
        self._income: defaultdict[Component, int] = defaultdict(int)

    def entries(self, acts: Iterable[tuple[int, Event]]) -> Iterator[Entry]:
        for position, event in acts:
            match event:
                case MonthClosed():
                    yield from self._closed(position, event)
                case PayReturned():
                    yield self._returned(position, event)
                case DifferenceSettled():
                    yield self._settled(position, event)

    def _closed(self, position: int, close: MonthClosed) -> Iterator[Entry]:
        tags = (
            ("close", close.month),
            ("site", close.site),
            ("position", str(position)),
            ("digest", close.digest),
        )
        people = sorted({line.employee for line in close.lines})
        last = {line.component: line.employee for line in close.lines}
        for line in close.lines:
            self._income[line.component] += line.amount_fen
        for employee in people:
            lines = [line for line in close.lines if line.employee == employee]
            because = " ".join(map(str, sorted({at for line in lines for at in line.because})))
            obligations = " ".join(sorted({line.obligation_month for line in lines}))
            owed = sum(line.amount_fen for line in lines)
            yield Entry(
                day=close.on,
                on=close.on,
                what="close",
                employee=employee,
                tags=(*tags, ("obligation", obligations), ("because", because)),
                postings=_moved(
                    (("owed", employee), owed), *(((line.component,), -line.amount_fen) for line in lines)
                ),
                balances=tuple(
                    ((component,), -self._income[component])
                    for component in COMPONENTS
                    if last.get(component) == employee
                ),
            )
        for run in close.run:
            yield self._run(close, run, tags)

    def _run(self, close: MonthClosed, run: RunLine, tags: tuple[tuple[str, str], ...]) -> Entry:
        self._months[close.site, close.month, run.employee].expected = run.deducted_fen
        handed = self._handed(close.site, close.month, run.employee)
        return Entry(
            day=close.on,
            on=close.on,
            what="run",
            employee=run.employee,
            tags=tags,
            postings=_moved((handed, run.deducted_fen), (("owed", run.employee), -run.deducted_fen)),
            balances=((("owed", run.employee), run.carried_fen),),
        )

    def _returned(self, position: int, event: PayReturned) -> Entry:
        month = self._months[event.site, event.month, event.employee]
        before = month.taken.get(event.run, 0)
        month.taken[event.run] = event.amount_fen or 0
        moved = month.taken[event.run] - before
        handed = self._handed(event.site, event.month, event.employee)
        return Entry(
            day=event.on,
            on=event.on,
            what="return",
            employee=event.employee,
            tags=(("return", event.month), ("run", event.run), ("position", str(position))),
            postings=_moved((("wages",), moved), (handed, -moved)),
            balances=((handed, month.open()),),
        )

    def _settled(self, position: int, event: DifferenceSettled) -> Entry:
        month = self._months[event.site, event.month, event.employee]
        month.settled += event.amount_fen
        handed = self._handed(event.site, event.month, event.employee)
        into: Account = ("owed", event.employee) if event.how == "carry" else ("written_off",)
        return Entry(
            day=event.on,
            on=event.on,
            what=event.how,
            employee=event.employee,
            tags=(("settlement", event.month), ("position", str(position))),
            postings=_moved((into, event.amount_fen), (handed, -event.amount_fen)),
            balances=((handed, month.open()),),
        )

    def _handed(self, site: str, month: str, employee: str) -> Account:
        """A month that another site closed has an account of its own."""
        home = self._state.employee(employee).site_in(month)
        return ("handed", month if site == home else f"{month}-{site}", employee)


def _moved(*postings: tuple[Account, int]) -> tuple[tuple[Account, int], ...]:
    return tuple((account, fen) for account, fen in postings if fen)
