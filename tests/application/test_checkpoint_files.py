"""Checkpoints that leave by themselves: a file each, none replaced, none that what left before does not lead to."""

from pathlib import Path

import pytest

from cli.main import run
from ledger.application.ledger import Ledger
from ledger.errors import InputError, StoreError
from tests.support import office


def _open(url: str) -> Ledger:
    return Ledger(url, now=office.now, operator=lambda: "tester")


@pytest.fixture(params=["sqlite_url", "pg_url"])
def url(request: pytest.FixtureRequest) -> str:
    found: str = request.getfixturevalue(request.param)
    with _open(found) as ledger:
        ledger.record.apply(office.lines(office.office()))
    return found


def test_each_is_a_file_of_its_own_and_verifies_the_ledger_later(url: str, tmp_path: Path) -> None:
    with _open(url) as ledger:
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
        assert ledger.log.registry.covered() == ledger.position()


def test_nothing_is_signed_that_does_not_continue_what_left_before(tmp_path: Path) -> None:
    here, outside = tmp_path / "here", tmp_path / "outside"
    here.mkdir()
    outside.mkdir()
    url = f"sqlite:///{here / 'kaoji.db'}"
    with _open(url) as ledger:
        ledger.record.apply(office.lines(office.office()))
    before = {file.name: file.read_bytes() for file in here.iterdir() if file.is_file()}
    with _open(url) as ledger:
        ledger.record.apply(office.lines([office.register_site("S1")]))
        ledger.proofs.checkpoint_to(outside)
    for file in here.iterdir():  # all of it is put back, what the key remembers too
        file.unlink()
    for name, content in before.items():
        (here / name).write_bytes(content)
    with _open(url) as ledger:
        with pytest.raises(StoreError) as refused:
            ledger.proofs.checkpoint_to(outside)
        assert refused.value.code == "history_shortened"
        ledger.record.apply(office.lines([office.register_site("S2"), office.register_site("S3")]))
        with pytest.raises(StoreError) as refused:
            ledger.proofs.checkpoint_to(outside)
        assert refused.value.code == "history_rewritten"
    assert len(list(outside.iterdir())) == 1


def test_a_folder_that_is_not_there_is_not_made(url: str, tmp_path: Path) -> None:
    with _open(url) as ledger, pytest.raises(InputError) as refused:
        ledger.proofs.checkpoint_to(tmp_path / "not-mounted")
    assert refused.value.code == "file_unwritable"
    assert not (tmp_path / "not-mounted").exists()


def test_a_file_there_that_is_none_is_said(url: str, tmp_path: Path) -> None:
    with _open(url) as ledger:
        (tmp_path / f"{ledger.log.identity()}-9999999999.checkpoint").write_text("nothing")
        with pytest.raises(InputError) as refused:
            ledger.proofs.checkpoint_to(tmp_path)
    assert refused.value.code == "checkpoint_unreadable"


def test_the_command_says_where_it_is(url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["checkpoint", "--to", str(tmp_path), "--ledger", url, "--lang", "en"]) == 0
    (place,) = tmp_path.glob("*.checkpoint")
    assert str(place) in capsys.readouterr().out
    both = ["checkpoint", "--to", str(tmp_path), "--out", "x", "--ledger", url, "--lang", "en"]
    assert run(both) == 2
