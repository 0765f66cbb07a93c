"""A recording is struck at every system call that can change something on the disk, in every way there is."""

from pathlib import Path

import pytest

from tests.crash.conftest import Strikers
from tests.crash.scene import (
    LAST,
    MONTH,
    NEXT,
    OFFICE,
    Book,
    File,
    Place,
    applied,
    must_be_told_in_words,
)
from tests.crash.tally import Tally
from tests.support.faults import ERRNOS, KILLED, TORN, Call, Ended, Fault
from tests.support.story import opened

WRITES = ("write", "pwrite64")
FILES: dict[str, tuple[list[File], File]] = {
    "the first recording": ([], OFFICE),
    "an append": ([OFFICE], MONTH),
    "an append after a kill": ([OFFICE], MONTH),
}


def set_the_scene(folder: Path, scene: str) -> tuple[Place, list[str], File]:
    """The place, and the words and the file that are struck there."""
    before, file = FILES[scene]
    place = Place(folder, *before)
    if scene == "an append after a kill":
        leave_a_write_ahead_log_behind(place)
        file = NEXT
    return place, place.apply(file), file


def leave_a_write_ahead_log_behind(place: Place) -> None:
    """The month is recorded and its writer killed before anything of it is in the ledger's own file."""
    words = place.apply(MONTH)
    clean = place.run(words)
    moved = next(n for n, call in enumerate(clean.calls) if call == Call("pwrite64", "kaoji.db"))
    place.run(words, Fault(moved, KILLED))
    assert (place.folder / "kaoji.db-wal").stat().st_size > 0
    place.keep()


def strike(folder: Path, part: int, parts: int, scene: str, how: str) -> Tally:
    """Every call of a recording, each in a run of its own."""
    place, words, file = set_the_scene(folder, scene)
    book = Book()
    place.rehearse(words)
    place.lay_out()
    known = book.sound(place.url) if place.pattern.joinpath("kaoji.db").exists() else []
    clean = place.run(words)
    assert clean.status == 0, clean.err
    everything = book.sound(place.url)
    assert everything[: len(known)] == known
    new = everything[len(known) :]
    for at, call in enumerate(clean.calls):
        if at % parts != part or (how == TORN and call.name not in WRITES):
            continue
        ended = place.run(words, Fault(at, how))
        try:
            assert ended.struck == call, "the calls are the same every time"
            book.tally.faults += 1
            if how in ERRNOS:
                must_be_told_in_words(ended)
            book.count(known, new, book.sound(place.url), was_acknowledged(ended))
            goes_on(place, book, file, everything)
        except Exception as error:
            raise AssertionError(f"{how} at call {at}, {call}: {error!r}") from error
    return book.tally


def was_acknowledged(ended: Ended) -> bool:
    return ended.status == 0 or "recorded" in ended.out


def goes_on(place: Place, book: Book, file: File, everything: list[tuple[str, str]]) -> None:
    """Applying the file again records it once in all, and whatever comes after it is recorded too."""
    again, more = applied(place.url, file, LAST)
    assert again.recorded in (0, len(file))
    assert again.skipped == len(file) - again.recorded
    assert again.position == len(everything)
    assert more.recorded == 1
    assert book.sound_log(place.url)[:-1] == everything
    with opened(place.url) as ledger:
        assert ledger.proofs.checkpoint()


@pytest.mark.parametrize(
    ("scene", "how"),
    [
        *(("the first recording", how) for how in (KILLED, "EIO", "ENOSPC")),
        *(("an append", how) for how in (KILLED, TORN, "EIO", "ENOSPC")),
        ("an append after a kill", KILLED),
    ],
)
def test_a_recording_struck_at_any_call_is_there_whole_or_not_at_all(
    scene: str, how: str, strikers: Strikers, folder: Path
) -> None:
    counted = strikers.share(strike, folder, scene, how)
    assert counted.faults > 20
