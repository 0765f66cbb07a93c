"""The tracing side of the counter: what happened, why, what if, and what was known when."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from ledger.application import policies
from ledger.errors import InputError, WrongState
from ledger.events import AppealDecided, employee_stream
from ledger.policy import loading
from ledger.reports import fairness
from ledger.review import case_file, comparison, explanation, history, what_if
from ledger.review.impact import Impact
from ledger.review.what_if import Remedy
from ledger.state.execution import LedgerContext
from ledger.state.ids import full_id
from ledger.state.ledger_state import LedgerState
from ledger.store.log import Log
from ledger.terms import Language, Outcome, parse_instant


class Tracing:
    """What appeal reviewers ask of a ledger."""

    log: Log
    _now: Callable[[], datetime]

    def position_of(self, as_of: str) -> int:
        """A position, an instant of recording, or `appeal:ID` (what its reviewer could know when deciding).

        The answer is the end of the last command that lies whole within it. InputError `as_of_wrong`.
        """
        self.log.require()
        kind, _, name = as_of.partition(":")
        if kind == "appeal" and name:
            return self.log.registry.command_end(position=self._decided_at(name) - 1)
        if as_of.isascii() and as_of.isdigit() and len(as_of) <= 18:
            return self.log.registry.command_end(position=int(as_of))
        try:
            instant = parse_instant(as_of)
        except ValueError:
            raise InputError("as_of_wrong", as_of=as_of) from None
        return self.log.registry.command_end(recorded_by=instant)

    def _decided_at(self, appeal: str) -> int:
        """The position of an appeal's latest decision. WrongState `appeal_undecided` before there is one."""
        ledger_state = LedgerState(self.log)
        owner = LedgerContext(ledger_state, self._now()).owner_of("appeal", appeal)
        decisions = [
            recorded.position
            for recorded in ledger_state.stream(employee_stream(owner.employee))
            if isinstance(recorded.event, AppealDecided) and recorded.event.appeal == appeal
        ]
        if not decisions:
            raise WrongState("appeal_undecided", appeal=appeal)
        return decisions[-1]

    def history(self, name: str, as_of: int | None = None) -> list[dict[str, Any]]:
        """`log`: the history of one person or thing."""
        self.log.require()
        with self.log.holding():
            return history.history(LedgerState(self.log, as_of), name)

    def explain(self, employee: str, month: str, as_of: int | None = None) -> dict[str, Any]:
        """`explain`: every figure of an employee's month down to the events."""
        self.log.require()
        with self.log.holding():
            ledger_state = LedgerState(self.log, as_of)
            return explanation.explanation(
                ledger_state, full_id(ledger_state, "employee", employee, "employee"), month
            )

    def what_if(
        self,
        appeals: Iterable[tuple[str, Outcome, int | None]] = (),
        without: Iterable[str] = (),
        as_of: int | None = None,
    ) -> Impact:
        """`what-if`: what decisions (appeal, outcome, points) and withdrawn notices would change. Nothing is recorded."""
        self.log.require()
        with self.log.holding():
            ledger_state = LedgerState(self.log, as_of)
            remedies = [
                Remedy(full_id(ledger_state, "appeal", appeal, "appeal"), outcome, points)
                for appeal, outcome, points in appeals
            ]
            notices = [full_id(ledger_state, "notice", notice, "without") for notice in without]
            return what_if.what_if(self.log, as_of, remedies, notices, self._now())

    def what_if_policy(
        self,
        document: bytes,
        employee: str | None = None,
        site: str | None = None,
        month: str | None = None,
        as_of: int | None = None,
    ) -> Impact:
        """`what-if --policy`: the same facts under a candidate policy, for one employee, a site or everybody."""
        self.log.require()
        ledger_state = LedgerState(self.log, as_of)
        sites = ledger_state.site_ids() if site is None else [ledger_state.site(site).site]
        if employee is not None:
            employees = [
                ledger_state.employee(full_id(ledger_state, "employee", employee, "employee")).employee
            ]
        else:
            employees = [name for one in sites for name in ledger_state.employee_ids(one)]
        policy = loading.parse(policies.read(document).values)
        return what_if.what_if_policy(self.log, as_of, policy, employees, month, site)

    def docket(self, appeal: str, as_of: int | None = None) -> dict[str, Any]:
        """`appeal show` in full: history, route, both sides, the explanation, each outcome, precedents."""
        self.log.require()
        with self.log.holding():
            return case_file.docket(LedgerState(self.log, as_of), appeal, self._now())

    def dossier(self, appeal: str, language: Language, as_of: int | None = None) -> tuple[str, set[str]]:
        """`appeal dossier`: the docket as one HTML page, a language shown first; and whose names or words it holds."""
        from ledger.documents import dossier  # Jinja2 is heavy, and nobody else here needs it

        self.log.require()
        with self.log.holding():
            ledger_state = LedgerState(self.log, as_of)
            values = case_file.docket(ledger_state, appeal, self._now())
            return dossier.dossier(values, language), case_file.people(ledger_state, values)

    def fairness(self, month: str, site: str, as_of: int | None = None) -> dict[str, Any]:
        """`report fairness`: facts and sample sizes."""
        self.log.require()
        with self.log.holding():
            return fairness.fairness(LedgerState(self.log, as_of), site, month)

    def compare(self, employee: str, month: str, then: int, now: int | None = None) -> dict[str, Any]:
        """`compare`: as known then beside as known now (None: at the log's end)."""
        self.log.require()
        with self.log.holding():
            end = self.log.position() if now is None else now
            late, early = LedgerState(self.log, end), LedgerState(self.log, then)
            return comparison.compare(early, late, full_id(late, "employee", employee, "employee"), month)
