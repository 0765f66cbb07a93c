"""A look through somebody's eyes: every report and card of `Look`, without the rows and words that are not theirs."""

from datetime import datetime
from typing import Final

from ledger.access import event_rights
from ledger.access.classes import Grant, class_of
from ledger.aggregates.employee_state import EmployeeState
from ledger.application.desk.guarded import OWNED_BY_EMPLOYEES, gate_of
from ledger.application.desk.guarded_events import GuardedEvents
from ledger.application.desk.known import info_of
from ledger.application.reading.look_base import Report
from ledger.errors import NotEntitled, Unknown
from ledger.events import Recorded
from ledger.events.employees import employee_of, employee_stream
from ledger.state.ids import full_id
from ledger.state.ledger_state import LedgerState
from ledger.subjects import OWNED
from ledger.terms import Language

_DIRECTORY: Final = ("employee", "name", "department")


class GuardedLook(GuardedEvents):
    """What a ledger says to one person. NotEntitled `not_yours_to_read`, `purpose_needed`; Unknown outside their site."""

    # --- cards --------------------------------------------------------------------------------------

    def card(self, kind: str, name: str) -> Report:
        """One thing, with the words that are one's to read; of a colleague the directory's line."""
        if kind == "site":
            return super().card(kind, self.site(full_id(self.state, "site", name, "site")))
        if kind == "employee":
            return self._person(self._require_line(name))
        if kind == "sheet":
            self._require_sheet(name)
            return super().card(kind, name)
        if (round_ := self._round_of(kind, name)) is not None:
            self._require_round(kind, name, round_)
            self._note("fact", round_.replace("/", ":"), f"{kind} {name}")
            return super().card(kind, name)
        owner, thing = self._require_owned(kind, name)
        card = super().card(kind, thing)
        self._read(info_of(kind), owner, f"{kind} {thing}")
        if card.get("share") and not self._sees_share(owner, card):
            card["share"] = {**card["share"], "share": None}
        return card

    def opens(self, kind: str, name: str) -> bool:
        """Whether a card, an event, or why a month is what it is, is one's to open; nothing is noted as read."""
        if not self._is_past and (kind, name) in self.standing.grants:
            return self._of_thing(kind, name) > Grant.NONE
        key = (self.position, kind, name)
        if key not in self.standing.opens:
            self.standing.opens[key] = self._opens(kind, name)
        return self.standing.opens[key]

    def _opens(self, kind: str, name: str) -> bool:
        try:
            if kind == "event":
                self._require_event(int(name))
            elif kind == "explanation":
                self._require_figures(*name.split())
            elif kind == "employee":
                self._require_line(name)
            elif kind == "sheet":
                self._require_sheet(name)
            elif (round_ := self._round_of(kind, name)) is not None:
                self._require_round(kind, name, round_)
            else:
                self._require_owned(kind, name)
        except (NotEntitled, Unknown):
            return False
        return True

    def _require_line(self, name: str) -> EmployeeState:
        """Somebody whose line in the directory is for the person. Unknown outside their site; NotEntitled."""
        owner = self._owner(name)
        if not self._is_to_know(owner.employee):
            raise NotEntitled("not_yours_to_read", by=self.standing.person, id=owner.employee)
        return owner

    def _require_owned(self, kind: str, name: str) -> tuple[EmployeeState, str]:
        """A thing on somebody's stream of which any fact is the person's to read, and whose it is. Unknown; NotEntitled."""
        owner, thing = self._owner_of(kind, name)
        self._require(self._relations(owner, kind, thing), info_of(kind), Grant.FACTS, thing)
        return owner, thing

    def _is_to_know(self, employee: str) -> bool:
        """Whether somebody's line in the directory is for the person: whoever has left keeps their own record alone."""
        return self.standing.is_employed or employee == self.standing.person

    def _require_sheet(self, name: str) -> None:
        """A day or week sheet holds who was seen: for whoever heads the department, or sees the figures of the site."""
        sheet = full_id(self.state, "sheet", name, "sheet")
        _, _, rest = str(self.state.stream_of("sheet", sheet) or "").partition("/")
        site, _, place = rest.partition("/")
        if not self.standing.knows_site(site):
            raise self.state.here(Unknown("sheet_unknown", sheet=name))
        if not self._sees_sheets(site, place.partition("/")[2]):
            raise NotEntitled("not_yours_to_read", by=self.standing.person, id=sheet)

    def _sees_share(self, owner: EmployeeState, card: Report) -> bool:
        bearer = str(card["share"]["supervisor"] or "").partition(" ")[0]
        return any(
            self._of_month(who, card["month"]) is Grant.WORDS for who in (owner.employee, bearer) if who
        )

    def _person(self, owner: EmployeeState) -> Report:
        card = super().card("employee", owner.employee)
        months = [month for month in card["months"] if self._lists(owner, month)]
        if self.standing.grant(self.standing.to_person(owner), "directory") is not Grant.WORDS:
            known = (*_DIRECTORY, "site", "offices")
            card = {name: value if name in known else None for name, value in card.items()}
            return {**card, "months": months or None}
        return {**card, "months": months}

    def _lists(self, owner: EmployeeState, month: str) -> bool:
        """Whether a month of somebody's is told of on their card: by the rights at the site of that month."""
        directory = self.standing.grant(self.standing.to_person(owner, month), "directory")
        return directory is Grant.WORDS and self._of_month(owner.employee, month) > Grant.NONE

    def month_card(self, month: str, site: str | None = None) -> Report:
        """Where a month stands; its lines, total and digest for whoever handles pay."""
        name = self.site(site)
        card = super().month_card(month, name)
        if self.standing.at_site(name, "pay") is Grant.WORDS:
            return card
        return {**card, "lines": None, "total": None, "digest": None}

    def sites(self) -> list[Report]:
        """The sites that may be known."""
        return [self.card("site", site) for site in self.state.site_ids() if self.standing.knows_site(site)]

    def employees(self, site: str | None = None) -> list[Report]:
        """Everybody of a site: staff number, name and department; the rest of whom it is one's to know."""
        found = []
        for row in super().employees(self.site(site)):
            if not self._is_to_know(row["employee"]):
                continue
            relations = self.standing.to_person(self.standing.context.employee(row["employee"]))
            if self.standing.grant(relations, "directory") is Grant.WORDS:
                found.append(row)
            else:
                found.append({name: value if name in _DIRECTORY else None for name, value in row.items()})
        return found

    def evidence(self, name: str | None = None) -> list[Report]:
        """The files on record, as far as the words beside them are one's to read."""
        return super().evidence(name)

    def _telling_of_files(self, owner: str | None) -> list[Recorded]:
        """Those whose words are one's to read; whose they are is noted."""
        gate = gate_of(self.standing, self.head)
        found = [each for each in super()._telling_of_files(owner) if gate(each)]
        for recorded in found:
            if recorded.stream.startswith(OWNED_BY_EMPLOYEES):
                person = self.standing.context.employee(employee_of(recorded.stream))
                self._read(class_of(recorded.event), person, f"evidence #{recorded.position}")
        return found

    # --- tracing ------------------------------------------------------------------------------------

    def history(self, name: str) -> list[Report]:
        """What happened, as far as it is one's to know."""
        kind, thing, _ = self.thing(name)
        entries = super().history(f"{kind}:{thing}")
        if kind == "site":
            return entries
        if kind == "sheet":
            self._require_sheet(thing)
            return entries
        if kind != "employee" and (round_ := self._round_of(kind, thing)) is not None:
            self._require_round(kind, thing, round_)
            self._note("fact", round_.replace("/", ":"), f"log {kind} {thing}")
            return entries
        owner = self._owner(thing) if kind == "employee" else self._owner_of(kind, thing)[0]
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
