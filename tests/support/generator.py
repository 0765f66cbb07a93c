"""Whole ledgers by chance: moves drawn by hypothesis are told as commands of a small office of two sites.

The teller is bold: what the ledger refuses is dropped, and must be a Refusal. It decides in memory, so a story
of tens of commands takes milliseconds; what it returns is accepted by any ledger that holds `office_commands()`.
"""

import copy
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Any

from hypothesis import strategies as st

from ledger.application.recording.command_reader import parse_command
from ledger.errors import LedgerError, Refusal
from ledger.policy.loading import house_rules
from ledger.projections.tables import monthly
from ledger.reports import appeals as docket
from ledger.reports.source import StateRows
from ledger.state.execution import Recorder, record
from ledger.state.ledger_context import LedgerContext
from ledger.state.ledger_state import LedgerState
from ledger.store.log import Log
from ledger.terms import first_day, last_day, month_of, next_month
from tests.support import office
from tests.support.rare_moves import RARE
from tests.support.story import NOW

SITES = (office.SITE, "Jin_e")
"""The other site's name would be taken for the first one's by a careless LIKE."""
STAFF = ("E001", "E001", "E001", "E002", "XE1", "XE1", "L01")
"""Who is given notices; XE1 works at the other site, below L01 of this one."""
ABOVE = (None, "L01", "L02", "H01", "XL")
CLAUSES = ("FD-01", "FD-01", "FD-01", "FD-02", "PF-A")
POINTS = (1, 1, 1, 2, 3, 4, 5, 6, 10)
GROUNDS = ("facts", "points", "procedure", "unfair_handling", "retaliation")
OUTCOMES = ("revoked", "dismissed", "reduced")
HOURS = ("09:00:00+08:00", "23:59:59+08:00", "00:00:00+08:00", "15:30:00Z", "23:30:00+00:00")
START = date(2026, 7, 27)
MONTHS = tuple(f"2026-{month:02}" for month in range(6, 12))
END = date(2026, 11, 20)
"""Where a story has reached this day nothing more happens in it."""
PLOTS = (
    ("appeal", "decide", "escalate"),
    ("appeal_share", "decide", "escalate"),
    ("appeal", "appeal_share", "decide", "withdraw_appeal"),
    ("appeal", "withdraw", "correct", "acknowledge"),
    ("sanction", "appeal_sanction", "revoke_sanction", "decide"),
    ("reward", "withdraw_reward", "wage"),
    ("depart", "reassign", "come_back", "mend_departure"),
    ("depart", "come_back", "appeal_share", "mend_departure"),
    ("move_site", "move_site", "appeal", "decide"),
    ("move_site", "wage", "reassign", "appeal_share"),
    ("appeal", "reply", "hear", "decide"),
    ("withdraw", "replace", "remark", "rectify"),
    ("sanction", "hear", "tell_union", "revoke_sanction"),
    ("adopt",),
    ("clear",),
    (),
)
"""Kinds of moves that mean something together."""
ALWAYS = ("issue", "issue", "issue", "find", "find", "reassign", "close")

_RARE = {move.__name__: move for move in RARE}

Move = tuple[str, int, int, int, int]
"""What to try, and four numbers that choose among what there is."""


@st.composite
def moves(
    draw: st.DrawFn, at_least: int = 5, at_most: int = 60, only: Sequence[str] = (), never: str = ""
) -> list[Move]:
    """Moves of a story, of some kinds `only`. Each keeps to a few plots, so that in some also rare kinds meet."""
    plots = draw(st.lists(st.sampled_from(PLOTS), min_size=1, max_size=3, unique=True))
    kinds = only or [kind for plot in (ALWAYS, *plots, *plots) for kind in plot if kind != never]
    number = st.integers(0, 59)
    move = st.tuples(st.sampled_from(kinds), number, number, number, number)
    length = draw(st.integers(at_least, at_most))
    return draw(st.lists(move, min_size=length, max_size=length))


@cache
def office_commands() -> tuple[dict[str, Any], ...]:
    """An office with its people, and another site in another time zone with four."""
    there = {"site": SITES[1], "department": "roads"}
    return (
        *office.office(staff=3),
        office.register_site(SITES[1], timezone="Europe/London"),
        office.register_employee("XD", **there),
        office.register_employee("XI", **there, supervisor="XD"),
        office.register_employee("XL", **there, supervisor="XD"),
        office.register_employee("XE1", **there, supervisor="L01"),
        office.register_employee("XE2", **there, supervisor="XL"),
        office.appoint("director", "XD", site=SITES[1]),
        office.appoint("inspector", "XI", site=SITES[1]),
        office.appoint("company", "C01", site=SITES[1]),
    )


