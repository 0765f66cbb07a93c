"""What happens to a site: its registration, and who holds which office in it. Stream `site/<site>`."""

from typing import ClassVar

from ledger.events.base import Event, registered
from ledger.terms import Day, DepartmentId, EmployeeId, Office, SiteId


@registered
class SiteRegistered(Event):
    """A management office 管理處 opens its ledger."""

    kind: ClassVar[str] = "site_registered"
    site: SiteId
    name: str
    timezone: str
    by: EmployeeId | None = None


@registered
class OfficeAppointed(Event):
    """An employee holds an office from a day on; `until` includes its day."""

    kind: ClassVar[str] = "office_appointed"
    site: SiteId
    office: Office
    employee: EmployeeId
    department: DepartmentId | None = None
    effective_from: Day
    until: Day | None = None
    by: EmployeeId | None = None


def site_stream(site: str) -> str:
    """The stream of a site."""
    return f"site/{site}"
