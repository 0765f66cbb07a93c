"""The machine's clock jumps back: what is recorded afterwards is not recorded earlier."""

from contextlib import suppress
from datetime import timedelta

from ledger.application.ledger import Ledger
from ledger.errors import WrongState
from tests.crash.scene import LAST, MONTH, NEXT, OFFICE
from tests.crash.tally import TALLY
from tests.support import office
from tests.support.soundness import state_is_sound

JUMPS = (timedelta(0), timedelta(days=1), timedelta(hours=-3), timedelta(hours=-20))


def test_the_instants_of_the_log_never_decrease_when_the_clock_jumps_back(ledger_url: str) -> None:
    instants = []
    for jump, file in zip(JUMPS, (OFFICE, MONTH, NEXT, LAST), strict=True):
        now = office.NOW + jump
        with (
            Ledger(ledger_url, now=lambda now=now: now) as ledger,  # type: ignore[misc]
            suppress(WrongState),
        ):
            ledger.record.apply(file)
            assert jump >= timedelta(0), "a clock that jumped back is not believed"
        with Ledger(
            ledger_url,
            now=lambda now=now: now,  # type: ignore[misc]
            operator=lambda: "typist",
            clock_is_right=True,
        ) as ledger:
            assert ledger.record.apply(file).recorded == (0 if jump >= timedelta(0) else len(file))
            again = ledger.record.apply(file)
        assert (again.recorded, again.skipped) == (0, len(file))
        events = state_is_sound(ledger_url)
        instants.append(events[-1].recorded_at)
        TALLY.faults += jump < timedelta(0)
        TALLY.verified += 1
        TALLY.acknowledged += len(file)
    assert instants == [office.NOW, *[office.NOW + timedelta(days=1)] * 3]
