"""What one person, or one address, has of a console at once: nobody else waits for it."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic, sleep
from typing import Any
from urllib.parse import urlsplit

import pytest
import uvicorn

from ledger.application.desk.recording import OwnRecording
from tests.web.client import nobody, program, session
from tests.web.served import PASSWORD, Served
from web import connections, middleware, turns
from web.app import Console
from web.application import app_of

SLOW = b"POST /api/v1/commands HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 4000\r\n"


def test_somebody_who_asks_much_waits_and_nobody_else_does(
    site: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turns, "MOST", 2)
    answered, go_on = Console._answered, threading.Event()
    running: list[str] = []

    def held(self: Console, route: Any, request: Any, token: str, *rest: Any) -> Any:
        if self.accounts.whose(token) == "E04":
            running.append(token)
            assert go_on.wait(20)
        return answered(self, route, request, token, *rest)

    busy, other, quiet = site.signed_in("E04"), site.signed_in("E04"), site.signed_in("E07")
    for browser in (busy, other):
        assert browser.open("/about").status == 200  # whose they are is known from then on
    monkeypatch.setattr(Console, "_answered", held)
    asking = [threading.Thread(target=each.open, args=("/about",)) for each in [busy, other] * 3]
    for each in asking:
        each.start()
    while (turn := site.console.turns._turns.get("E04")) is None or turn.wanting < len(asking):
        sleep(0.01)

    assert quiet.open("/about").status == 200
    assert len(running) == 2
    go_on.set()
    for each in asking:
        each.join()
    assert len(running) == len(asking)
    until = monotonic() + 10  # whoever asked has the answer before the turn is given back
    while site.console.turns._turns and monotonic() < until:
        sleep(0.01)
    assert site.console.turns._turns == {}


@pytest.mark.parametrize("path", ["/commands", "/notices/N807/evidence?name=a", "/policy/trials"])
def test_nothing_is_read_of_a_program_that_is_not_let_in(
    path: str, site: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def never(*_: object) -> bytes:
        raise AssertionError("it was read")

    monkeypatch.setattr("web.api.app._body_of", never)

    assert nobody(site).ask(path, b"{}").status == 401


def test_rules_are_not_read_of_whoever_may_not_try_them(
    site: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(_: bytes) -> None:
        raise AssertionError("they were read")

    monkeypatch.setattr("web.api.acts.trials.read_document", never)
    sent = {"Content_Type": "application/toml"}

    assert program(site, "E04").ask("/policy/trials", b"a = 1", **sent).status == 403
    assert program(site, "E04").ask("/policy/trials?site=none", b"a = 1", **sent).status == 404
    assert program(site, "D01").ask("/policy/trials", b"#" * (256 * 1024 + 1), **sent).status == 413


@pytest.mark.parametrize("step", [0, 1])
def test_what_is_sent_too_slowly_is_not_waited_for(
    step: int, site: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(middleware, "_PATIENCE", 0.2)
    token = program(site, "D01").headers["Authorization"]
    with _connected(site.base) as slow:
        slow.sendall(SLOW + f"Authorization: {token}\r\n\r\n{{".encode())
        slow.settimeout(0.02 if step else 20)
        assert _told(slow, step).startswith(b"HTTP/1.1 408 ")


def _told(slow: socket.socket, step: int) -> bytes:
    """What is answered, while so many bytes are sent now and then."""
    while True:
        try:
            return slow.recv(100)
        except TimeoutError:
            slow.sendall(b" " * step)


def test_nesting_without_end_is_refused_in_words(site: Served) -> None:
    deep = "W1tbW1tb" * 6_000  # [[[[[[…, as a cursor is written
    assert program(site, "D01").ask(f"/sites?limit=2&after={deep}").status == 422
    sent = {"Content_Type": "application/json", "Idempotency_Key": "k1"}
    path = "/proposals/000000000001/confirmation"
    assert session(site, "D01").ask(path, b"[" * 200_000, **sent).status == 400


def test_a_file_that_is_refused_keeps_nobody_from_recording(
    site: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, each = [], OwnRecording.each

    def noted(self: OwnRecording, lines: Any, allowed: Any, dry_run: bool = False) -> Any:
        asked.append(dry_run)
        return each(self, lines, allowed, dry_run)

    monkeypatch.setattr(OwnRecording, "each", noted)
    wrong = b'{"do": "rectify_notice", "notice": "N999", "action": "x", "on": "2026-09-10"}\n'

    assert program(site, "E04").send_lines(wrong * 2).status == 404
    assert asked == [True]
    assert program(site, "E04").send_lines(wrong * 2_001).status == 413
    assert asked == [True]


def test_a_right_password_is_not_looked_at_again_and_again(site: Served) -> None:
    site.has_account("E04")
    browser = site.signed_in("E07")
    told = [browser.send("/sign-in", employee="E04", password=PASSWORD).status for _ in range(21)]

    assert told == [200] * 20 + [429]
    assert browser.send("/sign-in", employee="E07", password=PASSWORD).status == 200


# --- connections ----------------------------------------------------------------------------------------


@contextmanager
def _connected(base: str) -> Iterator[socket.socket]:
    host, port = urlsplit(base).hostname, urlsplit(base).port
    with socket.create_connection((str(host), int(port or 0)), timeout=20) as opened:
        yield opened


@contextmanager
def _listening(site: Served, most: int | None) -> Iterator[str]:
    """The same console behind connections of which one address has so many."""
    made = connections.connections(most)
    server = uvicorn.Server(uvicorn.Config(app_of(site.console), port=0, log_level="error", http=made))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(10)


def _ends(opened: socket.socket) -> bool:
    try:
        return opened.recv(100) == b""
    except ConnectionResetError:
        return True


@pytest.mark.parametrize("begun", [b"", b"GET / HTTP/1.1\r\nHost: 127."])
def test_a_connection_on_which_nothing_whole_comes_is_closed(
    begun: bytes, site: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections.PatientConnection, "_patience", 0.2)
    with _listening(site, None) as base, _connected(base) as slow:
        slow.sendall(begun)
        assert _ends(slow)


def test_one_address_has_so_many_connections_and_no_more(site: Served) -> None:
    with _listening(site, 2) as base, _connected(base), _connected(base) as second:
        with _connected(base) as third:
            assert _ends(third)
        second.sendall(b"GET /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        assert second.recv(100).startswith(b"HTTP/1.1 200 ")
