"""What every question asked through somebody's eyes shares: the sites they know, and how much of a record is theirs.

Of what lies outside their site nothing is known to exist.
"""

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from copy import copy
from typing import Self

from ledger.access import event_rights
from ledger.access.classes import Grant, InfoClass
from ledger.access.may import Relations
from ledger.access.standing import Standing
from ledger.aggregates.employee_state import EmployeeState
from ledger.application.desk.known import Known, info_of, relations_of, round_relations
from ledger.application.desk.look_cache import CachedLook
from ledger.application.desk.noting import Noter
from ledger.application.reading.look import Look
from ledger.application.reading.look_base import Report
from ledger.errors import NotEntitled, Unknown
from ledger.events import Recorded
from ledger.state.ids import full_id
from ledger.state.ledger_state import LedgerState
from ledger.state.named import Thing
from ledger.subjects import APART
from ledger.terms import last_day


def gate_of(standing: Standing, head: LedgerState) -> Callable[[Recorded], bool]:
    """What lets the words in an event be opened for somebody. Of a round or a sitting: theirs to know."""

    def may_open(recorded: Recorded) -> bool:
        owner, _, name = recorded.stream.partition("/")
        if owner == "employee":
            return event_rights.may_open(standing, standing.context.employee(name), recorded.event)
        if owner in APART:
            relations = round_relations(standing, head, recorded.stream)
            return standing.grant(relations, "fact") is Grant.WORDS
        return True

    return may_open


