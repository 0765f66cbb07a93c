"""The causes an analysis may name: those a version lists, and where it lists none, those of the house (appraisal §9.2)."""

from functools import cache

from ledger.policy.appraisal_tables import Cause
from ledger.policy.loading import house_rules, parse
from ledger.policy.model import Policy
from ledger.policy.tables import Words


def causes_of(policy: Policy) -> dict[str, Words]:
    """Code → title, in the order of the list."""
    listed = policy.causes.list or _of_the_house()
    return {cause.code: cause.title for cause in listed}


@cache
def _of_the_house() -> tuple[Cause, ...]:
    return parse(house_rules()).causes.list
