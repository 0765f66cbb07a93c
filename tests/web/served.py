"""A console on a port of this machine, and a browser without JavaScript."""

import asyncio
import re
import socket
import threading
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from http.cookiejar import Cookie, CookieJar
from pathlib import Path
from time import monotonic, sleep
from typing import Any, Final

import uvicorn

from ledger.application.desk.desk import Desk
from ledger.terms import format_recorded
from web.app import Console, Settings
from web.application import app_of
from web.passwords import hashed

PASSWORD = "ein ganz langer satz"
NOW = datetime(2026, 9, 10, 2, 0, tzinfo=UTC)


@cache
def kept_password() -> str:
    """The hash of everybody's password here: made once, since it takes its time."""
    return hashed(PASSWORD)


MEANWHILE: Final = {
    "do": "issue_notice",
    "employee": "E10",
    "clause": "FD-05",
    "points": 4,
    "occurred_at": "2026-09-08T10:00:00+08:00",
    "narrative": "x",
    "issued_by": "I02",
    "issued_on": "2026-09-09",
}
"""A notice that somebody else records between a look and an act, and that moves its figures."""


@dataclass
class Clock:
    """A clock that is set."""

    at: datetime = NOW

    def __call__(self) -> datetime:
        return self.at

    def passes(self, **time: int) -> None:
        self.at += timedelta(**time)


@dataclass(frozen=True)
class Answer:
    """What a browser gets."""

    status: int
    path: str
    text: str
    headers: Any


@dataclass
class Served:
    """A console that answers."""

    console: Console
    clock: Clock
    base: str
    url: str

    def has_account(self, *people: str) -> None:
        """Gives people an account with `PASSWORD`, past the codes."""
        with self.console.accounts._database.open() as database:
            for person in people:
                database.execute(
                    "INSERT INTO accounts (employee, password, created_at) VALUES (?, ?, ?)"
                    " ON CONFLICT (employee) DO UPDATE SET password = excluded.password",
                    (person, kept_password(), format_recorded(self.clock.at)),
                )

    def signed_in(self, person: str, language: str = "en") -> "Browser":
        """A browser in which somebody is signed in; their password is minutes old."""
        self.has_account(person)
        browser = Browser(self.base, language)
        token = self.console.accounts.begin(person, "test")
        browser.has_cookie("kaoji", token)
        return browser


