"""Who and which one: employees found by a part of a name, notices listed, names taken where ids are."""

import json
from pathlib import Path

import pytest

from cli.main import run
from tests.support.office import lines, register_employee, register_site


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the sample office."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("KAOJI_LANG", "en")
    assert run(["demo"]) == 0
    monkeypatch.setenv("KAOJI_LEDGER", "sqlite:///demo-office/kaoji.db")
    return tmp_path


def answer(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    capsys.readouterr()
    assert run(list(words)) == 0
    return capsys.readouterr().out


@pytest.mark.usefixtures("desk")
def test_employees_are_found_by_a_part_of_name_or_id(capsys: pytest.CaptureFixture[str]) -> None:
    for part in ("林小", "ｅ０１", "e01"):
        found = json.loads(answer(capsys, "employee", "find", part, "--json"))
        assert [row["employee"] for row in found] == ["E01"]
    assert len(json.loads(answer(capsys, "employee", "find", "S0", "--json"))) == 2
    assert "nobody has a name or an id that holds 無此人" in answer(capsys, "employee", "find", "無此人")
    assert json.loads(answer(capsys, "employee", "find", "E01", "--as-of", "3", "--json")) == []


@pytest.mark.usefixtures("desk")
def test_notices_are_listed_by_what_is_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    def ids(*words: str) -> list[str]:
        return [row["notice"] for row in json.loads(answer(capsys, "notice", "list", *words, "--json"))]

    whole = ids()
    assert len(whole) > 30
    assert set(ids("--month", "2026-07")) < set(whole)
    assert ids("--clause", "FD-07") == ["N605"]
    assert ids("--issuer", "鄧志遠") == ids("--issuer", "I01") != []
    assert set(ids("--department", "order", "--month", "2026-07")) == {
        *("N701", "N702", "N703", "N705", "N707", "N709", "N711")
    }
    assert "no notice of department x" in answer(capsys, "notice", "list", "--department", "x")


@pytest.mark.usefixtures("desk")
def test_a_name_stands_for_its_id(capsys: pytest.CaptureFixture[str]) -> None:
    for words in (("explain", "@", "2026-06"), ("log", "@"), ("employee", "show", "@")):
        by_id, by_name = (
            answer(capsys, *(one if word == "@" else word for word in words), "--json")
            for one in ("E01", "林小雅")
        )
        assert by_id == by_name
    assert answer(capsys, "due", "--who", "黃建業", "--json") == answer(
        capsys, "due", "--who", "E04", "--json"
    )
    assert run(["due", "--who", "無此人"]) == 3


def test_a_name_of_two_is_refused_with_both(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("KAOJI_LANG", "en")
    people = [register_employee(one, name="王芳") for one in ("E1", "E2")]
    (tmp_path / "two.jsonl").write_bytes(b"".join(lines([register_site(), *people])))
    assert run(["apply", "two.jsonl"]) == 0, capsys.readouterr().err
    assert run(["log", "王芳"]) == 2
    told = capsys.readouterr().err
    assert "E1 (" in told
    assert "E2 (" in told


@pytest.mark.usefixtures("desk")
def test_whom_a_recording_is_about_is_told_by_name(capsys: pytest.CaptureFixture[str]) -> None:
    told = answer(capsys, "notice", "withdraw", "N809", "--reason", "誤記", "--by", "鄧志遠", "--dry-run")
    assert "N809 · E06 孫浩然 (order)" in told
