"""Who came to have a part in a case while its appeal waited, and may not decide it: conflicts only grow (domain §6)."""

from collections.abc import Iterable, Sequence
from typing import Final

from ledger.aggregates.employee_state import AppealState
from ledger.events import Event, Recorded
from ledger.events.appeals import AppealDecided
from ledger.events.employees import EmployeeReassigned, employee_stream
from ledger.events.notices import NoticeAcknowledged, NoticeCorrected, NoticeIssued, NoticeWithdrawn
from ledger.events.responsibility import ResponsibilityFound
from ledger.reckoning.facts import EmployeeFacts
from ledger.reckoning.fold_facts import fold_all
from ledger.state.ledger_state import LedgerState
from ledger.state.moot_appeals import share_of

_BRINGING: Final = (
    NoticeIssued,
    NoticeAcknowledged,
    NoticeCorrected,
    NoticeWithdrawn,
    ResponsibilityFound,
    EmployeeReassigned,
    AppealDecided,
)
"""What of an employee's own may make somebody the finder, the issuer or the bearer in a case of theirs."""


def involved_since(state: LedgerState, employee: str, appeal: AppealState) -> set[str]:
    """Whoever became finder or bearer of the notice since the filing; of a sanction, issuer or finder in its month.

    They stay involved when the finding is cleared or the share moves on.
    """
    state.facts_in(employee, appeal.month)  # where the month does not stand by itself, all is read
    read = state.as_read(employee_stream(employee))
    filed = next(each for each in read if each.position == appeal.position)
    later = state.behind(filed)
    if not any(isinstance(each.event, _BRINGING) for each in later):
        return set()
    found = {person for each in later for person in _acting(each.event, appeal)}
    return found if appeal.against == "sanction" else found | _bearers(state, read, later, appeal)


def _acting(event: Event, appeal: AppealState) -> tuple[str, ...]:
    match event:
        case ResponsibilityFound():
            concerns = (
                event.month == appeal.month if appeal.against == "sanction" else event.notice == appeal.target
            )
            return (event.by,) if concerns else ()
        case NoticeIssued():
            return (event.issued_by,) if appeal.against == "sanction" and event.month == appeal.month else ()
    return ()


def _bearers(
    state: LedgerState, read: Sequence[Recorded], later: Iterable[Recorded], appeal: AppealState
) -> set[str]:
    """Whom the share of the notice fell on after each thing recorded since the filing.

    What was not read is of another month, and moves no share of this one.
    """
    before = [(each.event, each.position) for each in read if each.position <= appeal.position]
    facts, found, at_hand = fold_all(EmployeeFacts(), before), set(), {each.position for each in read}
    for each in later:
        if each.position in at_hand:
            facts = fold_all(facts, [(each.event, each.position)])
        if isinstance(each.event, _BRINGING) and facts.notices[appeal.target].stands:
            share = share_of(state, facts, appeal.target, {})
            if share is not None and share.supervisor is not None and share.status != "lapsed":
                found.add(share.supervisor)
    return found
