"""Which cause each analysed notice has: the latest analysis that names it counts (appraisal §9.2)."""

from ledger.aggregates.analyses import AnalysisState
from ledger.events.analyses import analysis_stream
from ledger.state.ledger_state import LedgerState


def analyses_at(state: LedgerState, site: str) -> list[AnalysisState]:
    """The analyses of a site, in the order of recording."""
    names = state.ids_at("analysis", site)
    state.load(map(analysis_stream, names))
    found: list[AnalysisState] = [state.thing("analysis", name) for name in names]
    return sorted(found, key=lambda each: each.position)


def causes_by_notice(state: LedgerState, site: str, month: str | None = None) -> dict[str, str]:
    """Notice → the code of its cause, of the notices of a month, or of all."""
    analyses = (each for each in analyses_at(state, site) if month in (None, each.month))
    return {notice: each.cause for each in analyses for notice in each.notices}
