"""Recording what somebody has looked at: as it was shown to them, or not at all, whoever else records meanwhile."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, Final

from ledger.application.recording.applied import Applied
from ledger.application.recording.recording import Recording
from ledger.errors import WrongState
from ledger.state.named import Thing

if TYPE_CHECKING:
    from ledger.application.ledger import Ledger

_MOST_TRIES: Final = 5


class MovedError(Exception):
    """Others have recorded since a command was tried."""


class RecordingAt(Recording):
    """Recording where the log ends at a position, as it did when a command was tried (None: wherever). MovedError."""

    def __init__(self, ledger: "Ledger", at: int | None = None) -> None:
        super().__init__(ledger)
        self._at = at

    @contextmanager
    def _recording(self, by_hand: bool = False, things: Sequence[Thing] = ()) -> Iterator[Any]:
        with super()._recording(by_hand, things) as found:
            if self._at not in (None, found[0].position):
                raise MovedError
            yield found


def record_as_seen(
    at: Callable[[int | None], RecordingAt], values: dict[str, Any], is_as_seen: Callable[[Applied], bool]
) -> Applied:
    """Records a command that would still change what was seen. WrongState `impact_changed` where it does not.

    A command sent before under the same key is found again, whatever has changed since. `at` records at a position alone:
    where others were quicker the command is tried again, since what was seen is decided behind the lock (law 8).
    """
    for _ in range(_MOST_TRIES):
        tried = at(None).typed(values, dry_run=True)
        if tried.skips:
            return at(None).typed(values)
        if not is_as_seen(tried):
            break
        with suppress(MovedError):
            return at(tried.position - len(tried.events)).typed(values)
    raise WrongState("impact_changed")
