"""How somebody stands to an examination: who marks, who watches over the site, and who sits and awaits the result.

Deny beats allow: whoever awaits a result knows nothing of the sitting but that they sit, whatever office they hold.
"""

from ledger.access.may import Relations
from ledger.access.standing import Standing
from ledger.aggregates.sittings import SittingState


def sits(standing: Standing, sitting: SittingState) -> bool:
    """Whether the person is one of those who sit."""
    return standing.person in sitting.candidates.values()


def awaits_result(standing: Standing, sitting: SittingState) -> bool:
    """Whether the person sits, and the results are not declared."""
    return sitting.declared_on is None and sits(standing, sitting)


def to_sitting(standing: Standing, sitting: SittingState) -> Relations:
    """How the person stands to a sitting; who opened it or marks issued it. Whoever awaits its result: not at all."""
    if awaits_result(standing, sitting):
        return set()
    return standing.to_round(sitting.site, None, {sitting.by, *sitting.examiners})


def awaited_questions(standing: Standing) -> set[str]:
    """The codes of the questions whose results the person awaits: how these are marked is not theirs to read."""
    context = standing.context
    known = (
        context.thing("sitting", name) for site in context.sites() for name in context.ids_at("sitting", site)
    )
    return {code for sitting in known if awaits_result(standing, sitting) for code in sitting.questions}
