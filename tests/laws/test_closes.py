"""What a close hands to pay: all that is owed by whoever it is for, nothing twice, wherever they were before (domain §7).

Somebody who moves is handed over by one site after the other, whose closes may lag behind each other by months.
"""

import copy
from collections import Counter
from collections.abc import Collection
from pathlib import Path
from typing import Any

from hypothesis import event, given
from hypothesis import strategies as st

from ledger.application.ledger import Ledger
from ledger.events.months import MonthClosed
from ledger.policy.loading import house_rules
from ledger.projections.tables import monthly
from ledger.reports.source import StateRows
from ledger.state.ledger_state import LedgerState
from ledger.store.log import Log
from ledger.terms import next_month
from tests.laws.test_laws import law, ledger_of
from tests.support import office
from tests.support.generator import MONTHS, SITES, Teller, moves, tell

Owed = dict[tuple[str, str, str], int]
"""(employee, obligation month, component) → fen, never 0."""

TODAY = "2026-12-10"
"""When everything is told; each month is over."""
PEOPLE = ("E001", "E001", "L01")
"""Who moves to and fro; L01 bears shares of E001's notices."""
Step = tuple[str, int, int]
"""What to try, and two numbers that choose whose, or what."""


def some(least: int, most: int, *kinds: str) -> st.SearchStrategy[list[Step]]:
    """Steps of some kinds."""
    step = st.tuples(st.sampled_from(kinds), st.integers(0, 59), st.integers(0, 59))
    return st.lists(step, min_size=least, max_size=most)


a_month = st.tuples(
    some(1, 3, "notice", "notice", "find", "wage"),
    some(0, 2, "close"),
    some(1, 2, "move"),
    some(0, 2, "close"),
    some(1, 3, "withdraw", "find", "adopt", "notice"),
)
"""Something is owed, sites close or lag behind, somebody moves, and what is owed of earlier months changes."""
months = st.lists(a_month, min_size=3, max_size=5)


class Moving(Teller):
    """Tells of people who move between two sites that close when they like."""

    def tell(self, told: list[tuple[list[Step], ...]]) -> list[dict[str, Any]]:
        """The commands of these months that are accepted; in the end both sites close what is over."""
        for number, parts in enumerate(told, 1):
            for kind, whose, which in (step for part in parts for step in part):
                getattr(self, f"_{kind}_in")(PEOPLE[whose % len(PEOPLE)], number, which)
        for which in range(2 * len(told)):
            self._close_in("", 0, which)
        return self.told

    def _notice_in(self, who: str, number: int, which: int) -> None:
        name, day = self.new_id("N"), f"{MONTHS[max(number - which % 3, 0)]}-{1 + which % 28:02}"
        at = {
            "occurred_at": f"{day}T09:00:00+08:00",
            "issued_on": day,
            "clause": ("FD-01", "PF-A")[which % 2],
        }
        for issuer in ("I01", "XI"):
            command = office.issue_notice(name, who, 1 + which % 12, issued_by=issuer, **at)
            if name not in self.notices and self.say(command):
                self.notices[name] = command

    def _withdraw_in(self, who: str, number: int, which: int) -> None:
        if (notice := self.some_notice(which)) is not None:
            self.say(office.withdraw_notice(notice, TODAY, by=self.notices[notice]["issued_by"]))

    def _find_in(self, who: str, number: int, which: int) -> None:
        if (notice := self.some_notice(which)) is not None:
            by = {"I01": "D01", "XI": "XD"}[self.notices[notice]["issued_by"]]
            self.say(office.find_responsibility(notice, TODAY, by=by, supervisor="L01"))

    def _wage_in(self, who: str, number: int, which: int) -> None:
        self.say(office.record_wage(who, ("100.00", "3000.00")[which % 2], "0.00", month=MONTHS[number]))

    def _move_in(self, who: str, number: int, which: int) -> None:
        site, department = ((SITES[0], "order"), (SITES[1], "roads"))[which % 2]
        start = f"{MONTHS[min(number + which % 3, len(MONTHS) - 1)]}-01"
        self.say(office.reassign_employee(who, start, site=site, department=department))

    def _adopt_in(self, who: str, number: int, which: int) -> None:
        month = MONTHS[max(number - which % 3, 0)]
        document = copy.deepcopy(house_rules())
        document |= {"version": self.new_id("P"), "effective_from": f"{month}-01"}
        document["schemes"]["service_quality"]["point_value"] = ("4.00", "3.00", "2.00")[which % 3]
        self.say({"do": "adopt_policy", "policy": document, "site": SITES[which % 2], "on": TODAY})

    def _close_in(self, who: str, number: int, which: int) -> None:
        site, by = ((SITES[0], "O01"), (SITES[1], "XD"))[which % 2]
        last = self.state.closes.last(site)
        month = "2026-06" if last is None else next_month(last[0])
        self.say(office.close_month(month, TODAY, site=site, by=by))


