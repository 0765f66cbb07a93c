"""Whoever names a folder that is not there is told which one and what to do next, before anything is noted or recorded."""

from pathlib import Path

import pytest

from cli.files import make_folder
from cli.main import run
from ledger.errors import InputError
from ledger.labels.messages import load
from ledger.policy.loading import house_text
from ledger.store.notary import Notary
from ledger.terms import LANGUAGES
from tests.cli.test_handout import LEAVING, url
from tests.support.story import opened

__all__ = ["url"]
FILES = {name: words for name, words in LEAVING.items() if "--out" in words and name != "person"}
WRITING = FILES | {
    "person": ["employee", "export", "E001", "--out", "{}.json"],
    "checkpoint": ["checkpoint", "--out", "{}"],
    "new key": ["key", "rotate", "--by", "M01", "--out", "{}"],
    "books": ["export", "books", "--format", "hledger", "--out", "{}"],
    "calendar": ["export", "due", "--format", "ical", "--out", "{}"],
    "round": ["checklist", "--area", "FD", "--department", "front-desk", "--out", "{}"],
    "witness": ["witness", "new-key", "council", "--out", "{}"],
}
LEFT = {"checkpoint": ["checkpoint", "--to", "{}"], "new key": ["key", "rotate", "--by", "M01", "--to", "{}"]}
Capture = pytest.CaptureFixture[str]


def _asked(words: list[str], out: Path, url: str, language: str = "en") -> int:
    place = [] if words[0] == "witness" and words[1] == "new-key" else ["--ledger", url]
    return run([*(word.format(out) for word in words), *place, "--lang", language])


def _kept(url: str) -> tuple[int, list[str], int]:
    """What no refusal changes: the log, the keys, and what is noted as handed out of somebody."""
    with opened(url) as ledger:
        return ledger.position(), ledger.proofs.public_keys(), len(ledger.people.handouts("E001"))


@pytest.mark.parametrize("name", WRITING)
def test_a_file_in_a_folder_that_is_not_there_is_refused_before_anything_is_noted(
    name: str, url: str, tmp_path: Path, capsys: Capture
) -> None:
    before = _kept(url)
    assert _asked(WRITING[name], tmp_path / "away" / "file", url) == 2
    assert f"the folder {tmp_path / 'away'} is not there" in capsys.readouterr().err
    assert _kept(url) == before and not (tmp_path / "away").exists()


@pytest.mark.parametrize("name", LEFT)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_folder_that_is_not_there_is_told_with_what_to_do_next(
    language: str, name: str, url: str, tmp_path: Path, capsys: Capture
) -> None:
    before, labels, place = _kept(url), load(language), {"folder": str(tmp_path / "away")}
    assert _asked(LEFT[name], tmp_path / "away", url, language) == 2
    told = capsys.readouterr().err
    assert labels.message("folder_missing", place) in told
    assert str(labels.hint("folder_missing", place)) in told
    assert _kept(url) == before


def test_a_file_in_the_place_of_a_folder_is_named(url: str, tmp_path: Path, capsys: Capture) -> None:
    (tmp_path / "file").touch()
    for words, place in ((LEFT["checkpoint"], "file"), (FILES["receipt"], "file/within/it")):
        assert _asked(words, tmp_path / place, url) == 2
        assert f"{tmp_path / 'file'} is a file, where a folder is needed" in capsys.readouterr().err
    with pytest.raises(InputError) as refused:
        make_folder(tmp_path / "file" / "within")
    assert refused.value.code == "folder_is_file"


@pytest.mark.parametrize("place", ["file", "file/within"])
def test_a_file_in_the_place_of_a_folder_to_be_made_is_named_before_anything_is_noted(
    place: str, url: str, tmp_path: Path, capsys: Capture
) -> None:
    (tmp_path / "file").touch()
    before = _kept(url)
    assert _asked(["employee", "export", "E001", "--out", "{}"], tmp_path / place, url) == 2
    assert f"{tmp_path / 'file'} is a file, where a folder is needed" in capsys.readouterr().err
    assert _kept(url) == before


def test_a_key_of_a_witness_is_not_left_without_its_other_half(tmp_path: Path, capsys: Capture) -> None:
    (tmp_path / "council.pub").touch()
    assert _asked(WRITING["witness"], tmp_path / "council", "") == 2
    assert f"{tmp_path / 'council.pub'} is there already" in capsys.readouterr().err
    assert not (tmp_path / "council").exists()


