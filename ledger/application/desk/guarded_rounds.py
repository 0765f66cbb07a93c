"""Rounds, actions and examinations through somebody's eyes: whose they are to know is asked of the streams they live on."""

from typing import Final

from ledger.access import examined
from ledger.access.classes import Grant
from ledger.application.desk.guarded_reports import GuardedReports
from ledger.application.desk.known import round_relations
from ledger.application.reading.look_base import Report
from ledger.errors import NotEntitled, Unknown
from ledger.events.actions import action_stream
from ledger.events.analyses import analysis_stream
from ledger.events.inspections import inspection_stream
from ledger.events.sittings import sitting_stream
from ledger.state.ids import full_id

_OF_SITTING: Final = ("sitting", "site", "held_on", "retake_of", "declared_on")
"""What whoever sits is told of a sitting."""


class GuardedRounds(GuardedReports):
    """The reports of rounds, of what comes of them, and of examinations, for one person."""

    def inspection(self, name: str) -> Report:
        """A round, for whoever went on it, heads the department or watches over the site."""
        found = self._round_of("inspection", name)
        if found is None:
            return super().inspection(name)
        self._require_round("inspection", name, found)
        self._note("fact", found.replace("/", ":"), found.replace("/", " "))
        return super().inspection(name)

    def inspections(self, month: str, site: str | None = None) -> Report:
        """The rounds of a month that are one's to know; what nobody looked at for whoever knows the site's facts."""
        name = self.site(site)
        report = super().inspections(month, name)
        rounds = [row for row in report["rounds"] if self._knows_round(inspection_stream(row["inspection"]))]
        self._listed(name, f"inspections {month}", rounds, key="by", info="fact")
        if self.standing.at_site(name, "fact") > Grant.NONE:
            return {**report, "rounds": rounds}
        return {**report, "rounds": rounds, "coverage": [], "clauses": []}

    def causes(
        self, month: str, by: str = "clause", scheme: str = "service_quality", site: str | None = None
    ) -> Report:
        """What notices came about by, for whoever knows the site's facts; places are told in words, for who reads them."""
        name = self.site(site)
        self._require_at(name, "fact", f"causes {month}", Grant.WORDS if by == "place" else Grant.FACTS)
        report = super().causes(month, by, scheme, name)
        if by in ("place", "inspector"):
            self._note("fact", f"site:{name}", f"causes {month}")
        return report

    def analyses(self, month: str, site: str | None = None) -> list[Report]:
        """The analyses that are one's to know; of others, which of one's notices have which cause, and no more."""
        found, name = [], self.site(site)
        for row in super().analyses(month, name):
            if self._knows_round(analysis_stream(row["analysis"])):
                found.append(row)
            elif known := [one for one in row["notices"] if self._of_thing("notice", one) > Grant.NONE]:
                found.append({**row, "analysis": None, "notices": known, "by": None, "actions": []})
        self._listed(name, f"analyses {month}", found, key="by", info="fact")
        return found

    def actions(self, only_open: bool = False, site: str | None = None) -> list[Report]:
        """The actions that are one's to know of: opened or owned, of one's department, or of a site one watches over."""
        name = self.site(site)
        rows = super().actions(only_open, name)
        found = [row for row in rows if self._knows_round(action_stream(row["action"]))]
        self._listed(name, "actions", found, key="owner", info="fact")
        return found

    def _knows_round(self, stream: str) -> bool:
        relations = round_relations(self.standing, self.head, stream)
        return self.standing.grant(relations, "fact") > Grant.NONE

    def examination(self, name: str) -> Report:
        """A sitting by paper number, for its markers and whoever knows the site's facts; never for who awaits its result."""
        self._require_sitting(name, f"examination {name}", Grant.FACTS)
        return super().examination(name)

    def _require_sitting(self, name: str, what: str, least: Grant = Grant.WORDS) -> None:
        found = self._round_of("sitting", name)
        if found is not None:
            self._require(self._require_round("sitting", name, found), "fact", least, name)
            self._note("fact", found.replace("/", ":"), what)

    def sittings(self, site: str | None = None) -> list[Report]:
        """The sittings that are one's to know; of one at which one sits, no more than that and its days."""
        found, name = [], self.site(site)
        for row in super().sittings(name):
            if self._knows_round(sitting_stream(row["sitting"])):
                found.append(row)
            elif examined.sits(self.standing, self.head.thing("sitting", row["sitting"])):
                found.append({key: value if key in _OF_SITTING else None for key, value in row.items()})
        if any(row["papers"] is not None for row in found):
            self._note("fact", f"site:{name}", "sittings")
        return found

    def sat(self, sitting: str, employee: str) -> Report:
        """What one's own examination came to."""
        name = full_id(self.state, "sitting", sitting, "sitting")
        told = self.head.thing("sitting", name) if self._round_of("sitting", name) else None
        if told is None or not self.standing.knows_site(told.site):
            raise self.state.here(Unknown("sitting_unknown", sitting=sitting))
        if employee != self.standing.person or not examined.sits(self.standing, told):
            raise NotEntitled("not_yours_to_read", by=self.standing.person, id=name)
        return super().sat(name, employee)

    def examinations(self, employee: str | None = None, site: str | None = None) -> list[Report]:
        """The declared results that are one's to know."""
        name = self.site(site)
        found = [row for row in super().examinations(employee, name) if self._knows(row["employee"])]
        self._listed(name, "examinations", found)
        return found

    def paper(self, sitting: str, number: str) -> list[Report]:
        """What a paper answers, for the markers and whoever watches over the site.

        How answers are marked stands with it, so it is for nobody who awaits the result of one of the questions.
        """
        self._require_sitting(sitting, f"paper {number}")
        report = super().paper(sitting, number)
        if {each["question"]["code"] for each in report} & examined.awaited_questions(self.standing):
            raise NotEntitled("not_yours_to_read", by=self.standing.person, id=f"{sitting} {number}")
        return report

    def checklist(self, area: str | None = None, site: str | None = None) -> list[Report]:
        """The clauses in force, which everybody reads."""
        return super().checklist(area, self.site(site))
