"""Surcharge (篇3 4.2.2): once a month in its range of points, nothing above (the text gives it to that band only)."""

from ledger.policy.model import Policy
from ledger.reckoning.entries import Entry
from ledger.reckoning.tally import Tally


def surcharge(tally: Tally, policy: Policy) -> tuple[Entry, ...]:
    """One entry, in fen, or none."""
    rule = policy.surcharge
    if not rule.from_points <= tally.points <= rule.to_points or rule.amount == 0:
        return ()
    return (
        Entry(
            figure="surcharge",
            amount_fen=rule.amount,
            policy=policy.version,
            rule="surcharge",
            clause=rule.source,
            rests_on=tally.rests_on,
        ),
    )
