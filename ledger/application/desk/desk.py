"""The one door to a ledger for everything outside: a desk is a ledger in somebody's hands.

For whoever keeps the files it is the ledger itself. For a person it gives what `ledger.access` grants them today, lets them
act in their own name alone, and keeps a note of each reading of somebody else's record before it is shown.
"""

import json
from collections.abc import Callable, Hashable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import date, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from ledger.access.acts import SECOND_ABOVE
from ledger.access.classes import Grant
from ledger.access.standing import Standing
from ledger.access.viewer import Keeper, Person, Viewer
from ledger.application.desk.guarded_look import GuardedLook
from ledger.application.desk.known import Known
from ledger.application.desk.menu import MENU
from ledger.application.desk.noting import Noter
from ledger.application.desk.warm import Warm
from ledger.application.ledger import Ledger
from ledger.application.reading.look import Look
from ledger.application.recording.previewed import digest_of
from ledger.errors import LedgerError, NotEntitled, StoreError, WrongState
from ledger.projections.anew import Progress
from ledger.state.ledger_context import LedgerContext
from ledger.state.ledger_state import LedgerState
from ledger.store.beside import Beside
from ledger.store.key_locations import desk_place
from ledger.store.readings import Readings

if TYPE_CHECKING:
    from ledger.application.backups import Backups
    from ledger.application.desk.proposals import Proposing
    from ledger.application.desk.transcribing import Transcribing
    from ledger.application.evidence import Evidence
    from ledger.application.examination import Examination
    from ledger.application.exports import Exports
    from ledger.application.papers import Papers
    from ledger.application.people import People
    from ledger.application.policies import Policies
    from ledger.application.proving.proofs import Proofs
    from ledger.application.proving.witness import Witnesses
    from ledger.application.recording.applied import Applied
    from ledger.application.recording.imports import Imports
    from ledger.application.recording.recording import Recording
    from ledger.application.review import Review
    from ledger.application.upgrade import Upgrade

__all__ = ["SECOND_ABOVE", "Beside", "Desk", "Keeper", "Person", "Readings", "Viewer", "desk_place"]

KEEPER: Final = Keeper()


