"""What every request passes: names, sizes and pauses, methods that only look, and headers on whatever is answered."""

import http.client
import socket
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.web.served import PASSWORD, Served, hidden
from web import middleware
from web.middleware import HEADERS

BIG = 1 << 20
FORM = "application/x-www-form-urlencoded"
PARTS = "multipart/form-data; boundary=x"


def asked(
    site: Served, method: str, path: str, body: Any = None, cookie: str = "", **headers: str
) -> http.client.HTTPResponse:
    """The answer to a request as it is, with whatever headers it came with."""
    connection = http.client.HTTPConnection(urlsplit(site.base).netloc, timeout=30)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request(
        method, path, body, {"Cookie": cookie, **named}, encode_chunked=not isinstance(body, bytes)
    )
    answer = connection.getresponse()
    answer.told = answer.read()  # type: ignore[attr-defined]
    connection.close()
    return answer


def signed_in(site: Served, person: str) -> str:
    """The cookie of somebody who is signed in."""
    browser = site.signed_in(person)
    return "; ".join(f"{cookie.name}={cookie.value}" for cookie in browser.jar)


@pytest.mark.parametrize(
    "path", ["/sign-out", "/me/export", "/checkpoint", "/receipts/notice:N807", "/me/tokens"]
)
def test_asking_for_the_headers_alone_does_nothing(path: str, site: Served) -> None:
    cookie, before = signed_in(site, "E04"), site.console.ledger.people.handouts("E04")
    looked = asked(site, "GET", path, cookie=cookie)
    answer = asked(site, "HEAD", path, cookie=cookie)

    assert answer.status == looked.status
    assert answer.getheader("Content-Disposition") is None
    assert answer.told == b""  # type: ignore[attr-defined]
    assert asked(site, "GET", "/me", cookie=cookie).status == 200
    assert site.console.ledger.people.handouts("E04") == before


def chunks(first: bytes, last: bytes = b"") -> Iterator[bytes]:
    yield first
    for _ in range(40):
        yield b"a" * BIG
    yield last


FILE = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n'


@pytest.mark.parametrize(("path", "kind"), [("/sign-in", PARTS), ("/notices/N807/evidence", PARTS)])
def test_a_form_that_does_not_say_how_large_it_is_is_no_larger(path: str, kind: str, site: Served) -> None:
    read: list[int] = []

    def counted() -> Iterator[bytes]:
        for chunk in chunks(FILE, b"\r\n--x--\r\n"):
            read.append(len(chunk))
            yield chunk

    try:
        answer = asked(site, "POST", path, counted(), signed_in(site, "I02"), Content_Type=kind)
    except (BrokenPipeError, ConnectionResetError):
        assert sum(read) < 40 * BIG  # it was not let finish
    else:
        assert answer.status == 413


def test_nobody_sends_a_file_before_signing_in(site: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    async def never(*_: object) -> None:
        raise AssertionError("it was read")

    monkeypatch.setattr("web.app.form_of", never)
    answer = asked(site, "POST", "/notices/new", FILE + b"x\r\n--x--\r\n", Content_Type=PARTS)

    assert (answer.status, answer.getheader("Location")) == (303, "/sign-in?next=/notices/new")


def test_a_form_that_stands_still_is_not_waited_for(site: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(middleware, "_PATIENCE", 0.2)
    host, port = urlsplit(site.base).hostname, urlsplit(site.base).port
    with socket.create_connection((str(host), int(port or 0)), timeout=20) as slow:
        slow.sendall(
            f"POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100\r\nContent-Type: {FORM}\r\n\r\na".encode()
        )
        assert slow.recv(100).startswith(b"HTTP/1.1 408 ")


@pytest.mark.parametrize(
    ("method", "path", "kind", "body", "status"),
    [
        ("PUT", "/me", "", b"", 405),
        ("GET", "/people/", "", None, 307),
        ("GET", "/static/none.css", "", None, 404),
        ("POST", "/sign-in", "multipart/form-data", b"x", 400),
        ("POST", "/sign-in", PARTS, FILE + b"\r\n" + FILE + b"\r\n--x--\r\n", 400),
        ("POST", "/sign-in", FORM, b"&".join(b"a%d=1" % number for number in range(200)), 400),
        ("GET", "/api/v1/openapi.json", "", None, 200),
    ],
)
def test_whatever_is_answered_the_browser_is_told_what_it_may_do(
    method: str, path: str, kind: str, body: bytes | None, status: int, read: Served
) -> None:
    answer = asked(read, method, path, body, **({"Content_Type": kind} if kind else {}))

    assert answer.status == status
    for name in HEADERS:
        assert answer.getheader(name), name


@pytest.mark.parametrize("path", ["/api/v1/sites", "/api/v1/openapi.json", "/static/console.css", "/people/"])
def test_nothing_at_all_is_answered_under_a_name_that_is_not_ours(path: str, read: Served) -> None:
    assert asked(read, "GET", path, cookie=signed_in(read, "E06"), Host="evil.example").status == 421


def test_a_mark_of_a_form_in_other_letters_is_no_mark(site: Served) -> None:
    browser = site.signed_in("E04")

    assert browser.open("/me/devices", {"csrf": "a.é"}).status == 403


def test_whoever_signs_in_comes_to_the_page_they_asked_for_and_nowhere_else(site: Served) -> None:
    answer = asked(site, "GET", "/people/a%26employee=E01?as_of=120&lang=en")

    assert (
        answer.getheader("Location") == "/sign-in?next=/people/a%26employee%3DE01%3Fas_of%3D120%26lang%3Den"
    )


def test_guessing_at_the_door_keeps_nobody_inside_from_their_work(site: Served) -> None:
    browser = site.signed_in("C01")
    site.clock.passes(minutes=6)
    for number in range(12):
        site.console.accounts.failed("account:C01", f"address:{number}")

    assert site.signed_in("E04").send("/sign-in", employee="C01", password=PASSWORD).status == 429
    shown = browser.open("/appeals/A04?purpose=yearly")
    assert shown.path.startswith("/verify")
    assert browser.go_on(shown, "/verify", password=PASSWORD).path == "/appeals/A04?purpose=yearly"


def test_who_guesses_at_a_password_inside_waits_too(site: Served) -> None:
    browser = site.signed_in("C01")
    site.clock.passes(minutes=6)
    shown = browser.open("/appeals/A04?purpose=yearly")
    for _ in range(5):
        assert browser.go_on(shown, "/verify", password="something else").status == 401

    assert browser.go_on(shown, "/verify", password=PASSWORD).status == 401


def test_what_was_not_shown_is_not_recorded(site: Served) -> None:
    browser, before = site.signed_in("E04"), site.console.ledger.position()
    shown = browser.send("/notices/N807/rectification", action="已補貼")
    fields = {name: value for name, value in hidden(shown.text).items() if name != "seen"}
    answer = browser.open("/notices/N807/rectification", {**fields, "action": "已補貼", "step": "record"})

    assert answer.status == 409
    assert site.console.ledger.position() == before
