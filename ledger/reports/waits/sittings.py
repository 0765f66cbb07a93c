"""What waits of examinations: marks, the third's marks, the declaration, and who may sit again (appraisal §9.4).

Whose paper waits for a mark is not told: markers mark by paper number.
"""

from collections.abc import Iterator
from datetime import date, timedelta

from ledger.aggregates.authority import holders
from ledger.aggregates.sittings import SittingState, attempts
from ledger.examination.marking import PaperResult
from ledger.projections.projection import Waiting
from ledger.reports.source import Rows
from ledger.state.ledger_context import LedgerContext
from ledger.state.sittings import results_of, rules_of, sittings_at
from ledger.terms import month_of

WAITS = ("marking", "third", "declare", "retake")


def waiting(rows: Rows, context: LedgerContext, site: str, today: date) -> Iterator[Waiting]:
    """Each marker with answers to mark, a sitting whose marks are all in, and those who may sit again."""
    known = sittings_at(context.state, site)
    for sitting in known:
        if sitting.declared_on is None:
            papers = results_of(context.state, sitting)
            yield from _marks(context, sitting, papers)
            yield from _declaration(context, sitting, papers, today)
    yield from _retakes(context, known)


def _marks(context: LedgerContext, sitting: SittingState, papers: list[PaperResult]) -> Iterator[Waiting]:
    """One row for each marker, and one for the third, since the first answer that waits for them."""
    since: dict[str, date] = {}
    for paper in papers:
        held = context.employee(sitting.candidates[paper.paper]).answers
        for answer in paper.answers:
            if answer.answered:
                told = held[sitting.sitting, answer.question]
                days = [told.on, *(marking.on for marking in told.markings)]
                for marker in answer.due_from:
                    start = max(days) if marker == sitting.third else told.on
                    since[marker] = min(start, since.get(marker, start))
    for marker, start in since.items():
        what = "third" if marker == sitting.third else "marking"
        yield Waiting(what, sitting.sitting, marker, None, month_of(sitting.held_on), start.isoformat())


def _declaration(
    context: LedgerContext, sitting: SittingState, papers: list[PaperResult], today: date
) -> Iterator[Waiting]:
    """When every answer has its mark, and somebody answered or the day is over."""
    answers = [answer for paper in papers for answer in paper.answers]
    handed_in = any(answer.answered for answer in answers)
    if any(answer.due_from for answer in answers) or not (handed_in or sitting.held_on < today):
        return
    marked = [
        marking.on
        for employee in sitting.candidates.values()
        for answer in context.employee(employee).answers.values()
        if answer.sitting == sitting.sitting
        for marking in answer.markings
    ]
    office = next(iter(holders(context, sitting.site, "office", today)), None)
    since = max([sitting.held_on, *marked]).isoformat()
    who = None if office is None else office.employee
    yield Waiting("declare", sitting.sitting, who, None, month_of(sitting.held_on), since)


def _retakes(context: LedgerContext, known: list[SittingState]) -> Iterator[Waiting]:
    """Who failed or was absent in their latest attempt and may sit again, since the first day on which they may."""
    chains: dict[str, dict[str, SittingState]] = {}
    for sitting in known:
        chains.setdefault(sitting.retake_of or sitting.sitting, {})[sitting.sitting] = sitting
    for sitting in known:
        rules = rules_of(context.state, sitting)
        for result in sitting.results.values():
            first = sitting.retake_of or sitting.sitting
            tries = attempts(chains[first], first, result.employee)
            passed = any(
                each.employee == result.employee and each.result == "passed"
                for one in tries
                for each in one.results.values()
            )
            last = tries[-1].sitting == sitting.sitting and len(tries) <= rules.retakes
            gone = context.employee(result.employee).departed_on is not None
            if last and not passed and not gone and sitting.declared_on is not None:
                since = sitting.declared_on + timedelta(days=rules.retake_after_days)
                about = (result.employee, month_of(sitting.held_on), since.isoformat())
                yield Waiting("retake", sitting.sitting, None, *about)
