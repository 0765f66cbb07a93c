"""What every look answers with: one state of a ledger, and who and where is meant."""

from datetime import date, datetime
from typing import Any

from ledger.errors import InputError
from ledger.reports.names import local_day
from ledger.reports.source import Rows
from ledger.state.ids import full_id
from ledger.state.ledger_state import LedgerState

Report = dict[str, Any]


class LookBase:
    """One state of a ledger, with the rows of its projections and the instant by which today is told."""

    def __init__(self, rows: Rows, state: LedgerState, now: datetime) -> None:
        self.rows = rows
        self.state = state
        self.now = now

    @property
    def position(self) -> int:
        """The position it is of."""
        return self.state.log.position() if self.state.as_of is None else self.state.as_of

    def site(self, site: str | None) -> str:
        """The site asked for, or the only one. InputError `site_needed` where there are several, `site_none`."""
        if site is not None:
            return self.state.site(site).site
        sites = self.state.site_ids()
        if not sites:
            raise InputError("site_none", position=self.position)
        if len(sites) > 1:
            raise InputError("site_needed", sites=", ".join(sites))
        return sites[0]

    def timezone(self, site: str | None = None) -> str:
        """The time zone of a site, or that of all sites; UTC where they have several, or where there is none."""
        sites = [site] if site is not None else self.state.site_ids()
        zones = {self.state.site(each).timezone for each in sites}
        return zones.pop() if len(zones) == 1 else "UTC"

    def employee_id(self, given: str, field: str) -> str:
        """The employee meant by an id, the beginning of one, or a name.

        Unknown `employee_unknown`; InputError `prefix_of_several`, `name_of_several`.
        """
        return self.state.employee(full_id(self.state, "employee", given, field)).employee

    def thing(self, name: str) -> tuple[str, str, str]:
        """What an id as `history` takes it names: its kind, its id, and the time zone of the site where it lives."""
        from ledger.review import history

        kind, thing, site = history.thing_of(self.state, name)
        return kind, thing, self.timezone(site)

    def today(self, site: str) -> date:
        """The day of looking, at a site."""
        return local_day(self.state, site, self.now)
