"""Plays the steps of a case on a real ledger: short forms in, commands of the fixed interface out."""

import copy
import tomllib
from datetime import date, timedelta
from itertools import cycle
from pathlib import Path
from typing import Any

from ledger.application.ledger import Ledger
from ledger.policy.loading import house_rules
from tests.support.office import lines

HERE = Path(__file__).parent
FIRST_DAY = "2026-01-01"
FIRST_NOTICE = date(2026, 8, 3)
CLAUSES = [
    *(f"FD-{n:02}" for n in range(1, 13)),
    *(f"PR-{n:02}" for n in range(1, 5)),
    *(f"HV-{n:02}" for n in range(1, 5)),
    *(f"CP-{n:02}" for n in range(1, 7)),
    *(f"RD-{n:02}" for n in range(1, 5)),
]
NOBODY = "nobody"
NULL = "nothing"
"""TOML has no null."""


def people(timezone: str | None = None) -> list[dict[str, Any]]:
    """The commands that set up the office of people.toml."""
    found = tomllib.loads((HERE / "people.toml").read_text("utf-8"))
    zone = {} if timezone is None else {"timezone": timezone}
    sites = [{"do": "register_site", "site": s["id"], "name": s["name"], **zone} for s in found["sites"]]
    staff = [
        {"do": "register_employee", "employee": p.pop("id"), "site": p.pop("site", "office"), **p}
        for p in found["people"]
    ]
    offices = [{"do": "appoint", "site": o.pop("site", "office"), **o} for o in found["offices"]]
    return [*sites, *({**command, "from": FIRST_DAY} for command in staff + offices)]


def site_of() -> dict[str, str]:
    """Everybody's site."""
    found = tomllib.loads((HERE / "people.toml").read_text("utf-8"))
    return {person["id"]: person.get("site", "office") for person in found["people"]}


