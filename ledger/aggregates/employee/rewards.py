"""Rewards (篇4): recorded by one person, approved by another, neither the employee (domain §4)."""

from ledger.aggregates.authority import (
    offices_of,
    require_between,
    require_employed,
    require_not_future,
    require_office,
)
from ledger.aggregates.context import Decision, DecisionContext
from ledger.aggregates.dispatch import decides
from ledger.commands import GrantReward, WithdrawReward
from ledger.errors import NotEntitled, Taken, WrongState
from ledger.events import RewardGranted, RewardWithdrawn, employee_stream
from ledger.terms import month_of

_APPROVERS = {"director", "manager"}


@decides(GrantReward)
def grant_reward(command: GrantReward, context: DecisionContext) -> list[Decision]:
    """The approver is director or manager of the employee's site on the day of the work."""
    if context.is_taken("reward", command.reward):
        raise Taken("id_taken", kind="reward", id=command.reward)
    state = require_employed(context, command.employee, command.occurred_on)
    require_not_future(context, state.site, command.occurred_on)
    context.employee(command.by)
    if command.employee in (command.by, command.approved_by):
        raise NotEntitled("own_reward", employee=command.employee)
    if command.by == command.approved_by:
        raise NotEntitled("reward_needs_two", by=command.by)
    require_office(context, command.approved_by, state.site, command.occurred_on, _APPROVERS)
    event = RewardGranted(
        reward=command.reward,
        employee=command.employee,
        month=month_of(command.occurred_on),
        points=command.points,
        occurred_on=command.occurred_on,
        reason=command.reason,
        by=command.by,
        approved_by=command.approved_by,
    )
    return [Decision(employee_stream(command.employee), event)]


@decides(WithdrawReward)
def withdraw_reward(command: WithdrawReward, context: DecisionContext) -> list[Decision]:
    """Taken back by whoever recorded or approved it, the director or the manager; never by the rewarded."""
    state = context.owner_of("reward", command.reward)
    reward = state.rewards[command.reward]
    if reward.withdrawn:
        raise WrongState("reward_withdrawn", reward=command.reward)
    require_between(context, state.site, command.on, reward.occurred_on, "reward")
    require_employed(context, command.by, command.on)
    if command.by == state.employee:
        raise NotEntitled("own_reward", employee=command.by)
    entitled = command.by in (reward.by, reward.approved_by)
    if not entitled and not _APPROVERS & offices_of(context, command.by, state.site, command.on):
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
