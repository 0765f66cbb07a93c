"""What is asked of a file's place before it is opened, while another process puts files there and takes them away."""

import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from ledger.store.file_check import require_database_file
from ledger.store.files import require_regular

ASKED = 5_000


@pytest.mark.parametrize(
    ("require", "end"), [(require_database_file, "-wal"), (require_database_file, ""), (require_regular, "")]
)
def test_a_file_that_goes_at_this_moment_is_not_called_something_else(
    tmp_path: Path, require: Callable[[Path], None], end: str
) -> None:
    place, over = tmp_path / f"kaoji.db{end}", threading.Event()

    def come_and_go() -> None:
        while not over.is_set():
            place.touch()
            place.unlink()

    another = threading.Thread(target=come_and_go)
    another.start()
    try:
        for _ in range(ASKED):
            require(tmp_path / "kaoji.db")
    finally:
        over.set()
        another.join()


@pytest.mark.parametrize(
    ("require", "told"), [(require_database_file, sqlite3.Error), (require_regular, OSError)]
)
def test_a_folder_in_the_place_of_a_file_is_told(
    tmp_path: Path, require: Callable[[Path], None], told: type[Exception]
) -> None:
    (tmp_path / "kaoji.db").mkdir()
    with pytest.raises(told, match="no regular file"):
        require(tmp_path / "kaoji.db")
