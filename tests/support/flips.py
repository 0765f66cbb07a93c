"""Random changes of one to three bits of a ledger's files: what every command says of them, beside what it said before."""

import random
import re
import shutil
from collections import Counter
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

import pytest

from cli.main import run
from ledger.application.ledger import Ledger
from tests.support import office
from tests.support.story import open_ledger

FILES = ("kaoji.db", "kaoji.keys.db", "kaoji.sheets.db")
COMMANDS = (
    ("log", "N2"),
    ("explain", "E002", "2026-08"),
    ("report", "monthly", "2026-08", "--site", "jinse"),
    ("report", "payroll", "2026-08", "--site", "jinse"),
    ("report", "monthly", "2026-08", "--site", "jinse", "--as-of", "30"),
    ("due", "--site", "jinse"),
    ("verify", "--deep", "--sheets"),
)
_NAME = re.compile(r"員工\w+")
_FIGURE = re.compile(r"-?[0-9][0-9.]*")
_FRONT = 16_384
"""The header and the first pages, where the catalogue and the small tables lie, are struck more often than the rest."""


@dataclass
class Struck:
    """What a command said after a change: its exit status, and whether what it printed is what it printed before."""

    struck: str
    flips: tuple[int, ...]
    words: tuple[str, ...]
    status: int
    same: bool
    err: str
    out: str = ""
    fewer: bool = False
    """Whether it printed no line that it did not print before."""
    sealed: bool = False
    """Whether every figure is as before, and names at most are told to be sealed."""


def made(folder: Path) -> Path:
    """A ledger with a closed month and a full tile, its sheets drawn."""
    file = folder / "kaoji.db"
    with open_ledger(file, office.NOW) as ledger:
        ledger.record.apply(office.lines(office.a_busy_month()))
        ledger.record.apply(office.lines([office.register_site(f"S{n}") for n in range(250)]))
        ledger.proofs.checkpoint()
        ledger.rebuild()
    return file


def strike(
    file: Path, folder: Path, struck: str, seed: str, times: int, part: int = 0, parts: int = 1
) -> Iterator[list[Struck]]:
    """What all commands say of the ledger after each change of one of its files; of several parts, the changes of one."""
    chance = random.Random(seed)
    kept = {each.name: each.read_bytes() for each in file.parent.iterdir() if each.is_file()}
    url = f"sqlite:///{folder / file.name}"
    _put(folder, kept)
    before = {words: _said(words, url) for words in COMMANDS}
    assert all(status == 0 for status, _, _ in before.values()), before
    for number in range(times):
        content, flips = bytearray(kept[struck]), []
        for _ in range(chance.randint(1, 3)):
            flips.append(chance.randrange(len(content) if chance.random() < 0.8 else _FRONT))
            content[flips[-1]] ^= 1 << chance.randrange(8)
        if number % parts != part:
            continue
        _put(folder, {**kept, struck: bytes(content)})
        answers = {words: _said(words, url) for words in COMMANDS}
        yield [
            Struck(
                struck,
                tuple(flips),
                words,
                status,
                _same(out, before[words][1], struck),
                err,
                out,
                _lines(out) <= _lines(before[words][1]),
                _figures(out) == _figures(before[words][1]),
            )
            for words, (status, out, err) in answers.items()
        ]


def assert_honest(struck: list[Struck]) -> None:
    """Every command gave the right answer, a refusal with a next step, or a finding.

    A figure may be wrong only where a projection was struck and `verify --sheets` says so. Where `verify` is red, a list may
    lack lines, since whom an index hides, or the last events of a stream, nobody finds who lists by them, and may tell of
    names that they are sealed, where the event that names somebody cannot be read.
    """
    found = struck[-1].status != 0
    for each in struck:
        if each.words[0] == "verify":
            assert each.status in (0, 1, 3), each
        elif each.status == 0:
            may_differ = each.struck == FILES[2] or (
                each.words[0] in ("due", "report") and (each.fewer or each.sealed)
            )
            assert each.same or (may_differ and found), each
        else:
            assert each.status == 3, each
        assert each.status != 3 or "hint: " in each.err, each
        assert "Traceback" not in each.err, each


def _same(said: str, before: str, struck: str) -> bool:
    """Whether nothing else is said; where a key was struck, whether every figure is the same: a name may be sealed."""
    if struck != FILES[1]:
        return said == before
    return _figures(said) == _figures(before)


def _figures(said: str) -> list[str]:
    return _FIGURE.findall(_NAME.sub("", said))


def _lines(said: str) -> Counter[tuple[str, ...]]:
    """The lines of an answer, without what fills them up to a width, and without what a list says that has lost all."""
    lines = Counter(tuple(line.replace("─", "").split()) for line in said.splitlines())
    del lines["nothing", "to", "show"]
    return lines


def _said(words: tuple[str, ...], url: str) -> tuple[int, str, str]:
    """What a command says by a clock that stands still: by the machine's, days left would change at midnight."""
    defaults = Ledger.__init__.__kwdefaults__
    assert defaults is not None
    out, err = StringIO(), StringIO()
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
        patch.setitem(defaults, "now", office.now)
        status = run([*words, "--ledger", url, "--lang", "en"])
    return status, out.getvalue(), err.getvalue()


def _put(folder: Path, files: dict[str, bytes]) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for name, content in files.items():
        (folder / name).write_bytes(content)
