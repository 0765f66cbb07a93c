"""Rewards (篇4): recorded by one person, approved by another, neither the employee (domain §4)."""

from datetime import date

from msgspec import Struct
from msgspec.structs import replace

from ledger.aggregates.authority import (
    highest,
    offices_of,
    rank,
    require_between,
    require_employed,
    require_not_future,
    require_office,
)
from ledger.aggregates.context import Decision, DecisionContext
from ledger.aggregates.dispatch import decides
from ledger.aggregates.employee.evolve import evolves
from ledger.aggregates.employee_state import EmployeeState
from ledger.commands.rewards import GrantReward, WithdrawReward
from ledger.errors import NotEntitled, Taken, WrongState
from ledger.events.employees import employee_stream
from ledger.events.rewards import RewardGranted, RewardWithdrawn
from ledger.terms import month_of

_APPROVERS = {"director", "manager"}
_ABOVE_ALL = "company"


class RewardState(Struct, frozen=True, gc=False):
    """A reward as decisions see it."""

    reward: str
    month: str
    points: int
    by: str
    approved_by: str
    occurred_on: date
    withdrawn: bool = False


@evolves
def _(event: RewardGranted, state: EmployeeState, position: int) -> EmployeeState:
    reward = RewardState(
        event.reward, event.month, event.points, event.by, event.approved_by, event.occurred_on
    )
    state.rewards[event.reward] = reward
    return state


@evolves
def _(event: RewardWithdrawn, state: EmployeeState, position: int) -> EmployeeState:
    reward = replace(state.rewards[event.reward], withdrawn=True)
    state.rewards[event.reward] = reward
    return state


@decides(GrantReward)
def grant_reward(command: GrantReward, context: DecisionContext) -> list[Decision]:
    """The approver is director, manager or company at the employee's site, and above the rewarded.

    The day is that of the approval, or of the work where none is stated.
    """
    if context.is_taken("reward", command.reward):
        raise Taken("id_taken", kind="reward", id=command.reward)
    state = require_employed(context, command.employee, command.occurred_on)
    site = state.site_on(command.occurred_on)
    require_not_future(context, site, command.occurred_on)
    context.employee(command.by)
    if command.employee in (command.by, command.approved_by):
        raise NotEntitled("own_reward", employee=command.employee)
    if command.by == command.approved_by:
        raise NotEntitled("reward_needs_two", by=command.by)
    approved_on = command.on or command.occurred_on
    require_between(context, site, approved_on, command.occurred_on, "reward")
    _check_approver(context, command, site, approved_on)
    event = RewardGranted(
        reward=command.reward,
        employee=command.employee,
        month=month_of(command.occurred_on),
        points=command.points,
        occurred_on=command.occurred_on,
        reason=command.reason,
        by=command.by,
        approved_by=command.approved_by,
        on=command.on,
    )
    return [Decision(employee_stream(command.employee), event)]


def _check_approver(context: DecisionContext, command: GrantReward, site: str, day: date) -> None:
    """NotEntitled `office_needed`; `approver_not_above` where the rewarded ranks as high, unless company approves."""
    approver = command.approved_by
    require_office(context, approver, site, day, {*_APPROVERS, _ABOVE_ALL})
    held = offices_of(context, approver, site, day)
    if _ABOVE_ALL not in held and highest(held) <= rank(context, command.employee, site, day):
        raise NotEntitled("approver_not_above", by=approver, employee=command.employee)


@decides(WithdrawReward)
def withdraw_reward(command: WithdrawReward, context: DecisionContext) -> list[Decision]:
    """Taken back by whoever recorded or approved it, the director or the manager; never by the rewarded."""
    state = context.owner_of("reward", command.reward)
    reward = state.rewards[command.reward]
    if reward.withdrawn:
        raise WrongState("reward_withdrawn", reward=command.reward)
    require_between(context, state.site_in(reward.month), command.on, reward.occurred_on, "reward")
    require_employed(context, command.by, command.on)
    if command.by == state.employee:
        raise NotEntitled("own_reward", employee=command.by)
    entitled = command.by in (reward.by, reward.approved_by)
    if not entitled and not _APPROVERS & offices_of(
        context, command.by, state.site_in(reward.month), command.on
    ):
        raise NotEntitled("reward_withdrawal_not_entitled", by=command.by, reward=command.reward)
    event = RewardWithdrawn(
        reward=command.reward,
        employee=state.employee,
        month=reward.month,
        reason=command.reason,
        by=command.by,
        on=command.on,
    )
    return [Decision(employee_stream(state.employee), event)]
