"""Advisory locks of files: whoever writes to a database's file, or signs with a key, is alone in it."""

import errno
import os
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from sqlalchemy.exc import OperationalError

from ledger.store import locks

_LOOK_AGAIN_S: Final = 0.001
"""How often whoever waits for a lock file looks whether it is free; a recording takes about as long."""

_thread_locks: defaultdict[str, threading.RLock] = defaultdict(threading.RLock)


def alone(database: str | None) -> AbstractContextManager[None]:
    """Nobody else, in this process or another, writes to a database's file meanwhile; None: it is in none."""
    if not database:
        return nullcontext()
    return _Turn(_place_of(database))


def await_turn(database: str) -> None:
    """Until nobody is alone in a database's file; no longer than a server lets wait, since who is may have been stopped.

    Whoever may only read the file may ask: who writes has made the lock file.
    """
    until = time.monotonic() + locks.LIMIT_S
    with suppress(OSError):
        how = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK  # a pipe in its place is not waited for
        lock = os.open(f"{_place_of(database)}.lock", how)
        try:
            while not _is_free(lock) and time.monotonic() < until:
                time.sleep(_LOOK_AGAIN_S)
        finally:
            os.close(lock)


def _is_free(lock: int) -> bool:
    import fcntl

    try:
        fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _place_of(database: str) -> str:
    return _found_at(database) or str(Path(database).resolve())


@lru_cache(maxsize=100)
def _found_at(database: str) -> str | None:
    """Where a file is that is named from the root; None for another, which a change of folders would lead elsewhere."""
    file = Path(database)
    return str(file.resolve()) if file.is_absolute() else None


class _Turn(AbstractContextManager[None]):
    """Being alone in a file, once. A class, since there is one for each transaction: a generator takes longer."""

    __slots__ = ("_lock", "_path")

    def __init__(self, path: str) -> None:
        self._path = path

    def __enter__(self) -> None:
        thread_lock, name = _thread_locks[self._path], f"{self._path}.lock"
        if not thread_lock.acquire(timeout=locks.LIMIT_S):
            raise _as_of_database(_kept(name))
        try:
            self._lock = _acquired(_turn_lock(name))
        except BaseException as error:
            thread_lock.release()
            if isinstance(error, OSError):
                raise _as_of_database(error) from error
            raise

    def __exit__(self, *raised: object) -> None:
        try:
            self._lock.release()
        finally:
            _thread_locks[self._path].release()


@contextmanager
def locked_file(path: Path | str) -> Iterator[None]:
    """Nobody else who locks this file goes on meanwhile. OSError, as `_acquired`."""
    lock = _acquired(_file_lock(str(path)))
    try:
        yield
    finally:
        lock.release()


def _acquired(lock: Any) -> Any:
    """The lock, taken. OSError where its file cannot be made; TimeoutError where somebody keeps it for too long."""
    try:
        lock.acquire(timeout=locks.LIMIT_S, poll_interval=_LOOK_AGAIN_S)
    except TimeoutError:
        raise _kept(lock.lock_file) from None
    return lock


def _kept(lock: str) -> OSError:
    return OSError(errno.ETIMEDOUT, "others keep it", lock)


def _as_of_database(error: OSError) -> OperationalError:
    """As SQLite itself would say it of a folder that cannot be written to, or of a file that others are at."""
    return OperationalError(f"lock {error.filename}", None, error)


@lru_cache(maxsize=100)
def _file_lock(path: str) -> Any:
    """A file's lock: to make one takes as long as to take it."""
    from filelock import FileLock  # readers need none

    return FileLock(path)


@lru_cache(maxsize=100)
def _turn_lock(path: str) -> Any:
    """The same of a database's file."""
    from ledger.store.turn_lock import TurnLock

    return TurnLock(path)


if hasattr(os, "register_at_fork"):  # a lock belongs to the process that made it
    os.register_at_fork(after_in_child=_file_lock.cache_clear)
    os.register_at_fork(after_in_child=_turn_lock.cache_clear)
