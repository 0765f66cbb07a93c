"""A task in a process of its own: its answer, how far it is, and every way in which there is none."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing import active_children
from pathlib import Path
from typing import Any

import psutil
import pytest

from ledger.application.child_process import LostError, Progress, TaskError, Tell, done_apart
from ledger.errors import InputError, LedgerError, Unknown
from ledger.store import workers
from tests.support.processes import started_with

MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class Work:
    """A task: what is called with what it tells."""

    what: Callable[[Tell], Any]

    def do(self, tell: Tell) -> Any:
        return self.what(tell)


class NotWantedError(Exception):
    """Nobody waits any more."""


def heard(task: Work, memory: int | None = None) -> tuple[Any, list[Progress]]:
    told: list[Progress] = []
    answer = done_apart(
        task, lambda progress: told.append(progress) if progress is not None else None, memory
    )
    return answer, told


def who_i_am(_: Tell) -> tuple[int, bool, str]:
    return os.getpid(), workers.can_start(), type(sys.modules["__main__"]).__name__


def counts(tell: Tell) -> str:
    found: list[int] = []
    for step in ("first", "second"):
        for done in range(1, 10_001):
            if done % 100 == 0:
                found.append(done)
            tell(done, 10_000, step, found)
    return "counted"


def refuses(_: Tell) -> None:
    error = Unknown("site_unknown", site="x").at(line=3)
    error.others = (InputError("file_unreadable", file=Path("a")),)
    raise error


def breaks(_: Tell) -> None:
    raise RuntimeError("a fault of ours".upper())


def cannot_be_sent(_: Tell) -> Any:
    return lambda: None


def kills_itself(_: Tell) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def takes_memory(_: Tell) -> int:
    return len(bytearray(600 * MEGABYTE))


def sleeps(tell: Tell) -> None:
    tell(os.getpid(), 0)
    time.sleep(60)


def test_it_is_done_by_another_process_that_starts_none_and_runs_no_script_again() -> None:
    (pid, can_start, _), _ = heard(Work(who_i_am))
    assert pid != os.getpid() and not can_start
    assert active_children() == []


def test_how_far_it_is_comes_now_and_then_and_the_last_of_each_step_always() -> None:
    answer, told = heard(Work(counts))
    assert answer == "counted"
    assert len(told) < 200, "not each of twenty thousand"
    last = {each.step: each for each in told}
    assert (last["first"].done, last["first"].count) == (10_000, 100)
    assert all(len(each.found) <= 50 for each in told) and last["first"].found[0] == 100
    assert list(last) == ["first", "second"]


def test_what_the_ledger_refuses_is_the_same_refusal_here() -> None:
    with pytest.raises(Unknown) as refused:
        heard(Work(refuses))
    error: LedgerError = refused.value
    assert (error.code, error.fields, error.place) == ("site_unknown", {"site": "x"}, {"line": 3})
    (other,) = error.others
    assert isinstance(other, InputError) and other.fields == {"file": Path("a")}


def test_one_that_ends_without_an_answer_is_lost() -> None:
    with pytest.raises(LostError):
        heard(Work(kills_itself))
    assert active_children() == []


@pytest.mark.parametrize(("what", "name"), [(breaks, "RuntimeError"), (cannot_be_sent, "AttributeError")])
def test_a_fault_of_our_own_is_told_by_its_name_and_where_it_was_met(
    what: Callable[[Tell], Any], name: str
) -> None:
    with pytest.raises(TaskError) as met:
        heard(Work(what))
    assert str(met.value) == name
    assert "in _answered" in met.value.where and "A FAULT OF OURS" not in met.value.where
    assert active_children() == []


def test_it_takes_no_more_memory_than_it_may() -> None:
    assert heard(Work(takes_memory), 2048 * MEGABYTE)[0] == 600 * MEGABYTE
    with pytest.raises(LostError):
        heard(Work(takes_memory), 400 * MEGABYTE)


def test_one_that_cannot_be_started_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    started_with("/nowhere/python", monkeypatch)
    with pytest.raises(LostError):
        heard(Work(who_i_am))


def test_it_is_ended_as_soon_as_nobody_waits_any_more() -> None:
    pids: list[int] = []

    def hear(progress: Progress | None) -> None:
        if progress is not None:
            pids.append(progress.done)
        elif pids:
            raise NotWantedError

    began = time.monotonic()
    with pytest.raises(NotWantedError):
        done_apart(Work(sleeps), hear)
    assert time.monotonic() - began < 30
    assert not psutil.pid_exists(pids[0])


def test_it_goes_when_whoever_started_it_has_gone() -> None:
    """Killed, they end nobody: it looks by itself."""
    script = (
        "from ledger.application.child_process import done_apart;"
        "from tests.application.test_child_process import Work, sleeps;"
        "done_apart(Work(sleeps), lambda progress: progress and print(progress.done, flush=True))"
    )
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) as starter:
        assert starter.stdout is not None
        pid = int(starter.stdout.readline())
        starter.kill()
    until = time.monotonic() + 20
    while _runs(pid) and time.monotonic() < until:
        time.sleep(0.05)
    assert not _runs(pid)


def _runs(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
