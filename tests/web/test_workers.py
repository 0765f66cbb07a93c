"""`kaoji serve --workers 2`: what one process of the console knows the other knows, and none is left behind."""

import os
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic, sleep

import psutil
import pytest

from tests.support.office import appoint
from tests.web.client import session
from tests.web.conftest import copied
from tests.web.served import PASSWORD, Answer, Browser, Clock, Served
from tests.web.test_progress import ENDED, blocks, data, listening
from tests.web.test_proposals import confirmed, who_left
from web import workers
from web.jobs import OwnJobs
from web.serve import Serving, console_of
from web.spoken import own_words

WORDS = own_words("en")
LONG_AGO = "2026-09-10T02:00:00.000000Z"


@dataclass
class Several:
    """A console of two processes, started as it is on a server. `site`: the same ledger and accounts, seen from here."""

    started: psutil.Process
    site: Served
    said: Path
    """What it writes to stderr."""
    workers: list[psutil.Process] = field(default_factory=list)
    """The two that answer."""

    @property
    def processes(self) -> list[psutil.Process]:
        """Those that it was started from and has started, whatever they do."""
        return [self.started, *below(self.started)]

    def spawned(self) -> list[psutil.Process]:
        """Those that answer, and one that checks or tries."""
        found = []
        for each in below(self.started):
            with suppress(psutil.Error):
                if "spawn_main" in " ".join(each.cmdline()):
                    found.append(each)
        return found

    @contextmanager
    def only(self, place: int) -> Iterator[None]:
        """Meanwhile one of the two answers, and the other stands still."""
        other = self.workers[1 - place]
        other.suspend()
        try:
            yield
        finally:
            other.resume()

    def look(self) -> None:
        """Knows the two that answer, once both do."""
        self.workers = eventually(lambda: len(found := self.spawned()) == 2 and found)
        for place in (0, 1):
            with self.only(place):
                eventually(lambda: answers(self.site.base))


def below(process: psutil.Process) -> list[psutil.Process]:
    """What a process has started; nothing where it has ended."""
    try:
        return process.children(recursive=True)
    except psutil.NoSuchProcess:
        return []


def eventually(found: Callable[[], object]) -> list[psutil.Process]:
    """What is found in the end. AssertionError after a minute."""
    until = monotonic() + 60
    while not (there := found()) and monotonic() < until:
        sleep(0.02)
    assert there
    return there  # type: ignore[return-value]


def answers(base: str) -> bool:
    try:
        return Browser(base).open("/sign-in").status == 200
    except OSError:
        return False


@contextmanager
def several(url: str, folder: Path) -> Iterator[Several]:
    """Two processes at a ledger, until the end."""
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        port = free.getsockname()[1]
    base, said = f"http://127.0.0.1:{port}", folder / "said.txt"
    asked = ["serve", "--workers", "2", "--port", str(port), "--ledger", url, "--lang", "en"]
    with said.open("wb") as err:
        process = subprocess.Popen(
            [sys.executable, "-m", "cli", *asked], stdout=subprocess.DEVNULL, stderr=err
        )
    started = psutil.Process(process.pid)
    try:
        console = console_of(Serving(url))
        with closing(console.ledger):
            there = Several(started, Served(console, Clock(datetime.now(UTC)), base, url), said)
            eventually(lambda: process.poll() is not None or answers(base))
            assert process.poll() is None, said.read_text("utf-8")
            there.look()
            yield there
    finally:
        for each in (started, *below(started)):
            with suppress(psutil.Error):
                each.resume()
        process.terminate()
        process.wait(30)


@pytest.fixture(scope="module")
def there(office_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Several]:
    folder = tmp_path_factory.mktemp("several")
    with several(copied(office_file, folder), folder) as found:
        yield found


@pytest.fixture
def own(office_file: Path, tmp_path: Path) -> Iterator[Several]:
    """A console of one test's own, which it may end."""
    with several(copied(office_file, tmp_path), tmp_path) as found:
        yield found


