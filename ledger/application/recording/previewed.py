"""What was shown before something was recorded: the second step carries its digest."""

import hashlib
import json
from typing import TYPE_CHECKING, Any, Final

from ledger.events import Event
from ledger.events.appraisals import AppraisalApproved, AppraisalPublished, AppraisalReported
from ledger.events.months import MonthClosed
from ledger.events.posted_lists import PublicListCorrected, PublicListPosted

if TYPE_CHECKING:
    from ledger.application.recording.applied import Applied

_PLACES: Final = frozenset({"because", "position"})
_WHO_AND_WHEN: Final = _PLACES | {"by", "approved_by", "on", "imposed_on", "imposed_by"}


def digest_of(tried: "Applied") -> str:
    """The SHA-256 (hex) of what a command would change, without the positions and numbers that others' recordings move."""
    if tried.impact is None:
        return hashlib.sha256(b"").hexdigest()
    return _digest(_unplaced(tried.impact.values()), tried)


def digest_of_figures(tried: "Applied") -> str:
    """The same of what differs alone, whoever decides it and on whichever day."""
    difference = [] if tried.impact is None else tried.impact.difference
    return _digest(_unplaced(difference, _WHO_AND_WHEN), tried)


def _digest(changed: Any, tried: "Applied") -> str:
    """The digest of what changes, and of what the events state, which is no change of a report."""
    shown = json.dumps(changed, sort_keys=True, ensure_ascii=False)
    stated = [each for recorded in tried.events for each in _stated(recorded.event)]
    return hashlib.sha256("\n".join([shown, *stated]).encode()).hexdigest()


def _stated(event: Event) -> list[str]:
    """What a close hands over, what hangs on a wall, and the scores that the steps of the appraisal state."""
    match event:
        case MonthClosed() | AppraisalReported():
            return [event.digest]
        case AppraisalPublished():
            return [sheet.model_dump_json() for sheet in event.sheets]
        case AppraisalApproved():
            return [sheet.model_dump_json() for sheet in event.scores]
        case PublicListPosted() | PublicListCorrected():
            counts = [count.model_dump_json() for count in event.counts]
            return [event.digest, *event.unnamed, *counts]
    return []


def _unplaced(value: Any, without: frozenset[str] = _PLACES) -> Any:
    if isinstance(value, list):
        return [_unplaced(each, without) for each in value]
    if isinstance(value, dict):
        return {name: _unplaced(each, without) for name, each in value.items() if name not in without}
    return value
