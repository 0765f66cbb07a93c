"""The dimensions of a sheet and its score: pure, in whole points (appraisal §4.3; 篇4 4.2, 4.3.6)."""

from collections.abc import Sequence

from ledger.policy.appraisal_tables import Dimension as Rule
from ledger.policy.model import Policy
from ledger.reckoning.appraisal_facts import Counted, DimensionScore, SheetFacts, SheetNotice, limited


def unchecked(facts: SheetFacts, marks: Sequence[Counted]) -> bool:
    """Whether nobody looked: as published, else no row checked, no standing mark, no own notice."""
    if facts.published_at is not None:
        return facts.published is None
    return not (facts.checked or facts.own() or any(not each.mark.withdrawn for each in marks))


def dimensions(
    facts: SheetFacts, marks: Sequence[Counted], own: Sequence[SheetNotice], policy: Policy
) -> tuple[DimensionScore, ...]:
    """Every dimension of the policy, in its order. `own`: the notices that take points of themselves."""
    return tuple(_dimension(rule, facts, marks, own, policy) for rule in policy.appraisal.dimensions)


def _dimension(
    rule: Rule, facts: SheetFacts, marks: Sequence[Counted], own: Sequence[SheetNotice], policy: Policy
) -> DimensionScore:
    of_it = [each for each in marks if each.mark.dimension == rule.code]
    counted = sum(each.counts for each in of_it)
    taken = sum(each.points for each in own if each.dimension == rule.code)
    computed = limited(rule.maximum + counted - taken, rule.maximum)
    published = None if facts.published is None else facts.published.get(rule.code)
    stated = facts.verified.get(rule.code)
    verified = None if stated is None else stated.score
    final = final_of(computed, published, verified, rule.maximum, policy)
    untied = sum(each.counts for each in of_it if each.tied is None or not each.tied.counts)
    return DimensionScore(
        code=rule.code,
        maximum=rule.maximum,
        counted=counted,
        own=taken,
        computed=computed,
        published=published,
        verified=verified,
        final=final,
        bonus=max(final, limited(rule.maximum + untied, rule.maximum)),
    )


def final_of(computed: int, published: int | None, verified: int | None, maximum: int, policy: Policy) -> int:
    """What was published is never undercut, and a success on appeal raises it at once."""
    if published is None:
        return computed
    if policy.appraisal.verify_may_lower and verified is not None:
        return min(maximum, verified + max(0, computed - published))
    return max(computed, published, verified or 0)
