"""What of an event on somebody's stream is a person's: how they stand to it, whether they know of it, and read its words."""

from typing import Any

from ledger.access import examined, sheets
from ledger.access.classes import Grant, class_of
from ledger.access.may import Relations
from ledger.access.standing import Standing
from ledger.aggregates.employee_state import AppealState, EmployeeState
from ledger.events import Event
from ledger.events.appeals import AppealDecided, AppealEscalated, AppealFiled
from ledger.events.evidence import EvidenceEvent
from ledger.events.hearings import HearingRecorded
from ledger.events.replies import AppealReplied
from ledger.events.sittings import AnswerMarked, AnswerRecorded


def to_event(standing: Standing, owner: EmployeeState, event: Any) -> Relations:
    """How the person stands to what an event on somebody's stream is about."""
    on_sheet = sheets.to_event(standing, owner, event)  # before the notice that a mark may name
    if on_sheet is not None:
        return on_sheet
    appeal = owner.appeals.get(getattr(event, "appeal", None) or "")
    if appeal is not None:
        return standing.to_appeal(owner, appeal)
    notice = owner.notices.get(getattr(event, "notice", None) or "")
    if notice is not None:
        return standing.to_notice(owner, notice)
    sanction = owner.sanctions.get(getattr(event, "sanction", None) or "")
    if sanction is not None:
        return standing.to_sanction(owner, sanction)
    finding = owner.things["finding"].get(getattr(event, "finding", None) or "")
    if finding is not None:
        return standing.to_finding(owner, finding)
    found = standing.to_person(owner, getattr(event, "month", None))
    if isinstance(event, AnswerRecorded | AnswerMarked):
        return _to_answer(standing, found, event)
    return found


def _to_answer(standing: Standing, found: Relations, event: AnswerRecorded | AnswerMarked) -> Relations:
    """How the person stands to an answer or its marks; of a result they await, to the own answer alone."""
    sitting = standing.context.thing("sitting", event.sitting)
    if examined.awaits_result(standing, sitting):
        return found & {"self"} if isinstance(event, AnswerRecorded) else set()
    return found | {"issuer"} if standing.is_employed and standing.person in sitting.examiners else found


def sees(standing: Standing, owner: EmployeeState, event: Event) -> bool:
    """Whether the person may know of an event on somebody's stream at all.

    Whose a paper is nobody learns from the events of its candidate before the results are declared.
    """
    if (
        isinstance(event, AnswerRecorded | AnswerMarked)
        and owner.employee != standing.person
        and standing.context.thing("sitting", event.sitting).declared_on is None
    ):
        return False
    return standing.grant(to_event(standing, owner, event), class_of(event)) > Grant.NONE


def may_open(standing: Standing, owner: EmployeeState, event: Event) -> bool:
    """Whether the words in an event on somebody's stream are the person's to read."""
    relations, info = to_event(standing, owner, event), class_of(event)
    grant = standing.grant(relations, info)
    if info != "case":
        return grant is Grant.WORDS or getattr(event, "by", None) == standing.person
    if grant is Grant.WORDS:
        return True
    appeal = owner.appeals.get(getattr(event, "appeal", None) or "")
    return appeal is not None and _party_opens(standing, owner, appeal, event)


def _party_opens(standing: Standing, owner: EmployeeState, appeal: AppealState, event: Event) -> bool:
    """What whoever is a party, or is named in it, reads of a case: deny beats allow."""
    parties = {appeal.appellant, owner.employee, *standing.conflicted(owner, appeal)}
    if standing.person not in parties:
        return False
    if getattr(event, "by", None) == standing.person or isinstance(event, AppealDecided):
        return True
    match event:
        case AppealReplied():
            return standing.person == appeal.appellant
        case HearingRecorded():
            return standing.person in event.present
        case EvidenceEvent() if event.by != appeal.appellant:
            return standing.person == appeal.appellant
        case AppealFiled() | AppealEscalated() | EvidenceEvent():
            return standing.person == appeal.respondent and _is_told_to_respondent(appeal)
    return False


def _is_told_to_respondent(appeal: AppealState) -> bool:
    """Whether the respondent may read what was said against them: once decided; of retaliation once nothing can follow."""
    if appeal.decided_on is None or appeal.status == "pending":
        return False
    return appeal.ground != "retaliation" or appeal.status == "revoked" or not appeal.higher_levels()
