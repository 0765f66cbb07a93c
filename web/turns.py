"""How much one person has answered at once: whatever else they ask waits for that, and nobody else does.

People are told by what they send: a session or a token, which is somebody's once it was looked up.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

import anyio
from starlette.requests import Request

from web.database import digest_of

MOST: Final = 4
"""So many requests of one person are answered at once: half of those that can read a ledger (`warm.MOST_MEMORIES`)."""
_REMEMBERED: Final = 10_000


@dataclass
class _Turn:
    """The turns of one person, and how many requests have one or wait for one."""

    free: anyio.Semaphore
    wanting: int = 0


class Turns:
    """The turns of everybody; for the thread of the event loop, but `know`."""

    def __init__(self, cookie: str) -> None:
        """`cookie`: what the session's is called."""
        self._cookie = cookie
        self._known: dict[str, str] = {}
        self._turns: dict[str, _Turn] = {}

    def know(self, credential: str, person: str) -> None:
        """Keeps whose a session or a token is: however many somebody has, their turns are the same."""
        if len(self._known) >= _REMEMBERED:
            self._known.clear()
        self._known[digest_of(credential)] = person

    @asynccontextmanager
    async def one_of(self, request: Request) -> AsyncIterator[None]:
        """A turn of whoever asks, until they are answered; whoever names nobody needs none."""
        given = request.headers.get("authorization", "").partition(" ")[2].strip()
        credential = given or request.cookies.get(self._cookie, "")
        if not credential:
            yield
            return
        digest = digest_of(credential)
        who = self._known.get(digest, digest)
        turn = self._turns.setdefault(who, _Turn(anyio.Semaphore(MOST)))
        turn.wanting += 1
        try:
            async with turn.free:
                yield
        finally:
            turn.wanting -= 1
            if not turn.wanting:
                del self._turns[who]
