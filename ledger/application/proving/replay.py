"""The command behind an event: what must have been asked for it to be recorded.

An event's fields hold all its command said, so a command can be decided again where it stood. Sealed words stay sealed:
no decision reads them.
"""

from collections.abc import Sequence
from typing import Any, Final, TypeVar, cast

from ledger.commands import COMMANDS, Command
from ledger.commands.appeals import Against
from ledger.commands.checks import DayMark, WeekMark
from ledger.commands.evidence import EvidencedThing, SizedEvidence
from ledger.commands.hearings import HearingAbout, ReviewOf
from ledger.commands.inspections import ClauseAnswer, IssueNoticeFromFinding, RoundFinding
from ledger.commands.notices import Evidence
from ledger.commands.pay_returns import RecordPayroll
from ledger.commands.sheets import DayRow, WeekRow
from ledger.errors import WrongState
from ledger.events import Event
from ledger.events.appeals import AppealEscalated, AppealFiled, AppealMooted
from ledger.events.checks import CheckRecorded
from ledger.events.clock import ClockVouched
from ledger.events.employees import (
    DepartureCorrected,
    EmployeeReassigned,
    EmployeeRehired,
    EmployeeTransferred,
)
from ledger.events.evidence import EvidenceAttached, EvidenceEvent
from ledger.events.hearings import HearingRecorded
from ledger.events.imports import SheetImported
from ledger.events.inspections import FindingNoticed, FindingRecorded, InspectionRecorded
from ledger.events.keyring import KeysBound
from ledger.events.notices import NoticeIssued
from ledger.events.pay_returns import PayReturned
from ledger.events.remarks import NoticeReplaced
from ledger.events.sheets import DaySheetRecorded, WeekSheetRecorded, WeekSummarised
from ledger.events.sittings import ResultEntered

_ASKED: Final = {command.makes: command for command in COMMANDS.values()}
"""The kind of a command's first event → the command."""

FOLLOWING: Final = frozenset(
    {
        *(AppealMooted.kind, NoticeReplaced.kind, FindingRecorded.kind),
        *(ResultEntered.kind, WeekSummarised.kind, EmployeeTransferred.kind),
    }
)
"""The kinds of events that come of a command behind its first one only."""

OWN: Final = frozenset({KeysBound.kind, ClockVouched.kind, SheetImported.kind})
"""The kinds of events that the program records by itself: no command makes them, and no rule decides them."""


def command_of(events: Sequence[Event]) -> Command:
    """The command that makes these events.

    WrongState `event_out_of_place` where the first only follows from others, and so never comes first. KeyError where no
    command is said to make it: then the program is wrong, and not the log.
    """
    event = events[0]
    if event.kind in FOLLOWING:
        raise WrongState("event_out_of_place", kind=event.kind)
    cls = _ASKED[event.kind]
    values: dict[str, Any] = {"do": cls.asked_as()} | _fields(cls, event) | _parts(event, events)
    if isinstance(event, FindingNoticed):
        return _noticed(values, next(each for each in events if isinstance(each, NoticeIssued)))
    if isinstance(event, PayReturned):
        return _returned(values, [each for each in events if isinstance(each, PayReturned)])
    if len(events) > 1 and hasattr(event, "department") and {each.kind for each in events} == {event.kind}:
        del values["department"]  # several departments of one command: it named none
    return cls.model_construct(set(values), **values)


def _fields(cls: type[Command], event: Event) -> dict[str, Any]:
    """What the event says field by field; None where the command said that there is nothing."""
    values: dict[str, Any] = {}
    for name in cls.model_fields.keys() - {"do", "key"}:
        value = getattr(event, cls.told_as.get(name, name), None)
        if value not in (None, (), {}):
            values[name] = value
    if isinstance(event, EmployeeReassigned | EmployeeRehired) and event.supervisor_vacant:
        values["supervisor"] = None
    if isinstance(event, AppealEscalated) and not event.stated:
        del values["by"]
    if isinstance(event, DepartureCorrected) and event.on is None:
        values["on"] = None
    return values


