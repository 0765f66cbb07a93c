"""A check or a trial that takes long: how far it is is told while it runs, and afterwards that it was interrupted."""

import http.client
import json
import os
import pickle
import re
import signal
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import islice
from multiprocessing import active_children
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import pytest

from ledger.application.child_process import LostError, Progress, Task, TaskError
from ledger.application.desk.desk import Desk, Person, Readings
from ledger.errors import NotEntitled, StoreError
from ledger.store.audit_scan import Fault, unwatched
from ledger.terms import LANGUAGES
from tests.access.sample import VIEWERS
from tests.support.office import appoint, record_departure
from tests.web.client import Client, nobody, program, session
from tests.web.served import Answer, Browser, Served
from tests.web.test_audit import change
from tests.web.test_rules_tried import MILDER
from web import child_tasks, jobs, progress
from web.child_tasks import Check, DeskAddress, Trial
from web.jobs import GivenUpError, Job, OwnJobs
from web.spoken import own_words


class Held:
    """A job that has found something in its first events, and goes on when it is let."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.goes_on = threading.Event()
        self.given_up = threading.Event()
        self.at = Progress(120, 1200, "events", 1, (Fault("event_changed", 3, {"stream": "employee/E06"}),))
        monkeypatch.setattr(jobs, "done_apart", self)
        monkeypatch.setattr(jobs, "PATIENCE", 0.0)
        monkeypatch.setattr(progress, "POLL", 0.02)

    def __call__(self, task: Task[Any], hear: Callable[[Progress | None], None]) -> Any:
        try:
            hear(self.at)
            while not self.goes_on.wait(0.02):
                hear(self.at)
        except GivenUpError:
            self.given_up.set()
            raise
        return task.do(unwatched)


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> Iterator[Held]:
    found = Held(monkeypatch)
    yield found
    found.goes_on.set()


def begun(browser: Browser, **fields: str) -> Answer:
    """The page of a check that was begun, once it has looked at something."""
    page = browser.go_on(browser.open("/audit"), "/audit/verify", **fields)
    until = time.monotonic() + 10
    while page.status == 202 and 'value="120"' not in page.text and time.monotonic() < until:
        page = browser.open(page.path)
    return page


@contextmanager
def listening(
    client: Client, path: str, query: str = "", patience: float = 10
) -> Iterator[http.client.HTTPResponse]:
    connection = http.client.HTTPConnection(client.base.removeprefix("http://"), timeout=patience)
    connection.request("GET", f"{path}/progress{query}", headers=client.headers)
    answer = connection.getresponse()
    try:
        yield answer
    finally:
        answer.close()
        connection.close()


def blocks(stream: http.client.HTTPResponse) -> Iterator[str]:
    """The events of a stream as they come, to its end."""
    found = b""
    while part := stream.read(1):
        found += part
        if found.endswith(b"\n\n"):
            yield found.decode()
            found = b""


def data(block: str) -> Any:
    return json.loads(re.search("^data: (.*)$", block, re.M)[1])  # type: ignore[index]


ENDED = "event: ended\ndata: {}\n\n"


# --- the page -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_while_it_runs_its_page_tells_how_far_it_is_and_what_it_has_found(
    language: str, site: Served, held: Held
) -> None:
    auditor = site.signed_in("AU1", language)
    page = begun(auditor)
    words = own_words(language)
    assert page.status == 202 and page.path.startswith("/audit/verified/")
    assert words["verifying_events"].format(done="120", total="1,200") in page.text
    assert 'value="120" max="1200"' in page.text
    assert page.text.count("<li>", page.text.index('id="found"')) == 1
    assert f'href="{page.path}">{words["verifying_runs"]}' in auditor.open("/audit").text
    held.goes_on.set()
    assert auditor.waited(page).status == 200
    assert f'href="{page.path}">{words["verifying_last"]}' in auditor.open("/audit").text


def test_what_is_no_checkpoint_is_refused_later_as_well(site: Served, held: Held) -> None:
    auditor = site.signed_in("AU1")
    shown = auditor.open("/audit")
    page = auditor.go_on_with(shown, "/audit/verify", "file", "mine", b"no checkpoint")
    held.goes_on.set()
    assert auditor.waited(page).status == 422


def test_it_is_nobody_elses(site: Served, held: Held) -> None:
    page = begun(site.signed_in("AU1"))
    for viewer in VIEWERS.keys() - {"AU1"}:
        assert site.signed_in(viewer).open(page.path).status == 403
    site.console.ledger.record.typed(appoint("auditor", "Q01"))
    other = site.signed_in("Q01")
    assert other.open("/audit").status == 200
    assert other.open(page.path).status == 404
    with listening(session(site, "Q01"), page.path) as stream:
        assert list(blocks(stream)) == [ENDED]


@pytest.mark.parametrize("language", LANGUAGES)
def test_where_no_reading_can_be_read_what_was_found_of_the_ledger_is_told(
    language: str, site: Served, held: Held, monkeypatch: pytest.MonkeyPatch
) -> None:
    def locked(*_: object) -> None:
        raise StoreError("reading_not_noted", file="kaoji.desk.db", reason="database is locked")

    monkeypatch.setattr(Readings, "first_broken", locked)
    held.goes_on.set()
    auditor, words = site.signed_in("AU1", language), own_words(language)
    told = auditor.waited(auditor.go_on(auditor.open("/audit"), "/audit/verify"))
    assert told.status == 200 and words["verified_good"].partition("{")[0] in told.text
    assert words["chain_unread"] in told.text and "aoji.desk.db" in told.text
    assert words["next_after_store"] in told.text and words["chain_holds"] not in told.text


def test_faults_of_the_ledger_are_found_where_no_reading_can_be_read(site: Served, tmp_path: Path) -> None:
    change(tmp_path / "kaoji.db")
    nowhere = tmp_path / "no such folder" / "kaoji.desk.db"
    of_all = DeskAddress.of(site.console.ledger)
    found = Check(of_all, nowhere, None, False, False, None).do(unwatched)
    assert "event_changed" in {fault.code for fault in found.faults}
    assert found.unread is not None and found.unread.code == "reading_not_noted"
    assert Check(of_all, site.console.database.place, None, False, False, None).do(unwatched).unread is None


# --- interrupted ----------------------------------------------------------------------------------------


def test_another_takes_its_place_and_the_first_stops(site: Served, held: Held) -> None:
    auditor = site.signed_in("AU1")
    first = begun(auditor)
    second = begun(auditor)
    assert held.given_up.wait(10)
    assert first.path != second.path
    told = auditor.open(first.path)
    assert told.status == 410 and own_words("en")["job_replaced"] in told.text
    held.goes_on.set()
    assert auditor.waited(second).status == 200


@pytest.mark.parametrize("has_ended", [False, True])
def test_where_the_server_was_started_anew_it_is_told(has_ended: bool, site: Served, held: Held) -> None:
    auditor = site.signed_in("AU1")
    page = begun(auditor)
    if has_ended:
        held.goes_on.set()
        assert auditor.waited(page).status == 200
    site.clock.passes(minutes=5)
    site.console.jobs.stop()
    site.console.jobs = OwnJobs(site.console.database, site.console.ledger.now)

    told = auditor.open(page.path)
    assert told.status == 410 and own_words("en")["job_lost"] in told.text
    room = auditor.open("/audit").text
    assert (
        "The check that you began on 2026-09-10 Thu 10:00 broke off, or the server was started anew" in room
    ) != has_ended
    assert site.signed_in("AU1").open("/audit/verified/none").status == 404
    with listening(session(site, "AU1"), page.path) as stream:
        assert list(blocks(stream)) == [ENDED]

    held.goes_on.set()
    again = auditor.go_on(auditor.open("/audit"), "/audit/verify")
    assert auditor.waited(again).status == 200
    assert "The check that you began on" not in auditor.open("/audit").text


def test_a_server_that_stops_gives_up_what_runs(site: Served, held: Held) -> None:
    begun(site.signed_in("AU1"))
    site.console.jobs.stop()
    assert held.given_up.wait(10)
    assert site.console.jobs.lost(progress.CHECK, "AU1") is None  # as long as this process is there
    assert OwnJobs(site.console.database, site.console.ledger.now).lost(progress.CHECK, "AU1") is not None


@pytest.mark.parametrize("when", ["before", "meanwhile"])
def test_a_server_that_stops_begins_nothing_and_says_that_it_is_too_much(
    when: str, site: Served, held: Held, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was a fault of ours, in the log of every server that was stopped just then."""
    auditor = site.signed_in("AU1")
    page = auditor.open("/audit")
    if when == "before":
        site.console.jobs.stop()
    else:
        monkeypatch.setattr(OwnJobs, "_keep_begun", lambda own, _: own.stop())
    told = auditor.go_on(page, "/audit/verify")
    assert told.status == 503 and own_words("en")["too_busy"] in told.text
    assert site.console.jobs.latest(progress.CHECK, "AU1") is None
    if when == "before":
        later = OwnJobs(site.console.database, site.console.ledger.now)
        assert later.lost(progress.CHECK, "AU1") is None, "nothing was begun that broke off"


