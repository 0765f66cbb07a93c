"""Connections of the console: nobody keeps one without asking anything, and no address takes all there are."""

from asyncio import Protocol, TimerHandle, Transport
from contextlib import suppress
from typing import Final

from uvicorn.protocols.http.h11_impl import H11Protocol

PATIENCE: Final = 30.0
"""Seconds for which a request may be on its way before all of its headers are there."""
MOST_OF_ONE: Final = 500
"""So many connections one address has at once: an office behind one has some hundred people."""
_FILES: Final = 8_192
"""So many files a console asks to have open: a connection is one."""


class PatientConnection(H11Protocol):
    """A connection that is closed where no request comes."""

    _since = 0.0
    _waiting: TimerHandle | None = None
    _patience = PATIENCE
    _most: int | None = None

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]
        """Takes a connection, unless its address has as many as it may."""
        super().connection_made(transport)
        if self._most is not None and self._of_same_address() > self._most:
            transport.abort()
            return
        self._since = self.loop.time()
        self._waiting = self.loop.call_later(self._patience, self._look)

    def connection_lost(self, exc: Exception | None) -> None:
        """Waits for nothing any more."""
        if self._waiting is not None:
            self._waiting.cancel()
        super().connection_lost(exc)

    def on_response_complete(self) -> None:
        """Waits for the next request from now on."""
        self._since = self.loop.time()
        super().on_response_complete()

    def _of_same_address(self) -> int:
        client = (self.client or ("",))[0]
        others = (getattr(each, "client", None) for each in self.connections)
        return sum(1 for other in others if other is not None and other[0] == client)

    def _look(self) -> None:
        """Closes where nothing is being answered, and nothing whole has come for so long."""
        is_idle = self.cycle is None or self.cycle.response_complete
        left = self._since + self._patience - self.loop.time()
        if is_idle and left <= 0:
            self.transport.abort()
            return
        self._waiting = self.loop.call_later(left if is_idle else self._patience, self._look)


def connections(most: int | None) -> type[Protocol]:
    """What makes connections, so many of one address; None: any number, where all come from a proxy."""
    return type("Connection", (PatientConnection,), {"_most": most})


def open_many_files() -> None:
    """Has as many files open as a crowd needs, where the machine lets it."""
    with suppress(ImportError, OSError, ValueError):
        import resource

        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        wanted = _FILES if hard == resource.RLIM_INFINITY else min(_FILES, hard)
        if soft < wanted:
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
