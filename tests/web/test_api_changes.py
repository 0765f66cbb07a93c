"""That something was recorded is told to whoever listens: the position, nothing else, and only while they are let in."""

import asyncio
import http.client
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from ledger.errors import StoreError
from tests.web.client import Client, nobody, program, session
from tests.web.served import Served
from web.api import changes

REMARK = {"do": "remark_notice", "notice": "N807", "text": "核對過", "by": "D01"}


class Stream:
    """An open stream, read block by block."""

    def __init__(self, answer: http.client.HTTPResponse) -> None:
        self.answer = answer
        self.status = answer.status

    def block(self) -> str:
        """The next event or comment; nothing where the stream has ended."""
        found = b""
        while not found.endswith(b"\n\n"):
            part = self.answer.read(1)
            if not part:
                return found.decode()
            found += part
        return found.decode()


@contextmanager
def listening(client: Client, **headers: str) -> Iterator[Stream]:
    host = client.base.removeprefix("http://")
    connection = http.client.HTTPConnection(host, timeout=10)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request("GET", "/api/v1/changes", headers={**client.headers, **named})
    answer = connection.getresponse()
    try:
        yield Stream(answer)
    finally:
        answer.close()
        connection.close()


def test_a_listener_is_told_the_position_and_nothing_else(site: Served) -> None:
    position = site.console.ledger.position()
    with listening(session(site, "E06")) as stream:
        assert stream.status == 200
        assert stream.answer.headers["Content-Type"] == "text/event-stream; charset=utf-8"
        assert stream.block() == f'id: {position}\nevent: changed\ndata: {{"position": {position}}}\n\n'
        site.console.ledger.record.typed(REMARK)
        assert stream.block() == (
            f'id: {position + 1}\nevent: changed\ndata: {{"position": {position + 1}}}\n\n'
        )


def test_whoever_knows_the_position_is_told_of_what_comes_after_it(site: Served) -> None:
    position = site.console.ledger.position()
    with listening(session(site, "E06"), Last_Event_ID=str(position)) as stream:
        time.sleep(0.2)
        site.console.ledger.record.typed(REMARK)
        assert stream.block().startswith(f"id: {position + 1}\n")
    with listening(session(site, "E06"), Last_Event_ID=str(position)) as stream:
        assert stream.block().startswith(f"id: {position + 1}\n")


def test_a_comment_comes_while_nothing_is_recorded(site: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(changes, "PING", 0.1)
    with listening(program(site, "E06")) as stream:
        stream.block()
        assert stream.block() == ": still here\n\n"


def away(*_: object) -> None:
    raise StoreError("desk_unusable", file="kaoji.desk.db", reason="database is locked")


@pytest.mark.parametrize("ended", ["session", "token", "idle", "locked"])
def test_a_stream_ends_with_what_it_was_opened_by(
    ended: str, site: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(changes, "PING", 0.1)
    client = program(site, "D01") if ended == "token" else session(site, "D01")
    with listening(client) as stream:
        stream.block()
        if ended == "token":
            site.console.tokens.end("D01")
        elif ended == "session":
            site.console.accounts.end("D01")
        elif ended == "locked":
            monkeypatch.setattr(site.console, "session_of", away)
        else:  # listening is no use of a session
            site.clock.passes(minutes=31)
        blocks = iter(stream.block, "")
        assert set(blocks) <= {": still here\n\n"}


def test_one_poller_asks_for_all_and_none_for_nobody(site: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[float] = []
    position = type(site.console.ledger).position

    def counted(ledger: object) -> int:
        asked.append(time.monotonic())
        return position(site.console.ledger)

    clients = [session(site, person) for person in ("E06", "D01", "M01")]
    monkeypatch.setattr(type(site.console.ledger), "position", counted)
    told: list[str] = []

    def listen(client: Client) -> None:
        with listening(client) as stream:
            stream.block()
            told.append(stream.block())

    threads = [threading.Thread(target=listen, args=(client,)) for client in clients]
    for thread in threads:
        thread.start()
    time.sleep(2.2)
    before_record = len(asked)
    site.console.ledger.record.typed(REMARK)
    for thread in threads:
        thread.join(10)

    assert len(set(told)) == 1
    assert before_record <= len(clients) + 3  # one look each on coming, and one a second for all
    monkeypatch.undo()


def test_nobody_who_is_not_known_listens(read: Served) -> None:
    assert nobody(read).ask("/changes").status == 401
    narrowed = program(read, "E06", reports=frozenset({"due"}))
    assert re.search("scope_lacking", narrowed.ask("/changes").text)


def test_nobody_takes_the_streams_of_all_the_others(site: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(changes, "MOST_OF_ONE", 2)
    greedy = session(site, "E06")
    with listening(greedy) as first, listening(greedy) as second:
        assert first.block().startswith("id: ") and second.block().startswith("id: ")
        assert greedy.ask("/changes").status == 503
        with listening(session(site, "D01")) as other:
            assert other.block().startswith("id: ")


def test_a_stream_that_could_not_begin_takes_no_place(site: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    poller = changes.Poller(site.console)

    async def begin() -> None:
        async with poller.listening("E06"):
            raise AssertionError("it began")

    def away(_: object) -> int:
        raise StoreError("database_away")

    monkeypatch.setattr(type(site.console.ledger), "position", away)
    for _ in range(3):
        with pytest.raises(StoreError):
            asyncio.run(begin())
        poller._changed = None  # each run is a loop of its own
    assert poller.listeners == 0
