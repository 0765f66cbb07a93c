"""People at a console: one who asks it in this process, and a crowd at another process, over loopback."""

import http.client
import re
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from anyio.from_thread import start_blocking_portal

from benchmarks.consoles import PASSWORD, Server

_AT_ONCE: Final = 4
"""Connections of a crowd that reads; those who sign in come each by their own."""


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    body: bytes
    headers: dict[str, str]


# --- in this process --------------------------------------------------------------------------------


class Visitor:
    """Asks the application itself, without a socket: what is measured is a page and nothing else."""

    def __init__(self, console: Any, sessions: dict[str, str]) -> None:
        from web.application import app_of

        self._application = app_of(console)
        self._sessions = sessions
        self._lasting = start_blocking_portal()
        self._portal = self._lasting.__enter__()
        """One event loop for all of its questions, as a server has: its threads are started once."""

    def get(self, person: str, path: str, **headers: str) -> Answer:
        """A page as somebody is shown it."""
        return self._portal.call(self._asked, person, path, headers)

    def close(self) -> None:
        """Lets go of its threads."""
        self._lasting.__exit__(None, None, None)

    async def _asked(self, person: str, path: str, more: dict[str, str]) -> Answer:
        sent: list[dict[str, Any]] = []
        named = {"host": "127.0.0.1", "cookie": f"kaoji={self._sessions[person]}", **more}
        plain, _, query = path.partition("?")
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": "GET",
            "scheme": "http",
            "path": plain,
            "raw_path": plain.encode(),
            "query_string": query.encode(),
            "root_path": "",
            "headers": [(name.replace("_", "-").encode(), text.encode()) for name, text in named.items()],
            "server": ("127.0.0.1", 80),
            "client": ("127.0.0.1", 1),
        }

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: Any) -> None:
            sent.append(message)

        await self._application(scope, receive, send)
        answered = {name.decode().lower(): text.decode() for name, text in sent[0]["headers"]}
        return Answer(sent[0]["status"], b"".join(m.get("body", b"") for m in sent[1:]), answered)


# --- crowds -----------------------------------------------------------------------------------------


@dataclass
class Crowd:
    """What a crowd saw: how many answers, how many that were none, and in how long."""

    answers: int = 0
    errors: int = 0
    seconds: float = 0.0


def readers(server: Server, asked: Sequence[tuple[str, str]], seconds: float, anew: bool = False) -> Crowd:
    """People reading pages, one after another on four connections, for some seconds, each page once at least.

    `anew`: each on a connection of its own, since one stays with the process that took it.
    """
    crowd, until, begun = Crowd(), time.monotonic() + seconds, time.monotonic()
    lock, turns = threading.Lock(), iter(range(10**9))

    def read() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
        while True:
            with lock:
                turn = next(turns)
            if turn >= len(asked) and time.monotonic() >= until:
                break
            person, path = asked[turn % len(asked)]
            try:
                connection.request("GET", path, headers={"Cookie": f"kaoji={server.sessions[person]}"})
                answer = connection.getresponse()
                answer.read()
                good = answer.status == 200
            except OSError:
                good = False
            if anew or not good:
                connection.close()
            with lock:
                crowd.answers += 1
                crowd.errors += not good

    _together(read, _AT_ONCE)
    crowd.seconds = time.monotonic() - begun
    return crowd


def signing_in(server: Server, people: Sequence[str], within: float) -> Crowd:
    """Everybody signs in once, at even times within so many seconds, all from this one address."""
    crowd, lock, begun = Crowd(), threading.Lock(), time.monotonic()
    waiting = iter(enumerate(people))

    def arrive() -> None:
        while True:
            with lock:
                number, person = next(waiting, (0, None))
            if person is None:
                return
            time.sleep(max(0.0, begun + within * number / len(people) - time.monotonic()))
            good = _signs_in(server.port, person)
            with lock:
                crowd.answers += 1
                crowd.errors += not good

    _together(arrive, 8)
    crowd.seconds = time.monotonic() - begun
    return crowd


def _signs_in(port: int, person: str) -> bool:
    """The page, its form, and where it leads: whether all of it went well."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request("GET", "/sign-in")
        page = connection.getresponse()
        text, cookie = page.read().decode(), str(page.getheader("set-cookie", "")).partition(";")[0]
        value = re.search(r'name="csrf" value="([^"]+)"', text)
        if value is None:
            return False
        form = urlencode({"csrf": value[1], "employee": person, "password": PASSWORD, "next": "/about"})
        headers = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}
        connection.request("POST", "/sign-in", form, headers)
        answer = connection.getresponse()
        answer.read()
        return answer.status == 303
    except OSError:
        return False
    finally:
        connection.close()


def _together(work: Callable[[], None], count: int) -> None:
    threads = [threading.Thread(target=work) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
