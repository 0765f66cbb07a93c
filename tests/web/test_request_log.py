"""The server's own log: a line a request, which names the page and who was signed in, and holds nobody's words."""

import json
import logging
import re
import socket
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from time import monotonic, sleep
from typing import Any, Final
from urllib.request import urlopen

import pytest

from tests.access.test_words import ALLOWED, EVERYBODY
from tests.web.client import ALL, nobody, program, session
from tests.web.served import PASSWORD, Browser, Served
from tests.web.test_middleware import asked
from tests.web.test_pages import crawled, paths
from web import serve
from web.api.routes import ROOT, acts, reads
from web.progress import STREAMS
from web.request_log import REQUESTS
from web.routes import routes
from web.serve import Serving, console_of

TYPED: Final = "typed-canary"
KEYS: Final = ["at", "request", "method", "route", "status", "ms", "person"]


class Lines(logging.Handler):
    """What is logged, as it is written."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.texts.append(record.getMessage())

    def of(self, request_id: str) -> dict[str, Any]:
        """The line of a request, which is written once its answer has gone."""
        until = monotonic() + 10
        while monotonic() < until:
            for text in reversed(self.texts):
                if f'"{request_id}"' in text:
                    line: dict[str, Any] = json.loads(text)
                    return line
            sleep(0.01)
        raise AssertionError(f"{request_id} is not logged")


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> Iterator[Lines]:
    kept = Lines()
    monkeypatch.setattr(REQUESTS, "level", logging.INFO)
    monkeypatch.setattr(REQUESTS, "_cache", {})
    REQUESTS.addHandler(kept)
    yield kept
    REQUESTS.removeHandler(kept)


def templates() -> set[str | None]:
    """Every route as it is written."""
    pages = {route.path for route in routes()} | {f"{route.path}.json" for route in routes() if route.twin}
    api = {ROOT + each.path for each in (*reads(), *acts())}
    others = {f"{ROOT}/{name}" for name in ("commands", "changes", "openapi.json")}
    return {None, "/static/{file}", *(stream.path for stream in STREAMS), *pages, *api, *others}


def typed(path: str) -> str:
    return re.sub(r"{\w+}", TYPED, path)


def drives_everything(site: Served, viewer: str | None) -> str:
    """Every route by an address of its own and by one that is no thing's, with what people type; the id of the last."""
    browser = Browser(site.base) if viewer is None else site.signed_in(viewer)
    told = f"find={TYPED}&site={TYPED}&code={TYPED}&next=/{TYPED}"
    headers = {"User_Agent": TYPED, "Referer": f"{site.base}/{TYPED}", "X_Forwarded_For": TYPED}
    for path in paths():
        browser.open(f"{path}?{told}", **headers)
    for route in routes():
        browser.open(typed(route.path))
        if "POST" in route.methods and route.path not in ("/sign-out", "/me/devices"):
            browser.open(typed(route.path), {"employee": TYPED, "password": PASSWORD, "reason": TYPED})
    client = nobody(site) if viewer is None else program(site, viewer)
    for each in (*reads(), *acts()):
        method = each.method if hasattr(each, "method") else "GET"
        body = None if method == "GET" else json.dumps({"do": TYPED, "reason": TYPED}).encode()
        client.ask(f"{typed(each.path)}?{told}", body, method, Content_Type="application/json")
    client.send({"do": "issue_notice", "narrative": TYPED}, TYPED)
    client.ask(f"/{TYPED}")
    return str(browser.open(f"/{TYPED}?{TYPED}").headers["Kaoji-Request"])


@pytest.mark.parametrize("viewer", [None, "E001", "O01", "C01"])
def test_no_line_has_room_for_words(viewer: str | None, canaries: Served, lines: Lines) -> None:
    if viewer is not None:
        crawled(canaries, viewer)
    last = lines.of(drives_everything(canaries, viewer))
    assert (last["status"], last["route"]) == (404, None)

    known, text = templates(), "\n".join(lines.texts)
    names = canaries.console.ledger.names(EVERYBODY).values()
    assert not [word for word in (*ALLOWED, *names, TYPED, PASSWORD, "kj_") if word in text]
    for line in map(json.loads, lines.texts):
        assert list(line) == KEYS
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:.]+Z", line["at"])
        assert re.fullmatch("[0-9a-f]{16}", line["request"])
        assert line["method"] in ("GET", "POST", "PUT", "PATCH", "DELETE")
        assert line["route"] in known
        assert isinstance(line["status"], int) and isinstance(line["ms"], float)
        assert line["person"] in (None, viewer)
    driven = {json.loads(each)["route"] for each in lines.texts}
    assert {route.path for route in routes() if route.path != "/sign-out"} <= driven
    assert {ROOT + each.path for each in reads()} <= driven