# --- who is at the door -----------------------------------------------------------------------------------


def test_a_session_of_one_is_one_of_the_other_until_it_is_ended_there(there: Several) -> None:
    there.site.has_account("E04")
    browser = Browser(there.site.base)
    with there.only(0):
        door = browser.open("/sign-in")
    with there.only(1):
        assert browser.go_on(door, "/sign-in", employee="E04", password=PASSWORD).path == "/due"
    with there.only(0):
        form = browser.open("/me").text.partition("/sign-out")[2]
        browser.open("/sign-out", {"csrf": form.partition('name="csrf" value="')[2].partition('"')[0]})
    with there.only(1):
        assert browser.open("/me").path.startswith("/sign-in")


def test_wrong_passwords_count_wherever_they_are_typed(there: Several) -> None:
    there.site.has_account("E07")

    def status(password: str) -> int:
        return Browser(there.site.base).send("/sign-in", employee="E07", password=password).status

    for place, times in ((0, 3), (1, 2)):
        with there.only(place):
            assert {status("not this one") for _ in range(times)} == {401}
    for place in (0, 1):
        with there.only(place):
            assert status(PASSWORD) == 429


def test_a_password_given_once_more_at_one_counts_at_the_other(there: Several) -> None:
    browser, words = there.site.signed_in("D01"), "/notices/N702?purpose=complaint"
    with there.site.console.database.open() as database:
        database.execute("UPDATE sessions SET verified_at = ? WHERE employee = ?", (LONG_AGO, "D01"))
    with there.only(0):
        assert browser.open(words).path.startswith("/verify")
        browser.send("/verify", password=PASSWORD)
    with there.only(1):
        assert browser.open(words).path == words


def test_a_code_opens_an_account_once_wherever_it_is_typed(there: Several) -> None:
    code = there.site.console.accounts.enrol_code("E04", "O01")
    sent = {"code": code, "password": PASSWORD, "again": PASSWORD}
    with there.only(0):
        assert Browser(there.site.base).send("/enrol", **sent).path == "/due"
    with there.only(1):
        assert Browser(there.site.base).send("/enrol", **sent).status == 401


# --- checks and trials ------------------------------------------------------------------------------------


@contextmanager
def held(there: Several) -> Iterator[list[psutil.Process]]:
    """Whatever begins to check or to try meanwhile stands still in its first moment."""
    caught: list[psutil.Process] = []
    is_over = threading.Event()

    def catch() -> None:
        while not is_over.is_set():
            for each in there.spawned():
                if each not in there.workers and each not in caught:
                    with suppress(psutil.Error):
                        each.suspend()
                        caught.append(each)
            is_over.wait(0.01)

    thread = threading.Thread(target=catch)
    thread.start()
    try:
        yield caught
    finally:
        is_over.set()
        thread.join()
        for each in caught:
            with suppress(psutil.Error):
                each.resume()


def begun(there: Several, browser: Browser, place: int) -> Answer:
    """The page of a check that one of the two began."""
    with there.only(place):
        return browser.go_on(browser.open("/audit"), "/audit/verify")


def is_told(there: Several, browser: Browser) -> None:
    """That what one began the other tells, while it runs and afterwards."""
    with held(there):
        page = begun(there, browser, 0)
        assert page.status == 202 and WORDS["verifying_waiting"] in page.text
        with there.only(1):
            assert browser.open(page.path).status == 202
            assert f'href="{page.path}">{WORDS["verifying_runs"]}' in browser.open("/audit").text
            assert Browser(there.site.base).open(page.path).path.startswith("/sign-in")
            assert there.site.signed_in("Q01").open(page.path).status == 403
    for place in (1, 0):
        with there.only(place):
            told = browser.waited(browser.open(page.path))
            assert told.status == 200 and WORDS["verified_good"].partition("{")[0] in told.text
            assert f'href="{page.path}">{WORDS["verifying_last"]}' in browser.open("/audit").text