class Desk(Ledger):
    """A ledger for one viewer. What a person may not have of it is refused: NotEntitled `not_yours_to_read`.

    `purpose` is what a person says they need words for; `readings` keeps what they read.
    """

    def __init__(
        self,
        url: str,
        ledger: str | None = None,
        *,
        viewer: Viewer = KEEPER,
        purpose: str | None = None,
        readings: Readings | None = None,
        **clock_and_operator: Any,
    ) -> None:
        super().__init__(url, ledger, **clock_and_operator)
        self.viewer = viewer
        self.purpose = purpose
        self.readings = readings
        self.warm: Warm | None = None
        self.second_above = SECOND_ABOVE
        """Of how many lines a close is at most that one person makes."""
        if self.clock_is_right:
            self.require_keeper("--clock-is-right")

    @classmethod
    def at(
        cls,
        ledger: Ledger,
        viewer: Viewer,
        *,
        purpose: str | None = None,
        readings: Readings | None = None,
        operator: str | None = None,
    ) -> "Desk":
        """A desk at a ledger that is open already, and stays with whoever opened it."""
        desk = object.__new__(cls)
        desk.log, desk.projections, desk.now = ledger.log, ledger.projections, ledger.now
        desk.operator = ledger.operator if operator is None else lambda: operator
        desk.clock_is_right = ledger.clock_is_right and isinstance(viewer, Keeper)
        desk.viewer, desk.purpose, desk.readings = viewer, purpose, readings
        desk.warm = getattr(ledger, "warm", None)
        desk.second_above = ledger.second_above if isinstance(ledger, Desk) else SECOND_ABOVE
        return desk

    def keep_warm(self) -> None:
        """From now on rights and answers are kept from one request to the next: for a process that serves many."""
        self.warm = Warm(self.log)

    @contextmanager
    def warmed(self) -> Iterator[None]:
        """Rights told meanwhile come from what is kept, where it is. Not around anything that records."""
        if self.warm is None or self.person is None or self.log.verified.is_collecting:
            yield
            return
        with self.warm.turn():
            yield

    def acting(self, operator: str | None = None, now: datetime | None = None) -> "Desk":
        """The same desk for one call or some, typed by this operator, at this instant (UTC)."""
        other = Desk.at(self, self.viewer, purpose=self.purpose, readings=self.readings, operator=operator)
        if now is not None:
            other.now = lambda: now
        return other

    # --- who ----------------------------------------------------------------------------------------

    @property
    def person(self) -> str | None:
        """The staff number of whoever looks; None: whoever keeps the files."""
        return self.viewer.employee if isinstance(self.viewer, Person) else None

    def standing(self, state: LedgerState | None = None) -> Standing:
        """The rights of the person today. Unknown `employee_unknown`, also of somebody who is erased."""
        person = self.person
        assert person is not None, "whoever keeps the files has no standing"
        if self.warm is not None and self.warm.is_mine and state is None:
            return self.warm.standing(person, self.purpose, self.now())
        self.log.require()
        return Standing(person, LedgerContext(state or LedgerState(self.log), self.now()), self.purpose)

    def memory(self) -> LedgerState:
        """The ledger as it is now, to be read alone: what is kept of it in this thread's turn, where anything is."""
        if self.warm is not None and self.warm.is_mine:
            return self.warm.memory()
        self.log.require()
        return LedgerState(self.log)

    def one_state(self) -> AbstractContextManager[None]:
        """Whatever is asked meanwhile is asked of one state of the ledger. Not around anything that records."""
        return nullcontext() if self.warm is None else self.warm.turn()

    def drawn(self, asked: Hashable, draw: Callable[[], str]) -> str:
        """A part of a page, kept as it is drawn for the person: see `Warm.drawn`."""
        if self.warm is None or self.person is None:
            return draw()
        return self.warm.drawn(self.person, self.purpose, self.now(), asked, draw)

    def _require(self) -> None:
        if self.warm is None or not self.warm.has_looked:
            super()._require()

    def _end(self) -> int:
        return self.warm.end[0] if self.warm is not None and self.warm.has_looked else super()._end()

    def _state_at(self, position: int | None) -> LedgerState:
        """As a ledger has it; with what is kept of its end, where that is asked for in this thread's turn."""
        if self.warm is not None and self.warm.is_mine and not self.log.verified.is_collecting:
            return self.warm.state_at(position)
        return super()._state_at(position)

    def today(self) -> date:
        """Which day it is where the person is."""
        with self.warmed():
            return self.standing().today

    def require_keeper(self, what: str) -> None:
        """NotEntitled `not_yours_to_read` for any person: what is whoever keeps the files' alone."""
        if self.person is not None:
            raise NotEntitled("not_yours_to_read", by=self.person, id=what)

    # --- looking ------------------------------------------------------------------------------------

    @contextmanager
    def look(self, as_of: int | str | None = None) -> Iterator[Look]:
        """One state of the ledger, as `Ledger.look`, through the viewer's eyes."""
        with self.warmed(), super().look(as_of) as look:
            yield look if self.person is None else self._guarded(look, as_of is not None)

    @contextmanager
    def look_at_log(self, as_of: int | str | None = None) -> Iterator[Look]:
        """The same from the log alone."""
        with self.warmed(), super().look_at_log(as_of) as look:
            yield look if self.person is None else self._guarded(look, as_of is not None)

    def _guarded(self, look: Look, is_past: bool) -> Look:
        if isinstance(look, GuardedLook):
            return look
        standing = self.standing()
        noter = Noter(self.readings, self.now(), standing.person, self.purpose, look.position)
        guarded = GuardedLook(look, standing, noter)
        if self.warm is not None and self.warm.is_mine:
            guarded.keep_in(self.warm.values, is_past, self.warm.since)
        return guarded

    def position_of(self, as_of: str) -> int:
        """As a ledger has it; that before an appeal was decided is told to whoever may read how it stands.

        Unknown `appeal_unknown`, NotEntitled `not_yours_to_read`.
        """
        kind, _, name = as_of.partition(":")
        if self.person is not None and kind == "appeal" and name:
            with self.warmed():
                Known(self.standing()).require_seen(kind, name)
        return super().position_of(as_of)

    def site_ids(self, as_of: int | None = None) -> list[str]:
        """The ids of the sites that may be known, sorted."""
        found = super().site_ids(as_of)
        if self.person is None:
            return found
        with self.warmed():
            standing = self.standing()
            return [site for site in found if standing.knows_site(site)]

    def site_names(self, as_of: int | None = None) -> dict[str, str]:
        """The sites that may be known, each with its name."""
        with self.look_at_log(as_of) as look:
            return {site: look.state.site(site).name for site in self.site_ids(as_of)}

    def names(self, employees: Iterable[str], as_of: int | None = None) -> dict[str, str]:
        """The names of some employees, of sites that may be known."""
        if self.person is None:
            return super().names(employees, as_of)
        with self.warmed():
            found = super().names(employees, as_of)
            standing = self.standing()
            known = standing.context.employee
            return {name: called for name, called in found.items() if standing.knows(known(name))}

    def ids(self, kind: str, prefix: str, limit: int = 50) -> list[str]:
        """The ids of a kind that begin so, for whoever keeps the files."""
        return super().ids(kind, prefix, limit) if self.person is None else []

    def elsewhere(self, folder: str) -> Ledger:
        """A ledger of its own in a folder, for whoever keeps the files."""
        self.require_keeper("ledger")
        return super().elsewhere(folder)

    def rebuild(self, progress: Progress | None = None) -> int:
        """Draws every projection anew, for whoever keeps the files."""
        self.require_keeper("rebuild")
        return super().rebuild(progress)

    def project(self) -> tuple[int, int]:
        """Catches the projections up, for whoever keeps the files."""
        self.require_keeper("project")
        return super().project()

    def rebuild_month(self, month: str, site: str | None = None) -> int:
        """Draws one month anew, for whoever keeps the files."""
        self.require_keeper("rebuild")
        return super().rebuild_month(month, site)

    # --- acting -------------------------------------------------------------------------------------

    def preview(self, values: dict[str, Any]) -> tuple["Applied", str]:
        """What a command would record and change now, and the digest of that, which `submit` takes as seen."""
        tried = self.record.typed(values, dry_run=True)
        return tried, digest_of(tried)

    def submit(self, values: dict[str, Any], seen: str | None = None) -> "Applied":
        """Records a command, if it still changes what was seen. WrongState `impact_changed` where it does not.

        A command sent before under the same key is found again, whatever has changed since.
        """
        if seen is not None:
            tried, digest = self.preview(values)
            if not tried.skips and digest != seen:
                raise WrongState("impact_changed")
        return self.record.typed(values)

    def record_each(
        self, lines: Iterable[bytes], allowed: Callable[[dict[str, Any]], None], dry_run: bool = False
    ) -> "Applied":
        """Records a person's file of commands, each in their own name, or none; `allowed` raises for one it refuses."""
        from ledger.application.desk.recording import OwnRecording

        assert isinstance(self.record, OwnRecording), "whoever keeps the files applies a file"
        return self.record.each(lines, allowed, dry_run)

    def could(self, values: dict[str, Any]) -> bool:
        """Whether a command like this one would be allowed to the person now: the deciders themselves are asked."""
        if self.warm is None or self.person is None:
            return self._could(values)
        asked = json.dumps(values, sort_keys=True)
        return self.warm.possible(self.person, self.now(), asked, lambda: self._could(values))

    def _could(self, values: dict[str, Any]) -> bool:
        try:
            self.record.typed(values, dry_run=True, figures=False)
        except StoreError:
            raise
        except LedgerError:
            return False
        return True

    def menu(self) -> frozenset[str]:
        """What the person has any use for, of `due`, `own`, `notices`, `appeals`, `months`, `payroll`, `people`, …"""
        return self.menu_and_name()[0]

    def menu_and_name(self) -> tuple[frozenset[str], str]:
        """The same with the person's own name, as of now; whoever keeps the files has none."""
        if self.person is None:
            return frozenset(MENU), ""
        with self.warmed():
            standing = self.standing()
            offices, name = set(standing.offices(standing.site)), standing.state.name
        return frozenset(entry for entry, needed in MENU.items() if not needed or offices & needed), name

    @cached_property
    def proposing(self) -> "Proposing":
        """What takes a second person: proposed by one, confirmed by another."""
        from ledger.application.desk.proposals import Proposing

        return Proposing(self)

    @cached_property
    def transcribing(self) -> "Transcribing":
        """What came on paper, typed for whoever wrote it."""
        from ledger.application.desk.transcribing import Transcribing

        return Transcribing(self)

    # --- parts --------------------------------------------------------------------------------------

    @cached_property
    def record(self) -> "Recording":
        """What is recorded: by a person in their own name alone."""
        from ledger.application.desk.recording import OwnRecording
        from ledger.application.recording.recording import Recording

        return Recording(self) if self.person is None else OwnRecording(self)

    @cached_property
    def review(self) -> "Review":
        """What reviewers ask."""
        from ledger.application.desk.parts import OwnReview
        from ledger.application.review import Review

        return Review(self) if self.person is None else OwnReview(self)

    @cached_property
    def people(self) -> "People":
        """What the people on record may ask: each about themselves."""
        from ledger.application.desk.parts import OwnPeople
        from ledger.application.people import People

        return People(self) if self.person is None else OwnPeople(self)

    @cached_property
    def proofs(self) -> "Proofs":
        """Checkpoints and keys for everybody, receipts of one's own record, verification for the auditor."""
        from ledger.application.desk.parts import OwnProofs
        from ledger.application.proving.proofs import Proofs

        return Proofs(self) if self.person is None else OwnProofs(self)

    @cached_property
    def policies(self) -> "Policies":
        """The policy book, which everybody reads."""
        from ledger.application.desk.policies import OwnPolicies
        from ledger.application.policies import Policies

        return Policies(self) if self.person is None else OwnPolicies(self)

    @cached_property
    def exports(self) -> "Exports":
        """Files for other programs, for whoever handles pay."""
        from ledger.application.exports import Exports

        if self.person is not None:
            standing = self.standing()
            if standing.at_site(standing.site, "pay") != _ALL:
                self.require_keeper("exports")
        return Exports(self)

    @cached_property
    def papers(self) -> "Papers":
        """Printed forms, for whoever keeps the files."""
        from ledger.application.papers import Papers

        self.require_keeper("papers")
        return Papers(self)

    @cached_property
    def imports(self) -> "Imports":
        """Spreadsheets as offices have them, for whoever keeps the files; what pay took, for finance."""
        from ledger.application.desk.imports import OwnImports
        from ledger.application.recording.imports import Imports

        return Imports(self) if self.person is None else OwnImports(self)

    @cached_property
    def examination(self) -> "Examination":
        """The question banks: how answers are marked is no candidate's to read."""
        from ledger.application.desk.examination import OwnExamination
        from ledger.application.examination import Examination

        return Examination(self) if self.person is None else OwnExamination(self)

    @cached_property
    def upgrade(self) -> "Upgrade":
        """Bringing an earlier ledger up, for whoever keeps the files."""
        from ledger.application.upgrade import Upgrade

        self.require_keeper("upgrade")
        return Upgrade(self)

    @cached_property
    def witness(self) -> "Witnesses":
        """Witnesses, for whoever keeps the files."""
        from ledger.application.proving.witness import Witnesses

        self.require_keeper("witness")
        return Witnesses(self)

    @cached_property
    def evidence(self) -> "Evidence":
        """Evidence files, as far as the words beside them are the person's to read."""
        from ledger.application.desk.parts import OwnEvidence
        from ledger.application.evidence import Evidence

        return Evidence(self) if self.person is None else OwnEvidence(self)

    @cached_property
    def backups(self) -> "Backups":
        """Backups, for whoever keeps the files."""
        from ledger.application.backups import Backups

        self.require_keeper("backups")
        return Backups(self)


_ALL: Final = Grant.WORDS
