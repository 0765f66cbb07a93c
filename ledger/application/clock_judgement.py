"""The machine's clock, judged before anything is recorded: a clock that was once ahead would poison all that follows.

It is held against what it said when the last event was recorded. An instant of recording never lies before the last one,
so behind a clock that was ahead it is pinned there; what the clock says is kept beside it, and is what today is told by.
"""

from datetime import datetime, timedelta
from typing import Final

from ledger.aggregates.context import Decision
from ledger.errors import WrongState
from ledger.events.clock import CLOCK_STREAM, ClockVouched
from ledger.state.execution import Recorder
from ledger.state.ledger_state import LedgerState

BEHIND: Final = timedelta(minutes=5)
"""So far back a clock is set by whatever keeps it right."""
AHEAD: Final = timedelta(days=400)
"""So long an office records nothing at most: every month has its close."""


def judged(
    ledger_state: LedgerState, position: int, operator: str, now: datetime, is_right: bool
) -> tuple[Recorder, Decision | None]:
    """Whose hand records behind a position, and when: never before what was recorded last.

    With what is to be recorded first where somebody vouches (`is_right`) for a clock that is not believed; else None.
    WrongState `clock_behind`, `clock_ahead` where nobody vouches.
    """
    last = ledger_state.recorded_at_end(position)
    if last is None:
        return Recorder(operator, now), None
    decision = _vouched(last.on_clock, now, is_right)
    if now >= last.recorded_at:
        return Recorder(operator, now), decision
    return Recorder(operator, last.recorded_at, now), decision


def _vouched(by: datetime, now: datetime, is_right: bool) -> Decision | None:
    behind, ahead = now < by - BEHIND, now > by + AHEAD
    if not (behind or ahead):
        return None
    if is_right:
        return Decision(CLOCK_STREAM, ClockVouched(clock=now, last=by))
    if behind:
        raise WrongState("clock_behind", now=_shown(now), last=_shown(by))
    raise WrongState("clock_ahead", now=_shown(now), last=_shown(by))


def _shown(instant: datetime) -> str:
    """To the minute; a ledger may have sites in several time zones."""
    return f"{instant:%Y-%m-%d %H:%M} UTC"
