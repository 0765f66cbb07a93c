"""The classes of information, and which class an event is of."""

from enum import IntEnum
from typing import Final, Literal, get_args

from ledger.events import Event
from ledger.events.appeals import AppealEvent
from ledger.events.evidence import EvidenceEvent
from ledger.events.hearings import HearingRecorded
from ledger.events.months import MonthClosed
from ledger.events.pay_returns import DifferenceSettled, PayReturned
from ledger.events.posted_lists import PublicListCorrected, PublicListPosted, PublicListTakenDown
from ledger.events.wages import WageRecorded

InfoClass = Literal[
    "directory",
    "fact",
    "review",
    "figures",
    "pay",
    "wage",
    "case",
    "fairness",
    "raw",
    "readings",
    "running",
    "accounts",
]
"""What can be seen.

`directory`: staff number, name, department. `fact`: notices, findings, rewards, sanctions. `review`: dismissal reviews, and
what came of them. `figures`: a month's rows and explanations. `pay`: what was handed over and really deducted. `wage`:
wages. `case`: an appeal. `fairness`: its facts. `raw`: events with their hashes. `readings`: who read whose record.
`running`: what waits for no one person. `accounts`: who can sign in.
"""
CLASSES: Final[tuple[InfoClass, ...]] = get_args(InfoClass)


class Grant(IntEnum):
    """How much of a class: each grants what those before it do."""

    NONE = 0
    FACTS = 1
    """What happened, without the words; of figures points and bands, without money."""
    PARTY = 2
    """Of a case: one's own words, the decision, and what the other side has done."""
    PURPOSE = 3
    """Words for a stated purpose; without one the facts."""
    WORDS = 4
    """All of it."""


def class_of(event: Event) -> InfoClass:
    """The class of an event that stands on somebody's stream, or of a month."""
    match event:
        case AppealEvent():
            return "case"
        case HearingRecorded() | EvidenceEvent() if event.appeal is not None:
            return "case"
        case WageRecorded():
            return "wage"
        case PayReturned() | DifferenceSettled() | MonthClosed():
            return "pay"
        case PublicListPosted() | PublicListCorrected() | PublicListTakenDown():
            return "figures"
    return "fact"
