"""What a console does for what lies beside its ledger, when it begins and once a day: what has had its time goes."""

import logging
import threading
from typing import TYPE_CHECKING, Final

from ledger.errors import LedgerError

if TYPE_CHECKING:
    from ledger.application.desk.desk import Pruned
    from web.app import Console

_FAULTS: Final = logging.getLogger("kaoji.upkeep")
_DAY_S: Final = 24 * 60 * 60.0


def keep_up(console: "Console") -> "Pruned | None":
    """Lets proposals go that are too old or about somebody erased, and readings past their 24 months: which did.

    Nothing where it only reads. StoreError `desk_unusable`, where what lies beside the ledger cannot be reached;
    `readings_broken`, `readings_not_pruned`.
    """
    if console.settings.read_only:
        return None
    console.proposals.waiting()
    return console.readings.prune()


class Daily(threading.Thread):
    """The same once a day, as long as the console answers; what cannot be done is told where faults are."""

    def __init__(self, console: "Console", every_s: float = _DAY_S) -> None:
        super().__init__(daemon=True)
        self._console, self._every_s = console, every_s
        self._over = threading.Event()

    def run(self) -> None:
        """Until it is stopped."""
        while not self._over.wait(self._every_s):
            try:
                keep_up(self._console)
            except LedgerError as error:
                _FAULTS.error("%s", error.code)

    def __enter__(self) -> None:
        self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        """No day is begun any more."""
        self._over.set()
