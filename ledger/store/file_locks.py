"""Advisory locks of files: whoever writes to a database's file, or signs with a key, is alone in it."""

import os
import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from sqlalchemy.exc import OperationalError

_LOOK_AGAIN_S: Final = 0.001
"""How often whoever waits for a lock file looks whether it is free; a recording takes about as long."""

_thread_locks: defaultdict[str, threading.RLock] = defaultdict(threading.RLock)


@contextmanager
def alone(file: Path | None) -> Iterator[None]:
    """Nobody else, in this process or another, writes to a database's file meanwhile; None: it is in none."""
    if file is None:
        yield
        return
    path = _found_at(file) if file.is_absolute() else str(file.resolve())
    with _thread_locks[path], locked_file(f"{path}.lock"):
        yield


@lru_cache(maxsize=100)
def _found_at(file: Path) -> str:
    return str(file.resolve())


@contextmanager
def locked_file(path: Path | str) -> Iterator[None]:
    """Nobody else who locks this file goes on meanwhile."""
    lock = _file_lock(str(path))
    try:
        lock.acquire(poll_interval=_LOOK_AGAIN_S)
    except OSError as error:  # as SQLite itself would say it of a folder that cannot be written to
        raise OperationalError(f"lock {path}", None, error) from error
    try:
        yield
    finally:
        lock.release()


@lru_cache(maxsize=100)
def _file_lock(path: str) -> Any:
    """A file's lock: to make one takes as long as to take it."""
    from filelock import FileLock  # readers need none

    return FileLock(path)


if hasattr(os, "register_at_fork"):  # a lock belongs to the process that made it
    os.register_at_fork(after_in_child=_file_lock.cache_clear)
