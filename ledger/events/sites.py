"""What happens to a site: its registration. Stream `site/<site>`."""

from typing import ClassVar

from ledger.events.base import Event, registered
from ledger.terms import EmployeeId, SiteId


@registered
class SiteRegistered(Event):
    """A management office 管理處 opens its ledger."""

    kind: ClassVar[str] = "site_registered"
    site: SiteId
    name: str
    timezone: str
    by: EmployeeId | None = None


def site_stream(site: str) -> str:
    """The stream of a site."""
    return f"site/{site}"
