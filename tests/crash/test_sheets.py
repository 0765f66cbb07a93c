"""Sheets are disposable: struck at any call of a drawing, they are drawn right by whoever comes next."""

from pathlib import Path

import pytest

from tests.crash.conftest import Strikers
from tests.crash.scene import MONTH, OFFICE, Book, Place, applied, must_be_told_in_words
from tests.crash.tally import Tally
from tests.support import office
from tests.support.faults import ERRNOS, KILLED, Fault

REPORT = ["report", "monthly", office.MONTH]
STEP = 3
"""A drawing makes hundreds of calls, all of one kind: every third is struck."""

DRAWINGS = {
    "the first drawing": REPORT,
    "a refresh": REPORT,
    "a rebuild": ["rebuild"],
}


def set_the_scene(folder: Path, drawing: str) -> Place:
    place = Place(folder, OFFICE) if drawing == "a refresh" else Place(folder, OFFICE, MONTH)
    place.lay_out()
    if drawing != "the first drawing":
        assert place.go_on(REPORT).status == 0
    if drawing == "a refresh":
        applied(place.url, MONTH)
    place.keep()
    return place


def strike(folder: Path, part: int, parts: int, drawing: str, how: str) -> Tally:
    """The calls of a drawing, each in a run of its own."""
    place, book, words = set_the_scene(folder, drawing), Book(), DRAWINGS[drawing]
    place.rehearse(words)
    clean = place.run(words)
    assert clean.status == 0, clean.err
    shown = place.go_on(REPORT).out
    everything = book.sound(place.url)
    for at, call in enumerate(clean.calls):
        if at % STEP or at // STEP % parts != part:
            continue
        ended = place.run(words, Fault(at, how))
        try:
            assert ended.struck == call, "the calls are the same every time"
            book.tally.faults += 1
            if how in ERRNOS:
                must_be_told_in_words(ended)
                assert ended.out == clean.out or (ended.status and clean.out.startswith(ended.out))
            assert place.go_on(REPORT).out == shown
            book.count(everything, [], book.sound(place.url), False)
        except Exception as error:
            raise AssertionError(f"{how} at call {at}, {call}: {error!r}") from error
    return book.tally


@pytest.mark.parametrize("how", [KILLED, "ENOSPC"])
@pytest.mark.parametrize("drawing", DRAWINGS)
def test_sheets_struck_at_any_call_are_drawn_right_by_the_next_command(
    drawing: str, how: str, strikers: Strikers, folder: Path
) -> None:
    counted = strikers.share(strike, folder, drawing, how)
    assert counted.faults > 20
