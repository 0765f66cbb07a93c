"""The tracing side of the counter: what happened, why, what if, and what was known when."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from ledger.application import comparison, docket, explanation, fairness, history, imagine, policies
from ledger.application.counter import UnitRegister
from ledger.application.imagine import Remedy
from ledger.application.impact import Impact
from ledger.application.memory import Memory
from ledger.application.typed import full_id
from ledger.errors import InputError, WrongState
from ledger.events import AppealDecided, employee_stream
from ledger.policy import loading
from ledger.store.log import Log
from ledger.terms import Language, Outcome, parse_instant


class Tracing:
    """What appeal reviewers ask of a ledger."""

    store: Log
    _now: Callable[[], datetime]

    def position_of(self, as_of: str) -> int:
        """A position, an instant of recording, or `appeal:ID` (what its reviewer could know when deciding).

        The answer is the end of the last command that lies whole within it. InputError `as_of_wrong`.
        """
        self.store.require()
        kind, _, name = as_of.partition(":")
        if kind == "appeal" and name:
            return self.store.command_end(position=self._decided_at(name) - 1)
        if as_of.isascii() and as_of.isdigit() and len(as_of) <= 18:
            return self.store.command_end(position=int(as_of))
        try:
            instant = parse_instant(as_of)
        except ValueError:
            raise InputError("as_of_wrong", as_of=as_of) from None
        return self.store.command_end(recorded_by=instant)

    def _decided_at(self, appeal: str) -> int:
        """The position of an appeal's latest decision. WrongState `appeal_undecided` before there is one."""
        memory = Memory(self.store)
        owner = UnitRegister(memory, self._now()).owner_of("appeal", appeal)
        decisions = [
            recorded.position
            for recorded in memory.stream(employee_stream(owner.employee))
            if isinstance(recorded.event, AppealDecided) and recorded.event.appeal == appeal
        ]
        if not decisions:
            raise WrongState("appeal_undecided", appeal=appeal)
        return decisions[-1]

    def log(self, name: str, as_of: int | None = None) -> list[dict[str, Any]]:
        """`log`: the history of one person or thing."""
        self.store.require()
        with self.store.holding():
            return history.history(Memory(self.store, as_of), name)

    def explain(self, employee: str, month: str, as_of: int | None = None) -> dict[str, Any]:
        """`explain`: every figure of an employee's month down to the events."""
        self.store.require()
        with self.store.holding():
            memory = Memory(self.store, as_of)
            return explanation.explanation(memory, full_id(memory, "employee", employee, "employee"), month)

    def what_if(
        self,
        appeals: Iterable[tuple[str, Outcome, int | None]] = (),
        without: Iterable[str] = (),
        as_of: int | None = None,
    ) -> Impact:
        """`what-if`: what decisions (appeal, outcome, points) and withdrawn notices would change. Nothing is recorded."""
        self.store.require()
        with self.store.holding():
            memory = Memory(self.store, as_of)
            remedies = [
                Remedy(full_id(memory, "appeal", appeal, "appeal"), outcome, points)
                for appeal, outcome, points in appeals
            ]
            notices = [full_id(memory, "notice", notice, "without") for notice in without]
            return imagine.what_if(self.store, as_of, remedies, notices, self._now())

    def what_if_policy(
        self,
        document: bytes,
        employee: str | None = None,
        site: str | None = None,
        month: str | None = None,
        as_of: int | None = None,
    ) -> Impact:
        """`what-if --policy`: the same facts under a candidate policy, for one employee, a site or everybody."""
        self.store.require()
        memory = Memory(self.store, as_of)
        sites = memory.site_ids() if site is None else [memory.site(site).site]
        if employee is not None:
            employees = [memory.employee(full_id(memory, "employee", employee, "employee")).employee]
        else:
            employees = [name for one in sites for name in memory.employee_ids(one)]
        policy = loading.parse(policies.read(document).values)
        return imagine.what_if_policy(self.store, as_of, policy, employees, month, site)

    def docket(self, appeal: str, as_of: int | None = None) -> dict[str, Any]:
        """`appeal show` in full: history, route, both sides, the explanation, each outcome, precedents."""
        self.store.require()
        with self.store.holding():
            return docket.docket(Memory(self.store, as_of), appeal, self._now())

    def dossier(self, appeal: str, language: Language, as_of: int | None = None) -> tuple[str, set[str]]:
        """`appeal dossier`: the docket as one HTML page, a language shown first; and whose names or words it holds."""
        from ledger.documents import dossier  # Jinja2 is heavy, and nobody else here needs it

        self.store.require()
        with self.store.holding():
            memory = Memory(self.store, as_of)
            values = docket.docket(memory, appeal, self._now())
            return dossier.dossier(values, language), docket.people(memory, values)

    def fairness(self, month: str, site: str, as_of: int | None = None) -> dict[str, Any]:
        """`report fairness`: facts and sample sizes."""
        self.store.require()
        with self.store.holding():
            return fairness.fairness(Memory(self.store, as_of), site, month)

    def compare(self, employee: str, month: str, then: int, now: int | None = None) -> dict[str, Any]:
        """`compare`: as known then beside as known now (None: at the log's end)."""
        self.store.require()
        with self.store.holding():
            end = self.store.position() if now is None else now
            late, early = Memory(self.store, end), Memory(self.store, then)
            return comparison.compare(early, late, full_id(late, "employee", employee, "employee"), month)
