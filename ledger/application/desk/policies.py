"""The policy book at a desk: everybody reads it; what is in force today comes from what is kept, where anything is."""

from ledger.application.desk.desk_part import DeskPart
from ledger.application.policies import Policies
from ledger.policy.model import Policy


class OwnPolicies(DeskPart, Policies):
    """The policy book for a person."""

    def _in_force(self, site: str | None) -> Policy:
        """The rules of a site today (of the first where none is given)."""
        with self._desk.warmed():
            return self._rules(self._desk.memory(), site)
