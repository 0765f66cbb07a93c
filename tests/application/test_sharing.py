"""Many ledgers on several workers: processes, and a cluster; whatever becomes of them, the answer is the same."""

import json
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil
import pytest
from distributed import LocalCluster
from sqlalchemy.engine import URL

from cli.main import run
from ledger.application.group import visits
from ledger.application.group.ledgers import Member, Whereabouts
from ledger.application.ledger import Ledger
from ledger.errors import StoreError
from ledger.policy.loading import house_rules
from ledger.store import workers
from ledger.store.cluster import cluster
from ledger.store.workers import Pool, over
from tests.store.test_workers import Fatal, Square
from tests.support.crew import until
from tests.support.group import NAMES, Group
from tests.support.group import group as made

Capture = pytest.CaptureFixture[str]


@pytest.fixture(scope="module", autouse=True)
def _a_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Workers and ledgers of this module sign and look for keys where its tests do."""
    with pytest.MonkeyPatch.context() as home:
        home.setenv("HOME", str(tmp_path_factory.getbasetemp()))
        yield


@pytest.fixture(scope="module")
def shared(postgres_url: URL, tmp_path_factory: pytest.TempPathFactory, _a_home: None) -> Iterator[Group]:
    with made(postgres_url, tmp_path_factory.mktemp("group")) as group:
        yield group


@pytest.fixture
def group(shared: Group, monkeypatch: pytest.MonkeyPatch) -> Group:
    monkeypatch.setenv("KAOJI_LEDGERS", str(shared.catalogue))
    monkeypatch.setenv("KAOJI_LANG", "en")
    return shared


@contextmanager
def local_cluster(number: int = 2) -> Iterator[LocalCluster]:
    """A cluster on the loopback."""
    made = LocalCluster(
        n_workers=number, threads_per_worker=1, host="127.0.0.1", dashboard_address=":0", silence_logs=50
    )
    try:
        yield made
    finally:
        made.close()


@pytest.fixture(scope="module")
def dask(_a_home: None) -> Iterator[LocalCluster]:
    with local_cluster() as made:
        yield made


def address(made: LocalCluster) -> str:
    return str(made.scheduler_address).removeprefix("tcp://")


@pytest.fixture
def policy(tmp_path: Path) -> str:
    file = tmp_path / "next.json"
    file.write_text(json.dumps(house_rules() | {"version": "next"}))
    return str(file)


def printed(capsys: Capture, *command: str, status: int = 0) -> str:
    found = run([*command])
    told = capsys.readouterr()
    assert found == status, told.err
    return told.out


def members(group: Group) -> tuple[Member, ...]:
    return Whereabouts(group.database, group.catalogue).group().members


# --- the same answer ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("how", ["processes", "cluster"])
def test_the_answer_is_the_same_to_the_byte_whoever_gives_it(
    group: Group, dask: LocalCluster, capsys: Capture, policy: str, how: str
) -> None:
    asked = "3" if how == "processes" else f"dask://{address(dask)}"
    for command in (
        ["verify", "--all-ledgers", "--deep", "--json"],
        ["verify", "--all-ledgers"],
        ["rebuild", "--all-ledgers"],
        ["what-if", "--policy", policy, "--all-ledgers", "--json"],
        ["what-if", "--policy", policy, "--all-ledgers", "--as-of", "2027-01-01T00:00:00Z"],
    ):
        serial = printed(capsys, *command)
        assert printed(capsys, *command, "--workers", asked) == serial
        assert all(name in serial for name in NAMES)


def test_the_workers_of_a_cluster_do_the_work_and_this_process_waits(dask: LocalCluster) -> None:
    with cluster(address(dask)) as shared:
        answers = list(over(map(Square, range(9)), shared))
    assert sorted(answer.value[0] for answer in answers if answer.value) == [n**2 for n in range(9)]
    assert os.getpid() not in {answer.value[1] for answer in answers if answer.value}


class Noting(Executor):
    """Does each task at once, and notes which."""

    def __init__(self) -> None:
        self.given: list[visits.Visit] = []

    def submit(self, do: Any, /, *given: Any, **named: Any) -> Future[Any]:
        """Does it."""
        self.given.append(given[0])
        future: Future[Any] = Future()
        future.set_result(do(*given))
        return future


def test_the_largest_ledgers_come_first_and_are_told_by_name(group: Group) -> None:
    noting = Noting()
    asked = [(member, upto) for member, upto in zip(members(group), (9, 11, 10, 11), strict=True)]
    found = visits.visit_all(asked, "rebuild", {}, Pool(noting, 1))
    assert [visit.name for visit in noting.given] == ["north", "west", "south", "east"]
    assert [visited.name for visited in found] == list(NAMES)


# --- workers that are lost ----------------------------------------------------------------------------------


@contextmanager
def kept_waiting(url: str) -> Iterator[None]:
    """Whoever would draw the sheets of a ledger waits meanwhile."""
    with Ledger(url) as ledger, ledger.projections._turn(ledger.projections.engine):
        yield


def waits(group: Group) -> bool:
    """Whether somebody waits for a lock of the first database."""
    import psycopg

    url = group.database.replace("+psycopg", "")
    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT count(*) FROM pg_locks WHERE NOT granted").fetchone()
    return row is not None and row[0] > 0


def struck(group: Group, strike: Callable[[], None]) -> threading.Thread:
    """Strikes once a worker waits for the turn that is kept from it, and then lets it go."""
    kept = kept_waiting(group.urls["east"])
    kept.__enter__()

    def act() -> None:
        try:
            until(lambda: waits(group))
            strike()
        finally:
            kept.__exit__(None, None, None)

    thread = threading.Thread(target=act)
    thread.start()
    return thread


def kill_children() -> None:
    for child in psutil.Process().children():
        if "multiprocessing.spawn" in " ".join(child.cmdline()):
            child.send_signal(signal.SIGKILL)


def test_a_worker_that_is_killed_costs_no_answer(group: Group, capsys: Capture) -> None:
    serial = printed(capsys, "rebuild", "--all-ledgers")
    east = next(member for member in members(group) if member.name == "east")
    thread = struck(group, kill_children)
    with workers.pool(1) as shared:
        (visited,) = visits.visit_all([(east, east.events)], "rebuild", {}, replace(shared, helps=False))
    thread.join()
    assert visited.lost and visited.error is None
    assert visited.found is not None and visited.found["position"] == east.events
    assert printed(capsys, "rebuild", "--all-ledgers", "--workers", "2") == serial


def test_a_task_that_kills_every_worker_of_a_cluster_is_done_here(dask: LocalCluster) -> None:
    with cluster(address(dask)) as shared:
        answers = list(over([Fatal(os.getpid()), Square(3)], shared))
    fatal, square = sorted(answers, key=lambda answer: isinstance(answer.task, Square))
    assert (fatal.value, fatal.lost) == (42, True)
    assert square.value is not None and square.value[0] == 9, "whether or not a worker died with it"


def test_a_cluster_that_goes_away_costs_no_answer_and_is_told(
    group: Group, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    serial = printed(capsys, "rebuild", "--all-ledgers")
    monkeypatch.setattr(workers, "LOOKS_EVERY_S", 0.2)
    with local_cluster(1) as made:
        thread = struck(group, made.close)
        assert run(["rebuild", "--all-ledgers", "--workers", f"dask://{address(made)}"]) == 0
        thread.join()
    told = capsys.readouterr()
    assert told.out == serial
    assert "east: no worker answered, so it was done here" in told.err


def test_a_cluster_whose_workers_have_all_gone_costs_no_answer(
    group: Group, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    serial = printed(capsys, "rebuild", "--all-ledgers")
    monkeypatch.setattr(workers, "LOOKS_EVERY_S", 0.2)
    with local_cluster(1) as made:
        thread = struck(group, lambda: made.scale(0))
        assert printed(capsys, "rebuild", "--all-ledgers", "--workers", f"dask://{address(made)}") == serial
        thread.join()


@pytest.mark.parametrize("how", ["processes", "cluster"])
def test_a_server_that_is_stopped_in_the_middle_is_told_and_the_second_run_is_right(
    postgres_url: URL,
    dask: LocalCluster,
    tmp_path: Path,
    capsys: Capture,
    monkeypatch: pytest.MonkeyPatch,
    how: str,
) -> None:
    monkeypatch.setenv("KAOJI_LANG", "en")
    command = ["verify", "--all-ledgers", "--json", "--workers"]
    command.append("2" if how == "processes" else f"dask://{address(dask)}")
    with made(postgres_url, tmp_path) as group:
        monkeypatch.setenv("KAOJI_LEDGERS", str(group.catalogue))
        sharing = visits.sharing

        @contextmanager
        def going(*asked: Any) -> Iterator[Any]:
            with sharing(*asked) as shared:
                group.other.away()
                yield shared

        with pytest.MonkeyPatch.context() as between:
            between.setattr(visits, "sharing", going)
            assert run(command) == 3
        told = capsys.readouterr()
        found = json.loads(told.out)
        assert [row["ledger"] for row in found] == [name for name in NAMES if name != "north"]
        assert all(row["ok"] for row in found)
        assert "error: ledger north: the server at postgresql" in told.err
        group.other.back()
        second = json.loads(printed(capsys, *command))
        assert [row for row in second if row["ledger"] != "north"] == found
        assert json.loads(printed(capsys, *command[:-2])) == second


# --- workers that are refused -------------------------------------------------------------------------------


def test_a_worker_with_another_kaoji_is_refused_and_has_done_nothing(
    group: Group, dask: LocalCluster, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(visits, "version", lambda _: "9.9")
    command = ["verify", "--all-ledgers", "--workers", f"dask://{address(dask)}"]
    assert run(command) == 3
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.count("a worker has kaoji 0.1.0, and this is 9.9") == len(NAMES)
    assert told.err.count("hint: install the same version") == len(NAMES)


def test_a_worker_that_finds_another_ledger_there_is_refused(group: Group) -> None:
    member = replace(members(group)[0], identity="another")
    (visited,) = visits.visit_all([(member, 1)], "verify", {"sheets": False, "deep": False}, None)
    assert isinstance(visited.error, StoreError) and visited.error.code == "worker_elsewhere"


@pytest.mark.parametrize(
    ("asked", "status", "said"),
    [
        ("0", 2, "0 is neither a number of workers nor the address of a cluster"),
        ("100", 2, "100 is neither"),
        ("dask://nowhere", 2, "dask://nowhere is neither"),
        ("tcp://127.0.0.1:9", 2, "is neither"),
        ("dask://127.0.0.1:9", 3, "there is no cluster at 127.0.0.1:9"),
    ],
)
def test_workers_that_are_none_are_refused(
    group: Group, capsys: Capture, monkeypatch: pytest.MonkeyPatch, asked: str, status: int, said: str
) -> None:
    monkeypatch.setattr("ledger.store.cluster.PATIENCE_S", 1)
    assert run(["verify", "--all-ledgers", "--workers", asked]) == status
    assert said in capsys.readouterr().err


def test_a_cluster_without_workers_is_refused(group: Group, capsys: Capture) -> None:
    with local_cluster(0) as made:
        printed(capsys, "verify", "--all-ledgers", "--workers", f"dask://{address(made)}", status=3)


def test_no_password_is_sent_to_a_cluster(group: Group, dask: LocalCluster, capsys: Capture) -> None:
    url = group.database.replace("//postgres@", "//postgres:SECRET@")
    command = ["verify", "--all-ledgers", "--ledger", url, "--workers"]
    assert run([*command, f"dask://{address(dask)}"]) == 2
    told = capsys.readouterr().err
    assert "a password stands in the address" in told and "SECRET" not in told
    assert run([*command, "2"]) == 0


def test_without_the_library_it_says_which(
    group: Group, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    assert run(["verify", "--all-ledgers", "--workers", "dask://127.0.0.1:9"]) == 2
    assert "the extra [cluster]" in capsys.readouterr().err


def test_workers_are_for_many_ledgers(group: Group, capsys: Capture, policy: str) -> None:
    for command in (["verify"], ["rebuild"], ["what-if", "--policy", policy]):
        assert run([*command, "--workers", "2"]) == 2
        assert "--workers says something together with --all-ledgers only" in capsys.readouterr().err
    out = ["--out", f"{policy}.csv"]
    assert run(["what-if", "--policy", policy, "--all-ledgers", "--workers", "2", *out]) == 2
    assert "--workers and --out cannot be given together" in capsys.readouterr().err
