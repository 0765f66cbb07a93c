"""Recording what somebody has looked at: as it was shown to them, or not at all, whoever else records meanwhile."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from ledger.application.recording.applied import Applied
from ledger.application.recording.recording import Recording
from ledger.errors import WrongState
from ledger.state.named import Thing


class RecordingAsSeen(Recording):
    """Recording of which something is asked behind the lock, before it is decided there (law 8)."""

    _check: Callable[[], None] | None = None

    def as_seen(self, values: dict[str, Any], is_as_seen: Callable[[Applied], bool]) -> Applied:
        """Records a command that would still change what was seen. WrongState `impact_changed` where it does not.

        It is tried behind the lock, where nobody else records. A command sent before under the same key is found again,
        whatever has changed since.
        """

        def check() -> None:
            tried = self.typed(values, dry_run=True)
            if not tried.skips and not is_as_seen(tried):
                raise WrongState("impact_changed")

        self._check = check
        return self.typed(values)

    @contextmanager
    def _recording(self, by_hand: bool = False, things: Sequence[Thing] = ()) -> Iterator[Any]:
        with super()._recording(by_hand, things) as found:
            if self._check is not None:
                self._check()
            yield found
