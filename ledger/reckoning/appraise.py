"""The one function that makes every figure of an appraisal sheet (law 3; appraisal §4.3)."""

from ledger.policy.model import Policy
from ledger.reckoning.appraisal_facts import Sheet, SheetFacts
from ledger.reckoning.rules.sheet_score import dimensions, unchecked
from ledger.reckoning.rules.sheet_tie import counted


def appraise(facts: SheetFacts, policy: Policy) -> Sheet:
    """The sheet of some facts under the policy in force on the month's first day."""
    ordered = sorted(facts.marks, key=lambda mark: (mark.day, mark.check))
    marks = tuple(counted(mark, facts.notices, policy) for mark in ordered)
    own = facts.own() if policy.appraisal.notices_on_sheet == "counted" else ()
    return Sheet(
        employee=facts.employee,
        month=facts.month,
        policy=policy.version,
        unchecked=unchecked(facts, marks),
        marks=marks,
        own=own,
        dimensions=dimensions(facts, marks, own, policy),
    )
