"""A job while it runs, a check or a trial of rules: how far it is and what it has found, as server-sent events.

No thread is held meanwhile. Without scripts the page is loaded again, and says the same.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from ledger.application.desk.desk import Desk, Person
from ledger.errors import LedgerError
from web.accounts import Session
from web.api.door import speech_of
from web.jobs import Job
from web.request_log import entry_of
from web.speech import Speech

if TYPE_CHECKING:
    from web.app import Console

CHECK: Final = "check"
TRIAL: Final = "trial"
TRIES: Final = frozenset({"months", "payroll"})
"""Whoever has these entries in the menu sees the figures of a site, and may try rules on them."""
PING: Final = 25.0
POLL: Final = 0.5
MOST_LISTENERS: Final = 10
"""So many streams of one job are open at once in a process."""

Stand = dict[str, Any]


def stand_of_check(speech: Speech, job: Job) -> Stand:
    """`told` how far it is, `done` of `total` events (0: nobody can say), `counted` how much is found, and the `faults`."""
    found = job.found.values()
    step, done, total = job.step or "waiting", job.done, job.total
    return {
        "told": speech.say(f"verifying_{step}", done=f"{done:,}", total=f"{total:,}"),
        "done": done,
        "total": total,
        "counted": speech.say("verifying_found", count=sum(count for count, _ in found)),
        "faults": [fault_told(speech, one) for _, first in found for one in first],
    }


def stand_of_trial(speech: Speech, job: Job) -> Stand:
    """`told` how far it is, `done` of `total` events (0: it waits)."""
    done, total = job.done, job.total
    told = (
        speech.say("try_running", done=f"{done:,}", total=f"{total:,}")
        if total
        else speech.say("try_waiting")
    )
    return {"told": told, "done": done, "total": total}


def fault_told(speech: Speech, fault: Any) -> str:
    """Something that is not as it was recorded: at which event, where it is of one, and what."""
    told = speech.labels.fault(fault.code, fault.fields)
    return told if fault.position is None else speech.labels.pair(f"#{fault.position}", told)


@dataclass(frozen=True, slots=True)
class Stream:
    """The stream of a kind of job: its address, which entries whoever listens has in the menu, and what it tells."""

    kind: str
    path: str
    entries: frozenset[str]
    stand: Callable[[Speech, Job], Stand]


STREAMS: Final = (
    Stream(CHECK, "/audit/verified/{job}/progress", frozenset({"audit"}), stand_of_check),
    Stream(TRIAL, "/policy/tried/{job}/progress", TRIES, stand_of_trial),
)


def streams(console: "Console") -> list[Route]:
    """A route for each stream of a console."""

    def of(stream: Stream) -> Route:
        async def answer(request: Request) -> Response:
            return await _answer(console, stream, request)

        return Route(stream.path, answer, methods=["GET"])

    return [of(stream) for stream in STREAMS]


async def _answer(console: "Console", stream: Stream, request: Request) -> Response:
    """The stream, for whoever began the job and still may; where it is not there any more, it ends at once.

    So it does where the ledger refuses to say who that is: the page says that in words.
    """
    entry = entry_of(request.scope)
    entry.route = stream.path
    session: Session | None = None
    job: Job | None = None
    with suppress(LedgerError):
        session = await to_thread.run_sync(partial(_session, console, request))
        if session is None:
            return PlainTextResponse("401", 401)
        entry.person = session.employee
        if not await to_thread.run_sync(partial(_may_listen, console, stream, session)):
            return PlainTextResponse("403", 403)
        asked = partial(console.jobs.stand, stream.kind, request.path_params["job"], session.employee)
        job = await to_thread.run_sync(asked)
    if job is not None and console.listening[job.name] >= MOST_LISTENERS:
        return PlainTextResponse("503", 503)
    return StreamingResponse(
        _told(console, stream, request, job, speech_of(console, request, session)),
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
        media_type="text/event-stream; charset=utf-8",
    )


async def _told(
    console: "Console", stream: Stream, request: Request, job: Job | None, speech: Speech
) -> AsyncIterator[str]:
    """How far it is whenever that is another, a comment every 25 seconds, and the end; also of whoever is let in no more."""
    if job is not None:
        console.listening[job.name] += 1
        try:
            async for event in _while_it_runs(console, stream, request, job, speech):
                yield event
        finally:
            console.listening[job.name] -= 1
            console.listening = +console.listening
    yield "event: ended\ndata: {}\n\n"


async def _while_it_runs(
    console: "Console", stream: Stream, request: Request, job: Job, speech: Speech
) -> AsyncIterator[str]:
    known, waited = None, 0.0
    again = partial(console.jobs.stand, stream.kind, job.name, job.person)
    now: Job | None = job
    while now is not None:
        stand = stream.stand(speech, now)
        if stand != known or waited >= PING:
            if not await to_thread.run_sync(partial(_is_let_in, console, stream, request)):
                return
            if stand == known:
                yield ": still here\n\n"
            else:
                yield f"event: progress\ndata: {json.dumps(stand, ensure_ascii=False)}\n\n"
            known, waited = stand, 0.0
        await asyncio.sleep(POLL)
        waited += POLL
        now = await to_thread.run_sync(again)


def _session(console: "Console", request: Request) -> Session | None:
    """Whoever is signed in; listening does not make it last longer."""
    token = request.cookies.get(console.cookie, "")
    return console.session_of(token, seen=False) if token else None


def _may_listen(console: "Console", stream: Stream, session: Session) -> bool:
    return stream.entries <= Desk.at(console.ledger, Person(session.employee)).menu()


def _is_let_in(console: "Console", stream: Stream, request: Request) -> bool:
    with suppress(LedgerError):
        session = _session(console, request)
        return session is not None and _may_listen(console, stream, session)
    return False
