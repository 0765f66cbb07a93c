"""One ledger: what is outside opens it, and calls its parts and nothing deeper.

Each part is imported when it is first used, so that a command pays for what it needs. Threads may share a ledger: a
look is of the thread that takes it, and a write unit of the thread that records.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Self

from ledger import clock
from ledger.application.reading.as_of import now_of, position_of
from ledger.application.reading.look import Look
from ledger.projections.anew import Progress
from ledger.projections.projections import Projections
from ledger.projections.stand import drawn_at
from ledger.reports.names import names_of
from ledger.reports.source import ProjectionRows, StateRows
from ledger.state.ledger_state import LedgerState
from ledger.store.log import Log

if TYPE_CHECKING:
    from ledger.application.backups import Backups
    from ledger.application.evidence import Evidence
    from ledger.application.examination import Examination
    from ledger.application.exports import Exports
    from ledger.application.papers import Papers
    from ledger.application.people import People
    from ledger.application.policies import Policies
    from ledger.application.proving.proofs import Proofs
    from ledger.application.proving.witness import Witnesses
    from ledger.application.reading.reports import Reports
    from ledger.application.recording.imports import Imports
    from ledger.application.recording.recording import Recording
    from ledger.application.review import Review
    from ledger.application.upgrade import Upgrade
    from ledger.store.proving import Proven


class Ledger:
    """A ledger by its URL, which may name one of several (`?ledger=`).

    `now` and `operator` are the clock and whoever types, asked at each call; `acting` gives both for some calls only.
    """

    def __init__(
        self,
        url: str,
        ledger: str | None = None,
        *,
        now: Callable[[], datetime] = clock.now,
        operator: Callable[[], str] = clock.operator,
        clock_is_right: bool = False,
    ) -> None:
        self.log = Log(url, ledger)
        self.projections = Projections(self.log)
        self.now = now
        self.operator = operator
        self.clock_is_right = clock_is_right
        """Whether whoever records vouches for a clock that lies far from what was recorded last."""

    def acting(self, operator: str | None = None, now: datetime | None = None) -> "Ledger":
        """The same ledger for one call or some, typed by this operator, at this instant (UTC).

        It shares everything but these with the ledger it comes from, which is the one to be closed.
        """
        other = object.__new__(Ledger)
        other.log, other.projections = self.log, self.projections
        other.now = self.now if now is None else lambda: now
        other.clock_is_right = self.clock_is_right
        other.operator = self.operator if operator is None else lambda: operator
        return other

    def elsewhere(self, folder: str) -> "Ledger":
        """A ledger of its own in a folder, with the same clock and operator."""
        return Ledger(f"sqlite:///{folder}/kaoji.db", now=self.now, operator=self.operator)

    def close(self) -> None:
        """Lets go of the databases."""
        self.log.close()
        self.projections.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, _: object, error: BaseException | None, *__: object) -> None:
        """StoreError `ledger_damaged`, `sheet_unreadable` where an error comes of what somebody has put there."""
        try:
            damage = None
            if error is not None:
                from ledger.application.damage import damage_behind

                damage = damage_behind(error, self.log, self.projections)
        finally:
            self.close()
        if damage is not None:
            raise damage from error

    # --- parts --------------------------------------------------------------------------------------

    @cached_property
    def record(self) -> "Recording":
        """What inspectors, department heads and managers record."""
        from ledger.application.recording.recording import Recording

        return Recording(self)

    @cached_property
    def reports(self) -> "Reports":
        """The reports, each of a state of its own."""
        from ledger.application.reading.reports import Reports

        return Reports(self)

    @cached_property
    def review(self) -> "Review":
        """What appeal reviewers ask: cards, histories, explanations, what-ifs, case files."""
        from ledger.application.review import Review

        return Review(self)

    @cached_property
    def people(self) -> "People":
        """What the people on record may ask, and which files with their words left the ledger."""
        from ledger.application.people import People

        return People(self)

    @cached_property
    def proofs(self) -> "Proofs":
        """What auditors ask: checkpoints, receipts, verification, the signing key."""
        from ledger.application.proving.proofs import Proofs

        return Proofs(self)

    @cached_property
    def witness(self) -> "Witnesses":
        """What witnesses are asked, and what they answered."""
        from ledger.application.proving.witness import Witnesses

        return Witnesses(self)

    @cached_property
    def policies(self) -> "Policies":
        """The policy book."""
        from ledger.application.policies import Policies

        return Policies(self)

    @cached_property
    def examination(self) -> "Examination":
        """The question banks."""
        from ledger.application.examination import Examination

        return Examination(self)

    @cached_property
    def evidence(self) -> "Evidence":
        """Evidence files: attaching, looking through, handing out."""
        from ledger.application.evidence import Evidence

        return Evidence(self)

    @cached_property
    def backups(self) -> "Backups":
        """Backups, and restoring one."""
        from ledger.application.backups import Backups

        return Backups(self)

    @cached_property
    def upgrade(self) -> "Upgrade":
        """Bringing a ledger of an earlier layout to the present one."""
        from ledger.application.upgrade import Upgrade

        return Upgrade(self)

    @cached_property
    def exports(self) -> "Exports":
        """Files for other programs."""
        from ledger.application.exports import Exports

        return Exports(self)

    @cached_property
    def imports(self) -> "Imports":
        """Spreadsheets as offices have them."""
        from ledger.application.recording.imports import Imports

        return Imports(self)

    @cached_property
    def papers(self) -> "Papers":
        """Printed forms."""
        from ledger.application.papers import Papers

        return Papers(self)

    # --- looking ------------------------------------------------------------------------------------

    @contextmanager
    def look(self, as_of: int | str | None = None) -> Iterator[Look]:
        """One state of the ledger for every question meanwhile: now, or as of a position or whatever `position_of` takes.

        `look.position` says which. Now is where the projections stand once they are caught up: what is recorded
        since is left out of everything. StoreError `ledger_missing`; InputError `as_of_wrong`.
        """
        self._require()
        if as_of is not None or self.log.verified.is_collecting:
            with self.look_at_log(as_of) as look:
                yield look
            return
        with self.projections.current() as connection, self.log.holding():
            drawn = drawn_at(connection, self.log.ledger)
            state = self._state_at(drawn[0] if drawn is not None else 0)
            yield Look(ProjectionRows(connection, self.log.ledger), state, self.now())

    @contextmanager
    def look_at_log(self, as_of: int | str | None = None) -> Iterator[Look]:
        """The same from the log alone, for what needs no projection: nothing is caught up."""
        self._require()
        position = self.position_of(as_of) if isinstance(as_of, str) else as_of
        with self.log.holding():
            state = self._state_at(self._end() if position is None else position)
            now = self.now() if position is None else now_of(self.log, position, self.now())
            yield Look(StateRows(state), state, now)

    def _require(self) -> None:
        """StoreError `ledger_missing`, `ledger_head_wrong`."""
        self.log.require()

    def _end(self) -> int:
        """The last position of a ledger that is there."""
        return self.log.position()

    def _state_at(self, position: int | None) -> LedgerState:
        """The ledger up to a position, None: to its end; for looking at, nothing is added to it."""
        return LedgerState(self.log, position)

    @contextmanager
    def checked(self, since: bytes | None = None, vkeys: Iterable[str] = ()) -> Iterator["Proven"]:
        """Whatever is read meanwhile comes from the log alone, in one snapshot, and is proven at the end.

        Every event that was used stands in a tree that continues a signed checkpoint: the given one, else the newest
        known here. What is handed out is filled in at the end. StoreError `nothing_signed`, `keys_unknown`,
        `event_unproven`, `history_rewritten`, `history_shortened`; InputError `checkpoint_unreadable`, `vkey_wrong`.
        """
        from ledger.application.proving.proofs import Proofs
        from ledger.store.proving import Proven, prove

        self.log.require()
        checkpoint = Proofs(self).signed(since, vkeys)
        proven = Proven()
        with self.log.holding(), self.log.verified.collecting() as used:
            yield proven
            found = prove(self.log, used, checkpoint)
        proven.events, proven.newer, proven.signed = found.events, found.newer, found.signed

    def position_of(self, as_of: str) -> int:
        """A position, an instant of recording, or `appeal:ID` (what its reviewer could know when deciding).

        The answer is the end of the last command that lies whole within it. InputError `as_of_wrong`.
        """
        return position_of(self.log, as_of, self.now())

    def position(self) -> int:
        """Where the ledger stands. StoreError `ledger_missing`."""
        self._require()
        return self._end()

    def site(self, site: str | None, as_of: int | None = None) -> str:
        """The site asked for, or the only one. InputError `site_needed` where there are several, `site_none`."""
        with self.look_at_log(as_of) as look:
            return look.site(site)

    def timezone(self, site: str | None = None) -> str:
        """The time zone of a site, or that of all sites; UTC where they have several, or where there is none."""
        with self.look_at_log() as look:
            return look.timezone(site)

    def site_ids(self, as_of: int | None = None) -> list[str]:
        """The ids of all sites, sorted."""
        with self.look_at_log(as_of) as look:
            return look.state.site_ids()

    def names(self, employees: Iterable[str], as_of: int | None = None) -> dict[str, str]:
        """The names of some employees; for showing, never for deciding."""
        return names_of(self._state_at(as_of), employees)

    def ids(self, kind: str, prefix: str, limit: int = 50) -> list[str]:
        """The ids of a kind that begin so, for completion; none where there is no ledger."""
        return self.log.registry.ids_starting(kind, prefix, limit) if self.log.exists() else []

    # --- projections --------------------------------------------------------------------------------

    def rebuild(self, progress: Progress | None = None) -> int:
        """Draws every projection anew; returns the position they are drawn at."""
        self.log.require()
        return self.projections.rebuild(progress)

    def project(self) -> tuple[int, int]:
        """Takes into the projections what was recorded since: from where and to which position they are drawn."""
        self.log.require()
        return self.projections.catch_up()

    def rebuild_month(self, month: str, site: str | None = None) -> int:
        """Draws one month anew, of a site or of all; returns the position. Unknown `site_unknown`."""
        self.log.require()
        state = LedgerState(self.log)
        sites = state.site_ids() if site is None else [state.site(site).site]
        return self.projections.rebuild_month(month, sites)
