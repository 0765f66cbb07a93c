"""What was said in a notice and beside it, and the files handed in, opened for whoever is shown its card."""

from collections.abc import Iterable, Iterator

from ledger.aggregates.employee_state import EmployeeState
from ledger.events import Event
from ledger.events.employees import employee_stream
from ledger.events.evidence import EvidenceDiscarded
from ledger.events.notices import EvidenceFile, NoticeCorrected, NoticeIssued
from ledger.events.remarks import NoticeRemarked
from ledger.review import evidence
from ledger.state.ledger_context import LedgerContext


def file_lines(files: Iterable[EvidenceFile]) -> list[str]:
    """Files kept outside, each by name and digest."""
    return [f"{file.name} sha256:{file.sha256}" for file in files]


def texts(context: LedgerContext, owner: EmployeeState, notice: str) -> tuple[str | None, str, list[str]]:
    """Place and narrative as last corrected, and the evidence files, each once."""
    place, narrative = None, ""
    for event in _opened(context, owner, notice, NoticeIssued, NoticeCorrected):
        if isinstance(event, NoticeIssued):
            place, narrative = event.place, event.narrative
        if isinstance(event, NoticeCorrected):
            place, narrative = event.place or place, event.narrative or narrative
    return place, narrative, lines_with(context, owner, f"notice:{notice}")


def lines_with(context: LedgerContext, owner: EmployeeState, thing: str, *of: type[Event]) -> list[str]:
    """The files with a notice or an appeal, each once, in the order of recording; only what some kinds of events name.

    What was taken out again is left out.
    """
    kept: tuple[type[Event], ...] = (*of, EvidenceDiscarded) if of else (Event,)
    events = [
        each for each in evidence.telling(context.state, owner.employee) if isinstance(each.event, kept)
    ]
    rows = evidence.references(context.state, events, thing)
    return list(dict.fromkeys(f"{row['name']} sha256:{row['sha256']}" for row in rows))


def remarks(context: LedgerContext, owner: EmployeeState, notice: str) -> Iterator[NoticeRemarked]:
    """The remarks on a notice, in the order in which they were recorded."""
    for event in _opened(context, owner, notice, NoticeRemarked):
        if isinstance(event, NoticeRemarked):
            yield event


def _opened(
    context: LedgerContext, owner: EmployeeState, notice: str, *kinds: type[Event]
) -> Iterator[Event]:
    """The events of some kinds that are about a notice, and no others, opened."""
    for recorded in context.state.stream(employee_stream(owner.employee)):
        if isinstance(recorded.event, kinds) and getattr(recorded.event, "notice", None) == notice:
            yield context.state.opened(recorded).event
