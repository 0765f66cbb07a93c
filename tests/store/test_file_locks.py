"""Being alone in a database's file: in this process and beside others, whatever the file is called."""

import os
from pathlib import Path
from threading import Thread

import pytest
from filelock import FileLock, Timeout
from sqlalchemy.exc import OperationalError

from ledger.store import locks
from ledger.store.database_errors import cause_of
from ledger.store.file_locks import alone, await_turn


def went_on(database: str, seconds: float) -> bool:
    """Whether another thread has its turn within so many seconds."""
    turns: list[str] = []

    def take() -> None:
        with alone(database):
            turns.append(database)

    waiting = Thread(target=take, daemon=True)
    waiting.start()
    waiting.join(seconds)
    return bool(turns)


def test_one_file_is_one_turn_by_whatever_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file, link = tmp_path / "kaoji.db", tmp_path / "link.db"
    link.symlink_to(file)
    monkeypatch.chdir(tmp_path)
    names = (str(file), str(link), "kaoji.db", "./link.db")
    with alone(str(file)):
        assert [went_on(name, 0.2) for name in names] == [False] * len(names)
    assert [went_on(name, 30) for name in names] == [True] * len(names)


def test_a_relative_name_goes_with_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    monkeypatch.chdir(tmp_path / "one")
    with alone("kaoji.db"):
        monkeypatch.chdir(tmp_path / "two")
        assert went_on("kaoji.db", 30)


def test_other_programs_keep_out_by_the_same_file(tmp_path: Path) -> None:
    file = tmp_path / "kaoji.db"
    beside = FileLock(f"{file}.lock")
    with alone(str(file)), pytest.raises(Timeout), beside.acquire(timeout=0):
        pass
    with beside:
        assert not went_on(str(file), 0.2)
    assert went_on(str(file), 30)


def test_a_turn_within_a_turn_ends_with_the_outer_one(tmp_path: Path) -> None:
    file = str(tmp_path / "kaoji.db")
    with alone(file):
        with alone(file):
            pass
        assert not went_on(file, 0.2)
    assert went_on(file, 30)


def test_a_turn_that_cannot_be_had_keeps_nobody_out(tmp_path: Path) -> None:
    file = tmp_path / "later" / "kaoji.db"
    with pytest.raises(OperationalError), alone(str(file)):
        pass
    file.parent.mkdir()
    assert went_on(str(file), 30)


def test_the_file_of_a_turn_is_left_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "kaoji.db"
    with alone(str(file)):
        before = Path(f"{file}.lock").stat()
    with alone(str(file)):
        after = Path(f"{file}.lock").stat()
    assert (after.st_mode, after.st_mtime_ns, after.st_ctime_ns) == (
        before.st_mode,
        before.st_mtime_ns,
        before.st_ctime_ns,
    )


def test_what_is_in_no_file_has_no_turn() -> None:
    with alone(None):
        assert went_on("", 30)


@pytest.mark.parametrize("who", ["a thread", "a process"])
def test_a_turn_that_somebody_keeps_is_not_waited_for_for_ever(
    who: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(locks, "LIMIT_S", 0.2)
    file, causes = str(tmp_path / "kaoji.db"), list[str | None]()

    def take() -> None:
        with pytest.raises(OperationalError) as refused, alone(file):
            pass
        causes.append(cause_of(refused.value))

    with alone(file) if who == "a thread" else FileLock(f"{file}.lock"):
        waiting = Thread(target=take, daemon=True)
        waiting.start()
        waiting.join(30)
    assert causes == ["busy"]
    assert went_on(file, 30)


# --- waiting for somebody else's turn -----------------------------------------------------------------


def waiting_for(database: str) -> Thread:
    waiting = Thread(target=await_turn, args=(database,), daemon=True)
    waiting.start()
    return waiting


def test_whoever_only_reads_waits_until_a_turn_is_over(tmp_path: Path) -> None:
    file = str(tmp_path / "kaoji.db")
    with alone(file):
        waiting = waiting_for(file)
        waiting.join(0.2)
        assert waiting.is_alive()
    waiting.join(30)
    assert not waiting.is_alive()


def test_a_turn_that_does_not_end_is_not_waited_for_for_ever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(locks, "LIMIT_S", 0.2)
    file = str(tmp_path / "kaoji.db")
    with alone(file):
        waiting = waiting_for(file)
        waiting.join(30)
        assert not waiting.is_alive()


def test_a_pipe_in_the_place_of_a_lock_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "kaoji.db.lock")
    waiting = waiting_for(str(tmp_path / "kaoji.db"))
    waiting.join(30)
    assert not waiting.is_alive()
