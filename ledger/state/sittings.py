"""What the sittings of a site come to, with the bank and the policy they are under (appraisal §9.4)."""

from typing import TYPE_CHECKING

from ledger.aggregates.sittings import SittingState
from ledger.events.employees import employee_stream
from ledger.events.sittings import sitting_stream
from ledger.examination.bank import Question
from ledger.examination.marking import AnswerResult, Panel, PaperResult
from ledger.policy.appraisal_tables import Examination
from ledger.reckoning.examination import answer_result, paper_result
from ledger.terms import month_of

if TYPE_CHECKING:
    from ledger.state.ledger_state import LedgerState


def sittings_at(state: "LedgerState", site: str) -> list[SittingState]:
    """The sittings of a site, by the day they are held."""
    names = state.ids_at("sitting", site)
    state.load(map(sitting_stream, names))
    found = [state.thing("sitting", name) for name in names]
    return sorted(found, key=lambda each: (each.held_on, each.sitting))


def rules_of(state: "LedgerState", sitting: SittingState) -> Examination:
    """What the policy of the sitting's month says of examinations."""
    return state.policy_of(sitting.site, month_of(sitting.held_on)).examination


def questions_of(state: "LedgerState", sitting: SittingState) -> list[Question]:
    """The questions of a sitting, in its order. LookupError where its bank is not there."""
    entry = state.question_banks.book(state).held(sitting.bank)
    return [entry.question(code) for code in sitting.questions]


def results_of(
    state: "LedgerState", sitting: SittingState, declared: bool | None = None
) -> list[PaperResult]:
    """What each paper of a sitting comes to, by paper number; `declared` as it would be were results declared, or not."""
    questions, rules = questions_of(state, sitting), rules_of(state, sitting)
    state.load(map(employee_stream, sitting.candidates.values()))
    stand = sitting.declared_on is not None if declared is None else declared
    return [
        paper_result(paper, questions, _answers(state, sitting, employee, questions, rules), rules, stand)
        for paper, employee in sorted(sitting.candidates.items())
    ]


def _answers(
    state: "LedgerState",
    sitting: SittingState,
    employee: str,
    questions: list[Question],
    rules: Examination,
) -> list[AnswerResult]:
    held, panel = state.employee(employee).answers, Panel(sitting.markers, sitting.third)
    found = []
    for question in questions:
        answer = held.get((sitting.sitting, question.code))
        found.append(answer_result(question, None if answer is None else answer.markings, panel, rules))
    return found
