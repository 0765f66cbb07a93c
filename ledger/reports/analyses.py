"""The analyses of causes of a month 問題根源: which notices each is about, and what was opened because of it (篇3 4.1.6)."""

from ledger.policy.causes import causes_of
from ledger.reports.shapes import Report
from ledger.state.actions import actions_at
from ledger.state.analyses import analyses_at
from ledger.state.ledger_state import LedgerState


def analyses(state: LedgerState, site: str, month: str) -> list[Report]:
    """The analyses of a month, in the order of recording; of a notice that several name, the last counts.

    Keys: analysis, notices, cause, title (language → text; None: the rules list it no longer), by, on (ISO), actions: the
    ids of those opened because of it.
    """
    titles = causes_of(state.policy_of(site, month))
    opened: dict[str | None, list[str]] = {}
    for action in actions_at(state, site):
        opened.setdefault(action.analysis, []).append(action.action)
    return [
        {
            "analysis": each.analysis,
            "notices": list(each.notices),
            "cause": each.cause,
            "title": titles[each.cause].model_dump(by_alias=True) if each.cause in titles else None,
            "by": each.by,
            "on": each.on.isoformat(),
            "actions": opened.get(each.analysis, []),
        }
        for each in analyses_at(state, site)
        if each.month == month
    ]