def tell(log: Log, drawn: Sequence[Move]) -> list[dict[str, Any]]:
    """The commands that the moves come to after `office_commands()`, which the log must hold already."""
    teller = Teller(log)
    for move in drawn:
        teller.make(move)
    return teller.told


class Teller:
    """Tells one story on top of a log, and records nothing in it."""

    def __init__(self, log: Log) -> None:
        self.state = LedgerState(log)
        self.told: list[dict[str, Any]] = []
        self.today = START
        self._position = log.position()
        self._digests: set[str] = set()
        self.notices: dict[str, dict[str, Any]] = {}
        self._rewards: list[str] = []
        self._sanctions: dict[str, str] = {}
        self._closed = dict.fromkeys(SITES, "2026-06")
        self._ids = 0

    def make(self, move: Move) -> None:
        """Tries one move, a little later than the one before."""
        kind, *numbers = move
        if self.today > END:
            return
        self.today += timedelta(days=(0, 0, 1, 3)[numbers[3] % 4])
        rare = _RARE.get(kind)
        command = getattr(self, f"_{kind}")(*numbers) if rare is None else rare(self, *numbers)
        if command is not None and self.say(command):
            self._remember(command)

    def _remember(self, command: dict[str, Any]) -> None:
        if command["do"] == "issue_notice":
            self.notices[command["notice"]] = command
        elif command["do"] == "grant_reward":
            self._rewards.append(command["reward"])
        elif command["do"] == "impose_sanction":
            self._sanctions[command["sanction"]] = command["employee"]

    def say(self, command: dict[str, Any]) -> bool:
        """Records a command in memory; whether it was accepted."""
        parsed = parse_command(command)
        digest = parsed.digest()
        if digest in self._digests:
            return False
        try:
            recorded = record(self.state, parsed, self._position, Recorder("tester", NOW))
        except LedgerError as error:
            assert isinstance(error, Refusal), f"{command} is not refused but broken: {error!r}"
            return False
        self._position += len(recorded)
        self._digests.add(digest)
        self.told.append(command)
        return True

    # --- what there is ------------------------------------------------------------------------------

    def appeals(self, *statuses: str) -> list[dict[str, Any]]:
        """The appeals report's rows of both sites, with the reviewers of today."""
        now = datetime.combine(self.today, time(12), UTC)
        rows = StateRows(self.state)
        found = [row for site in SITES for row in docket.appeals(rows, self.state, site, now)]
        return [row for row in found if row["status"] in statuses]

    def new_id(self, letter: str) -> str:
        self._ids += 1
        return f"{letter}{self._ids}"

    def some_notice(self, number: int) -> str | None:
        """A notice that was issued, rather a recent one."""
        names = list(self.notices)
        return names[-1 - number % len(names)] if names else None

    def _at_north(self, employee: str) -> bool:
        return employee.startswith("X")

    # --- notices ------------------------------------------------------------------------------------

    def _issue(self, a: int, b: int, c: int, d: int) -> dict[str, Any]:
        employee, name = STAFF[a % len(STAFF)], self.new_id("N")
        back = 30 if d >= 54 else d % 3
        day = max(self.today - timedelta(days=back), date(2026, 6, 1))
        issuer = (
            ("XI", "XI", "XD") if self._at_north(employee) else ("I01", "I01", "Q01", "H01", "D01", "L01")
        )
        return office.issue_notice(
            name,
            employee,
            POINTS[c % len(POINTS)],
            clause=CLAUSES[b % len(CLAUSES)],
            occurred_at=f"{day}T{HOURS[(b + c) % len(HOURS)]}",
            issued_by=issuer[c % len(issuer)],
            issued_on=str(max(self.today, day + timedelta(days=1))),
            distinct_because="a story",
        )

    def _acknowledge(self, a: int, b: int, c: int, d: int) -> dict[str, Any] | None:
        notice = self.some_notice(a)
        return None if notice is None else office.acknowledge_notice(notice, str(self.today))

    def _correct(self, a: int, b: int, c: int, d: int) -> dict[str, Any] | None:
        notice = self.some_notice(a)
        if notice is None:
            return None
        changes: dict[str, Any] = {"points": 1 + b % 4} if b % 3 else {"clause": CLAUSES[c % 4]}
        by = self.notices[notice]["issued_by"]
        return office.correct_notice(notice, str(self.today), by=by, **changes)

    def _withdraw(self, a: int, b: int, c: int, d: int) -> dict[str, Any] | None:
        notice = self.some_notice(a)
        if notice is None:
            return None
        by = self.notices[notice]["issued_by"]
        return office.withdraw_notice(notice, str(self.today), by=by)

    def _find(self, a: int, b: int, c: int, d: int) -> dict[str, Any] | None:
        notice = self.some_notice(a)
        if notice is None:
            return None
        by = "XD" if self._at_north(self.notices[notice]["employee"]) else ("D01", "Q01", "M01")[c % 3]
        named = ABOVE[b % len(ABOVE)] if b % 2 else None
        supervisor = {} if named is None else {"supervisor": named}
        return office.find_responsibility(notice, str(self.today), by=by, **supervisor)

    def _clear(self, a: int, b: int, c: int, d: int) -> dict[str, Any] | None:
        notice = self.some_notice(a)
        if notice is None:
            return None
        by = "XD" if self._at_north(self.notices[notice]["employee"]) else "M01"
        return office.clear_responsibility(notice, str(self.today), by=by)

    # --- appeals ------------------------------------------------------------------------------------

    def _appeal(self, a: int, b: int, c: int, d: int) -> dict[str, Any] | None:
        notice = self.some_notice(a)
        if notice is None:
            return None
        by = self.notices[notice]["employee"]
        return self._file(by, {"notice": notice}, GROUNDS[b % len(GROUNDS)])

    def _appeal_share(self, a: int, b: int, c: int, d: int) -> dict[str, Any] | None:
        context = LedgerContext(self.state, NOW)
        shares = [
            (notice, share.supervisor)
            for notice in self.notices
            if (share := context.share(notice)) is not None and share.supervisor is not None
        ]
        if not shares:
            return None
        notice, supervisor = shares[-1 - a % len(shares)]
        return self._file(supervisor, {"liability": notice}, GROUNDS[b % len(GROUNDS)])

    def _appeal_sanction(self, a: int, b: int, c: int, d: int) -> dict[str, Any] | None:
        if not self._sanctions:
            return None
        sanction = list(self._sanctions)[-1 - a % len(self._sanctions)]
        return self._file(self._sanctions[sanction], {"sanction": sanction}, GROUNDS[b % len(GROUNDS)])

    def _file(self, by: str, against: dict[str, str], ground: str) -> dict[str, Any]:
        name, on = self.new_id("A"), str(self.today)
        return office.file_appeal(name, by, against, on, ground=ground, late_reason="a story")

    def _decide(self, a: int, b: int, c: int, d: int) -> dict[str, Any] | None:
        pending = self.appeals("pending")
        if not pending:
            return None
        appeal = pending[a % len(pending)]
        outcome = OUTCOMES[b % len(OUTCOMES)]
        points = {"points": 1 + c % 3} if outcome == "reduced" else {}
        by = appeal["reviewer"] or "C01"
        return office.decide_appeal(appeal["appeal"], outcome, by, str(self.today), **points)

    def _escalate(self, a: int, b: int, c: int, d: int) -> dict[str, Any] | None:
        decided = self.appeals("dismissed", "reduced")
        if not decided:
            return None
        latest = max(decided, key=lambda row: str(row["decided_on"]))
        return office.escalate_appeal(latest["appeal"], str(self.today))

    def _withdraw_appeal(self, a: int, b: int, c: int, d: int) -> dict[str, Any] | None:
        pending = self.appeals("pending")
        return (
            office.withdraw_appeal(pending[a % len(pending)]["appeal"], str(self.today)) if pending else None
        )

    # --- rewards, wages, places, rules, closes --------------------------------------------------------

    def _reward(self, a: int, b: int, c: int, d: int) -> dict[str, Any]:
        employee, name = STAFF[a % len(STAFF)], self.new_id("R")
        by, approved = ("XI", "XD") if self._at_north(employee) else ("H01", "D01")
        on = str(self.today - timedelta(days=b % 40))
        return office.grant_reward(
            name, employee, POINTS[c % len(POINTS)], occurred_on=on, by=by, approved_by=approved
        )

    def _withdraw_reward(self, a: int, b: int, c: int, d: int) -> dict[str, Any] | None:
        if not self._rewards:
            return None
        reward = self._rewards[a % len(self._rewards)]
        return office.withdraw_reward(reward, str(self.today), by=("D01", "XD")[b % 2])

    def _sanction(self, a: int, b: int, c: int, d: int) -> dict[str, Any] | None:
        rows = StateRows(self.state)
        found = [row for site in SITES for row in rows.waiting(monthly.PROJECTION, site)]
        due = [row for row in found if row["sanction_due"] is not None]
        if not due:
            return None
        row = due[a % len(due)]
        by = "XD" if self._at_north(row["employee"]) else ("D01", "M01")[c % 2]
        fields = {"employee": row["employee"], "month": row["month"], "kind": ("warning", "demerit")[b % 2]}
        told = {"by": by, "reasons": "a story", "on": str(self.today)}
        return {"do": "impose_sanction", "sanction": self.new_id("S"), **fields, **told}

    def _revoke_sanction(self, a: int, b: int, c: int, d: int) -> dict[str, Any] | None:
        if not self._sanctions:
            return None
        sanction = list(self._sanctions)[a % len(self._sanctions)]
        by = "XD" if self._at_north(self._sanctions[sanction]) else "M01"
        fields = {"sanction": sanction, "reasons": "a story", "by": by, "on": str(self.today)}
        return {"do": "revoke_sanction", **fields}

    def month_back(self, number: int) -> str:
        """This month, or the one before."""
        month = month_of(self.today)
        return month_of(first_day(month) - timedelta(days=1)) if number % 2 else month

    def _wage(self, a: int, b: int, c: int, d: int) -> dict[str, Any]:
        wage, minimum = (("100.00", "0.00"), ("133.33", "100.00"), ("3000.00", "2490.00"))[b % 3]
        return office.record_wage(STAFF[a % len(STAFF)], wage, minimum, month=month_of(self.today))

    def _reassign(self, a: int, b: int, c: int, d: int) -> dict[str, Any]:
        first = self.today.replace(day=1)
        before = first_day(self.month_back(1))
        start = str((first, self.today, before, first, last_day(month_of(first)))[c % 5])
        who = ("L01", "XE1", "E001", "XE1", "L01", "E002", "XE2", "H01")[a % 8]
        if b % 2:
            return office.reassign_employee(who, start, department=("order", "front-desk", "roads")[d % 3])
        return office.reassign_employee(who, start, supervisor=ABOVE[d % len(ABOVE)])

    def _depart(self, a: int, b: int, c: int, d: int) -> dict[str, Any]:
        who = ("L01", "L02", "H01", "XL", "E003", "D01")[a % 6]
        return office.record_departure(who, str(self.today - timedelta(days=b % 5 if b % 3 else 25)))

    def _adopt(self, a: int, b: int, c: int, d: int) -> dict[str, Any]:
        month = next_month(month_of(self.today)) if a % 3 == 0 else self.month_back(a)
        start = first_day(month)
        document = copy.deepcopy(house_rules())
        document |= {"version": self.new_id("P"), "effective_from": str(start)}
        document["surcharge"]["amount"] = ("20.00", "0.00", "33.33")[b % 3]
        document["schemes"]["service_quality"]["point_value"] = ("5.00", "0.05", "7.77")[c % 3]
        document["joint_liability"]["share_percent"] = (30, 50, 0)[d % 3]
        document["repeats"]["notices"] = (3, 2)[d % 2]
        site = ({}, {"site": SITES[0]}, {"site": SITES[1]})[(b + d) % 3]
        return {"do": "adopt_policy", "policy": document, "on": str(self.today), **site}

    def _close(self, a: int, b: int, c: int, d: int) -> dict[str, Any]:
        """The next month of a site; the story goes on after its end."""
        site = SITES[0] if a % 3 else SITES[1]
        month = next_month(self._closed[site])
        self.today = max(self.today, last_day(month) + timedelta(days=1 + b % 6))
        self._closed[site] = month
        by = ("O01", "D01", "M01")[c % 3] if site == SITES[0] else "XD"
        return office.close_month(month, str(self.today), site=site, by=by)