def story(log: Log, told: Any) -> list[dict[str, Any]]:
    """The commands of moves, or of months in which people move."""
    return tell(log, told) if isinstance(told[0][0], str) else Moving(log).tell(told)


@given(moves() | months)
@law
def test_a_close_leaves_submitted_what_is_owed_by_whoever_it_is_for(
    office_file: Path, base: Ledger, told: Any
) -> None:
    submitted: Counter[tuple[str, str, str]] = Counter()
    with ledger_of(office_file, story(base.log, told)) as ledger:
        for position, close in closes(ledger):
            then = LedgerState(ledger.log, position)
            people = then.employees_in(close.site, close.month)
            event(f"somebody came from elsewhere: {not then.site(close.site).transferred.isdisjoint(people)}")
            for line in close.lines:
                submitted[line.employee, line.obligation_month, line.component] += line.amount_fen
            told_of = {key: fen for key, fen in submitted.items() if fen and is_of(people, close.month, key)}
            assert told_of == owed(then, people, close.month)


@given(moves() | months)
@law
def test_what_a_pay_run_carries_is_due_in_the_next_of_the_same_person(
    office_file: Path, base: Ledger, told: Any
) -> None:
    carried: dict[str, int] = {}
    with ledger_of(office_file, story(base.log, told)) as ledger:
        for position, close in closes(ledger):
            people = LedgerState(ledger.log, position).employees_in(close.site, close.month)
            due = Counter({who: carried[who] for who in people if carried.get(who)})
            for line in close.lines:
                due[line.employee] += line.amount_fen
            assert {line.employee: line.due_fen for line in close.run} == dict(due)
            assert all(line.due_fen == line.deducted_fen + line.carried_fen for line in close.run)
            assert all(line.carried_fen >= 0 for line in close.run)
            carried |= {line.employee: line.carried_fen for line in close.run}


def closes(ledger: Ledger) -> list[tuple[int, MonthClosed]]:
    """The closes of all sites with their positions, in the order they were recorded."""
    state = LedgerState(ledger.log)
    return sorted((each for site in SITES for each in state.closes.placed(site)), key=lambda each: each[0])


def is_of(people: Collection[str], month: str, key: tuple[str, str, str]) -> bool:
    """Whether something is owed by one of these people for months up to one."""
    return key[0] in people and key[1] <= month


def owed(state: LedgerState, people: Collection[str], month: str) -> Owed:
    """What the monthly summaries of all sites say these people owe, for all months up to one."""
    rows, found = StateRows(state), Owed()
    for site in SITES:
        for obligation in (known for known in MONTHS if known <= month):
            for row in rows.of(monthly.PROJECTION, site, obligation):
                own = row["base_fine"] + row["surcharge"] - row["shifted"] - row["no_worse"]
                found[row["employee"], obligation, "own"] = own
                found[row["employee"], obligation, "joint"] = row["joint_liability"]
                found[row["employee"], obligation, "performance"] = row["performance"]
    return {key: fen for key, fen in found.items() if fen and is_of(people, month, key)}
