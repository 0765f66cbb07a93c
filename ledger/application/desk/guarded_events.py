"""Events through somebody's eyes: each by its position for whoever may read it, the journal for whoever sees all."""

from typing import Any

from ledger.access import event_rights, examined
from ledger.access.classes import Grant, class_of
from ledger.aggregates.employee_state import EmployeeState
from ledger.application.desk.guarded_appraisal import GuardedAppraisal
from ledger.application.reading.look_base import Report
from ledger.errors import NotEntitled, Unknown
from ledger.events import Recorded
from ledger.events.employees import employee_of, is_somebodys
from ledger.events.questions import QuestionsAdopted
from ledger.subjects import APART


class GuardedEvents(GuardedAppraisal):
    """The events of a ledger, for one person."""

    def journal(self, by: str | None = None, **asked: Any) -> list[Report]:
        """For whoever may see the events themselves, with the words sealed that are not theirs."""
        self._require_at(self.site(None), "raw", "log")
        entries = super().journal(by, **asked)
        self._note("raw", f"site:{self.standing.site}", "log")
        return [entry if self._reads_questions(entry) else _without_document(entry) for entry in entries]

    def _reads_questions(self, entry: Report) -> bool:
        """Whether a bank that an event adopted is one's to read: it says how answers are marked."""
        if entry["kind"] != QuestionsAdopted.kind:
            return True
        site = entry["fields"]["site"] or self.standing.site
        asked = {question["code"] for question in entry["fields"]["document"]["questions"]}
        reads = Grant.WORDS in (self.standing.at_site(site, "fact"), self.standing.at_site(site, "raw"))
        return reads and not asked & examined.awaited_questions(self.standing)

    def event_at(self, position: int) -> list[Report]:
        """An event of one's own record, of a case one decides, or any for whoever may see them."""
        owner, found = self._require_event(position)
        entries = super().event_at(position)
        if owner is not None:
            self._read("raw", owner, f"#{position}")
        elif found is not None and (subject := self._list_of(found)) is not None:
            self._note("raw", subject, f"#{position}")
        return entries

    def _list_of(self, found: Recorded) -> str | None:
        """Of which round or site an event on nobody's stream tells of people; None: it tells of none."""
        kind = found.stream.partition("/")[0]
        if kind in APART:
            return found.stream.replace("/", ":")
        tells = kind == "appraisal" or class_of(found.event) != "fact"
        return f"site:{self.head.site_of(found.stream)}" if tells else None

    def _require_event(self, position: int) -> tuple[EmployeeState | None, Recorded | None]:
        """On whose stream an event stands that is one's to read (None: on nobody's), and the event. Unknown; NotEntitled."""
        found = next(iter(self.state.log.events(position - 1, position)), None) if position > 0 else None
        if found is None:
            super().event_at(position)
            return None, None
        if not is_somebodys(found.stream):
            self._require_nobodys(found)
            return None, found
        owner = self._owner(employee_of(found.stream))
        relations = event_rights.to_event(self.standing, owner, found.event)
        self._require(relations, "raw", Grant.FACTS, f"#{position}")
        if not event_rights.sees(self.standing, owner, found.event):
            raise NotEntitled("not_yours_to_read", by=self.standing.person, id=f"#{position}")
        return owner, found

    def _require_nobodys(self, found: Recorded) -> None:
        """An event on nobody's stream: what is of a site that may not be known is not there. Unknown; NotEntitled."""
        kind, _, name = found.stream.partition("/")
        site, what = self.head.site_of(found.stream), f"#{found.position}"
        named = getattr(found.event, "employee", None)
        own = named == self.standing.person
        if site is not None and not own and not self.standing.knows_site(site):
            raise Unknown("nothing_at_position", position=found.position)
        if named is not None and not self._is_to_know(named):
            raise NotEntitled("not_yours_to_read", by=self.standing.person, id=what)
        if kind in APART:
            self._require_round(kind, name, found.stream)
        info, department = class_of(found.event), name.partition("/")[2].partition("/")[2]
        if site is not None and info != "fact":
            self._require_at(site, info, what)
        if kind == "appraisal" and not self._sees_sheets(str(site), department):
            raise NotEntitled("not_yours_to_read", by=self.standing.person, id=what)
        if found.event.kind == QuestionsAdopted.kind and not all(
            map(self._reads_questions, super().event_at(found.position))
        ):
            raise NotEntitled("not_yours_to_read", by=self.standing.person, id=what)


def _without_document(entry: Report) -> Report:
    """An adoption without what was adopted."""
    return {**entry, "fields": {**entry["fields"], "document": None}}
