"""What happens to an employee's place and pay: joining, leaving, erasure, wages, rewards. Stream `employee/<employee>`."""

from typing import Annotated, ClassVar

from ledger.events.base import Event, Personal, registered
from ledger.terms import Day, DepartmentId, EmployeeId, ErasureGround, Month, Points, RewardId, SiteId


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
    """What changes from a day on; None leaves a field as it was, `supervisor_vacant` empties the place above."""

    kind: ClassVar[str] = "employee_reassigned"
    employee: EmployeeId
    effective_from: Day
    name: Annotated[str | None, Personal(of="employee")] = None
    department: DepartmentId | None = None
    post: str | None = None
    supervisor: EmployeeId | None = None
    supervisor_vacant: bool = False
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
class EmployeeErased(Event):
    """A person's words are erased: with this event their key is destroyed. Staff number and figures stay."""

    kind: ClassVar[str] = "employee_erased"
    employee: EmployeeId
    ground: ErasureGround
    by: EmployeeId | None = None
    on: Day


@registered
class WageRecorded(Event):
    """Wage and local minimum wage of a month, in fen, for the wage guard."""

    kind: ClassVar[str] = "wage_recorded"
    employee: EmployeeId
    month: Month
    wage_fen: int
    minimum_wage_fen: int
    by: EmployeeId | None = None


@registered
class RewardGranted(Event):
    """Points for outstanding work (篇4)."""

    kind: ClassVar[str] = "reward_granted"
    reward: RewardId
    employee: EmployeeId
    month: Month
    points: Points
    occurred_on: Day
    reason: Annotated[str, Personal(of="employee")]
    by: EmployeeId
    approved_by: EmployeeId


@registered
class RewardWithdrawn(Event):
    """A reward is taken back."""

    kind: ClassVar[str] = "reward_withdrawn"
    reward: RewardId
    employee: EmployeeId
    month: Month
    reason: Annotated[str, Personal(of="employee")]
    by: EmployeeId
    on: Day


def employee_stream(employee: str) -> str:
    """The stream of an employee."""
    return f"employee/{employee}"
