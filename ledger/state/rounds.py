"""The inspection rounds of a site that stand, and what they looked at (appraisal §9.1)."""

from collections.abc import Iterable
from datetime import date

from ledger.aggregates.findings import FindingState
from ledger.aggregates.inspections import InspectionState
from ledger.events.inspections import inspection_stream
from ledger.reckoning.rules.pass_rate import pass_rate
from ledger.state.ledger_state import LedgerState


def rounds_at(state: LedgerState, site: str) -> list[InspectionState]:
    """The rounds of a site that were not taken back, by the day of looking."""
    names = state.ids_at("inspection", site)
    state.load(map(inspection_stream, names))
    found = (state.thing("inspection", name) for name in names)
    standing = (each for each in found if each.withdrawn_on is None)
    return sorted(standing, key=lambda each: (each.looked_on, each.inspection))


def findings_in(state: LedgerState, rounds: Iterable[InspectionState]) -> list[FindingState]:
    """The findings of rounds, in their order."""
    return [state.thing("finding", name) for each in rounds for name in each.findings]


def looked_at(each: InspectionState, clause: str) -> bool:
    """Whether a round says of a clause that it was ok or at fault."""
    return each.answers.get(clause, ("not_seen", None))[0] in ("ok", "fault")


def last_looks(rounds: Iterable[InspectionState]) -> dict[str, date]:
    """Clause → the last day on which a round answered it ok or at fault."""
    found: dict[str, date] = {}
    for each in rounds:
        for clause in filter(lambda code: looked_at(each, code), each.answers):
            found[clause] = max(each.looked_on, found.get(clause, each.looked_on))
    return found


def counts(each: InspectionState) -> dict[str, int]:
    """How many of the clauses asked were ok, fault, not_applicable, and not_seen."""
    results = [each.answers.get(clause, ("not_seen", None))[0] for clause in each.asked]
    return {result: results.count(result) for result in ("ok", "fault", "not_applicable", "not_seen")}


def rate(each: InspectionState) -> int | None:
    """A round's pass rate 合格率, in tenths of a percent; None where nothing could be judged."""
    told = counts(each)
    return pass_rate(told["ok"], told["fault"])


def due_on(state: LedgerState, finding: FindingState, looked_on: date) -> date:
    """By when a finding is to be a notice or put right (篇3 4.1.3): what is the site's by the day stated, if any."""
    if finding.employee is None and finding.rectify_by is not None:
        return finding.rectify_by
    days = state.policy_of(finding.site, finding.month).inspections.notice_working_days
    return state.policy_book().working_days_after(finding.site, looked_on, days)
