"""Rewards granted and taken back (domain §4; 篇4). Stream `employee/<employee>`."""

from typing import Annotated, ClassVar

from ledger.events.base import CellEvent, Personal, registered
from ledger.terms import Day, EmployeeId, Month, Points, RewardId


@registered
class RewardGranted(CellEvent):
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
    on: Day | None = None


@registered
class RewardWithdrawn(CellEvent):
    """A reward is taken back."""

    kind: ClassVar[str] = "reward_withdrawn"
    reward: RewardId
    employee: EmployeeId
    month: Month
    reason: Annotated[str, Personal(of="employee")]
    by: EmployeeId
    on: Day
