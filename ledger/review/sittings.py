"""Sittings shown so that markers stay blind: whose paper it is and what the other gave are told in their time (§9.4)."""

from typing import Any

from ledger.aggregates.sittings import SittingState
from ledger.errors import Unknown
from ledger.events import Recorded
from ledger.events.employees import employee_stream
from ledger.events.sittings import AnswerMarked, AnswerRecorded, SittingOpened
from ledger.state.ledger_state import LedgerState
from ledger.state.sittings import questions_of, results_of

Report = dict[str, Any]


def card(state: LedgerState, name: str) -> Report:
    """A sitting as it stands: paper numbers alone before the declaration, and whose they are and the results after it."""
    told: SittingState = state.thing("sitting", name)
    declared = told.declared_on is not None
    return {
        "sitting": name,
        "site": told.site,
        "bank": told.bank,
        "questions": list(told.questions),
        "held_on": told.held_on.isoformat(),
        "papers": _papers(told) if declared else sorted(told.candidates),
        "markers": list(told.markers),
        "third": told.third,
        "retake_of": told.retake_of,
        "by": told.by,
        "on": told.on.isoformat(),
        "declared_on": None if told.declared_on is None else told.declared_on.isoformat(),
    }


def _papers(told: SittingState) -> list[Report]:
    return [
        {"paper": paper, "employee": each.employee, "result": each.result}
        for paper, each in sorted(told.results.items())
    ]


def paper(state: LedgerState, sitting: str, number: str) -> list[Report]:
    """What a paper answers, question by question, in the words of the candidate and without the name.

    Unknown `paper_unknown`.
    """
    told: SittingState = state.thing("sitting", sitting)
    candidate = told.candidates.get(number)
    if candidate is None:
        raise Unknown("paper_unknown", paper=number, sitting=sitting)
    answers = {
        recorded.event.question: recorded.event
        for recorded in state.words(employee_stream(candidate))
        if isinstance(recorded.event, AnswerRecorded) and recorded.event.sitting == sitting
    }
    found = []
    for question in questions_of(state, told):
        answer = answers.get(question.code)
        found.append(
            {
                "question": question.model_dump(mode="json", by_alias=True),
                "answered": answer is not None,
                "text": None if answer is None else answer.text,
                "sha256": None if answer is None else answer.sha256,
            }
        )
    return found


def blinded(state: LedgerState, recorded: Recorded, fields: Report) -> Report:
    """An event's fields as they may be shown: while results are not declared no paper is somebody's.

    What one marker gave is told when every marker's marks of that answer are in.
    """
    event = recorded.event
    if not isinstance(event, SittingOpened | AnswerRecorded | AnswerMarked):
        return fields
    told: SittingState = state.thing("sitting", event.sitting)
    if told.declared_on is not None:
        return fields
    if isinstance(event, SittingOpened):
        return fields | {"candidates": [{"paper": each.paper} for each in event.candidates]}
    hidden = {"paper"}
    if isinstance(event, AnswerMarked) and not _complete(state, told, event):
        hidden |= {"marks", "forbidden", "capped", "comment"}
    return {name: value for name, value in fields.items() if name not in hidden}


def _complete(state: LedgerState, told: SittingState, event: AnswerMarked) -> bool:
    papers = {each.paper: each for each in results_of(state, told)}
    return any(a.complete for a in papers[event.paper].answers if a.question == event.question)
