"""A part of a ledger in a person's hands: it asks how the person stands before it answers."""

from typing import TYPE_CHECKING, NoReturn, cast

from ledger.access.classes import Grant
from ledger.access.standing import Standing
from ledger.application.part import Part
from ledger.errors import NotEntitled

if TYPE_CHECKING:
    from ledger.application.desk.desk import Desk


class DeskPart(Part):
    """What the parts of a desk share: the desk they belong to, and how they refuse."""

    @property
    def _desk(self) -> "Desk":
        return cast("Desk", self._ledger)

    def _standing(self) -> Standing:
        return self._desk.standing()

    def _site_asked(self, site: str | None) -> str:
        """The site that is asked for, else the one that is looked at, else the person's own."""
        return site or self._desk.chosen_site or self._standing().site

    def _refuse(self, what: str) -> NoReturn:
        raise NotEntitled("not_yours_to_read", by=self._desk.person, id=what)

    def _require_raw(self, what: str) -> None:
        """NotEntitled `not_yours_to_read` for whoever may not see the events themselves."""
        standing = self._standing()
        if standing.at_site(standing.site, "raw") < Grant.WORDS:
            self._refuse(what)
