"""The policy book at a desk: everybody reads it; what is in force today comes from what is kept, where anything is."""

from typing import TYPE_CHECKING, cast

from ledger.application.policies import Policies
from ledger.policy.model import Policy

if TYPE_CHECKING:
    from ledger.application.desk.desk import Desk


class OwnPolicies(Policies):
    """The policy book for a person."""

    def _in_force(self, site: str | None) -> Policy:
        """The rules of a site today (of the first where none is given)."""
        desk = cast("Desk", self._ledger)
        with desk.warmed():
            return self._rules(desk.memory(), site)
