"""Which band carries which sanction (domain §5; 篇3 4.2.3, 4.2.4)."""

from ledger.policy.model import Policy
from ledger.terms import SanctionKind


def carries(policy: Policy, band: str | None, kind: SanctionKind) -> bool:
    """Whether a band carries a kind of sanction: administrative the milder ones, dismissal these and dismissal."""
    administrative = policy.sanctions.administrative
    if kind == "dismissal":
        return band == "dismissal"
    if kind == "administrative_fine" and administrative.fine is None:
        return False
    return band is not None and (kind == "administrative_fine" or kind in administrative.kinds)