# --- the stream -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_how_far_it_is_and_what_it_finds_comes_as_it_happens_until_it_ends(
    language: str, site: Served, held: Held
) -> None:
    page = begun(site.signed_in("AU1", language))
    place = re.search('data-progress="([^"]+)"', page.text)[1]  # type: ignore[index]
    path, _, query = place.partition("/progress")
    with listening(session(site, "AU1"), path, query) as stream:
        assert stream.headers["Content-Type"] == "text/event-stream; charset=utf-8"
        assert stream.headers["Cache-Control"] == "no-store"
        told = blocks(stream)
        first = data(next(told))
        assert (first["done"], first["total"]) == (120, 1200)
        assert first["told"] in page.text and first["counted"] in page.text
        assert len(first["faults"]) == 1 and "<li>" + first["faults"][0] in page.text
        changed = tuple(Fault("event_changed", at, {"stream": "employee/E06"}) for at in (3, 130))
        held.at = Progress(240, 1200, "events", 2, changed)
        second = data(next(told))
        assert second["done"] == 240 and len(second["faults"]) == 2
        held.goes_on.set()
        assert list(told)[-1] == ENDED


def test_a_comment_comes_while_nothing_moves(
    site: Served, held: Held, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progress, "PING", 0.1)
    page = begun(site.signed_in("AU1"))
    with listening(session(site, "AU1"), page.path) as stream:
        told = blocks(stream)
        next(told)
        assert next(told) == ": still here\n\n"