class Stage:
    """One case being played. Every method is a step; what a step leaves out is filled in."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.sites = site_of()
        self._clauses = cycle(CLAUSES)
        self._day = FIRST_NOTICE
        self._notices: dict[str, dict[str, Any]] = {}
        self._latest: dict[str, date] = {}
        self._steps = 0

    def play(self, step: dict[str, Any]) -> None:
        """Plays a step. ValueError where it is not written as a method below; a Refusal where it is refused."""
        words = {{"from": "since"}.get(key, key): value for key, value in step.items()}
        verb = next((key for key in words if key in VERBS), None)
        if verb is None:
            raise ValueError(f"{step}: one of {', '.join(VERBS)} must be given")
        try:
            getattr(self, verb)(words.pop(verb), **words)
        except TypeError as error:
            raise ValueError(f"{step}: {error}") from error

    def _do(self, do: str, **fields: Any) -> None:
        self._steps += 1
        command = {"do": do, "key": f"step {self._steps}"}
        given = {k: None if v == NULL else v for k, v in fields.items() if v is not None}
        self.ledger.record.apply(lines([command | given]))

    def _next_day(self, notice: str) -> str:
        """A day after whatever happened to the notice last."""
        return (self._latest[notice] + timedelta(days=1)).isoformat()

    def _remember(self, notice: str, day: str) -> str:
        self._latest[notice] = max(self._latest.get(notice, date.min), date.fromisoformat(day))
        return day

    def do(self, command: str, **fields: Any) -> None:
        """A command of the fixed interface as it stands, where none of the short forms says it."""
        self._do(command, **{{"since": "from"}.get(key, key): value for key, value in fields.items()})

    # --- notices ------------------------------------------------------------------------------------

    def notice(
        self,
        name: str,
        to: str = "E1",
        points: int = 1,
        clause: str | None = None,
        on: str | None = None,
        at: str | None = None,
        by: str | None = None,
        issued: str | None = None,
        distinct_because: str | None = None,
        replaces: str | None = None,
    ) -> None:
        """Somebody gets a notice."""
        if on is None and at is None:
            on, self._day = self._day.isoformat(), self._day + timedelta(days=1)
        instant = at or f"{on}T09:00:00+08:00"
        issued = issued or on or (date.fromisoformat(instant[:10]) + timedelta(days=1)).isoformat()
        by = by or ("XI" if self.sites.get(to) == "north" else "I1")
        self._notices[name] = {"to": to, "by": by}
        self._do(
            "issue_notice",
            notice=name,
            employee=to,
            clause=clause or next(self._clauses),
            points=points,
            occurred_at=instant,
            narrative="a case",
            issued_by=by,
            issued_on=self._remember(name, issued),
            distinct_because=distinct_because,
            replaces=replaces,
        )

    def correct(self, name: str, by: str | None = None, on: str | None = None, **changes: Any) -> None:
        """A wrong entry is put right."""
        day = self._remember(name, on or self._next_day(name))
        by = by or self._notices[name]["by"]
        self._do("correct_notice", notice=name, reason="a case", by=by, on=day, **changes)

    def serve(
        self, name: str, how: str = "signed", witnesses: list[str] | None = None, on: str | None = None
    ) -> None:
        """The notice is handed over."""
        day = self._remember(name, on or self._next_day(name))
        self._do("acknowledge_notice", notice=name, how=how, witnesses=witnesses, on=day)

    def withdraw(self, name: str, by: str | None = None, on: str | None = None) -> None:
        """The notice is set aside."""
        day = self._remember(name, on or self._next_day(name))
        self._do("withdraw_notice", notice=name, reason="a case", by=by or self._notices[name]["by"], on=day)

    def finding(
        self, name: str, supervisor: str | None = None, by: str | None = None, on: str | None = None
    ) -> None:
        """A verified finding against the supervisor."""
        day = self._remember(name, on or self._next_day(name))
        self._do(
            "find_responsibility",
            notice=name,
            supervisor=supervisor,
            finding="a case",
            by=by or self._finder(name),
            on=day,
        )

    def clear(self, name: str, by: str | None = None, on: str | None = None) -> None:
        """The finding is cleared again."""
        day = self._remember(name, on or self._next_day(name))
        self._do("clear_responsibility", notice=name, reason="a case", by=by or self._finder(name), on=day)

    def _finder(self, notice: str) -> str:
        return "XD" if self.sites[self._notices[notice]["to"]] == "north" else "D1"

    # --- appeals ------------------------------------------------------------------------------------

    def appeal(self, name: str, on: str | None = None, late_reason: str | None = None, **rest: Any) -> None:
        """The employee appeals against the notice."""
        by = self._notices[name]["to"]
        self._file(f"A-{name}", name, {"notice": name}, by, on, late_reason, **rest)

    def share_appeal(
        self,
        name: str,
        by: str | None = None,
        on: str | None = None,
        late_reason: str | None = None,
        **rest: Any,
    ) -> None:
        """The supervisor appeals against the share."""
        by = by or self._bearer(name)
        on = on or (max(self._latest.values()) + timedelta(days=1)).isoformat()
        self._file(f"S-{name}", name, {"liability": name}, by, on, late_reason, **rest)

    def _file(
        self,
        appeal: str,
        name: str,
        against: dict[str, str],
        by: str,
        on: str | None,
        late_reason: str | None,
        ground: str = "facts",
        outcome: str = "pending",
        points: int | None = None,
        decided: str | None = None,
    ) -> None:
        self._do(
            "file_appeal",
            appeal=appeal,
            by=by,
            against=against,
            ground=ground,
            statement="a case",
            on=self._remember(name, on or self._next_day(name)),
            late_reason=late_reason,
        )
        if outcome == "withdrawn":
            self._withdraw(appeal, name, decided)
        elif outcome != "pending":
            self._decide(appeal, name, outcome, points, decided)

    def decide(self, name: str, outcome: str, points: int | None = None, on: str | None = None) -> None:
        """The appeal against the notice is decided."""
        self._decide(f"A-{name}", name, outcome, points, on)

    def decide_share(self, name: str, outcome: str, on: str | None = None) -> None:
        """The supervisor's appeal is decided."""
        self._decide(f"S-{name}", name, outcome, None, on)

    def escalate(
        self, name: str, outcome: str = "pending", points: int | None = None, on: str | None = None
    ) -> None:
        """The employee goes on to the next level."""
        day = self._remember(name, on or self._next_day(name))
        self._do("escalate_appeal", appeal=f"A-{name}", statement="a case", on=day)
        if outcome == "withdrawn":
            self._withdraw(f"A-{name}", name, None)
        elif outcome != "pending":
            self._decide(f"A-{name}", name, outcome, points, None)

    def withdraw_appeal(self, name: str, on: str | None = None) -> None:
        """The employee gives the appeal up."""
        self._withdraw(f"A-{name}", name, on)

    def _withdraw(self, appeal: str, name: str, on: str | None) -> None:
        day = self._remember(name, on or self._next_day(name))
        self._do("withdraw_appeal", appeal=appeal, on=day)

    def _decide(self, appeal: str, name: str, outcome: str, points: int | None, on: str | None) -> None:
        site = self.sites[self._notices[name]["to"]]
        reviewer = next(
            row["reviewer"] for row in self.ledger.reports.appeals(site) if row["appeal"] == appeal
        )
        self._do(
            "decide_appeal",
            appeal=appeal,
            outcome=outcome,
            points=points,
            reasons="a case",
            by=reviewer or "D1",
            on=self._remember(name, on or self._next_day(name)),
        )

    def _bearer(self, name: str) -> str:
        site = self.sites[self._notices[name]["to"]]
        months = [f"2026-{month:02}" for month in range(1, 13)]
        shares = [share for month in months for share in self.ledger.reports.joint_liability(month, site)]
        return next(share["supervisor"] for share in shares if share["notice"] == name)

    # --- rewards, wages, people, rules, the close -----------------------------------------------------

    def reward(
        self,
        name: str,
        to: str = "E1",
        points: int = 1,
        on: str = "2026-08-15",
        by: str = "H1",
        approved: str = "D1",
    ) -> None:
        """Somebody gets a reward."""
        self._do(
            "grant_reward",
            reward=name,
            employee=to,
            points=points,
            occurred_on=on,
            reason="a case",
            by=by,
            approved_by=approved,
        )

    def withdraw_reward(self, name: str, by: str = "D1", on: str = "2026-08-20") -> None:
        """A reward is taken back."""
        self._do("withdraw_reward", reward=name, reason="a case", by=by, on=on)

    def wage(self, amount: str, of: str = "E1", month: str = "2026-08", minimum: str = "0.00") -> None:
        """The wage of a month is recorded."""
        self._do("record_wage", employee=of, month=month, wage=amount, minimum_wage=minimum)

    def move(
        self, who: str, since: str, department: str | None = None, supervisor: str | None = None
    ) -> None:
        """Somebody changes department or supervisor."""
        place = {} if supervisor is None else {"supervisor": None if supervisor == NOBODY else supervisor}
        self._steps += 1
        command = {"do": "reassign_employee", "employee": who, "from": since, "key": f"step {self._steps}"}
        command |= {} if department is None else {"department": department}
        self.ledger.record.apply(lines([command | place]))

    def leave(self, who: str, on: str) -> None:
        """Somebody's last day."""
        self._do("record_departure", employee=who, on=on)

    def policy(
        self,
        version: str,
        since: str,
        change: dict[str, Any],
        site: str | None = None,
        on: str = "2026-08-01",
        new: bool = False,
    ) -> None:
        """Other rules come into force; `new` where what is changed is left out of the house rules."""
        document = copy.deepcopy(house_rules()) | {"version": version, "effective_from": since}
        for path, value in change.items():
            *way, last = path.split(".")
            place: Any = document
            for key in way:
                place = place[int(key)] if isinstance(place, list) else place[key]
            if last not in place and not new:
                raise ValueError(f"the rules have no {path}")
            place[last] = value
        self._do("adopt_policy", policy=document, site=site, on=on)

    def close(self, month: str, site: str = "office", on: str | None = None, by: str | None = None) -> None:
        """The month is closed and handed to finance."""
        year, number = int(month[:4]), int(month[5:])
        first = date(year + number // 12, number % 12 + 1, 1)
        by = by or ("XD" if site == "north" else "O1")
        self._do("close_month", site=site, month=month, by=by, on=on or first.isoformat())


VERBS = tuple(name for name in vars(Stage) if not name.startswith("_") and name != "play")
