"""The pool of workers: every answer comes once, whatever becomes of the workers, and nobody else's script is run again."""

import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import Executor, Future
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from ledger.errors import StoreError
from ledger.store.workers import AHEAD, Pool, over, pool


@dataclass(frozen=True)
class Square:
    """A task: the square of a number and the process that made it."""

    number: int

    def do(self) -> tuple[int, int]:
        """The square and the process."""
        return self.number**2, os.getpid()


@dataclass(frozen=True)
class Fatal:
    """A task that ends every process but one."""

    survivor: int

    def do(self) -> int:
        """42, where it is survived."""
        if os.getpid() != self.survivor:
            os._exit(1)
        return 42


@dataclass(frozen=True)
class Damaged:
    """A task that meets a fault of the ledger."""

    def do(self) -> int:
        """Nothing."""
        raise StoreError("ledger_damaged", url="sqlite:///x.db", reason="x")


@dataclass(frozen=True)
class Where:
    """A task that says where it is done."""

    def do(self) -> str:
        """The folder."""
        return str(Path.cwd())


@dataclass(frozen=True)
class Told:
    """A task that writes down its process and waits."""

    file: str

    def do(self) -> None:
        """Waits for a minute."""
        Path(f"{self.file}.part").write_text(str(os.getpid()))
        Path(f"{self.file}.part").replace(self.file)
        time.sleep(60)


def _squares(numbers: range, shared: Pool | None, here: Any = None) -> tuple[list[int], set[int]]:
    values = [answer.value for answer in over(map(Square, numbers), shared, here)]
    found = [value for value in values if value is not None]
    return sorted(square for square, _ in found), {process for _, process in found}


@pytest.mark.parametrize("workers", [0, 1, 2])
@pytest.mark.parametrize("in_files", [False, True])
def test_each_task_is_answered_once_on_any_number_of_workers(
    workers: int, in_files: bool, tmp_path: Path
) -> None:
    with pool(workers, tmp_path if in_files else None) as shared:
        found, _ = _squares(range(50), shared)
    assert found == [number**2 for number in range(50)]
    assert list(tmp_path.iterdir()) == []


def test_tasks_are_answered_by_other_processes() -> None:
    with pool(1) as shared:
        tasks = map(Square, range(AHEAD))
        answers = list(over(tasks, shared))
    assert {answer.value[1] for answer in answers if answer.value} - {os.getpid()}, "another process answered"
    assert len(answers) == AHEAD


def test_a_fault_of_the_ledger_is_a_value() -> None:
    with pool(1) as shared:
        (there,) = over([Damaged()], shared)
    (here,) = over([Damaged()], None)
    assert there == here
    assert there.error == ("ledger_damaged", {"url": "sqlite:///x.db", "reason": "x"})


def test_what_a_lost_worker_was_to_do_is_done_here() -> None:
    with pool(2) as shared:
        values = [answer.value for answer in over([Fatal(os.getpid())] * 9, shared)]
    assert values == [42] * 9


@dataclass(frozen=True)
class Broken:
    """A task that ends every process but one, and goes wrong in that."""

    survivor: int

    def do(self) -> int:
        """Nothing."""
        if os.getpid() != self.survivor:
            os._exit(1)
        raise ArithmeticError("here, too")


def test_a_task_that_goes_wrong_here_too_is_told_as_lost_and_the_others_are_answered() -> None:
    with pool(1) as shared:
        (lost,) = over([Broken(os.getpid())], shared)
    assert lost.error == ("worker_lost", {"reason": "ArithmeticError: here, too"})
    assert lost.lost
    with pool(1) as shared:
        (done,) = over([Fatal(os.getpid())], shared)
    assert (done.value, done.lost) == (42, True)


@dataclass(frozen=True)
class Starts:
    """A task that would have workers of its own."""

    def do(self) -> bool:
        """Whether it has any."""
        with pool(1) as own:
            return own is not None


def test_what_a_worker_does_it_does_by_itself() -> None:
    with pool(1) as shared:
        tasks = [Starts() for _ in range(AHEAD + 1)]
        assert [answer.value for answer in over(tasks, shared)] == [False] * (AHEAD + 1)
    assert [answer.value for answer in over([Starts()], None)] == [True]