def test_what_one_began_the_other_tells_while_it_runs_and_afterwards(there: Several) -> None:
    is_told(there, there.site.signed_in("AU1"))


def test_how_far_it_is_comes_from_either_by_itself(there: Several) -> None:
    browser, client = there.site.signed_in("AU1"), session(there.site, "AU1")
    with held(there) as caught:
        page = begun(there, browser, 0)
        with there.only(1), listening(client, page.path, patience=60) as stream:
            told = blocks(stream)
            assert data(next(told))["told"] == WORDS["verifying_waiting"]
            caught[0].resume()
            assert list(told)[-1] == ENDED
    assert browser.waited(browser.open(page.path)).status == 200


def test_beginning_another_at_one_gives_up_what_runs_at_the_other(there: Several) -> None:
    browser = there.site.signed_in("AU1")
    with held(there) as caught:
        first = begun(there, browser, 0)
        second = begun(there, browser, 1)
        assert first.path != second.path and (first.status, second.status) == (202, 202)
        eventually(lambda: not runs(caught[0]))
        for place in (0, 1):
            with there.only(place):
                told = browser.open(first.path)
                assert told.status == 410 and WORDS["job_replaced"] in told.text
    with there.only(0):
        assert browser.waited(browser.open(second.path)).status == 200


def test_on_a_server_both_know_what_either_began(pg_url: str, tmp_path: Path) -> None:
    console_of(Serving(pg_url, sample=True)).ledger.close()
    with several(pg_url, tmp_path) as there:
        there.site.console.ledger.record.typed(appoint("auditor", "E10", **{"from": "2026-09-01"}))
        is_told(there, there.site.signed_in("E10"))


# --- what was drawn ---------------------------------------------------------------------------------------


def test_what_one_has_drawn_goes_with_an_erasure_at_the_other(site: Served, tmp_path: Path) -> None:
    who_left(site)
    with several(site.url, tmp_path) as there:
        erased = {"do": "erase_employee", "employee": "E77", "ground": "service_ended"}
        there.site.console.proposals.add("e2", erased, "O01", "")
        director, manager = there.site.signed_in("D01"), there.site.signed_in("M01")
        with there.only(0):
            for _ in range(2):  # drawn, and then from what was drawn
                assert "王芳" in director.open("/months/2026-09").text
            assert "王芳" in director.open("/people").text
        with there.only(1):
            assert confirmed(manager, "/proposals/e2").status == 200
        with there.only(0):
            for path in ("/months/2026-09", "/people", "/people/E77"):
                assert "王芳" not in director.open(path).text
            assert "E77" in director.open("/months/2026-09").text


# --- beginning and ending ---------------------------------------------------------------------------------


