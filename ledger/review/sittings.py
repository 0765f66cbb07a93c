"""Sittings shown so that markers stay blind: whose paper it is and what the other gave are told in their time (§9.4)."""

from typing import Any, Final

from ledger.aggregates.sittings import SittingState
from ledger.errors import Unknown, WrongState
from ledger.events import Recorded
from ledger.events.employees import employee_stream
from ledger.events.sittings import AnswerMarked, AnswerRecorded, SittingOpened
from ledger.formats import format_day, format_tenths
from ledger.state.ledger_state import LedgerState
from ledger.state.sittings import questions_of, results_of

Report = dict[str, Any]
_MARKING: Final = {"marks", "forbidden", "capped", "comment"}
"""What a marker says of an answer."""


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
        "declared_on": format_day(told.declared_on),
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


def sat(state: LedgerState, sitting: str, employee: str) -> Report:
    """What a sitting came to for one who sat: nothing before the declaration, then each answer, its marks and remarks.

    How answers are marked is not in it. WrongState `not_of_sitting`.
    """
    told: SittingState = state.thing("sitting", sitting)
    number = next((paper for paper, who in told.candidates.items() if who == employee), None)
    if number is None:
        raise WrongState("not_of_sitting", employee=employee, sitting=sitting)
    found: Report = {
        "sitting": sitting,
        "held_on": told.held_on.isoformat(),
        "retake_of": told.retake_of,
        "paper": number,
        "declared_on": None,
        "total": None,
        "percent": None,
        "result": None,
        "answers": None,
    }
    if told.declared_on is None:
        return found
    result = told.results[number]
    return found | {
        "declared_on": told.declared_on.isoformat(),
        "total": format_tenths(result.total_tenths),
        "percent": format_tenths(result.percent_tenths),
        "result": result.result,
        "answers": _answers_of(state, told, number),
    }


def _answers_of(state: LedgerState, told: SittingState, number: str) -> list[Report]:
    """The answers of a paper whose results are declared, in the order of the sitting."""
    texts, comments = dict[str, str | None](), dict[str, list[str]]()
    for recorded in state.words(employee_stream(told.candidates[number])):
        event = recorded.event
        if isinstance(event, AnswerRecorded) and event.sitting == told.sitting:
            texts[event.question] = event.text
        if isinstance(event, AnswerMarked) and event.sitting == told.sitting and event.comment:
            comments.setdefault(event.question, []).append(event.comment)
    paper = next(each for each in results_of(state, told) if each.paper == number)
    halves = {answer.question: answer.final_halves for answer in paper.answers}
    return [
        {
            "question": question.code,
            "title": question.title.model_dump(by_alias=True),
            "text": texts.get(question.code),
            "final": format_tenths(None if (own := halves[question.code]) is None else 5 * own),
            "maximum": question.maximum,
            "comments": comments.get(question.code, []),
        }
        for question in questions_of(state, told)
    ]


def before_result(state: LedgerState, recorded: Recorded, fields: Report) -> Report:
    """An event's fields as they are handed to whoever sat: no marks of an answer before the result is declared."""
    event = recorded.event
    if not isinstance(event, AnswerMarked) or state.thing("sitting", event.sitting).declared_on is not None:
        return fields
    return {name: value for name, value in fields.items() if name not in _MARKING}


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
        hidden |= _MARKING
    return {name: value for name, value in fields.items() if name not in hidden}


def _complete(state: LedgerState, told: SittingState, event: AnswerMarked) -> bool:
    papers = {each.paper: each for each in results_of(state, told)}
    return any(a.complete for a in papers[event.paper].answers if a.question == event.question)
