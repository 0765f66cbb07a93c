"""A ledger that somebody looks at: who it is, how they stand today, and what is kept of that between requests."""

from collections.abc import Callable, Hashable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import date
from typing import Any, Final

from ledger.access.acts import SECOND_ABOVE
from ledger.access.classes import Grant
from ledger.access.standing import Standing
from ledger.access.viewer import Keeper, Person, Viewer
from ledger.application.desk.warm import Warm
from ledger.application.ledger import Ledger
from ledger.errors import NotEntitled
from ledger.state.ledger_context import LedgerContext
from ledger.state.ledger_state import LedgerState
from ledger.store.readings import Readings

KEEPER: Final = Keeper()


class ViewedLedger(Ledger):
    """A ledger with one viewer, whose rights are asked for as of now.

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
        self.chosen_site: str | None = None
        """The site that is looked at where none is named; None: the person's own."""
        if self.clock_is_right:
            self.require_keeper("--clock-is-right")

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
        """A part of a page, kept as it is drawn for the person: see `Warm.drawn`. The desk is one of a single instant."""
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

    def require_accounts(self) -> None:
        """NotEntitled `not_yours_to_read` for whoever does not read how each account is used."""
        if self.person is None:
            return
        with self.warmed():
            standing = self.standing()
        if standing.at_site(standing.site, "accounts") < Grant.WORDS:
            raise NotEntitled("not_yours_to_read", by=self.person, id="accounts")
