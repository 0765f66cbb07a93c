"""Verified reads: no reading command shows a figure that the tree does not cover, whoever changed what in the database."""

from pathlib import Path

import pytest

from cli.main import run
from tests.tamper import attacker

READING = (
    ("log", "N2"),
    ("log", "E002"),
    ("log",),
    ("explain", "E002", "2026-08"),
    ("notice", "show", "N2"),
    ("employee", "show", "E002"),
    ("employee", "export", "E002"),
    ("report", "monthly", "2026-08", "--site", "jinse", "--as-of", "30"),
    ("what-if", "--without", "N2"),
    ("compare", "E002", "2026-08", "--as-of", "30", "--as-of", "39"),
    ("rebuild",),
    ("receipt", "notice:N2", "--out", "-"),
)


def attacks(url: str) -> tuple[attacker.Attack, ...]:
    on = attacker.ON_SQLITE if url.startswith("sqlite") else attacker.ON_POSTGRESQL
    return (*attacker.EVERYWHERE, *on)


@pytest.mark.parametrize("number", range(4))
def test_what_the_tree_does_not_cover_is_shown_by_no_command(
    number: int, url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    attack = attacks(url)[number]
    common = ("--ledger", url, "--lang", "en")
    for words in READING:
        assert run([*_at(words, tmp_path / "before"), *common]) == 0, (words, capsys.readouterr())
    capsys.readouterr()
    attack(url)
    for words in READING:
        status = run([*_at(words, tmp_path / "after"), *common])
        said = capsys.readouterr()
        if status == 0:  # a position was asked, of which the true row is given
            assert attack in (attacker.index_against_table, attacker.view_before_events), words
            assert f"points: {attacker.POINTS}" not in said.out and "events" not in words
            assert words in (("log",), ("receipt", "notice:N2", "--out", "-")), (words, said.out)
        else:
            assert (status, said.out) == (3, ""), (words, said)
            assert "kaoji verify" in said.err


def _at(words: tuple[str, ...], folder: Path) -> list[str]:
    folder.mkdir(exist_ok=True)
    return [str(folder / "out") if word == "-" else word for word in words]
