"""`GET /changes`: that something was recorded, and never what: the position alone, as server-sent events."""

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING, Final

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import StreamingResponse

from ledger.errors import LedgerError
from web.api.door import caller_of
from web.api.problems import ProblemError

if TYPE_CHECKING:
    from web.app import Console

PING: Final = 25.0
POLL: Final = 1.0
MOST_LISTENERS: Final = 200
MOST_OF_ONE: Final = 10
"""So many streams one person has open at once: nobody takes all there are."""


class Poller:
    """Asks a ledger once a second where it stands, for however many listen; for nobody it asks nothing."""

    def __init__(self, console: "Console", every: float = POLL) -> None:
        self._console = console
        self._every = every
        self._changed: asyncio.Condition | None = None
        self._task: asyncio.Task[None] | None = None
        self.position = 0
        self._of: Counter[str] = Counter()

    @property
    def listeners(self) -> int:
        """How many streams are open."""
        return self._of.total()

    def has_room_for(self, person: str) -> bool:
        """Whether somebody may open one more."""
        return self.listeners < MOST_LISTENERS and self._of[person] < MOST_OF_ONE

    @asynccontextmanager
    async def listening(self, person: str) -> AsyncIterator[None]:
        """Somebody listens, until the end, however it comes."""
        if self._changed is None:
            self._changed = asyncio.Condition()
        self._of[person] += 1
        try:
            if self._task is None:
                self._task = asyncio.create_task(self._poll())
            await self._look()
            yield
        finally:
            self._of[person] -= 1
            self._of = +self._of
            if self.listeners == 0 and self._task is not None:
                self._task.cancel()
                self._task = None

    async def _poll(self) -> None:
        while True:
            await asyncio.sleep(self._every)
            try:
                await self._look()
            except LedgerError:
                continue  # a server that is away for a moment; whoever listens is told when it is back

    async def _look(self) -> None:
        now = await to_thread.run_sync(self._console.ledger.position)
        assert self._changed is not None
        if now != self.position:
            async with self._changed:
                self.position = now
                self._changed.notify_all()

    async def later_than(self, position: int, seconds: float) -> int | None:
        """The position, once it is another; None where it is not within some seconds."""
        assert self._changed is not None
        try:
            async with asyncio.timeout(seconds), self._changed:
                await self._changed.wait_for(lambda: self.position != position)
        except TimeoutError:
            return None
        return self.position


async def answer_changes(console: "Console", poller: Poller, request: Request) -> StreamingResponse:
    """The stream, for somebody who is let in. ProblemError."""
    by_token = "authorization" in request.headers  # listening is a use of a token, and none of a session
    async with console.turns.one_of(request):
        caller = await to_thread.run_sync(partial(caller_of, console, request, seen=by_token))
    if not caller.scopes.reads("changes"):
        raise ProblemError("scope_lacking", name="changes")
    if not poller.has_room_for(caller.person):
        raise ProblemError("too_busy")
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(
        _told(console, poller, request, caller.person),
        headers=headers,
        media_type="text/event-stream; charset=utf-8",
    )


async def _told(console: "Console", poller: Poller, request: Request, person: str) -> AsyncIterator[str]:
    """Each position as it comes, from the one a reader knows; a comment every 25 seconds, while they are still let in."""
    if not poller.has_room_for(person):
        return  # others came first, while this one was let in
    known = _last_known(request)
    async with poller.listening(person):
        if known != poller.position:
            known = poller.position
            yield _event(known)
        while True:
            found = await poller.later_than(known, PING)
            if not await to_thread.run_sync(partial(_is_let_in, console, request)):
                return
            if found is None:
                yield ": still here\n\n"
                continue
            known = found
            yield _event(known)


def _last_known(request: Request) -> int | None:
    given = request.headers.get("last-event-id", "")
    return int(given) if given.isascii() and given.isdigit() and len(given) <= 18 else None


def _event(position: int) -> str:
    return f"id: {position}\nevent: changed\ndata: {json.dumps({'position': position})}\n\n"


def _is_let_in(console: "Console", request: Request) -> bool:
    """Whether the session or token lasts, where that can be told; listening does not make it last longer."""
    try:
        caller_of(console, request, seen=False)
    except (ProblemError, LedgerError):
        return False
    return True
