"""Where a finding stands, by everything that is recorded: its notices, the checks that name it, what else became of it."""

from ledger.aggregates.context import FindingStatus
from ledger.aggregates.employee_state import NoticeState
from ledger.aggregates.findings import FindingState
from ledger.reckoning.rules.finding_status import finding_status
from ledger.state.ledger_state import LedgerState


def status_of(state: LedgerState, finding: str) -> FindingStatus:
    """Where a finding stands, and by which notice, the standing or else the last one. LookupError where there is none."""
    found: FindingState = state.thing("finding", finding)
    notices = notices_of(state, found)
    check = _check_of(state, found)
    withdrawn = state.thing("inspection", found.inspection).withdrawn_on is not None
    status = finding_status(
        [notice.standing for notice in notices],
        dropped=found.dropped_on is not None or withdrawn,
        marked=check is not None,
        rectified=found.rectified_on is not None,
    )
    standing = [notice.notice for notice in notices if notice.standing == "stands"]
    last = [notice.notice for notice in notices][-1:]
    return FindingStatus(status, next(iter([*standing, *last]), None), check)


def _check_of(state: LedgerState, found: FindingState) -> str | None:
    """The standing mark that names a finding of somebody's; None where there is none."""
    checks = {} if found.employee is None else state.employee(found.employee).things["check"]
    return next((c.check for c in checks.values() if c.finding == found.finding and not c.withdrawn), None)


def notices_of(state: LedgerState, found: FindingState) -> list[NoticeState]:
    """The notices of a finding in the order of recording: those issued from it, and those of its instant written by hand."""
    held = {}
    for employee, notice in found.notices:
        held[notice] = state.employee(employee).notices[notice]
    if found.employee is not None:
        for each in state.employee(found.employee).notices.values():
            if (each.clause, each.occurred_at) == (found.clause, found.occurred_at):
                held[each.notice] = each
    return sorted(held.values(), key=lambda notice: notice.position)
