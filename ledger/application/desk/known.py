"""What somebody is to know of at all, and what a refusal may tell them: no more than reading the same thing would.

Outside the sites that may be known nothing is there for them. Of what is there, a command about it says as much as its page.
"""

from collections.abc import Iterator
from typing import Any

from ledger.access import examined, sheets
from ledger.access.classes import Grant, InfoClass
from ledger.access.may import Relations
from ledger.access.standing import Standing
from ledger.aggregates.employee_state import EmployeeState
from ledger.application.recording.command_completion import made_by
from ledger.commands import REFERENCES, Command, things_named
from ledger.errors import LedgerError, NotEntitled, Refusal, Unknown
from ledger.events.employees import is_somebodys
from ledger.state.ids import full_id
from ledger.state.ledger_state import LedgerState
from ledger.subjects import APART
from ledger.terms import last_day

_PLACES = ("employee", "site")
"""What is known or not, and has no facts beside that."""
_MOVES_TO = ("reassign_employee", "site")
"""The site somebody moves to, which whoever moves them need not know."""
_PRESENT = "present"
"""The field of people of whom nothing but that they are there is decided."""


def info_of(kind: str) -> InfoClass:
    """The class of what a thing that lives on somebody's stream says."""
    return "case" if kind == "appeal" else "fact"


def relations_of(standing: Standing, owner: EmployeeState, kind: str, name: str) -> Relations:
    """How somebody stands to a thing that lives on a person's stream."""
    thing = owner.things[kind][name]
    if kind == "notice":
        return standing.to_notice(owner, thing)
    if kind == "appeal":
        return standing.to_appeal(owner, thing)
    if kind == "finding":
        return standing.to_finding(owner, thing)
    if kind == "sanction":
        return standing.to_sanction(owner, thing)
    if kind == "case":
        return standing.to_notice(owner, owner.notices[thing.notice])
    if kind == "check":
        return sheets.to_check(standing, owner, thing)
    if kind == "objection":
        return sheets.to_objection(standing, owner, thing)
    return standing.to_person(owner, getattr(thing, "month", None))


def round_relations(standing: Standing, head: LedgerState, stream: str) -> Relations:
    """How somebody stands to a round, a sitting, an action and the like, by its stream: who made or owns it issued it."""
    kind, _, name = stream.partition("/")
    told = head.thing(kind, name)
    if kind == "sitting":
        return examined.to_sitting(standing, told)
    people = {getattr(told, field, None) for field in ("by", "opened_by", "owner")}
    people |= {*getattr(told, "with_", ())}
    return standing.to_round(told.site, getattr(told, "department", None), people)


def state_of(standing: Standing) -> LedgerState:
    """The ledger as it stands, in which ids are completed to what somebody may know of alone."""
    state = LedgerState(standing.context.state.log)  # type: ignore[attr-defined]
    state.knows = Known(standing).knows
    return state


def is_about(standing: Standing, notice: str, employee: str) -> bool:
    """Whether a notice, by its id as typed, is about somebody; nothing is noted as read by this. Unknown."""
    name = full_id(state_of(standing), "notice", notice, "notice")
    return standing.context.owner_of("notice", name).employee == employee


