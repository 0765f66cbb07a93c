"""Who holds which office at a site, and since when. Stream `site/<site>`."""

from typing import ClassVar

from ledger.events.base import Event, registered
from ledger.terms import Day, DepartmentId, EmployeeId, Office, SiteId


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
