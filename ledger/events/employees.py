"""What happens to somebody's place: joining, moving, leaving, erasure. Stream `employee/<employee>`."""

from typing import Annotated, ClassVar, Final

from ledger.events.base import Event, Personal, registered
from ledger.terms import Day, DepartmentId, EmployeeId, ErasureGround, SiteId


@registered
class EmployeeRegistered(Event):
    """A person joins a site. `supervisor` None: the place above is vacant."""

    kind: ClassVar[str] = "employee_registered"
    employee: EmployeeId
    name: Annotated[str, Personal(of="employee")]
    site: SiteId
    department: DepartmentId
    post: str | None = None
    supervisor: EmployeeId | None = None
    effective_from: Day
    by: EmployeeId | None = None


@registered
class EmployeeReassigned(Event):
    """What changes from a day on; None leaves a field as it was, `supervisor_vacant` empties the place above.

    With another `site` it is told on the streams of both (`EmployeeTransferred`).
    """

    kind: ClassVar[str] = "employee_reassigned"
    employee: EmployeeId
    effective_from: Day
    name: Annotated[str | None, Personal(of="employee")] = None
    site: SiteId | None = None
    department: DepartmentId | None = None
    post: str | None = None
    supervisor: EmployeeId | None = None
    supervisor_vacant: bool = False
    by: EmployeeId | None = None


@registered
class EmployeeTransferred(Event):
    """Somebody is of another site from the first day of a month on: told on the streams of both sites, `site` is whose."""

    kind: ClassVar[str] = "employee_transferred"
    site: SiteId
    employee: EmployeeId
    left: SiteId
    joined: SiteId
    effective_from: Day
    by: EmployeeId | None = None


@registered
class EmployeeDeparted(Event):
    """The last day of somebody's employment; from the next day on the places it held are vacant."""

    kind: ClassVar[str] = "employee_departed"
    employee: EmployeeId
    on: Day
    reason: Annotated[str | None, Personal(of="employee")] = None
    by: EmployeeId | None = None


@registered
class EmployeeRehired(Event):
    """Somebody who had departed is back from a day on. What was held before is not held again of itself."""

    kind: ClassVar[str] = "employee_rehired"
    employee: EmployeeId
    effective_from: Day
    department: DepartmentId
    post: str | None = None
    supervisor: EmployeeId | None = None
    supervisor_vacant: bool = False
    by: EmployeeId | None = None


@registered
class DepartureCorrected(Event):
    """The latest departure was on another day, or (`on` None) there was none."""

    kind: ClassVar[str] = "departure_corrected"
    employee: EmployeeId
    on: Day | None = None
    reason: Annotated[str, Personal(of="employee")]
    by: EmployeeId


@registered
class EmployeeErased(Event):
    """A person's words are erased: with this event their key is destroyed. Staff number and figures stay."""

    kind: ClassVar[str] = "employee_erased"
    employee: EmployeeId
    ground: ErasureGround
    by: EmployeeId | None = None
    on: Day


PLACES: Final = (
    *(EmployeeRegistered.kind, EmployeeReassigned.kind, EmployeeDeparted.kind),
    *(EmployeeRehired.kind, DepartureCorrected.kind, EmployeeErased.kind),
)
"""The kinds of events that say where somebody belongs. Only commands about the person, `employee:<id>`, bring them about."""


def employee_stream(employee: str) -> str:
    """The stream of an employee."""
    return f"employee/{employee}"


def is_somebodys(stream: str) -> bool:
    """Whether a stream is an employee's."""
    return stream.startswith("employee/")


def employee_of(stream: str) -> str:
    """The employee of whom such a stream is."""
    return stream.removeprefix("employee/")
