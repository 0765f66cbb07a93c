"""What happened and why, through somebody's eyes: histories, explanations and case files."""

from datetime import datetime

from ledger.access import event_rights
from ledger.access.classes import Grant
from ledger.aggregates.employee_state import EmployeeState
from ledger.application.desk.guarded_events import GuardedEvents
from ledger.application.reading.look_base import Report
from ledger.errors import NotEntitled
from ledger.events.employees import employee_stream
from ledger.state.ledger_state import LedgerState
from ledger.subjects import OWNED
from ledger.terms import Language


class GuardedTracing(GuardedEvents):
    """Why the figures of a record are what they are, for one person."""

    def history(self, name: str) -> list[Report]:
        """What happened, as far as it is one's to know."""
        kind, thing, _ = self.thing(name)
        entries = super().history(f"{kind}:{thing}")
        if kind == "site":
            named = [(entry, entry["fields"].get("employee")) for entry in entries]
            return [entry for entry, who in named if who is None or self._is_to_know(who)]
        if kind == "sheet":
            self._note("fact", f"site:{self._require_sheet(thing)}", f"log sheet {thing}")
            return entries
        if kind != "employee" and (round_ := self._round_of(kind, thing)) is not None:
            self._require_round(kind, thing, round_)
            self._note("fact", round_.replace("/", ":"), f"log {kind} {thing}")
            return entries
        owner = self._require_line(thing) if kind == "employee" else self._owner_of(kind, thing)[0]
        own = {each.position: each for each in self.state.stream(employee_stream(owner.employee))}
        found = [
            entry
            for entry in entries
            if (recorded := own.get(entry["position"])) is None
            or event_rights.sees(self.standing, owner, recorded.event)
        ]
        if kind in OWNED and not found:
            raise NotEntitled("not_yours_to_read", by=self.standing.person, id=thing)
        self._read("fact", owner, f"log {kind} {thing}")
        return found

    def news(self, employee: str, since: datetime) -> list[Report]:
        """What is new of oneself, as far as it is one's to know."""
        from ledger.review import history

        owner = self._owner(employee)
        if owner.employee != self.standing.person:
            raise NotEntitled("not_yours_to_read", by=self.standing.person, id=owner.employee)
        found = history.news(self.state, owner.employee, since)
        return history.entries(
            self.state, [one for one in found if event_rights.sees(self.standing, owner, one.event)]
        )

    def explain(self, employee: str, month: str) -> Report:
        """Why the figures are what they are, for whoever may see them whole."""
        owner = self._require_figures(employee, month)
        report = super().explain(owner.employee, month)
        self._read("figures", owner, f"explain {month}")
        return report

    def _require_figures(self, employee: str, month: str) -> EmployeeState:
        owner = self._owner(employee)
        if self._of_month(owner.employee, month) is not Grant.WORDS:
            raise NotEntitled("not_yours_to_read", by=self.standing.person, id=f"{owner.employee} {month}")
        return owner

    def compare(self, then: LedgerState, employee: str, month: str) -> Report:
        """A month as it was known then beside as it is here, for whoever may see its figures whole."""
        owner = self._require_figures(employee, month)
        report = super().compare(then, owner.employee, month)
        self._read("figures", owner, f"compare {month}")
        return report

    def pay(self, employee: str, month: str, language: Language) -> Report:
        """Why somebody's pay is what it is, for themselves and whoever handles pay."""
        owner = self._owner(employee)
        self._require(self.standing.to_person(owner, month), "pay", Grant.WORDS, f"{owner.employee} {month}")
        report = super().pay(owner.employee, month, language)
        self._read("pay", owner, f"pay {month}")
        return report

    def case_file(self, appeal: str) -> Report:
        """The whole case for whoever decides it; a party reads its own side and the decision, not what is weighed."""
        owner, name = self._owner_of("appeal", appeal)
        relations = self.standing.to_appeal(owner, owner.appeals[name])
        grant = self.standing.grant(relations, "case")
        if grant < Grant.PARTY:
            self._require(relations, "case", Grant.WORDS, name)
        report = super().case_file(name)
        self._read("case", owner, f"appeal {name}")
        if grant is Grant.WORDS:
            return report
        return self._as_party(report)

    def _as_party(self, report: Report) -> Report:
        """A case file without outcomes and precedents; the figures only where they are one's own."""
        owner = str(report["explanation"]["employee"])
        seen = self._of_month(owner, report["explanation"]["month"]) is Grant.WORDS
        positions = self._seen_positions(report)
        return {
            **report,
            "explanation": report["explanation"] if seen else None,
            "timeline": [entry for entry in report["timeline"] if entry["position"] in positions],
            "outcomes": [],
            "precedents": [],
            "precedent_counts": None,
        }

    def _seen_positions(self, report: Report) -> set[int]:
        owner = self.standing.context.owner_of("appeal", report["appeal"]["appeal"])
        stream = self.state.stream(employee_stream(owner.employee))
        return {each.position for each in stream if event_rights.sees(self.standing, owner, each.event)}
