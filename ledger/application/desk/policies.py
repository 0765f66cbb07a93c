"""The policy book at a desk: everybody reads it, of the sites they may know; what is in force comes from what is kept."""

from datetime import date
from typing import Any

from ledger.application.desk.desk_part import DeskPart
from ledger.application.policies import Policies
from ledger.application.policy_documents import HOUSE, Side
from ledger.errors import Unknown
from ledger.policy.loading import former_house_rules
from ledger.policy.model import Policy


class OwnPolicies(DeskPart, Policies):
    """The policy book for a person: what another site has is not there. Unknown `site_unknown`, `version_unknown`."""

    def show(
        self, site: str | None, version: str | None, on: date | None, as_of: int | None = None
    ) -> dict[str, Any]:
        """A version that may be known, and the months it governs at sites that may be."""
        if version is None:
            return self._seen(super().show(self._site(site), None, on, as_of))
        self._require_known(version, as_of)
        return self._seen(super().show(None if site is None else self._site(site), version, on, as_of))

    def versions(self, site: str | None = None, as_of: int | None = None) -> list[dict[str, Any]]:
        """Those that may be known."""
        wanted, standing = None if site is None else self._site(site), self._standing()
        rows = super().versions(wanted, as_of)
        return [self._seen(row) for row in rows if row["site"] is None or standing.knows_site(row["site"])]

    def diff(self, old: Side, new: Side) -> list[dict[str, Any]]:
        """What differs between two that may be known, or a document of one's own."""
        for side in (old, new):
            if side.raw is None and side.name not in (HOUSE, former_house_rules()["version"]):
                self._require_known(side.name, None)
        return super().diff(old, new)

    def _seen(self, told: dict[str, Any]) -> dict[str, Any]:
        standing = self._standing()
        spans = [
            each for each in told["governs"] if each["site"] is None or standing.knows_site(each["site"])
        ]
        return {**told, "governs": spans}

    def _require_known(self, version: str, as_of: int | None) -> None:
        known = [row["version"] for row in self.versions(None, as_of)]
        if known and version not in known:
            raise Unknown("version_unknown", version=version, known=", ".join(known))

    def _require_site(self, site: str | None) -> None:
        """Where none is named one's own is meant."""

    def _site(self, site: str | None) -> str:
        """The site asked for, or one's own; Unknown where nothing of it is to be known."""
        wanted = self._site_asked(site)
        if wanted == self._standing().site:
            return wanted
        with self._desk.look_at_log() as look:
            return look.site(wanted)

    def _in_force(self, site: str | None) -> Policy:
        """The rules of a site today, or of one's own."""
        with self._desk.warmed():
            return self._rules(self._desk.memory(), self._site(site))