class Counting(Executor):
    """Keeps what it is given until as much as may be under way is there, then does all of it."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.waiting: list[tuple[Future[Any], Any, Any]] = []
        self.largest = 0

    def submit(self, do: Any, /, *given: Any, **named: Any) -> Future[Any]:
        """Takes one task."""
        future: Future[Any] = Future()
        self.waiting.append((future, do, given))
        self.largest = max(self.largest, len(self.waiting))
        if len(self.waiting) == self.most:
            threading.Timer(0.01, self._do_all).start()
        return future

    def _do_all(self) -> None:
        done, self.waiting = self.waiting, []
        for future, do, given in done:
            future.set_result(do(*given))


def test_never_more_than_twice_as_many_tasks_are_under_way_as_there_are_workers() -> None:
    executor = Counting(2 * AHEAD)

    def slowly(task: Any) -> Any:
        time.sleep(0.02)
        return task.do()

    found, _ = _squares(range(2 * AHEAD + 1), Pool(executor, 2), slowly)
    assert found == [number**2 for number in range(2 * AHEAD + 1)]
    assert executor.largest == 2 * AHEAD == 4


class OfOneLength(Executor):
    """A worker that is through with a task whenever somebody else is, and goes on with the next."""

    def __init__(self) -> None:
        self.given: list[tuple[Future[Any], Any, Any]] = []
        self.turns = 0

    def submit(self, do: Any, /, *given: Any, **named: Any) -> Future[Any]:
        """Takes one task."""
        self.given.append((Future(), do, given))
        return self.given[-1][0]

    def turn(self) -> None:
        """The time of one task."""
        self.turns += 1
        if self.given:
            future, do, given = self.given.pop(0)
            future.set_result(do(*given))


@pytest.mark.parametrize(("tasks", "turns"), [(1, 1), (2, 1), (3, 2), (4, 2), (5, 3), (16, 8), (17, 9)])
def test_one_worker_and_this_process_have_each_half_of_the_tasks(
    tasks: int, turns: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    executor = OfOneLength()

    def here(task: Any) -> Any:
        executor.turn()
        return task.do()

    def waited(under_way: Any, *_: Any) -> Any:
        executor.turn()
        return under_way, set()

    monkeypatch.setattr("ledger.store.workers.wait", waited)
    found, _ = _squares(range(tasks), Pool(executor, 1), here)
    assert found == [number**2 for number in range(tasks)]
    assert executor.turns == turns


def test_a_worker_is_in_the_folder_its_starter_is_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pool(1) as shared:
        (answer,) = over([Where()], shared)
    assert answer.value == str(tmp_path)


SCRIPT = """
import os, sys
from tests.store.test_workers import Square
from ledger.store.workers import over, pool
with open(sys.argv[1], "a") as file:
    file.write("run ")
with pool(1) as shared:
    (answer,) = over([Square(3)], shared)
assert answer.value[0] == 9
print(answer.value[1] != os.getpid())
"""


def test_another_process_that_verifies_starts_without_what_it_does_not_need() -> None:
    told = "import sys, ledger.store.audit_readers; print({'sqlalchemy', 'cryptography'} & {*sys.modules})"
    done = subprocess.run([sys.executable, "-c", told], check=True, capture_output=True, text=True)
    assert done.stdout == "set()\n"


def test_another_process_that_draws_builds_no_model_of_what_it_was_not_asked_for() -> None:
    told = (
        "import ledger.projections.drawing;"
        "from ledger.commands import COMMANDS; from ledger.events import kinds;"
        "print([each for each in (*COMMANDS.values(), *kinds().values()) if each.__pydantic_complete__])"
    )
    done = subprocess.run([sys.executable, "-c", told], check=True, capture_output=True, text=True)
    assert done.stdout == "[]\n"


def test_a_script_without_a_guard_is_not_run_once_more_by_its_workers(tmp_path: Path) -> None:
    script, runs = tmp_path / "unguarded.py", tmp_path / "runs"
    script.write_text(SCRIPT)
    given = {
        "capture_output": True,
        "text": True,
        "env": {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    }
    done = subprocess.run([sys.executable, script, runs], check=True, **given)  # type: ignore[call-overload]
    assert (done.stdout, done.stderr, runs.read_text()) == ("True\n", "", "run ")


def test_a_worker_goes_when_its_starter_is_killed(tmp_path: Path) -> None:
    told = tmp_path / "told"
    script = (
        "import sys; from tests.store.test_workers import Told; from ledger.store.workers import over, pool\n"
        "with pool(1) as shared: list(over([Told(sys.argv[1])], shared))"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    starter = subprocess.Popen(
        [sys.executable, "-c", script, told], env=environment, stderr=subprocess.DEVNULL
    )
    try:
        _until(told.exists)
    finally:
        starter.send_signal(signal.SIGKILL)
        starter.wait()
    worker = int(told.read_text())
    _until(lambda: not _lives(worker))


def _lives(process: int) -> bool:
    """Whether a process is there and no zombie that somebody has yet to bury."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def _until(found: Any) -> None:
    for _ in range(3000):
        if found():
            return
        time.sleep(0.01)
    raise AssertionError("it never came")
