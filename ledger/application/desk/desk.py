"""The one door to a ledger for everything outside: a desk is a ledger in somebody's hands.

For whoever keeps the files it is the ledger itself. For a person it gives what `ledger.access` grants them today, lets them
act in their own name alone, and keeps a note of each reading of somebody else's record before it is shown.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any

from ledger.access.acts import SECOND_ABOVE
from ledger.access.classes import InfoClass
from ledger.access.viewer import Keeper, Person, Viewer
from ledger.application.desk.guarded_look import GuardedLook
from ledger.application.desk.handed_parts import HandedParts
from ledger.application.desk.known import Known
from ledger.application.desk.menu import MENU, entries_of
from ledger.application.desk.noting import Noter
from ledger.application.desk.place import Place, place_of
from ledger.application.ledger import Ledger
from ledger.application.reading.look import Look
from ledger.application.recording.previewed import digest_of
from ledger.errors import LedgerError, StoreError
from ledger.store.beside import Beside, Transaction
from ledger.store.key_locations import desk_place
from ledger.store.readings import Readings
from ledger.store.readings_chain import Pruned

if TYPE_CHECKING:
    from ledger.application.recording.applied import Applied

__all__ = [
    "SECOND_ABOVE",
    "Beside",
    "Desk",
    "Keeper",
    "Person",
    "Pruned",
    "Readings",
    "Transaction",
    "Viewer",
    "desk_place",
]


class Desk(HandedParts):
    """A ledger for one viewer. What a person may not have of it is refused: NotEntitled `not_yours_to_read`."""

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
        desk.chosen_site = ledger.chosen_site if isinstance(ledger, Desk) else None
        return desk

    def acting(self, operator: str | None = None, now: datetime | None = None) -> "Desk":
        """The same desk for one call or some, typed by this operator, at this instant (UTC)."""
        other = Desk.at(self, self.viewer, purpose=self.purpose, readings=self.readings, operator=operator)
        if now is not None:
            other.now = lambda: now
        return other

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
        guarded = GuardedLook(look, standing, noter, self.chosen_site)
        if self.warm is not None and self.warm.is_mine:
            guarded.keep_in(self.warm.answers, is_past, self.warm.since)
        return guarded

    def note(self, info: InfoClass, what: str, *subjects: str) -> None:
        """Keeps that others are read of without a look: each by number, of a list its site, `site:ID`. StoreError.

        `reading_not_noted`: then nothing is shown.
        """
        if self.readings is None:
            return
        with self.look_at_log() as look:
            if isinstance(look, GuardedLook):
                with look.noting_together():
                    for each in subjects:
                        look.note(info, each, what)

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

    # --- acting -------------------------------------------------------------------------------------

    def preview(self, values: dict[str, Any]) -> tuple["Applied", str]:
        """What a command would record and change now, and the digest of that, which `submit` takes as seen."""
        tried = self.record.typed(values, dry_run=True)
        return tried, digest_of(tried)

    def submit(self, values: dict[str, Any], seen: str | None = None) -> "Applied":
        """Records a command, if it still changes what was seen. WrongState `impact_changed` where it does not.

        A command sent before under the same key is found again, whatever has changed since.
        """
        if seen is None:
            return self.record.typed(values)
        from ledger.application.desk.as_seen import RecordingAsSeen
        from ledger.application.desk.recording import OwnRecording

        part = RecordingAsSeen if self.person is None else OwnRecording
        return part(self).as_seen(values, lambda tried: digest_of(tried) == seen)

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
        """What the person has any use for at any site, of `due`, `own`, `notices`, `appeals`, `months`, `payroll`, …"""
        return self.menu_and_name()[0]

    def menu_and_name(self) -> tuple[frozenset[str], str]:
        """The same with the person's own name, as of now; whoever keeps the files has none."""
        if self.person is None:
            return frozenset(MENU), ""
        with self.warmed():
            standing = self.standing()
            offices, name = standing.all_offices, standing.state.name
        return entries_of(offices), name

    def place(self, entry: str | None, given: str = "") -> Place:
        """Where a page of an entry of the menu is: at the site that is given, or where the person has use for it."""
        with self.warmed():
            return place_of(self.standing(), entry, given)
