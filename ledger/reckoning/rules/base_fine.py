"""Base fine (篇3 4.2.1): every counted point costs the scheme's point value, late points too."""

from ledger.policy.model import Policy
from ledger.reckoning.entries import Entry
from ledger.reckoning.tally import Tally


def base_fine(tally: Tally, policy: Policy) -> tuple[Entry, ...]:
    """One entry a notice: points × point value, in fen."""
    rule = policy.schemes.service_quality
    return tuple(
        [
            Entry(
                figure="base_fine",
                amount_fen=notice.points * rule.point_value,
                policy=policy.version,
                rule="schemes.service_quality",
                clause=rule.source,
                rests_on=notice.positions,
                notice=notice.notice,
            )
            for notice in tally.counted
        ]
    )
