"""What was said in a notice and beside it, and the files handed in, opened for whoever is shown its card."""

from collections.abc import Iterable, Iterator

from ledger.aggregates.employee_state import EmployeeState
from ledger.events.employees import employee_stream
from ledger.events.notices import EvidenceFile, NoticeCorrected, NoticeIssued
from ledger.events.remarks import NoticeRemarked
from ledger.state.ledger_context import LedgerContext


def file_lines(files: Iterable[EvidenceFile]) -> list[str]:
    """Files kept outside, each by name and digest."""
    return [f"{file.name} sha256:{file.sha256}" for file in files]


def texts(context: LedgerContext, owner: EmployeeState, notice: str) -> tuple[str | None, str, list[str]]:
    """Place and narrative as last corrected, and the names of the evidence files."""
    place, narrative, evidence = None, "", []
    for recorded in context.state.words(employee_stream(owner.employee)):
        event = recorded.event
        if isinstance(event, NoticeIssued) and event.notice == notice:
            place, narrative = event.place, event.narrative
            evidence = file_lines(event.evidence)
        if isinstance(event, NoticeCorrected) and event.notice == notice:
            place, narrative = event.place or place, event.narrative or narrative
    return place, narrative, evidence


def remarks(context: LedgerContext, owner: EmployeeState, notice: str) -> Iterator[NoticeRemarked]:
    """The remarks on a notice, in the order in which they were recorded."""
    for recorded in context.state.words(employee_stream(owner.employee)):
        if isinstance(recorded.event, NoticeRemarked) and recorded.event.notice == notice:
            yield recorded.event
