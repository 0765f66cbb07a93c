"""Synthetic ledgers of any size: sites of a hundred employees, a busy year each, every command really decided.

The same size gives the same commands. A site has about 2,000 events; its people and notices carry its number.
For hundreds of thousands of events see `stamping`, which decides one site and writes the others after it.
"""

import json
import random
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from ledger.application.ledger import Ledger

Command = dict[str, Any]

EMPLOYEES: Final = 100
MONTHS: Final = tuple(f"2025-{month:02}" for month in range(1, 13))
NOW: Final = datetime(2026, 1, 20, 1, 0, tzinfo=UTC)
DEPARTMENTS: Final = ("front-desk", "order", "repairs", "cleaning")
LINES_A_DEPARTMENT: Final = 2
NOTICES_A_MONTH: Final = 84
CLAUSES: Final = ("FD-01", "FD-02", "FD-05", "PR-01", "HV-02", "CP-01", "CP-03", "RD-02", "PF-A", "PF-D")
OPEN_APPEAL: Final = "open"
"""The number of the appeal of every site that is left pending, against a notice of the last month."""


def label_of(number: int) -> str:
    """What all ids of a site carry."""
    return f"{number:03}"


def site_of(label: str) -> str:
    """A site's id."""
    return f"site{label}"


def open_ledger(url: str) -> Ledger:
    """A ledger with the clock and the hand of the synthetic world."""
    return Ledger(url, now=lambda: NOW, operator=lambda: "synthetic")


def fill(ledger: Ledger, events: int) -> int:
    """Records whole sites until the ledger holds so many events; returns how many it holds."""
    position = number = 0
    while position < events:
        position = ledger.record.apply(lines(number)).position
        number += 1
    return position


def months_before(count: int) -> tuple[str, ...]:
    """So many months, the last one of them the last of `MONTHS`."""
    year, month = map(int, MONTHS[-1].split("-"))
    numbers = range(year * 12 + month - count, year * 12 + month)
    return tuple(f"{number // 12}-{number % 12 + 1:02}" for number in numbers)


def notices_a_month(people: int) -> int:
    """How many notices a month a site of so many people has."""
    return people * NOTICES_A_MONTH // EMPLOYEES


def commands(
    number: int,
    label: str | None = None,
    *,
    months: Sequence[str] = MONTHS,
    rectified: bool = False,
    people: int = EMPLOYEES,
) -> Iterator[Command]:
    """A site's year: its people, then month after month notices and what becomes of them, each month closed.

    The number says what happens, the label (default: the number) what the ids are called. `rectified`: what stands is
    put right the next day, so that nothing old waits, and a month goes the same way however many were before it.
    """
    chance = random.Random(number)
    office = _Office(label_of(number) if label is None else label, months, people)
    yield from office.founded()
    for month in months:
        if rectified:
            chance = random.Random(f"{number} {month}")
        for command in _month(office, month, chance):
            yield command
            if rectified and command["do"] == "acknowledge_notice":
                yield _rectified(office, command)
        if month != months[-1]:
            yield {
                "do": "close_month",
                "site": office.site,
                "month": month,
                "by": office.id("O1"),
                "on": str(_first_of_next(month) + timedelta(days=3)),
            }


def lines(number: int, *asked: Any, **more: Any) -> list[bytes]:
    """The same as lines of a command file."""
    return [json.dumps(command).encode() for command in commands(number, *asked, **more)]


def founding(label: str) -> list[bytes]:
    """The site and its people alone, in which nothing has happened yet."""
    return [json.dumps(command).encode() for command in _Office(label).founded()]


def notices(label: str, first: int, count: int) -> list[Command]:
    """Notices of the last month, which is still open, for the people of a site; numbered on from `first`."""
    office = _Office(label)
    found = []
    for number in range(first, first + count):
        day = date.fromisoformat(f"{MONTHS[-1]}-{1 + number % 28:02}")
        found.append(
            {
                "do": "issue_notice",
                "notice": office.id(f"X{number}"),
                "employee": office.id(office.staff[number % len(office.staff)]),
                "clause": CLAUSES[number % 3],
                "points": 1,
                "occurred_at": f"{day}T19:{number // 60 % 60:02}:{number % 60:02}+08:00",
                "narrative": "synthetic: what happened is told in a sentence or two of about this length",
                "issued_by": office.id("I1"),
                "issued_on": str(day),
                "distinct_because": "synthetic",
            }
        )
    return found