def _parts(event: Event, events: Sequence[Event]) -> dict[str, Any]:
    """The fields that hold parts of a command, which the events say in fields of their own."""
    values: dict[str, Any] = {}
    if isinstance(event, AppealFiled):
        values["against"] = Against.model_construct({event.against}, **{event.against: event.target})
    if isinstance(event, HearingRecorded):
        about: dict[str, Any] = {"appeal": event.appeal}
        if event.appeal is None:
            about = {"review": ReviewOf(employee=event.employee, month=event.month)}
        values["what"] = HearingAbout.model_construct(set(about), **about)
    if isinstance(event, EvidenceEvent):
        thing = {kind: name for kind in ("notice", "appeal") if (name := getattr(event, kind))}
        field = "to" if isinstance(event, EvidenceAttached) else "of"
        values[field] = EvidencedThing.model_construct(set(thing), **thing)
    if isinstance(event, EvidenceAttached):
        values["evidence"] = SizedEvidence.model_construct(
            None, name=event.file, sha256=event.sha256, size=event.size
        )
    if isinstance(event, InspectionRecorded):
        values |= _round(event, [each for each in events if isinstance(each, FindingRecorded)])
    if isinstance(event, DaySheetRecorded):
        values["rows"] = _day_rows(event, events)
    if isinstance(event, WeekSheetRecorded):
        values["rows"] = _week_rows(events)
    return values


def _round(event: InspectionRecorded, findings: Sequence[FindingRecorded]) -> dict[str, Any]:
    """What a round answered and found."""
    answers = [
        ClauseAnswer.model_construct(**dict(answer), note=event.notes.get(answer.clause))
        for answer in event.answers
    ]
    fields = RoundFinding.model_fields.keys()
    found = [
        RoundFinding.model_construct(**{name: getattr(each, name) for name in fields}) for each in findings
    ]
    return {"answers": answers, "findings": found}


def _noticed(values: dict[str, Any], notice: NoticeIssued) -> Command:
    """What was asked for a finding's notice, in the words that the notice has, which may be the finding's."""
    said: dict[str, Any] = {
        "narrative": notice.narrative,
        "points": notice.points,
        "distinct_because": notice.distinct_because,
    }
    asked = IssueNoticeFromFinding.model_construct(None, **(values | said))
    asked._evidence = [
        Evidence.model_construct(name=each.name, sha256=each.sha256) for each in notice.evidence
    ]
    return asked


def _returned(values: dict[str, Any], events: Sequence[PayReturned]) -> Command:
    """What a return said person by person; why it puts entries right is sealed for each of them by itself."""
    said = {
        "deducted": {each.employee: each.amount_fen for each in events},
        "reasons": {each.employee: each.reason for each in events if each.reason is not None},
        "notes": {each.employee: each.note for each in events if each.note is not None},
    }
    values |= {field: told for field, told in said.items() if told}
    asked = RecordPayroll.model_construct(set(values), **values)
    asked._corrections = {each.employee: each.correction for each in events}
    return asked


def _day_rows(sheet: DaySheetRecorded, events: Sequence[Event]) -> list[DayRow]:
    """The rows of a day sheet: who was checked, with their marks, then who was absent."""
    marks = _marks(events, DayMark)
    checked = [
        DayRow.model_construct(employee=each, seen="checked", marks=marks.get(each)) for each in sheet.checked
    ]
    absent = [DayRow.model_construct(employee=each, seen="absent", marks=None) for each in sheet.absent]
    return [*checked, *absent]


def _week_rows(events: Sequence[Event]) -> list[WeekRow]:
    """The rows of a week sheet on which anything is said, in their order."""
    marks = _marks(events, WeekMark)
    summaries = {each.employee: each.summary for each in events if isinstance(each, WeekSummarised)}
    people = dict.fromkeys(
        each.employee for each in events if isinstance(each, WeekSummarised | CheckRecorded)
    )
    return [
        WeekRow.model_construct(employee=each, summary=summaries.get(each), marks=marks.get(each))
        for each in people
    ]


_M = TypeVar("_M", bound=DayMark)


def _marks(events: Sequence[Event], model: type[_M]) -> dict[str, list[_M]]:
    """Employee → the marks of a sheet's events."""
    found: dict[str, list[_M]] = {}
    for event in events:
        if isinstance(event, CheckRecorded):
            values: dict[str, Any] = {name: getattr(event, name) for name in model.model_fields}
            found.setdefault(event.employee, []).append(cast(_M, model.model_construct(**values)))
    return found
