"""What is said of the machine's clock. Stream `clock`."""

from typing import ClassVar, Final

from ledger.events.base import Event, registered
from ledger.terms import Instant

CLOCK_STREAM: Final = "clock"


@registered
class ClockVouched(Event):
    """The operator vouches for the machine's clock, which lies before what was recorded last or far behind it: from
    here on it is judged by this instant. `last` is by what it would have been judged."""

    kind: ClassVar[str] = "clock_vouched"
    clock: Instant
    last: Instant