class Browser:
    """Cookies, forms and pages; no scripts."""

    def __init__(self, base: str, language: str = "en") -> None:
        self.base = base
        self.jar = CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar))
        self.opener.addheaders = [("Accept-Language", language)]

    def has_cookie(self, name: str, value: str) -> None:
        """Has a cookie of the console's."""
        host = {"domain": "127.0.0.1", "domain_specified": False, "domain_initial_dot": False}
        where = {"port": None, "port_specified": False, "path": "/", "path_specified": True}
        rest = {"secure": False, "expires": None, "discard": True, "comment": None, "comment_url": None}
        self.jar.set_cookie(Cookie(0, name, value, **host, **where, **rest, rest={}))  # type: ignore[arg-type]

    def open(
        self, path: str, fields: dict[str, str] | list[tuple[str, str]] | None = None, **headers: str
    ) -> Answer:
        sent = None if fields is None else urllib.parse.urlencode(fields).encode()
        return self._asked(path, sent, {name.replace("_", "-"): value for name, value in headers.items()})

    def upload(self, path: str, name: str, content: bytes, **fields: str) -> Answer:
        """Opens a page and sends its form with a file, as browsers do."""
        return self.go_on_with(self.open(path), path, "file", name, content, **fields)

    def go_on_with(
        self, page: Answer, path: str, called: str, name: str, content: bytes, **fields: str
    ) -> Answer:
        """Sends the form of a page that was shown, with a file in the field that is called so."""
        return self.post_parts(path, list({**hidden(page.text), **fields}.items()), called, name, content)

    def post_parts(
        self, path: str, fields: list[tuple[str, str]], called: str, name: str, content: bytes
    ) -> Answer:
        """Sends some fields and a file, its name written as browsers write it."""
        mark, sent = "----a-mark-between-parts", b""
        name = name.replace("\r", "%0D").replace("\n", "%0A").replace('"', "%22")
        for field, value in fields:
            sent += f'--{mark}\r\nContent-Disposition: form-data; name="{field}"\r\n\r\n{value}\r\n'.encode()
        sent += f'--{mark}\r\nContent-Disposition: form-data; name="{called}"; filename="{name}"\r\n'.encode()
        sent += b"Content-Type: application/octet-stream\r\n\r\n" + content + f"\r\n--{mark}--\r\n".encode()
        return self._asked(path, sent, {"Content-Type": f"multipart/form-data; boundary={mark}"})

    def _asked(self, path: str, sent: bytes | None, headers: dict[str, str]) -> Answer:
        request = urllib.request.Request(self.base + path, sent, headers)
        try:
            answer = self.opener.open(request, timeout=30)
        except urllib.error.HTTPError as error:
            answer = error  # type: ignore[assignment]
        with answer:
            text = answer.read().decode("utf-8", "replace")
            return Answer(answer.status, answer.url.removeprefix(self.base), text, answer.headers)

    def send(self, path: str, **fields: str) -> Answer:
        """Opens a page and sends its form, with what it carries hidden."""
        return self.go_on(self.open(path), path, **fields)

    def through(self, path: str, **fields: str) -> Answer:
        """A form of one screen to the end, with what it would come to in between, and the password where it is asked."""
        page = self.send(path, step="check", **fields)
        return self.go_on(page, path, step="record", password=PASSWORD) if page.status == 200 else page

    def go_on(self, page: Answer, path: str, **fields: str) -> Answer:
        """Sends the form of a page that was shown."""
        return self.open(path, {**hidden(page.text), **fields})

    def waited(self, page: Answer) -> Answer:
        """A page that tells how far something is, loaded again until it tells what came of it."""
        until = monotonic() + 60
        while page.status == 202 and monotonic() < until:
            sleep(0.02)
            page = self.open(page.path)
        return page


def hidden(text: str) -> dict[str, str]:
    """What the last form of a page's content carries."""
    form = text[text.index("<main") :].rpartition("<form")[2]
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form)
    return {name: value.replace("&#34;", '"').replace("&amp;", "&") for name, value in found}


class _Server(uvicorn.Server):
    """One that ends when it is told to; uvicorn looks every tenth of a second, and waits as long again."""

    async def startup(self, sockets: Sequence[socket.socket] | None = None) -> None:
        self._loop, self._over = asyncio.get_running_loop(), asyncio.Event()
        await super().startup(sockets)  # type: ignore[arg-type]

    async def main_loop(self) -> None:
        await self.on_tick(0)
        await self._over.wait()

    async def shutdown(self, sockets: Sequence[socket.socket] | None = None) -> None:
        for server in self.servers:
            server.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        await asyncio.sleep(0)
        await self._wait_tasks_to_complete()
        await self.lifespan.shutdown()

    def ends(self) -> None:
        self._loop.call_soon_threadsafe(self._over.set)


@contextmanager
def served(
    url: str, folder: Path, settings: Settings | None = None, beside: str | None = None
) -> Iterator[Served]:
    """A console of a ledger, on a free port, until the end; accounts in the folder, or on a server."""
    clock = Clock()
    with Desk(url, now=clock, operator=lambda: "tester") as ledger:
        console = Console(ledger, beside or folder / "kaoji.desk.db", settings or Settings())
        config = uvicorn.Config(app_of(console), port=0, log_level="error", access_log=False)
        server = _Server(config)
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        while not server.started:
            sleep(0.01)
        port = server.servers[0].sockets[0].getsockname()[1]
        try:
            yield Served(console, clock, f"http://127.0.0.1:{port}", url)
        finally:
            console.jobs.stop()
            server.ends()
            thread.join(10)
