"""`report examination` and `report examinations`: one sitting by paper number, and what stands of whom (appraisal §9.4)."""

from collections.abc import Iterable
from typing import Any

from ledger.aggregates.sittings import SittingState, result_of
from ledger.events.sittings import DeclaredResult
from ledger.examination.marking import AnswerResult, PaperResult
from ledger.formats import format_day, format_tenths
from ledger.reports.names import names_of
from ledger.reports.shapes import Report
from ledger.state.ledger_state import LedgerState
from ledger.state.sittings import questions_of, results_of, sittings_at


def examination(state: LedgerState, sitting: str) -> Report:
    """A sitting and its papers; whose they are is told once results are declared, one marker's marks when all are in."""
    told: SittingState = state.thing("sitting", sitting)
    questions = [
        {"code": each.code, "title": each.title.model_dump(by_alias=True), "maximum": each.maximum}
        for each in questions_of(state, told)
    ]
    return {
        "sitting": told.sitting,
        "site": told.site,
        "bank": told.bank,
        "held_on": told.held_on.isoformat(),
        "retake_of": told.retake_of,
        "markers": list(told.markers),
        "third": told.third,
        "declared_on": format_day(told.declared_on),
        "questions": questions,
        "rows": [_row(told, paper) for paper in results_of(state, told)],
    }


def _row(told: SittingState, paper: PaperResult) -> dict[str, Any]:
    """One paper; where results are declared, as they were declared."""
    declared = told.results.get(paper.paper)
    handed_in = any(answer.answered for answer in paper.answers)
    stated: PaperResult | DeclaredResult = paper if declared is None else declared
    return {
        "employee": None if declared is None else declared.employee,
        "paper": paper.paper,
        "answers": [_answer(told, answer, handed_in) for answer in paper.answers],
        "total": format_tenths(stated.total_tenths),
        "percent": format_tenths(stated.percent_tenths),
        "result": stated.result,
    }


def _answer(told: SittingState, answer: AnswerResult, handed_in: bool) -> dict[str, Any]:
    """An answer; one left out of a paper is worth nothing, and of a paper that was not handed in nothing is said."""
    thirds = [] if told.third is None else [answer.third_mark]
    halves = answer.final_halves if handed_in else None
    return {
        "question": answer.question,
        "marks": [*answer.marks, *thirds] if answer.complete else None,
        "final": format_tenths(None if halves is None else 5 * halves),
        "third_needed": answer.third_needed,
    }


def sittings(state: LedgerState, site: str) -> list[Report]:
    """The sittings of a site, the latest first: by paper number what was answered, and who has still to mark it."""
    return [_sitting(state, each) for each in reversed(sittings_at(state, site))]


def _sitting(state: LedgerState, told: SittingState) -> Report:
    papers = []
    for paper in results_of(state, told):
        waits = {marker for answer in paper.answers if answer.answered for marker in answer.due_from}
        answered = [answer.question for answer in paper.answers if answer.answered]
        papers.append({"paper": paper.paper, "answered": answered, "waits_for": sorted(waits)})
    return {
        "sitting": told.sitting,
        "site": told.site,
        "bank": told.bank,
        "questions": list(told.questions),
        "held_on": told.held_on.isoformat(),
        "retake_of": told.retake_of,
        "markers": list(told.markers),
        "third": told.third,
        "by": told.by,
        "declared_on": format_day(told.declared_on),
        "papers": papers,
    }


def examinations(state: LedgerState, sites: Iterable[str], employee: str | None = None) -> list[Report]:
    """Declared results, of everybody or of one: by employee, day and sitting.

    `stands` is the latest pass of an examination and its retakes, else the latest result.
    """
    declared = [each for site in sites for each in sittings_at(state, site) if each.declared_on is not None]
    rows = [
        (result, sitting)
        for sitting in declared
        for result in sitting.results.values()
        if employee in (None, result.employee)
    ]
    rows.sort(key=lambda row: (row[0].employee, row[1].held_on, row[1].sitting))
    chains: dict[str, list[SittingState]] = {}
    for each in declared:
        chains.setdefault(each.retake_of or each.sitting, []).append(each)
    names = names_of(state, {result.employee for result, _ in rows})
    return [
        {
            "employee": result.employee,
            "name": names[result.employee],
            "bank": sitting.bank,
            "sitting": sitting.sitting,
            "held_on": sitting.held_on.isoformat(),
            "percent": format_tenths(result.percent_tenths),
            "result": result.result,
            "stands": _stands(chains[sitting.retake_of or sitting.sitting], sitting, result.employee),
        }
        for result, sitting in rows
    ]


def _stands(chain: list[SittingState], sitting: SittingState, employee: str) -> bool:
    """Whether it is what counts of an examination: of its sittings the latest that was passed, else the latest."""
    results = [(each.sitting, found) for each in chain if (found := result_of(each, employee)) is not None]
    passed = [name for name, found in results if found.result == "passed"]
    return sitting.sitting == (passed or [name for name, _ in results])[-1]