@pytest.mark.parametrize("by", ["session", "idle", "office"])
def test_the_stream_ends_with_the_right_to_it(
    by: str, site: Served, held: Held, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progress, "PING", 0.1)
    page = begun(site.signed_in("AU1"))
    with listening(session(site, "AU1"), page.path) as stream:
        told = blocks(stream)
        next(told)
        if by == "session":
            site.console.accounts.end("AU1")
        elif by == "idle":
            site.clock.passes(minutes=31)  # listening is no use of a session
        else:
            site.console.ledger.record.typed(record_departure("AU1", "2026-09-09"))
        heard = list(islice(told, 50))
        assert set(heard) <= {": still here\n\n", ENDED} and heard[-1] == ENDED


@pytest.mark.parametrize("when", ["first", "later"])
def test_the_stream_ends_where_the_ledger_does_not_say_who_listens(
    when: str, site: Served, held: Held, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progress, "PING", 0.1)
    page, client = begun(site.signed_in("AU1")), session(site, "AU1")

    def changed(*_: object, **__: object) -> None:
        raise StoreError("ledger_damaged")

    if when == "first":
        monkeypatch.setattr(site.console, "session_of", changed)
    with listening(client, page.path) as stream:
        assert stream.status == 200
        told = blocks(stream)
        if when == "later":
            next(told)
            monkeypatch.setattr(site.console, "session_of", changed)
        heard = list(islice(told, 50))
        assert set(heard) <= {": still here\n\n", ENDED} and heard[-1] == ENDED


