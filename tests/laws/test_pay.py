"""No fen is lost or doubled between the close and pay (finance §13), whatever is returned, corrected or closed later.

For everybody: Σ lines = Σ taken + Σ written off + Σ carried but in no run yet + Σ open + the last carry.
"""

import tempfile
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from ledger.aggregates.employee.pay_returns import open_of, returns_of, settlements_of
from ledger.application.ledger import Ledger
from ledger.application.reading.look import Look
from ledger.errors import LedgerError
from ledger.events.months import MonthClosed
from ledger.exports import books
from ledger.exports.handoff import PersonalRuns
from ledger.formats import format_money, parse_money
from ledger.reckoning.allotment import Allotment, allotments
from ledger.state.ledger_state import LedgerState
from tests.laws.test_laws import EXAMPLES
from tests.support import office
from tests.support.story import open_ledger

MONTHS = ("2026-06", "2026-07", "2026-08", "2026-09")
NOW = datetime(2026, 12, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Step:
    """One thing somebody tries; what is refused changes nothing."""

    what: str
    whose: int
    month: int
    number: int
    odd: bool


def steps(*whats: str, most: int) -> st.SearchStrategy[list[Step]]:
    step = st.builds(
        Step,
        what=st.sampled_from(whats),
        whose=st.integers(0, 59),
        month=st.integers(0, 3),
        number=st.integers(0, 9),
        odd=st.booleans(),
    )
    return st.lists(step, min_size=1, max_size=most)


CLOSE = Step("close", 0, 0, 0, False)
months = st.tuples(
    steps("notice", "notice", "notice", "wage", "blame", "withdraw", "reward", "move", most=8),
    st.just([CLOSE]),
    steps("return", "return", "return", "settle", "settle", "withdraw", "blame", "leave", most=10),
)
"""A month: what happens in it, its close, and what pay took of it and of those before."""
stories = st.lists(months, min_size=1, max_size=4).map(
    lambda told: [step for month in told for part in month for step in part]
)


lines_up = st.lists(st.integers(0, 5), min_size=2, max_size=6)
"""Above whom somebody stands: of each person the number of one before them, the first below a supervisor of the office."""


def organisation(above: list[int]) -> office.Commands:
    """The people of a random organisation below L01, each below somebody registered before."""
    made = []
    for number, upper in enumerate(above):
        supervisor = "L01" if number == 0 else f"P{upper % number}"
        made.append(office.register_employee(f"P{number}", supervisor=supervisor))
    return made


@dataclass
class Story:
    """What was told so far: the notices there are, how many months are closed, and how many steps there were."""

    people: tuple[str, ...]
    notices: list[str] = field(default_factory=list)
    closed: int = 0
    count: int = 0

    def command(self, step: Step, look: Look) -> dict[str, Any]:
        """A step as a command; acts upon what there is, wherever there is any."""
        self.count += 1
        person = self.people[step.whose % len(self.people)]
        open_month = MONTHS[min(self.closed, 3)]
        match step.what:
            case "notice":
                return self._notice(step, person, MONTHS[max(self.closed - (step.month == 0), 0) % 4])
            case "close":
                return office.close_month(open_month, "2026-11-02")
            case "wage":
                return office.record_wage(person, "100.00", "60.00") | {"month": open_month}
            case "reward":
                return office.grant_reward(
                    f"R{self.count}", person, 1 + step.number % 3, occurred_on=f"{open_month}-16"
                )
            case "withdraw":
                return office.withdraw_notice(self._one_of_the_notices(step), "2026-11-03")
            case "blame":
                return office.find_responsibility(self._one_of_the_notices(step), "2026-11-03")
            case "move":
                upper = self.people[step.number % len(self.people)]
                return office.reassign_employee(person, f"{open_month}-15", supervisor=upper)
            case "leave":
                return office.record_departure(person, f"2026-{10 if step.odd else 11}-04")
        month = MONTHS[step.month % max(self.closed, 1)]
        about = {"site": office.SITE, "month": month, "key": str(self.count)}
        if step.what == "settle":
            how = "write_off" if step.number > 5 else "carry"
            fields = {"employee": person, "how": how, "reason": "對賬", "by": "M01", "on": "2026-11-20"}
            return {"do": "settle_difference", **about, **fields}
        said = {"correction": "更正"} if step.odd else {}
        fields = {"by": "F01", "on": "2026-11-10", "run": f"r{step.number % 2}"}
        taken = self._taken(step, person, month, look)
        return {"do": "record_payroll", **about, **fields, "deducted": {person: taken}, **said}

    def _notice(self, step: Step, person: str, month: str) -> dict[str, Any]:
        self.notices.append(f"N{self.count}")
        at = f"{month}-10T09:{self.count % 60:02}:00+08:00"
        return office.issue_notice(
            self.notices[-1], person, 1 + step.number, occurred_at=at, issued_on=f"{month}-10"
        )

    def _one_of_the_notices(self, step: Step) -> str:
        return self.notices[(step.number + step.month) % len(self.notices)] if self.notices else "N0"

    def _taken(self, step: Step, person: str, month: str, look: Look) -> str | None:
        """What was to be taken, or a little more or less; or an entry taken back."""
        if step.number == 9:
            return None
        if not self.closed:
            return "1.00"
        rows = {row["employee"]: row["expected"] for row in look.reconciliation(month)["rows"]}
        fen = parse_money(rows.get(person) or "0.00") + (0, 0, 0, -1, -503, 137, -2000, 40, 1)[step.number]
        return format_money(fen)


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("pay") / "office.db"
    with open_ledger(made, NOW) as ledger:
        ledger.record.apply(
            office.lines(
                [*office.office(), office.register_employee("F01"), office.appoint("finance", "F01")]
            )
        )
    return made


@settings(max_examples=EXAMPLES // 2, deadline=None)
@given(above=lines_up, told=stories)
def test_no_fen_is_lost_or_doubled(above: list[int], told: list[Step], file: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "pay.db"
        office.copy_ledger(file, copy)
        with open_ledger(copy, NOW) as ledger:
            ledger.record.apply(office.lines(organisation(above)))
            story = Story(("L01", *(f"P{number}" for number in range(len(above)))))
            for step in told:
                with ledger.look() as look:
                    command = story.command(step, look)
                try:
                    ledger.record.apply(office.lines([command]))
                except LedgerError as refused:
                    event(f"refused: {step.what} {refused.code}")
                    continue
                event(f"done: {command.get('how', step.what)}")
                story.closed += step.what == "close"
                check(ledger, story.people)
            verified = ledger.proofs.verify(deep=True, sheets=True)
            assert verified.faults == []


def check(ledger: Ledger, people: tuple[str, ...]) -> None:
    with ledger.look() as look, ledger.look(ledger.position()) as drawn:
        closes = look.state.closes.of(office.SITE)
        check_books(look.state)
        for person in people:
            check_person(look.state, closes, person)
        for close in closes:
            found = look.reconciliation(close.month)
            assert found == drawn.reconciliation(close.month)
            for row in found["rows"]:
                check_explained(look.pay(row["employee"], close.month, "zh-Hant"), row)


def check_books(state: LedgerState) -> None:
    """Every entry sums to nothing, and what is said of an account after it is what its postings come to."""
    held: Counter[tuple[str, ...]] = Counter()
    latest = date.min
    for entry in books.entries(state):
        assert sum(fen for _, fen in entry.postings) == 0
        assert latest <= entry.day >= entry.on
        latest = entry.day
        for account, fen in entry.postings:
            held[account] += fen
        if entry.what != "close":
            assert all(held[account] == fen for account, fen in entry.balances), entry


def check_person(state: LedgerState, closes: list[MonthClosed], person: str) -> None:
    employee = state.employee(person)
    lines = sum(line.amount_fen for close in closes for line in close.lines if line.employee == person)
    taken = opened = written = 0
    for close in closes:
        taken += sum(each.amount_fen or 0 for each in returns_of(employee, office.SITE, close.month))
        opened += open_of(employee, close)
        settled = settlements_of(employee, office.SITE, close.month)
        written += sum(each.amount_fen for each in settled if each.how == "write_off")
    last = state.closes.last(office.SITE)
    since = 0 if last is None else last[1]
    waiting = sum(s.amount_fen for s in employee.settlements if s.how == "carry" and s.position > since)
    carry = sum(line.carried_fen for line in closes[-1].run if line.employee == person) if closes else 0
    assert lines == taken + written + waiting + opened + carry
    check_allotment(state, closes, person)


def check_allotment(state: LedgerState, closes: list[MonthClosed], person: str) -> None:
    """Σ allotted = deducted and Σ rest = carried, run by run; nothing negative is left open."""
    runs = PersonalRuns(state).of(person, state.closes.placed(office.SITE)[-1][0]) if closes else []
    found = {allotment.month: allotment for allotment in allotments(runs)}
    for close in closes:
        of_run = [line for line in close.run if line.employee == person]
        allotment = found.get(close.month, Allotment(close.month, (), ()))
        assert sum(item.amount_fen for item in allotment.taken) == sum(line.deducted_fen for line in of_run)
        assert allotment.carried_fen == sum(line.carried_fen for line in of_run)
        assert all(item.amount_fen > 0 for item in allotment.rest)


def check_explained(pay: dict[str, Any], row: dict[str, Any]) -> None:
    handed = ("line", "carried_before", "difference_carried", "wage_guard")
    sums = dict.fromkeys((*handed, "returned", "settled"), 0)
    for entry in pay["entries"]:
        sums[entry["what"]] += parse_money(entry["amount"])
        assert entry["rests_on"], entry
    expected = sum(sums[kind] for kind in handed)
    assert expected == parse_money(pay["expected"] or "0.00") == parse_money(row["expected"] or "0.00")
    assert (
        expected + sums["returned"] + sums["settled"] == parse_money(pay["open"]) == parse_money(row["open"])
    )
