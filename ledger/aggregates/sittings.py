"""Sittings of the examination 業務考核: who may open one, who sits, who marks, who declares (appraisal §9.4; 篇2)."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from msgspec import Struct
from msgspec.structs import replace

from ledger.aggregates.authority import (
    policy_of_month,
    require_between,
    require_employed,
    require_not_future,
    require_office,
    supervisor_on,
)
from ledger.aggregates.context import Decision, DecisionContext
from ledger.aggregates.dispatch import decides
from ledger.aggregates.stream_state import StreamState, evolves_apart
from ledger.commands.sittings import DeclareResults, OpenSitting
from ledger.errors import InputError, NotEntitled, Taken, WrongState, WrongTime
from ledger.events.employees import employee_stream
from ledger.events.sittings import (
    DeclaredResult,
    ResultEntered,
    ResultsDeclared,
    SeatedCandidate,
    SittingOpened,
    sitting_stream,
)
from ledger.policy.appraisal_tables import Examination
from ledger.terms import month_of

_OPENERS = {"office", "quality", "director", "manager"}
_DECLARERS = {"office", "quality"}


class SittingState(Struct, frozen=True, gc=False):
    """A sitting as decisions and reports see it: paper → candidate; paper → what was declared of it."""

    sitting: str
    site: str
    bank: str
    questions: tuple[str, ...]
    held_on: date
    candidates: dict[str, str]
    markers: tuple[str, ...]
    third: str | None
    retake_of: str | None
    by: str
    on: date
    results: dict[str, DeclaredResult]
    declared_on: date | None = None

    @property
    def examiners(self) -> tuple[str, ...]:
        """The markers, and the third where there is one."""
        return self.markers if self.third is None else (*self.markers, self.third)


@evolves_apart
def _(event: SittingOpened, state: StreamState, position: int) -> StreamState:
    opened = SittingState(
        sitting=event.sitting,
        site=event.site,
        bank=event.bank,
        questions=event.questions,
        held_on=event.held_on,
        candidates={each.paper: each.employee for each in event.candidates},
        markers=event.markers,
        third=event.third,
        retake_of=event.retake_of,
        by=event.by,
        on=event.on,
        results={},
    )
    return state.put("sitting", event.sitting, opened)


@evolves_apart
def _(event: ResultsDeclared, state: StreamState, position: int) -> StreamState:
    results = {each.paper: each for each in event.results}
    declared = replace(state.things["sitting"][event.sitting], results=results, declared_on=event.on)
    return state.put("sitting", event.sitting, declared)


# --- opening ----------------------------------------------------------------------------------------------


@decides(OpenSitting)
def open_sitting(command: OpenSitting, context: DecisionContext) -> list[Decision]:
    """By office, quality, director or manager; nobody marks who sits, or is a candidate's direct supervisor that day."""
    if context.is_taken("sitting", command.sitting):
        raise Taken("id_taken", kind="sitting", id=command.sitting)
    site = context.site(command.site).site
    require_not_future(context, site, command.on)
    require_office(context, command.by, site, command.on, _OPENERS)
    _require_each_once(command)
    bank = context.bank_book().entry_on(site, command.on)
    for code in command.questions:
        bank.question(code)
    rules = policy_of_month(context, site, month_of(command.held_on)).examination
    _check_candidates(context, command)
    _check_markers(context, command, rules)
    first = None if command.retake_of is None else _check_retake(context, command, command.retake_of, rules)
    event = SittingOpened(
        sitting=command.sitting,
        site=site,
        bank=bank.bank.version,
        digest=bank.digest,
        questions=tuple(command.questions),
        held_on=command.held_on,
        candidates=tuple(SeatedCandidate(employee=c.employee, paper=c.paper) for c in command.candidates),
        markers=tuple(command.markers),
        third=command.third,
        retake_of=first,
        by=command.by,
        on=command.on,
    )
    return [Decision(sitting_stream(command.sitting), event)]


def _require_each_once(command: OpenSitting) -> None:
    """InputError `markers_twice`, `paper_twice`, `candidate_twice`, `question_twice`."""
    examiners = [*command.markers, *([] if command.third is None else [command.third])]
    listed = {
        "marker": examiners,
        "paper": [candidate.paper for candidate in command.candidates],
        "candidate": [candidate.employee for candidate in command.candidates],
        "question": list(command.questions),
    }
    if twice := _twice(listed["marker"]):
        raise InputError("markers_twice", employee=twice).at(field="markers")
    if twice := _twice(listed["paper"]):
        raise InputError("paper_twice", paper=twice).at(field="candidates")
    if twice := _twice(listed["candidate"]):
        raise InputError("candidate_twice", employee=twice).at(field="candidates")
    if twice := _twice(listed["question"]):
        raise InputError("question_twice", question=twice).at(field="questions")


def _twice(names: list[str]) -> str | None:
    return next((name for place, name in enumerate(names) if name in names[:place]), None)


def _check_candidates(context: DecisionContext, command: OpenSitting) -> None:
    """All who sit are of the site and employed that day. WrongTime `not_employed`, WrongState `candidate_elsewhere`."""
    for candidate in command.candidates:
        state = require_employed(context, candidate.employee, command.held_on)
        if state.site_on(command.held_on) != command.site:
            raise WrongState(
                "candidate_elsewhere", employee=candidate.employee, site=state.site_on(command.held_on)
            )