def runs(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def test_one_that_is_killed_is_told_of_and_replaced(own: Several) -> None:
    browser, before = own.site.signed_in("AU1"), own.workers
    with held(own) as caught:
        page = begun(own, browser, 0)
    killed = before[0]
    killed.kill()
    eventually(lambda: caught and not any(map(runs, (killed, *caught))))  # two are left: those that answer
    own.look()
    told = " ".join(own.said.read_text("utf-8").split())
    assert f"process {killed.pid} of the console has ended (status {-signal.SIGKILL}); another takes" in told
    (place,) = (at for at, each in enumerate(own.workers) if each not in before)
    with own.only(place):
        assert browser.waited(browser.open(page.path)).status == 200, "what it began goes on"


class Ended:
    """One that has ended at once, whoever looks at it."""

    def __init__(self, pid: int) -> None:
        self.pid, self.exitcode = pid, 1
        self.sentinel = -1

    def is_alive(self) -> bool:
        return False


@dataclass
class Replacing:
    """The places of one that ends at once, whoever takes it, by a clock that goes as far as is waited."""

    monkeypatch: pytest.MonkeyPatch
    now: float = 0.0
    told: list[int | None] = field(default_factory=list)
    begun: list[float] = field(default_factory=list)
    has_none: bool = False
    """Whether no process is to be had."""

    def __post_init__(self) -> None:
        self.monkeypatch.setattr(workers, "monotonic", lambda: self.now)
        self.monkeypatch.setattr(workers, "wait", self._waited)
        self.places = [workers._Place(self._ended(), 0.0)]

    def _waited(self, _: list[int], seconds: float) -> None:
        self.now += seconds

    def _ended(self) -> "workers.SpawnProcess":
        return Ended(100 + len(self.begun))  # type: ignore[return-value]

    def begin(self) -> "workers.SpawnProcess":
        if self.has_none:
            raise OSError("no process is to be had")
        self.begun.append(self.now)
        return self._ended()

    def goes_on(self, seconds: float, stopped: list[int] | None = None) -> None:
        until = self.now + seconds
        while self.now < until:
            workers._replace_ended(self.places, self.begin, stopped or [], self._tell)

    def _tell(self, pid: int | None, _: int | None) -> None:
        self.told.append(pid)


def test_those_that_end_at_once_are_started_ever_more_rarely_and_each_is_told_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = Replacing(monkeypatch)
    found.goes_on(600)
    pauses = [later - before for before, later in zip(found.begun, found.begun[1:], strict=False)]
    assert pauses == sorted(pauses) and 1 <= pauses[0] <= 3 and 60 <= pauses[-1] <= 62
    assert len(found.told) == len(set(found.told)) and len(found.told) - len(found.begun) in (0, 1)


def test_one_that_lasted_is_replaced_after_a_second_again(monkeypatch: pytest.MonkeyPatch) -> None:
    found = Replacing(monkeypatch)
    found.goes_on(600)
    with monkeypatch.context() as lasting:
        lasting.setattr(Ended, "is_alive", lambda _: True)
        found.goes_on(122)
    before = len(found.begun)
    found.goes_on(2)
    assert len(found.begun) == before + 1


def test_where_none_is_to_be_had_the_one_that_ended_is_told_once(monkeypatch: pytest.MonkeyPatch) -> None:
    found = Replacing(monkeypatch)
    found.has_none = True
    found.goes_on(300)
    assert found.told == [100] and not found.begun
    found.has_none = False
    found.goes_on(62)
    assert found.begun


def test_none_is_started_once_it_is_to_stop(monkeypatch: pytest.MonkeyPatch) -> None:
    found = Replacing(monkeypatch)
    found.goes_on(0.5)
    assert found.told == [100]
    found.goes_on(300, [signal.SIGTERM])
    assert found.told == [100] and not found.begun


def test_the_jobs_are_to_be_had_where_the_temporary_folder_has_a_long_name(
    there: Several, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / ("x" * 100)
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    console = there.site.console
    with workers._handed_out(OwnJobs(console.database, console.ledger.now)) as address:
        manager = workers._Manager(address)
        manager.connect()
        assert manager.jobs().latest("check", "AU1") is None  # type: ignore[attr-defined]
    assert not Path(address).parent.exists()


@pytest.mark.parametrize(("by", "status"), [("SIGTERM", -15), ("SIGINT", 0), ("SIGKILL", -9)])
def test_none_is_left_behind(by: str, status: int, own: Several) -> None:
    browser = own.site.signed_in("AU1")
    with held(own) as caught:
        begun(own, browser, 0)
        everything, said = own.processes, own.said.read_text("utf-8")
        assert caught and len(everything) >= 4
        os.kill(own.started.pid, getattr(signal, by))
        assert own.started.wait(30) == status
        if by == "SIGKILL":  # it looks by itself, once it goes on
            caught[0].resume()
        eventually(lambda: not any(map(runs, everything)))
    port = int(re.search(r"\d+$", own.site.base)[0])  # type: ignore[index]
    with closing(socket.create_server(("127.0.0.1", port))):
        pass
    assert own.said.read_text("utf-8") == said, "nothing went wrong, and none was replaced"
