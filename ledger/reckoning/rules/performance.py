"""Performance (篇4): notice points minus reward points, at their point values; a negative amount is paid out."""

from ledger.policy.model import Policy
from ledger.reckoning.entries import Entry
from ledger.reckoning.facts import NoticeFact, RewardFact


def performance(
    notices: tuple[NoticeFact, ...], rewards: tuple[RewardFact, ...], policy: Policy
) -> tuple[Entry, ...]:
    """One entry a counted performance notice, one a reward (negative), in fen."""
    if not notices and not rewards:
        return ()
    scheme, reward_rule = policy.schemes.performance, policy.rewards
    charged = tuple(
        Entry(
            figure="performance",
            amount_fen=notice.points * scheme.point_value,
            policy=policy.version,
            rule="schemes.performance",
            clause=scheme.source,
            rests_on=notice.positions,
            notice=notice.notice,
        )
        for notice in notices
    )
    paid = tuple(
        Entry(
            figure="performance",
            amount_fen=-reward.points * reward_rule.point_value,
            policy=policy.version,
            rule="rewards",
            clause=reward_rule.source,
            rests_on=reward.positions,
            reward=reward.reward,
        )
        for reward in rewards
    )
    return charged + paid