def test_a_refusal_of_the_interface_and_its_line_are_of_one_request(read: Served, lines: Lines) -> None:
    answer = session(read, "E06").ask("/people/X01")
    request = json.loads(answer.text)["instance"].removeprefix("urn:kaoji:request:")
    assert answer.headers["Kaoji-Request"] == request
    line = lines.of(request)
    assert (line["method"], line["status"], line["person"]) == ("GET", 404, "E06")
    assert line["route"] == f"{ROOT}/people/{{employee}}"


def test_a_line_names_whoever_was_signed_in(site: Served, lines: Lines) -> None:
    def person(answer: Any) -> object:
        return lines.of(answer.headers["Kaoji-Request"])["person"]

    assert person(site.signed_in("E04").open("/me")) == "E04"
    assert person(program(site, "D01", ALL).ask("/due")) == "D01"
    assert person(nobody(site).ask("/due")) is None
    site.has_account("E04")
    assert person(Browser(site.base).send("/sign-in", employee="E04", password="not this one")) is None
    over = site.signed_in("E04")
    assert person(over.open("/me")) == "E04"
    site.clock.passes(days=1)
    assert person(over.open("/me")) is None


def test_a_code_that_is_made_scanned_and_used_stands_in_no_line(site: Served, lines: Lines) -> None:
    sheet = site.signed_in("O01").send("/accounts", employee="E01")
    made = re.search(r'class="code">([0-9A-Z-]{14})<', sheet.text)
    assert made is not None
    code, phone = made[1].replace("-", ""), Browser(site.base)
    scanned = phone.open(f"/enrol?code={code}")
    due = phone.go_on(scanned, "/enrol", code=code, password=PASSWORD, again=PASSWORD)

    assert lines.of(due.headers["Kaoji-Request"])["person"] == "E01"
    text = "\n".join(lines.texts)
    assert text.count('"/enrol"') == 3
    assert not [each for each in (code, made[1], PASSWORD) if each in text]


@pytest.mark.parametrize(
    ("method", "path", "host", "expected"),
    [
        ("HEAD", "/sign-in", "127.0.0.1", ("HEAD", "/sign-in", 200)),
        ("PUT", "/sign-in", "127.0.0.1", ("PUT", None, 405)),
        ("CANARY", "/sign-in", "127.0.0.1", (None, None, 405)),
        ("GET", "/no-such-page", "127.0.0.1", ("GET", None, 404)),
        ("GET", "/sign-in", "evil.example", ("GET", None, 421)),
        ("GET", "/static/console.css", "127.0.0.1", ("GET", "/static/{file}", 200)),
    ],
)
def test_whatever_is_answered_has_its_line(
    method: str, path: str, host: str, expected: tuple[object, ...], read: Served, lines: Lines
) -> None:
    answer = asked(read, method, path, Host=host)
    line = lines.of(str(answer.getheader("Kaoji-Request")))
    assert (line["method"], line["route"], line["status"]) == expected


@pytest.mark.parametrize(
    ("patched", "path", "route"),
    [
        ("web.ask.Ask.json", "/notices/N807.json", "/notices/{notice}.json"),
        ("web.api.door.Asked.require_read", f"{ROOT}/notices/N807", f"{ROOT}/notices/{{notice}}"),
    ],
)
def test_a_fault_is_told_by_its_request_and_without_its_words(
    patched: str, path: str, route: str, read: Served, lines: Lines, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        try:
            raise KeyError(TYPED)
        except KeyError as error:
            raise ValueError(TYPED) from error

    faults = Lines()
    logging.getLogger("kaoji.web").addHandler(faults)
    monkeypatch.setattr(patched, fails)
    answer = read.signed_in("D01").open(path)
    logging.getLogger("kaoji.web").removeHandler(faults)

    assert answer.status == 500
    line = lines.of(answer.headers["Kaoji-Request"])
    assert (line["status"], line["route"], line["person"]) == (500, route, "D01")
    (told,) = faults.texts
    assert told.startswith(f"{line['request']} {route}\n")
    assert "KeyError" in told and told.endswith("ValueError") and "in fails" in told
    assert TYPED not in told and "N807" not in told


@pytest.mark.parametrize("log_requests", [True, False])
def test_lines_go_where_errors_go_if_they_are_asked_for(
    log_requests: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("level", "handlers", "_cache"):
        monkeypatch.setattr(REQUESTS, name, type(getattr(REQUESTS, name))())
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        port = free.getsockname()[1]
    url = f"sqlite:///{tmp_path / 'kaoji.db'}"
    serving = Serving(url, sample=True, port=port, log_requests=log_requests)
    made = serve.ready(serving, console_of(serving))
    serves = threading.Thread(target=serve.run, args=(made,))
    serves.start()
    urlopen(f"http://127.0.0.1:{port}/sign-in?lang=en", timeout=30).close()
    made.server.should_exit = True
    serves.join(30)

    printed = capsys.readouterr()
    assert printed.out == ""
    assert [json.loads(line)["route"] for line in printed.err.splitlines()] == ["/sign-in"] * log_requests
