"""A disk that is really full, and files that may not grow: refused in words, nothing half, and it goes on after."""

import ctypes
import resource
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.crash.conftest import Strikers
from tests.crash.scene import (
    LAST,
    MONTH,
    OFFICE,
    Book,
    Place,
    applied,
    kaoji,
    must_be_told_in_words,
)
from tests.crash.tally import TALLY, Tally
from tests.support import faults

STEP_BYTES = 12_000


def with_files_of_at_most(limit: int, work: Callable[[], int]) -> Callable[[], int]:
    """The work of a process whose files may not grow beyond so many bytes."""

    def limited() -> int:
        _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, hard))
        return work()

    return limited


def let_grow(folder: Path, part: int, parts: int) -> Tally:
    """Every size from nearly nothing until it suffices."""
    place, book = Place(folder, OFFICE), Book()
    words = place.apply(MONTH)
    place.rehearse(words)
    assert place.run(words).status == 0
    everything = book.sound(place.url)
    place.lay_out()
    known = book.sound(place.url)
    limit, statuses = 4_096 + part * STEP_BYTES, []
    while not statuses or statuses[-1] != 0:
        place.lay_out()
        ended = faults.run(with_files_of_at_most(limit, kaoji(place.url, *words)), place.folder)
        statuses.append(ended.status)
        must_be_told_in_words(ended)
        book.tally.faults += ended.status != 0
        book.count(known, everything[len(known) :], book.sound(place.url), ended.status == 0)
        assert applied(place.url, MONTH, LAST)[-1].recorded == 1
        assert book.sound_log(place.url)[:-1] == everything
        limit += parts * STEP_BYTES
    assert 3 in statuses
    return book.tally


def test_where_files_may_not_grow_a_recording_is_refused_and_goes_through_later(
    strikers: Strikers, folder: Path
) -> None:
    strikers.share(let_grow, folder)


# --- a file system of its own -----------------------------------------------------------------------

_NEW_MOUNTS, _NEW_USER = 0x00020000, 0x10000000
_REMOUNT, _PRIVATE = 0x20, 0x4000 | 0x40000


def mount(target: str, flags: int, options: str) -> bool:
    """Mounts a file system in memory; whether that was allowed."""
    libc = ctypes.CDLL(None)
    done: int = libc.mount(b"kaoji", target.encode(), b"tmpfs", ctypes.c_ulong(flags), options.encode())
    return done == 0


def in_a_world_of_ones_own() -> bool:
    """Whether this process may mount what nobody else sees."""
    libc = ctypes.CDLL(None)
    apart = libc.unshare(_NEW_MOUNTS) == 0 or libc.unshare(_NEW_MOUNTS | _NEW_USER) == 0
    return apart and mount("/", _PRIVATE, "")


NOT_MOUNTABLE = 99


def fill_up(place: Place, words: list[str], kilobytes: int) -> Callable[[], int]:
    """Applies a file on a disk of that size, then on one with room enough: 0 where it went well at once, else 3."""

    def work() -> int:
        target = str(place.folder)
        place.folder.mkdir()
        if not in_a_world_of_ones_own() or not mount(target, 0, f"size={kilobytes}k"):
            return NOT_MOUNTABLE
        shutil.copytree(place.pattern, place.folder, dirs_exist_ok=True)
        status = kaoji(place.url, *words)()
        book = Book()
        assert mount(target, _REMOUNT, "size=64m")
        again, more = applied(place.url, MONTH, LAST)
        assert again.recorded == (0 if status == 0 else len(MONTH))
        assert more.recorded == 1
        book.sound(place.url)
        return status

    return work


def test_on_a_full_disk_a_recording_is_refused_and_goes_through_once_there_is_room(folder: Path) -> None:
    place = Place(folder, OFFICE)
    words = place.apply(MONTH)
    place.rehearse(words)
    shutil.rmtree(place.folder)
    holds = sum(-(-file.stat().st_size // 4096) * 4 for file in place.pattern.iterdir())
    statuses = []
    for more in range(4, 400, 28):
        ended = faults.run(fill_up(place, words, holds + more), None)
        place.folder.rmdir()
        if ended.status == NOT_MOUNTABLE:
            pytest.skip("no file system may be mounted here; a full disk is played by the other tests alone")
        assert "Traceback" not in ended.err, ended.err
        statuses.append(ended.status)
        TALLY.faults += ended.status != 0
        TALLY.verified += 1
    assert set(statuses) == {0, 3}
