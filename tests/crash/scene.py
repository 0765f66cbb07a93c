"""A ledger on which the crash suite strikes: what is applied, what must be there afterwards, and what is counted."""

import gc
import json
import shutil
from collections import Counter
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path

import pytest

import cli.main
from ledger.application.ledger import Ledger
from ledger.application.recording.applied import Applied
from ledger.events import Recorded, write_fields
from tests.crash.tally import Tally
from tests.support import faults, office
from tests.support.faults import Ended, Fault
from tests.support.soundness import log_is_sound, state_is_sound
from tests.support.story import opened

Told = tuple[str, str]
"""An event as it can be told apart from all others of a scene: its kind and its fields."""

File = list[bytes]

OFFICE = office.lines(office.office())
MONTH = office.lines(
    [
        *(office.record_wage(employee, "3000.00", "2200.00") for employee in ("E003", "L01")),
        *office.a_busy_month()[len(OFFICE) :],
    ]
)
NEXT = office.lines([office.grant_reward("R9", "E001", occurred_on="2026-09-01")])
LAST = office.lines([office.grant_reward("R10", "E002", occurred_on="2026-09-01")])
ANSWER_UNWRITTEN = 74


def told(events: list[Recorded]) -> list[Told]:
    """Events without what is chance or the clock about them."""
    return [(e.event.kind, json.dumps(write_fields(e.event), sort_keys=True, default=str)) for e in events]


def applied(url: str, *files: File) -> list[Applied]:
    """Files of commands, applied in this process; what each came to."""
    with opened(url) as ledger:
        return [ledger.record.apply(file) for file in files]


def kaoji(url: str, *words: str) -> Callable[[], int]:
    """A command line for a child to run; its clock stands still too."""

    def work() -> int:
        defaults = Ledger.__init__.__kwdefaults__
        assert defaults is not None
        defaults["now"] = office.now
        return cli.main.run([*words, "--ledger", url, "--lang", "en"])

    return work


def rehearsed(work: Callable[[], int]) -> None:
    """Does the work here once: what it imports and reads is there when a child is forked for each strike.

    Nor is it copied into each child by a search for garbage.
    """
    defaults = Ledger.__init__.__kwdefaults__
    assert defaults is not None
    with (
        pytest.MonkeyPatch.context() as patch,
        redirect_stdout(StringIO()),
        redirect_stderr(StringIO()) as err,
    ):
        patch.setitem(defaults, "now", office.now)
        assert work() == 0, err.getvalue()
    gc.freeze()


def must_be_told_in_words(ended: Ended) -> None:
    """Whoever is not killed hears in words what went wrong, with an exit status that says so; or all went well."""
    assert "Traceback" not in ended.err, ended.err
    if ended.status == 0:
        return
    answered = "the answer" in (ended.calls[-1].on, ended.struck and ended.struck.on)
    assert ended.status == (ANSWER_UNWRITTEN if answered else 3), (ended.status, ended.err)
    begin = [line.partition(": ")[0] for line in ended.err.splitlines()]
    assert begin[-2:] == ["error", "hint"], ended.err  # behind what it had to say before


class Book:
    """What one striker finds and counts."""

    def __init__(self) -> None:
        self.tally = Tally()

    def sound(self, url: str) -> list[Told]:
        """The events of a ledger that is sound, and one more state verified."""
        found = told(state_is_sound(url))
        self.tally.verified += 1
        return found

    def sound_log(self, url: str) -> list[Told]:
        """The same, where the sheets were looked at a moment ago."""
        found = told(log_is_sound(url))
        self.tally.verified += 1
        return found

    def count(self, before: list[Told], file: list[Told], found: list[Told], acknowledged: bool) -> None:
        """What was acknowledged is there, all of a file or nothing of it, and nothing twice."""
        there = Counter(found)
        lost = (Counter(before + (file if acknowledged else [])) - there).total()
        doubled = sum(number - 1 for number in there.values())
        self.tally.acknowledged += len(file) if acknowledged else 0
        self.tally.lost += lost
        self.tally.doubled += doubled
        assert (lost, doubled) == (0, 0), f"{lost} events lost, {doubled} doubled"
        assert found in (before, before + file), "a file is recorded whole or not at all"


class Place:
    """A SQLite ledger in a folder, laid out anew for every fault as it was after some files."""

    def __init__(self, folder: Path, *files: File) -> None:
        self.pattern = folder / "pattern"
        self.folder = folder / "ledger"
        self.file = folder / "commands.jsonl"
        self.url = f"sqlite:///{self.folder / 'kaoji.db'}"
        self.pattern.mkdir(parents=True)
        if files:
            applied(f"sqlite:///{self.pattern / 'kaoji.db'}", *files)

    def lay_out(self) -> None:
        """The ledger as it was before anything struck it."""
        shutil.rmtree(self.folder, ignore_errors=True)
        shutil.copytree(self.pattern, self.folder)

    def keep(self) -> None:
        """From now on it is laid out as it lies there now."""
        shutil.rmtree(self.pattern)
        shutil.copytree(self.folder, self.pattern)

    def run(self, words: list[str], fault: Fault | None = None) -> Ended:
        """`kaoji …` in a child, on the ledger laid out anew."""
        self.lay_out()
        return self.go_on(words, fault)

    def go_on(self, words: list[str], fault: Fault | None = None) -> Ended:
        """`kaoji …` in a child, on the ledger as it lies there."""
        return faults.run(kaoji(self.url, *words), self.folder, fault)

    def rehearse(self, words: list[str]) -> None:
        """The same here, once, on the ledger laid out anew."""
        self.lay_out()
        rehearsed(kaoji(self.url, *words))

    def apply(self, file: File) -> list[str]:
        """The words that apply a file."""
        self.file.write_bytes(b"".join(file))
        return ["apply", str(self.file)]
