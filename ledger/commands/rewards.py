"""Asking for rewards to be granted and withdrawn (domain §4; 篇4)."""

from typing import Literal

from ledger.commands.base import Command
from ledger.terms import (
    Day,
    EmployeeId,
    Omittable,
    Points,
    RewardId,
    Text,
)


class GrantReward(Command):
    """Points for outstanding work (篇4): recorded by one person, approved by another, `on` a day where that is stated."""

    subject = "reward:{reward}"
    makes = "reward_granted"
    do: Literal["grant_reward"]
    reward: RewardId
    employee: EmployeeId
    points: Points
    occurred_on: Day
    reason: Text
    by: EmployeeId
    approved_by: EmployeeId
    on: Omittable[Day] = None


class WithdrawReward(Command):
    """A reward is taken back, with a reason."""

    subject = "reward:{reward}"
    makes = "reward_withdrawn"
    do: Literal["withdraw_reward"]
    reward: RewardId
    reason: Text
    by: EmployeeId
    on: Day