@pytest.mark.parametrize("words", [WRITING["checkpoint"], LEAVING["request"]], ids=["checkpoint", "request"])
def test_nothing_is_signed_that_has_nowhere_to_go(
    words: list[str], url: str, tmp_path: Path, capsys: Capture
) -> None:
    assert _asked(words, tmp_path / "away" / "file", url) == 2
    assert f"the folder {tmp_path / 'away'} is not there" in capsys.readouterr().err
    with opened(url) as ledger:
        assert Notary(ledger.log).key.last_note() == []


def test_a_witness_has_not_seen_what_it_signed_to_nowhere(url: str, tmp_path: Path, capsys: Capture) -> None:
    key, request = tmp_path / "council.key", tmp_path / "request"
    assert _asked(WRITING["witness"], key, url) == 0
    assert _asked(LEAVING["request"], request, url) == 0
    with opened(url) as ledger:
        vkey = ledger.proofs.public_keys()[0]
    words = ["witness", "sign", str(request), "--key", str(key), "--vkey", vkey, "--out", "{}"]
    assert _asked(words, tmp_path / "away" / "cosigned", url) == 2
    assert f"the folder {tmp_path / 'away'} is not there" in capsys.readouterr().err
    assert list(tmp_path.glob("*.seen")) == []


def test_a_folder_in_the_place_of_a_file_is_no_file_to_replace(
    url: str, tmp_path: Path, capsys: Capture
) -> None:
    before = _kept(url)
    for force in ([], ["--force"]):
        assert _asked([*FILES["receipt"], *force], tmp_path, url) == 2
        assert f"{tmp_path} is a folder, where a file is needed" in capsys.readouterr().err
    assert _kept(url) == before


def test_rows_that_are_left_out_have_a_place_before_the_others_are_recorded(
    url: str, tmp_path: Path, capsys: Capture
) -> None:
    sheet, before = tmp_path / "sheet.csv", _kept(url)
    sheet.write_text("工號,條款,扣分\n", "utf-8")
    words = ["import", "notices", str(sheet), "--good-rows", "--rejects", "{}"]
    assert _asked(words, tmp_path / "away" / "rest.csv", url) == 2
    assert f"the folder {tmp_path / 'away'} is not there" in capsys.readouterr().err
    assert _kept(url) == before


def test_a_trial_is_not_begun_where_its_file_has_no_place(url: str, tmp_path: Path, capsys: Capture) -> None:
    words = ["what-if", "--policy", str(Path(__file__)), "--out", "{}"]
    assert _asked(words, tmp_path / "away" / "changed.csv", url) == 2
    assert f"the folder {tmp_path / 'away'} is not there" in capsys.readouterr().err


@pytest.mark.parametrize("wide", [[], ["--all-ledgers"]])
def test_of_several_files_none_is_written_where_one_has_no_room(
    wide: list[str], url: str, tmp_path: Path, capsys: Capture
) -> None:
    words = ["export", "entries", "--format", "parquet", "--out", "{}", *wide]
    assert _asked(words, tmp_path / "whole", url) == 0
    written = sorted(file.relative_to(tmp_path / "whole") for file in (tmp_path / "whole").rglob("*.parquet"))
    assert len(written) > 1
    last = tmp_path / "half" / written[-1]
    last.parent.mkdir(parents=True)
    last.touch()
    assert _asked(words, tmp_path / "half", url) == 2
    assert str(last) in capsys.readouterr().err
    assert [file for file in (tmp_path / "half").rglob("*.parquet") if file != last] == []


def test_of_a_trial_of_all_ledgers_those_files_need_room_that_are_written(
    url: str, tmp_path: Path, capsys: Capture
) -> None:
    words = ["what-if", "--policy", str(tmp_path / "rules.toml"), "--all-ledgers", "--out", "{}"]
    (tmp_path / "rules.toml").write_text(
        house_text().replace('version = "house-2"', 'version = "tried"'), "utf-8"
    )
    (tmp_path / "changed.csv").touch()
    assert _asked(words, tmp_path / "changed.csv", url) == 0
    (one,) = tmp_path.glob("changed-*.csv")
    capsys.readouterr()
    assert _asked(words, tmp_path / "changed.csv", url) == 2
    assert str(one) in capsys.readouterr().err
