"""The machine's clock jumps back: what is recorded afterwards is not recorded earlier."""

from datetime import timedelta

from ledger.application.ledger import Ledger
from tests.crash.scene import LAST, MONTH, NEXT, OFFICE
from tests.crash.tally import TALLY
from tests.support import office
from tests.support.soundness import state_is_sound

JUMPS = (timedelta(0), timedelta(days=1), timedelta(hours=-3), timedelta(days=-400))


def test_the_instants_of_the_log_never_decrease_when_the_clock_jumps_back(ledger_url: str) -> None:
    instants = []
    for jump, file in zip(JUMPS, (OFFICE, MONTH, NEXT, LAST), strict=True):
        now = office.NOW + jump
        with Ledger(ledger_url, now=lambda now=now: now, operator=lambda: "typist") as ledger:  # type: ignore[misc]
            assert ledger.record.apply(file).recorded == len(file)
            again = ledger.record.apply(file)
        assert (again.recorded, again.skipped) == (0, len(file))
        events = state_is_sound(ledger_url)
        instants.append(events[-1].recorded_at)
        TALLY.faults += jump < timedelta(0)
        TALLY.verified += 1
        TALLY.acknowledged += len(file)
    assert instants == [office.NOW, *[office.NOW + timedelta(days=1)] * 3]
