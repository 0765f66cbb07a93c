"""A look through somebody's eyes: every report and card of `Look`, without the rows and words that are not theirs."""

from typing import Final

from ledger.access.classes import Grant, class_of
from ledger.aggregates.employee_state import EmployeeState
from ledger.application.desk.guarded import gate_of
from ledger.application.desk.guarded_tracing import GuardedTracing
from ledger.application.desk.known import info_of
from ledger.application.reading.look_base import Report
from ledger.errors import NotEntitled, Unknown
from ledger.events import Recorded
from ledger.events.employees import employee_of, is_somebodys
from ledger.state.ids import full_id

_DIRECTORY: Final = ("employee", "name", "department")


class GuardedLook(GuardedTracing):
    """What a ledger says to one person. NotEntitled `not_yours_to_read`, `purpose_needed`; Unknown outside their site."""

    def card(self, kind: str, name: str) -> Report:
        """One thing, with the words that are one's to read; of a colleague the directory's line."""
        if kind == "site":
            return super().card(kind, self.site(full_id(self.state, "site", name, "site")))
        if kind == "employee":
            return self._person(self._require_line(name))
        if kind == "sheet":
            site, card = self._require_sheet(name), super().card(kind, name)
            self._note("fact", f"site:{site}", f"sheet {card['sheet']}")
            return card
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

    def _require_owned(self, kind: str, name: str) -> tuple[EmployeeState, str]:
        """A thing on somebody's stream of which any fact is the person's to read, and whose it is. Unknown; NotEntitled."""
        owner, thing = self._owner_of(kind, name)
        self._require(self._relations(owner, kind, thing), info_of(kind), Grant.FACTS, thing)
        return owner, thing

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
            if is_somebodys(recorded.stream):
                person = self.standing.context.employee(employee_of(recorded.stream))
                self._read(class_of(recorded.event), person, f"evidence #{recorded.position}")
        return found