class Known:
    """What one person is to know of, as of today."""

    def __init__(self, standing: Standing) -> None:
        self._standing = standing
        self._head: LedgerState = standing.context.state  # type: ignore[attr-defined]

    def knows(self, kind: str, name: str) -> bool:
        """Whether a thing that is recorded lies at a site that may be known, or concerns the person wherever it lies."""
        standing = self._standing
        if kind == "site":
            return standing.knows_site(name)
        if kind == "employee":
            owner = standing.context.employee(name)
            return standing.knows(owner) or "line" in standing.to_person(owner)
        stream = str(self._head.stream_of(kind, name))
        if not is_somebodys(stream):
            return standing.knows_site(str(self._head.site_of(stream)))
        owner = standing.context.owner_of(kind, name)
        month = getattr(owner.things[kind][name], "month", None)
        known = standing.knows(owner) if month is None else standing.knows_site(owner.site_in(month))
        return known or bool(relations_of(standing, owner, kind, name))

    def require(self, command: Command) -> None:
        """That what a command is about is the person's to know of; what it makes is not there yet. Unknown, NotEntitled."""
        about = REFERENCES.get(command.subject.partition("{")[2].partition("}")[0])
        for kind, name in self._recorded(command):
            if kind in _PLACES:
                continue  # people and sites elsewhere may be named: who moves there, and whom one reports to
            self.require_known(kind, name)
            apart = str(self._head.stream_of(kind, name)).partition("/")[0] in APART
            if kind == about and apart and not self._sees(kind, name):
                raise NotEntitled("not_yours_to_read", by=self._standing.person, id=name)

    def require_present(self, command: Command) -> None:
        """That whoever was present, where a command that is decided names anybody, is known. Unknown `employee_unknown`."""
        for name in getattr(command, _PRESENT, None) or ():
            self.require_known("employee", name)

    def told(self, command: Command, refusal: Refusal) -> LedgerError:
        """What is said of a command that is refused: of a thing whose facts are not the person's, that and nothing else."""
        said: set[object] = {value for value in refusal.fields.values() if isinstance(value, str)}
        said |= {getattr(command, field, None) for field in _PLACES if (command.do, field) != _MOVES_TO}
        for kind, name in self._recorded(command):
            if kind in _PLACES and name not in said:
                continue
            try:
                self.require_known(kind, name)
            except Unknown as unknown:
                return unknown
            if not self._sees(kind, name):
                return NotEntitled("not_yours_to_read", by=self._standing.person, id=name)
        return refusal

    def _recorded(self, command: Command) -> Iterator[tuple[str, str]]:
        """What a command names that is recorded, without what it makes."""
        made = made_by(command.do)
        for kind, name in things_named(command):
            if kind != made and self._head.stream_of(kind, name) is not None:
                yield kind, name

    def require_known(self, kind: str, name: str) -> None:
        """Unknown for what is recorded, and not the person's to know of."""
        if not self.knows(kind, name):
            named: dict[str, Any] = {kind: name}
            raise self._head.here(Unknown(f"{kind}_unknown", **named))

    def require_if_there(self, kind: str, name: str) -> None:
        """The same for what may not be recorded, which is told when it is decided."""
        if self._head.stream_of(kind, name) is not None:
            self.require_known(kind, name)

    def require_seen(self, kind: str, name: str) -> None:
        """That a thing, where it is recorded, is the person's to know of, and one to read. Unknown, NotEntitled."""
        if self._head.stream_of(kind, name) is None:
            return
        self.require_known(kind, name)
        if not self._sees(kind, name):
            raise NotEntitled("not_yours_to_read", by=self._standing.person, id=name)

    def may_see(self, kind: str, name: str) -> bool:
        """Whether a thing is one to read; what is not recorded hides nothing."""
        if self._head.stream_of(kind, name) is None:
            return True
        return self.knows(kind, name) and self._sees(kind, name)

    def _sees(self, kind: str, name: str) -> bool:
        """Whether any fact of a thing is the person's to read, as in the department of its month."""
        standing = self._standing
        stream = "" if kind in _PLACES else str(self._head.stream_of(kind, name))
        if is_somebodys(stream):
            owner = standing.context.owner_of(kind, name)
            relations = relations_of(standing, owner, kind, name)
            month = getattr(owner.things[kind][name], "month", None)
            if month is not None and kind != "appeal":
                relations = relations | standing.to_month(owner, month, None, last_day(month))
            return standing.grant(relations, info_of(kind)) > Grant.NONE
        if stream.partition("/")[0] in APART:
            relations = round_relations(standing, self._head, stream)
            return standing.grant(relations, "fact") > Grant.NONE
        return True