class _Office:
    """The people of one site."""

    def __init__(self, label: str, months: Sequence[str] = MONTHS, people: int = EMPLOYEES) -> None:
        self.site = site_of(label)
        self.notices = notices_a_month(people)
        self.months = months
        self._start = f"{months[0]}-01"
        self._prefix = label
        self.lines = [f"L{n}" for n in range(len(DEPARTMENTS) * LINES_A_DEPARTMENT)]
        above = 7 + len(DEPARTMENTS) + len(self.lines)
        self.staff = [f"E{n}" for n in range(people - above)]

    def id(self, name: str) -> str:
        """The id of one of its people or things."""
        return f"{self._prefix}.{name}"

    def department(self, name: str) -> str:
        """The department of somebody in a line."""
        return DEPARTMENTS[int(name[1:]) % len(DEPARTMENTS)]

    def founded(self) -> Iterator[Command]:
        """The site, its people and their offices."""
        yield {"do": "register_site", "site": self.site, "name": self.site}
        yield from self._person("C1", "office", None, "company")
        yield from self._person("M1", "office", "C1", "manager")
        yield from self._person("D1", "office", "M1", "director")
        for name, held in (("I1", "inspector"), ("I2", "inspector"), ("Q1", "quality"), ("O1", "office")):
            yield from self._person(name, "office", "D1", held)
        for number, department in enumerate(DEPARTMENTS):
            yield from self._person(f"H{number}", department, "D1", "department_head")
        for name in self.lines:
            yield from self._person(
                name, self.department(name), f"H{DEPARTMENTS.index(self.department(name))}"
            )
        for name in self.staff:
            yield from self._person(name, self.department(name), self.lines[int(name[1:]) % len(self.lines)])

    def _person(
        self, name: str, department: str, above: str | None, held: str | None = None
    ) -> Iterator[Command]:
        yield {
            "do": "register_employee",
            "employee": self.id(name),
            "name": f"員工{self.id(name)}",
            "site": self.site,
            "department": department,
            "from": self._start,
            "supervisor": None if above is None else self.id(above),
        }
        if held is not None:
            place = {"department": department} if held == "department_head" else {}
            yield {
                "do": "appoint",
                "site": self.site,
                "office": held,
                "employee": self.id(name),
                "from": self._start,
                **place,
            }


def _month(office: _Office, month: str, chance: random.Random) -> Iterator[Command]:
    """The notices of a month and what becomes of them, one after another."""
    for number in range(office.notices):
        day = date.fromisoformat(f"{month}-01") + timedelta(days=chance.randrange(20))
        name = office.id(f"N{month}.{number}")
        employee, clause = chance.choice(office.staff), chance.choice(CLAUSES)
        yield {
            "do": "issue_notice",
            "notice": name,
            "employee": office.id(employee),
            "clause": clause,
            "points": chance.choice((1, 1, 1, 2, 2, 3, 5)),
            "occurred_at": f"{day}T{chance.randrange(8, 18):02}:{chance.randrange(60):02}:{number % 60:02}+08:00",
            "narrative": "synthetic: what happened is told in a sentence or two of about this length",
            "issued_by": office.id(chance.choice(("I1", "I2", "Q1"))),
            "issued_on": str(day),
            "distinct_because": "synthetic",
        }
        last = month == office.months[-1] and number == office.notices - 1
        fate = 0.0 if last else chance.random()
        joint = not clause.startswith("PF")
        yield from _fate(office, name, office.id(employee), day, fate, joint)
    if month == office.months[-1]:
        yield _appeal(office, OPEN_APPEAL, name, office.id(employee), day)


def _fate(
    office: _Office, notice: str, employee: str, day: date, fate: float, joint: bool
) -> Iterator[Command]:
    """Most are acknowledged; some are found joint, withdrawn, or appealed against and decided."""
    if fate < 0.70:
        yield {"do": "acknowledge_notice", "notice": notice, "on": str(day), "how": "signed"}
    elif fate < 0.78:
        if joint:
            found = {"finding": "synthetic", "by": office.id("D1"), "on": str(day)}
            yield {"do": "find_responsibility", "notice": notice, **found}
    elif fate < 0.84:
        reason = {"reason": "synthetic", "by": office.id("D1"), "on": str(day)}
        yield {"do": "withdraw_notice", "notice": notice, **reason}
    elif fate < 0.98:
        appeal = notice.rpartition("N")[2]
        yield _appeal(office, appeal, notice, employee, day)
        decided = day + timedelta(days=5)
        yield {
            "do": "decide_appeal",
            "appeal": office.id(f"A{appeal}"),
            "outcome": "revoked" if fate < 0.90 else "dismissed",
            "reasons": "synthetic",
            "by": office.id(f"H{DEPARTMENTS.index(office.department(employee.rpartition('.')[2]))}"),
            "on": str(decided),
        }


def _rectified(office: _Office, acknowledged: Command) -> Command:
    """The fault on site, put right when the notice was acknowledged."""
    about = {"notice": acknowledged["notice"], "on": acknowledged["on"]}
    return {"do": "rectify_notice", **about, "by": office.id("D1"), "action": "synthetic"}


def _appeal(office: _Office, name: str, notice: str, employee: str, day: date) -> Command:
    return {
        "do": "file_appeal",
        "appeal": office.id(f"A{name}"),
        "by": employee,
        "against": {"notice": notice},
        "ground": "facts",
        "statement": "synthetic: why this is wrong is told in a sentence or two of about this length",
        "on": str(day + timedelta(days=2)),
    }


def _first_of_next(month: str) -> date:
    return (date.fromisoformat(f"{month}-01") + timedelta(days=31)).replace(day=1)