def _check_markers(context: DecisionContext, command: OpenSitting, rules: Examination) -> None:
    """As many as the policy asks, and none of them at stake.

    WrongState `markers_number`; NotEntitled `marker_is_candidate`, `marker_is_supervisor`.
    """
    alone = rules.markers == 1
    if len(command.markers) != rules.markers or (command.third is None) != alone:
        raise WrongState("markers_number", markers=rules.markers, thirds=0 if alone else 1)
    sitting = {candidate.employee for candidate in command.candidates}
    examiners = [*command.markers, *([] if command.third is None else [command.third])]
    for marker in examiners:
        require_employed(context, marker, command.held_on)
        if marker in sitting:
            raise NotEntitled("marker_is_candidate", by=marker, sitting=command.sitting)
    for candidate in command.candidates:
        above = supervisor_on(context, context.employee(candidate.employee), command.held_on)
        if above in examiners:
            raise NotEntitled(
                "marker_is_supervisor", by=above, employee=candidate.employee, on=command.held_on
            )


def attempts(sittings: Mapping[str, SittingState], first: str, employee: str) -> list[SittingState]:
    """The sittings of one examination that somebody sat: the first and its retakes, by day."""
    chain = (each for each in sittings.values() if first in (each.sitting, each.retake_of))
    mine = (each for each in chain if employee in each.candidates.values())
    return sorted(mine, key=lambda each: (each.held_on, each.sitting))


def result_of(sitting: SittingState, employee: str) -> DeclaredResult | None:
    """What was declared of somebody."""
    return next((each for each in sitting.results.values() if each.employee == employee), None)


def _check_retake(context: DecisionContext, command: OpenSitting, named: str, rules: Examination) -> str:
    """The first sitting, after checking that each candidate may sit again: failed or absent, late enough, not too often.

    Unknown `sitting_unknown`; WrongState `not_of_sitting`, `results_not_declared`, `retakes_used`; Taken `passed_already`;
    WrongTime `retake_too_early`.
    """
    asked: SittingState = context.thing("sitting", named)
    first = asked.retake_of or asked.sitting
    known = {name: context.thing("sitting", name) for name in context.ids_at("sitting", asked.site)}
    for candidate in command.candidates:
        employee = candidate.employee
        before = attempts(known, first, employee)
        if not before:
            raise WrongState("not_of_sitting", employee=employee, sitting=first)
        for each in before:
            _require_may_follow(command, each, employee, rules)
        if len(before) > rules.retakes:
            raise WrongState("retakes_used", employee=employee, sitting=first, retakes=rules.retakes)
    return first


def _require_may_follow(
    command: OpenSitting, before: SittingState, employee: str, rules: Examination
) -> None:
    """That a retake may follow an earlier attempt."""
    declared = result_of(before, employee)
    if declared is None or before.declared_on is None:
        raise WrongState("results_not_declared", sitting=before.sitting, employee=employee)
    if declared.result == "passed":
        raise Taken("passed_already", employee=employee, sitting=before.sitting)
    earliest = before.declared_on + timedelta(days=rules.retake_after_days)
    if command.held_on < earliest:
        raise WrongTime(
            "retake_too_early",
            employee=employee,
            on=command.held_on,
            earliest=earliest,
            sitting=before.sitting,
        )


# --- declaring --------------------------------------------------------------------------------------------


@decides(DeclareResults)
def declare_results(command: DeclareResults, context: DecisionContext) -> list[Decision]:
    """By office or quality who marked none of it and did not sit, when all marks are in; it stands on everybody's record."""
    sitting: SittingState = context.thing("sitting", command.sitting)
    require_not_declared(sitting)
    require_between(context, sitting.site, command.on, sitting.held_on, "sitting")
    require_office(context, command.by, sitting.site, command.on, _DECLARERS)
    _check_declarer(context, command, sitting)
    papers = context.results_of(sitting.sitting)
    for paper in papers:
        for answer in paper.answers:
            if answer.due_from:
                raise WrongState("marks_missing", paper=paper.paper, question=answer.question)
    results = tuple(
        DeclaredResult(
            employee=sitting.candidates[paper.paper],
            paper=paper.paper,
            total_tenths=paper.total_tenths,
            percent_tenths=paper.percent_tenths,
            result=paper.result,
        )
        for paper in papers
    )
    event = ResultsDeclared(
        sitting=sitting.sitting, site=sitting.site, results=results, by=command.by, on=command.on
    )
    entered = _entered(sitting, results, command.on, context.erased())
    return [Decision(sitting_stream(sitting.sitting), event), *entered]


def require_not_declared(sitting: SittingState) -> None:
    """WrongState `results_declared` once results stand."""
    if sitting.declared_on is not None:
        raise WrongState("results_declared", sitting=sitting.sitting, on=sitting.declared_on)


def _check_declarer(context: DecisionContext, command: DeclareResults, sitting: SittingState) -> None:
    """NotEntitled `declarer_is_marker`, `declarer_is_candidate`; WrongTime `before_its_cause` before the last mark."""
    if command.by in sitting.candidates.values():
        raise NotEntitled("declarer_is_candidate", by=command.by, sitting=sitting.sitting)
    for employee in sitting.candidates.values():
        for answer in context.employee(employee).answers.values():
            for marking in answer.markings if answer.sitting == sitting.sitting else ():
                if marking.by == command.by:
                    raise NotEntitled("declarer_is_marker", by=command.by, sitting=sitting.sitting)
                require_between(context, sitting.site, command.on, marking.on, "marking")


def _entered(
    sitting: SittingState, results: Iterable[DeclaredResult], on: date, erased: Iterable[str]
) -> list[Decision]:
    """Each result on the record of its person; of somebody erased, who was absent then, nothing more is entered."""
    gone = set(erased)
    return [
        Decision(
            employee_stream(each.employee),
            ResultEntered(
                employee=each.employee,
                sitting=sitting.sitting,
                bank=sitting.bank,
                held_on=sitting.held_on,
                total_tenths=each.total_tenths,
                percent_tenths=each.percent_tenths,
                result=each.result,
                on=on,
            ),
        )
        for each in results
        if each.employee not in gone
    ]