def test_how_far_it_is_is_asked_without_what_it_was_begun_with(site: Served, held: Held) -> None:
    own = site.console.jobs
    job = own.begin(progress.TRIAL, "D01", {"raw": b"x" * 1000}, Ends())
    assert job is not None
    until = time.monotonic() + 10
    while not job.done and time.monotonic() < until:
        time.sleep(0.01)
    stand = passed_on(own.stand(progress.TRIAL, job.name, "D01"))
    assert (stand.about, stand.done, stand.total, stand.found) == ({}, 120, 1200, job.found)
    assert job.about["raw"] and own.stand(progress.TRIAL, job.name, "AU1") is None
    held.goes_on.set()
    assert job.is_done_within(10) and own.stand(progress.TRIAL, job.name, "D01") is None


def test_whoever_is_no_auditor_or_nobody_hears_nothing(site: Served, held: Held) -> None:
    page = begun(site.signed_in("AU1"))
    with listening(nobody(site), page.path) as stream:
        assert (stream.status, stream.read()) == (401, b"401")
    for viewer in VIEWERS.keys() - {"AU1"}:
        with listening(session(site, viewer), page.path) as stream:
            assert (stream.status, stream.read()) == (403, b"403")


def test_listeners_hold_no_thread_and_are_so_many_at_most(
    site: Served, held: Held, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progress, "MOST_LISTENERS", 50)  # more than there are threads
    auditor = site.signed_in("AU1")
    page, client = begun(auditor), session(site, "AU1")
    streams = [listening(client, page.path) for _ in range(50)]
    for stream in streams:
        assert stream.__enter__().status == 200
    try:
        assert auditor.open(page.path).status == 202
        until = time.monotonic() + 10
        while site.console.listening.total() < 50 and time.monotonic() < until:
            time.sleep(0.02)
        with listening(client, page.path) as one_more:
            assert one_more.status == 503
    finally:
        for stream in streams:
            stream.__exit__(None, None, None)


# --- what is watched ------------------------------------------------------------------------------------


def test_each_pass_tells_how_far_it_is_and_its_faults(site: Served) -> None:
    ledger = site.console.ledger
    told: list[tuple[int, int, str, int]] = []
    ledger.proofs.verify(
        deep=True,
        sheets=True,
        watch=lambda done, total, step, faults: told.append((done, total, step, len(faults))),
    )
    size = ledger.position()
    assert list(dict.fromkeys(step for _, _, step, _ in told)) == [
        "events",
        "readers",
        "beside",
        "deep",
        "sheets",
    ]
    for step in ("events", "readers", "deep"):
        assert max((done, total) for done, total, each, _ in told if each == step) == (size, size)
    assert {faults for *_, faults in told} == {0}


def test_what_a_pass_finds_is_told_before_the_next_begins(site: Served, tmp_path: Path) -> None:
    change(tmp_path / "kaoji.db")
    told: list[tuple[str, set[str]]] = []
    ledger = site.console.ledger
    verified = ledger.proofs.verify(
        watch=lambda done, total, step, faults: told.append((step, {fault.code for fault in faults}))
    )
    assert "event_changed" in {fault.code for fault in verified.faults}
    assert all("event_changed" in codes for step, codes in told if step == "events")
    assert {step for step, _ in told} >= {"events", "readers", "beside"}


# --- trials ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_how_far_a_trial_is_comes_by_the_same_stream(language: str, site: Served, held: Held) -> None:
    held.at = Progress(120, 1200, "", 0, ())
    page = tried(site.signed_in("D01", language))
    assert page.status == 202 and page.path.startswith("/policy/tried/")
    with listening(session(site, "D01", language), page.path) as stream:
        told = blocks(stream)
        first = data(next(told))
        assert first == {
            "told": own_words(language)["try_running"].format(done="120", total="1,200"),
            "done": 120,
            "total": 1200,
        }
        held.goes_on.set()
        assert list(told)[-1] == ENDED


def test_a_trial_is_heard_by_whoever_sees_the_figures_and_began_it(site: Served, held: Held) -> None:
    held.at = Progress(120, 1200, "", 0, ())
    page = tried(site.signed_in("D01"))
    for viewer, status in (("E06", 403), ("H02", 403), ("O01", 200)):
        with listening(session(site, viewer), page.path) as stream:
            assert stream.status == status
            assert status != 200 or list(blocks(stream)) == [ENDED]