class Guarded(CachedLook):
    """What a ledger says to one person. NotEntitled `not_yours_to_read`, `purpose_needed`; Unknown outside their site."""

    def __init__(self, look: Look, standing: Standing, note: Noter, chosen_site: str | None = None) -> None:
        super().__init__(look.rows, look.state, look.now)
        self.head: LedgerState = standing.context.state  # type: ignore[attr-defined]
        self.state.gate = gate_of(standing, self.head)
        self.standing = standing
        self._known = Known(standing)
        self.state.knows = self._known.knows
        self._note = note
        self._first_site = standing.site if chosen_site is None else chosen_site

    # --- who and where ------------------------------------------------------------------------------

    def site(self, site: str | None) -> str:
        """The site asked for, or the chosen one, else one's own. Unknown `site_unknown` also for one not to be known of.

        Where nobody else stands in the lists, any site will do where one ever was.
        """
        name = super().site(self._first_site if site is None else site)
        was_there = self._whose is not None and name in self.standing.state.all_sites
        if not was_there and not self.standing.knows_site(name):
            raise self.state.here(Unknown("site_unknown", site=name))
        return name

    def employee_id(self, given: str, field: str) -> str:
        """The employee meant, of a site that may be known."""
        return self._owner(given, field).employee

    def thing(self, name: str) -> tuple[str, str, str]:
        """What an id names, where it lies at a site that may be known, or concerns the person wherever it lies."""
        from ledger.review import history

        kind, thing, site = history.thing_of(self.state, name)
        if not self._known.knows(kind, thing):
            raise history.nothing_of_that_id(name)
        return kind, thing, self.timezone(site)

    def _owner(self, given: str, field: str = "employee") -> EmployeeState:
        """An employee as they stand today: rights are those of today, whatever past is shown."""
        owner = self.standing.context.employee(full_id(self.state, "employee", given, field))
        if not self.standing.knows(owner) and "line" not in self.standing.to_person(owner):
            raise self.state.here(Unknown("employee_unknown", employee=given))
        return owner

    def _is_to_know(self, employee: str) -> bool:
        """Whether somebody's line in the directory is for the person: whoever has left keeps their own record alone."""
        return self.standing.is_employed or employee == self.standing.person

    def _require_line(self, name: str) -> EmployeeState:
        """Somebody whose line in the directory is for the person. Unknown outside their site; NotEntitled."""
        owner = self._owner(name)
        if not self._is_to_know(owner.employee):
            raise NotEntitled("not_yours_to_read", by=self.standing.person, id=owner.employee)
        return owner

    def _round_of(self, kind: str, given: str) -> str | None:
        """The stream of the round or the sitting on which a thing lives; None: it lives on somebody's."""
        stream = self.head.stream_of(kind, full_id(self.state, kind, given, kind)) or ""
        return stream if stream.partition("/")[0] in APART else None

    def _require_round(self, kind: str, given: str, stream: str) -> Relations:
        """How the person stands to a round or a sitting they may know of. Unknown outside their site; NotEntitled."""
        relations = round_relations(self.standing, self.head, stream)
        if not self.standing.knows_site(str(self.head.site_of(stream))):
            raise self.state.here(Unknown(f"{kind}_unknown", **{kind: given}))
        self._require(relations, "fact", Grant.FACTS, given)
        return relations

    def _owner_of(self, kind: str, given: str) -> tuple[EmployeeState, str]:
        """A thing on somebody's stream, with whose it is, where it is the person's to know of. Unknown."""
        name = full_id(self.state, kind, given, kind)
        if self.state.stream_of(kind, name) is None or not self._known.knows(kind, name):
            raise self.state.here(Unknown(f"{kind}_unknown", **{kind: given}))
        return self.standing.context.owner_of(kind, name), name

    # --- asking -------------------------------------------------------------------------------------

    def _relations(self, owner: EmployeeState, kind: str, name: str) -> Relations:
        return relations_of(self.standing, owner, kind, name)

    def _look_for(self, things: Iterable[Thing]) -> None:
        """Reads in few questions where things live that are asked for one by one, and the records they are on."""
        unasked = [thing for thing in things if thing not in self.standing.grants]
        self.head.reading.find(unasked)
        self.head.load(stream for each in unasked if (stream := self.head.stream_of(*each)) is not None)

    def _of_thing(self, kind: str, name: str) -> Grant:
        found = self.standing.grants.get((kind, name))
        if found is None:
            owner = self.standing.context.owner_of(kind, name)
            found = self.standing.grant(self._relations(owner, kind, name), info_of(kind))
            self.standing.grants[kind, name] = found
        return found

    def _of_month(self, employee: str, month: str, department: str | None = None) -> Grant:
        found = self.standing.grants.get((employee, month, department))
        if found is None:
            owner = self.standing.context.employee(employee)
            relations = self.standing.to_month(owner, month, department, last_day(month))
            found = self.standing.grant(relations, "figures")
            self.standing.grants[employee, month, department] = found
        return found

    def _require(self, relations: Relations, info: InfoClass, needed: Grant, what: str) -> None:
        """NotEntitled `not_yours_to_read`, or `purpose_needed` where saying one would do."""
        if self.standing.grant(relations, info) >= needed:
            return
        if self.standing.lacks_purpose(relations, info):
            raise NotEntitled("purpose_needed", by=self.standing.person, id=what)
        raise NotEntitled("not_yours_to_read", by=self.standing.person, id=what)

    def _require_at(self, site: str, info: InfoClass, what: str, least: Grant = Grant.WORDS) -> None:
        if self.standing.at_site(site, info) < least:
            raise NotEntitled("not_yours_to_read", by=self.standing.person, id=what)

    def note(self, info: InfoClass, subject: str, what: str) -> None:
        """Keeps that others were read of: somebody, or of a list its site, `site:ID`. StoreError `reading_not_noted`."""
        self._note(info, subject, what)

    def _listed(
        self,
        site: str,
        what: str,
        rows: Iterable[Report],
        key: str = "employee",
        info: InfoClass = "figures",
    ) -> None:
        """Keeps that a list was read, where anybody else stands in it: one row for the list."""
        if any(row.get(key) not in (None, self.standing.person) for row in rows):
            self._note(info, f"site:{site}", what)

    def _read(self, info: InfoClass, owner: EmployeeState, what: str) -> None:
        """Keeps that somebody else's record was read."""
        if owner.employee != self.standing.person:
            self._note(info, owner.employee, what)

    def of_oneself(self) -> Self:
        """The same look in whose lists nobody else stands, for less work."""
        other = copy(self)
        other.rows, other._whose = self.rows.of_person(self.standing.person), self.standing.person
        return other

    def noting_together(self) -> AbstractContextManager[None]:
        """What is read meanwhile is noted at its end, in one piece, before any of it is shown."""
        return self._note.together()

    def timezone(self, site: str | None = None) -> str:
        """The time zone of a site, or that of the chosen one, else one's own."""
        return super().timezone(self._first_site if site is None else site)
