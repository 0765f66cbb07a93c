"""No worse (domain §§3, 6): an act in somebody's favour may not cost them money; the difference is credited."""

from ledger.policy.model import Policy
from ledger.reckoning.entries import Entry


def no_worse(own_fen: int, ceiling_fen: int, rests_on: tuple[int, ...], policy: Policy) -> tuple[Entry, ...]:
    """One credit, in fen, where what is owed exceeds what it may come to; it rests on every act in the employee's favour."""
    rule = policy.no_worse
    excess = own_fen - ceiling_fen
    if not rule.enabled or excess <= 0:
        return ()
    return (
        Entry(
            figure="no_worse",
            amount_fen=excess,
            policy=policy.version,
            rule="no_worse",
            clause=rule.source,
            rests_on=rests_on,
            reading="no_worse",
        ),
    )