def tried(browser: Browser) -> Answer:
    fields = {"step": "try", "first": "2026-07", "last": "2026-07"}
    page = browser.upload("/policy/try", "own.toml", MILDER.encode(), **fields)
    until = time.monotonic() + 10
    while page.status == 202 and 'value="120"' not in page.text and time.monotonic() < until:
        page = browser.open(page.path)
    return page


# --- in a process of its own ----------------------------------------------------------------------------


def child() -> BaseProcess:
    """The process that does a job, once it is there."""
    until = time.monotonic() + 20
    while not (found := active_children()) and time.monotonic() < until:
        time.sleep(0.01)
    return found[0]


@pytest.mark.parametrize("kind", ["check", "trial"])
def test_one_whose_process_ends_without_an_answer_is_told_as_interrupted(
    kind: str, site: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "PATIENCE", 0.0)
    begins = {"check": lambda: begun(site.signed_in("AU1")), "trial": lambda: tried(site.signed_in("D01"))}
    thread = threading.Thread(target=lambda: child().kill())
    thread.start()
    page = begins[kind]()
    thread.join()
    told = site.signed_in("AU1" if kind == "check" else "D01").waited(page)
    assert told.status == 410 and own_words("en")["job_ended"] in told.text


def test_one_that_was_cut_off_is_told_once_the_server_is_there_again(
    site: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What stops a server reaches its processes, too, and may end them before it gives them up."""
    monkeypatch.setattr(jobs, "PATIENCE", 0.0)
    auditor = site.signed_in("AU1")
    page = auditor.go_on(auditor.open("/audit"), "/audit/verify")
    pid = child().pid
    assert pid is not None
    os.kill(pid, signal.SIGTERM)
    assert auditor.waited(page).status == 410
    site.console.jobs = OwnJobs(site.console.database, site.console.ledger.now)
    assert "The check that you began on 2026-09-10 Thu 10:00" in auditor.open("/audit").text


def test_a_fault_of_our_own_is_told_as_one_and_logged(
    site: Served, held: Held, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    page = begun(site.signed_in("AU1"))
    monkeypatch.setattr(Check, "do", _breaks)
    held.goes_on.set()
    told = site.signed_in("AU1").waited(page)
    assert told.status == 500 and own_words("en")["our_fault"] in told.text
    assert "check\nat line 3\nRuntimeError" in caplog.messages
    assert OwnJobs(site.console.database, site.console.ledger.now).lost(progress.CHECK, "AU1") is None


def _breaks(*_: object) -> None:
    raise TaskError("RuntimeError", "at line 3\n")


def test_the_oldest_that_are_done_make_room_and_those_that_run_do_not(
    site: Served, held: Held, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "_MOST", 3)
    begin, task = site.console.jobs.begin, Ends()
    held.goes_on.set()
    for number in range(3):
        job = begin(progress.CHECK, f"E{number}", {}, task)
        assert job is not None and job.is_done_within(10)
    held.goes_on.clear()
    assert begin(progress.CHECK, "E3", {}, task) is not None, "the first is forgotten"
    known = [site.console.jobs.latest(progress.CHECK, f"E{number}") for number in range(4)]
    assert [job is not None for job in known] == [False, True, True, True]
    assert begin(progress.CHECK, "E4", {}, task) and begin(progress.CHECK, "E5", {}, task)
    assert begin(progress.CHECK, "E6", {}, task) is None, "three run or wait"


def test_one_that_could_not_be_begun_takes_no_place(
    site: Served, held: Held, monkeypatch: pytest.MonkeyPatch
) -> None:
    def locked(*_: object, **__: object) -> None:
        raise StoreError("reading_not_noted", file="kaoji.desk.db", reason="database is locked")

    with monkeypatch.context() as patched:
        patched.setattr(site.console.database, "open", locked)
        with pytest.raises(StoreError, match="locked"):
            site.console.jobs.begin(progress.CHECK, "AU1", {}, Ends())
    assert site.console.jobs.latest(progress.CHECK, "AU1") is None


class Ends:
    """A task that is done at once."""

    def do(self, tell: object) -> None:
        """Nothing."""


def test_a_program_is_told_that_its_trial_broke_off(site: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    def lost(*_: object) -> None:
        raise LostError

    monkeypatch.setattr(jobs, "done_apart", lost)
    answer = program(site, "D01").ask("/policy/trials?month=2026-07", MILDER.encode(), "POST")
    assert answer.status == 410 and json.loads(answer.text)["code"] == "trial_ended"


def test_a_server_that_stops_ends_the_process(site: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "PATIENCE", 0.0)
    browser = site.signed_in("AU1")
    browser.go_on(browser.open("/audit"), "/audit/verify")
    there = child()
    site.console.jobs.stop()
    until = time.monotonic() + 20
    while there in active_children() and time.monotonic() < until:
        time.sleep(0.01)
    assert there not in active_children()


def test_so_many_months_of_a_trial_are_told_and_how_many_more_there_are(
    site: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = Desk.at(site.console.ledger, Person("D01"))
    document = MILDER.replace('effective_from = "2026-10-01"', "").encode()
    trial = Trial(DeskAddress.of(desk), document, "jinse", "2026-06", "2026-08")
    whole = trial.do(unwatched)
    monkeypatch.setattr(child_tasks, "_MOST_ROWS", 1)
    part = trial.do(unwatched)
    assert len(whole.rows) > 2 and whole.left == 0
    assert (part.rows, part.left, part.total) == (whole.rows[:1], len(whole.rows) - 1, whole.total)


@pytest.mark.parametrize("viewer", ["E06", "D01"])
def test_a_job_is_done_with_the_rights_of_whoever_began_it(viewer: str, site: Served) -> None:
    place = DeskAddress.of(Desk.at(site.console.ledger, Person(viewer)))
    with pytest.raises(NotEntitled):
        Check(place, site.console.database.place, None, False, False, None).do(unwatched)
    if viewer == "E06":
        with pytest.raises(NotEntitled):
            Trial(place, MILDER.encode(), "jinse", "2026-07", "2026-07").do(unwatched)


# --- in another process that serves ---------------------------------------------------------------------


def passed_on(job: Job | None) -> Job:
    """A job as another process gets it."""
    found = pickle.loads(pickle.dumps(job))
    assert isinstance(found, Job)
    return found


def test_a_job_is_passed_on_as_it_stands(site: Served, held: Held) -> None:
    running = passed_on(site.console.jobs.begin(progress.CHECK, "AU1", {"first": "2026-07"}, Ends()))
    until = time.monotonic() + 10
    while not running.done and time.monotonic() < until:
        running = passed_on(site.console.jobs.latest(progress.CHECK, "AU1"))
    assert (running.done, running.total, running.step) == (120, 1200, "events")
    assert running.found["events"][0] == 1 and running.about == {"first": "2026-07"}
    assert not running.is_done_within(0) and not running.is_given_up
    held.goes_on.set()
    done = passed_on(site.console.jobs.of(progress.CHECK, running.name, "AU1", 10))
    assert done.is_done_within(0) and done.answer() is None
    done.give_up()
    assert not done.is_done_within(0), "what is given up comes to nothing"


@pytest.mark.parametrize(
    "error", [StoreError("ledger_missing", url="x"), TaskError("RuntimeError", "at line 3\n"), LostError()]
)
def test_what_a_job_met_is_passed_on_too(
    error: Exception, site: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    def meets(*_: object) -> None:
        raise error

    monkeypatch.setattr(jobs, "done_apart", meets)
    job = passed_on(site.console.jobs.begin(progress.CHECK, "AU1", {}, Ends()))
    with pytest.raises(type(error)) as met:
        job.answer()
    assert str(met.value) == str(error) and vars(met.value) == vars(error)


def test_whoever_waits_for_a_trial_while_another_takes_its_place_is_told_that(
    site: Served, held: Held, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "PATIENCE", 30.0)
    with ThreadPoolExecutor(2) as waits:
        first = waits.submit(tried, site.signed_in("D01"))
        until = time.monotonic() + 10
        while site.console.jobs.latest(progress.TRIAL, "D01") is None and time.monotonic() < until:
            time.sleep(0.02)
        second = waits.submit(tried, site.signed_in("D01"))
        told = first.result(30)
        held.goes_on.set()
        assert told.status == 410 and own_words("en")["job_replaced"] in told.text
        assert second.result(30).status == 200
