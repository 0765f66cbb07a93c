"""Checkpoints that leave by themselves: a file each, none replaced, none that what left before does not lead to."""

import errno
import os
from datetime import timedelta
from pathlib import Path

import pytest

from cli.main import run
from ledger.application.ledger import Ledger
from ledger.application.proving import checkpoint_files
from ledger.errors import InputError, StoreError
from ledger.proofs import Verifier
from ledger.proofs.note import parse_note
from tests.support import office
from tests.support.story import opened


@pytest.fixture(params=["sqlite_url", "pg_url"])
def url(request: pytest.FixtureRequest) -> str:
    found: str = request.getfixturevalue(request.param)
    with opened(found) as ledger:
        ledger.record.apply(office.lines(office.office()))
    return found


def test_each_is_a_file_of_its_own_and_verifies_the_ledger_later(url: str, tmp_path: Path) -> None:
    with opened(url) as ledger:
        first = ledger.proofs.checkpoint_to(tmp_path)
        known, content = ledger.position(), first.read_bytes()
        assert ledger.proofs.checkpoint_to(tmp_path) == first
        ledger.record.apply(office.lines([office.register_site("S1")]))
        second = ledger.proofs.checkpoint_to(tmp_path)
        names = sorted(file.name for file in tmp_path.glob("*.checkpoint"))
        assert names == [first.name, second.name]
        assert first.name == f"{ledger.log.identity()}-{known:010}.checkpoint"
        assert first.read_bytes() == content
        verified = ledger.proofs.verify(content, everything=True)
        assert verified.faults == []
        assert verified.audited.given
        assert ledger.proofs.covered() == ledger.position()


def test_nothing_is_signed_that_does_not_continue_what_left_before(tmp_path: Path) -> None:
    here, outside = tmp_path / "here", tmp_path / "outside"
    here.mkdir()
    outside.mkdir()
    url = f"sqlite:///{here / 'kaoji.db'}"
    with opened(url) as ledger:
        ledger.record.apply(office.lines(office.office()))
    before = {file.name: file.read_bytes() for file in here.iterdir() if file.is_file()}
    with opened(url) as ledger:
        ledger.record.apply(office.lines([office.register_site("S1")]))
        ledger.proofs.checkpoint_to(outside)
    for file in here.iterdir():  # all of it is put back, what the key remembers too
        file.unlink()
    for name, content in before.items():
        (here / name).write_bytes(content)
    with opened(url) as ledger:
        with pytest.raises(StoreError) as refused:
            ledger.proofs.checkpoint_to(outside)
        assert refused.value.code == "history_shortened"
        ledger.record.apply(office.lines([office.register_site("S2"), office.register_site("S3")]))
        with pytest.raises(StoreError) as refused:
            ledger.proofs.checkpoint_to(outside)
        assert refused.value.code == "history_rewritten"
    assert len(list(outside.iterdir())) == 1


def test_a_folder_that_is_not_there_is_not_made(url: str, tmp_path: Path) -> None:
    with opened(url) as ledger, pytest.raises(InputError) as refused:
        ledger.proofs.checkpoint_to(tmp_path / "not-mounted")
    assert refused.value.code == "folder_missing"
    assert not (tmp_path / "not-mounted").exists()


def test_a_file_there_that_is_none_is_said(url: str, tmp_path: Path) -> None:
    with opened(url) as ledger:
        (tmp_path / f"{ledger.log.identity()}-9999999999.checkpoint").write_text("nothing")
        with pytest.raises(InputError) as refused:
            ledger.proofs.checkpoint_to(tmp_path)
    assert refused.value.code == "checkpoint_unreadable"


def _asks_after_a_week(url: str) -> list[str]:
    """How many events `due` says no checkpoint covers, nine days later."""
    with Ledger(url, now=lambda: office.now() + timedelta(days=9), operator=lambda: "tester") as later:
        return [row["id"] for row in later.reports.due() if row["what"] == "unsigned"]


def test_what_could_not_leave_is_not_taken_for_handed_out(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with opened(url) as ledger:
        count = str(ledger.position())
        with monkeypatch.context() as patch:
            patch.setattr(checkpoint_files, "write_durably", full)
            with pytest.raises(InputError) as refused:
                ledger.proofs.checkpoint_to(tmp_path)
    assert refused.value.code == "file_unwritable"
    (tmp_path / "there").touch()
    assert run(["checkpoint", "--out", str(tmp_path / "there"), "--ledger", url, "--lang", "en"]) == 2
    assert _asks_after_a_week(url) == [count]
    with opened(url) as ledger:
        ledger.proofs.checkpoint_to(tmp_path)
    assert _asks_after_a_week(url) == []


def test_a_new_key_counts_as_handed_out_once_its_checkpoint_leaves(url: str) -> None:
    with opened(url) as ledger:
        count = ledger.position()
        ledger.proofs.rotate_key({"on": "2026-09-01"})
        assert ledger.proofs.covered() == 0
    assert _asks_after_a_week(url) == [str(count + 1)]
    with opened(url) as ledger:
        ledger.proofs.checkpoint()
    assert _asks_after_a_week(url) == []


@pytest.mark.parametrize("place", ["stdout", "file", "folder"])
def test_a_new_key_hands_out_its_first_checkpoint(
    url: str, tmp_path: Path, place: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with opened(url) as ledger:
        (old,), size = ledger.proofs.public_keys(), ledger.position()
    outside = tmp_path / "outside"
    outside.mkdir()
    where = {"stdout": [], "file": ["--out", str(outside / "new")], "folder": ["--to", str(outside)]}[place]
    assert _rotate(url, where) == 0
    printed, said = capsys.readouterr()
    with opened(url) as ledger:
        new = ledger.proofs.public_keys()[0]
        assert new in printed.splitlines()
        assert new in said
        left = sorted(outside.iterdir())
        notes = [file.read_bytes() for file in left] or [printed.partition(f"{new}\n")[2].encode()]
        assert [ledger.proofs.size_of(note) for note in notes] == (
            [size, ledger.position()] if place == "folder" else [ledger.position()]
        )
        signed_by = [_signer(note) for note in notes]
        assert signed_by == ([_id(old), _id(new)] if place == "folder" else [_id(new)])
        assert ledger.proofs.covered() == ledger.position()


@pytest.mark.parametrize("where", [["--out", "there"], ["--to", "not-mounted"], ["--out", "x", "--to", "."]])
def test_no_key_is_changed_where_its_checkpoint_cannot_leave(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: list[str]
) -> None:
    (tmp_path / "there").touch()
    monkeypatch.chdir(tmp_path)
    with opened(url) as ledger:
        keys, size = ledger.proofs.public_keys(), ledger.position()
    assert _rotate(url, where) == 2
    with opened(url) as ledger:
        assert (ledger.proofs.public_keys(), ledger.position()) == (keys, size)


def _rotate(url: str, where: list[str]) -> int:
    said = ["key", "rotate", "--on", "2026-09-01", *where, "--clock-is-right"]
    return run([*said, "--ledger", url, "--lang", "en"])


def _signer(note: bytes) -> bytes:
    return parse_note(note)[1][0].key_id


def _id(vkey: str) -> bytes:
    return Verifier.parse(vkey).key_id


def test_the_command_says_where_it_is(url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["checkpoint", "--to", str(tmp_path), "--ledger", url, "--lang", "en"]) == 0
    (place,) = tmp_path.glob("*.checkpoint")
    assert str(place) in capsys.readouterr().out
    both = ["checkpoint", "--to", str(tmp_path), "--out", "x", "--ledger", url, "--lang", "en"]
    assert run(both) == 2
