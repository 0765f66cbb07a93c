"""Which notice a mark is tied to, and what it counts: one occurrence costs points on the sheet once (appraisal §4.3)."""

from collections.abc import Iterable

from ledger.policy.model import Policy
from ledger.reckoning.appraisal_facts import Counted, Mark, SheetNotice, Why


def tied(mark: Mark, notices: Iterable[SheetNotice]) -> SheetNotice | None:
    """The notice a mark names; else a standing one of its finding; else a standing one of its instant, performance first."""
    every = sorted(notices, key=lambda each: (not each.is_performance, each.notice))
    if mark.notice is not None:
        return next((each for each in every if each.notice == mark.notice), None)
    standing = [each for each in every if each.stands]
    found = [each for each in standing if mark.finding is not None and each.finding == mark.finding]
    found += [each for each in standing if each.occurred_at == mark.occurred_at]
    return found[0] if found else None


def counted(mark: Mark, notices: Iterable[SheetNotice], policy: Policy) -> Counted:
    """What a mark counts, and why. Points are whole."""
    tie = tied(mark, notices)
    why = _why(mark, tie, policy)
    return Counted(mark, mark.points if why == "counted" else 0, why, tie)


def _why(mark: Mark, tie: SheetNotice | None, policy: Policy) -> Why:
    if mark.withdrawn:
        return "withdrawn"
    if tie is None:
        return "counted"
    if mark.notice is not None and not tie.stands:
        return "fallen"
    if mark.notice is not None and tie.contested:
        return "stayed"
    on_sheet = policy.appraisal.notices_on_sheet == "counted"
    return "on_notice" if on_sheet and tie.is_performance and tie.counts else "counted"
