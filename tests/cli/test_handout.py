"""What leaves the house is kept as handed out once it has left: not before it is written, and not where it never was."""

import errno
import io
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pypdf
import pytest

from cli.files import write_file
from cli.main import run
from ledger.errors import InputError
from ledger.store.notary import Notary
from tests.support import office
from tests.support.story import opened

LEAVING = {
    "receipt": ["receipt", "N1", "--out", "{}"],
    "paper": ["print", "notice", "N1", "--out", "{}"],
    "papers": ["print", "notice", "--since", f"{office.MONTH}-01", "--out", "{}"],
    "paper with receipt": ["print", "summary", office.MONTH, "--attach-receipt", "--out", "{}"],
    "payroll": ["export", "payroll", office.MONTH, "--out", "{}"],
    "person": ["employee", "export", "E001", "--out", "{}.json"],
    "request": ["witness", "request", "--out", "{}"],
    "backup": ["backup", "{}"],
    "tiles": ["export", "tiles", "{}"],
}
ON_STDOUT = [name for name, words in LEAVING.items() if "--out" in words and name != "request"]


@pytest.fixture
def url(tmp_path: Path) -> str:
    url = f"sqlite:///{tmp_path / 'kaoji.db'}"
    with opened(url) as ledger:
        ledger.record.apply(office.lines(office.a_busy_month()))
    return url


def _words(name: str, out: object, url: str) -> list[str]:
    return [*(word.format(out) for word in LEAVING[name]), "--ledger", url, "--lang", "en"]


def _covered(url: str) -> bool:
    """Whether everything recorded counts as handed out; nothing does otherwise."""
    with opened(url) as ledger:
        covered = ledger.proofs.covered()
        assert covered in (0, ledger.position())
        return bool(covered)


@pytest.mark.parametrize("name", LEAVING)
def test_what_could_not_be_written_is_not_taken_for_handed_out(url: str, name: str, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert run(_words(name, tmp_path / "file" / "away", url)) in (2, 3)
    assert not _covered(url)
    assert run(_words(name, tmp_path / "there", url)) == 0
    assert _covered(url)


@pytest.mark.parametrize("name", [each for each in ON_STDOUT if each != "person"])
def test_what_a_full_disk_did_not_take_is_not_taken_for_handed_out(
    url: str, name: str, tmp_path: Path
) -> None:
    assert run([*_words(name, "/dev/full", url), "--force"]) == 2
    assert not _covered(url)


@pytest.mark.parametrize("name", ON_STDOUT)
def test_what_was_printed_is_handed_out(url: str, name: str) -> None:
    words = [word if word != "{}.json" else "-" for word in LEAVING[name]]
    assert run([*(word.format("-") for word in words), "--ledger", url, "--lang", "en"]) == 0
    assert _covered(url)


def test_a_file_that_a_full_disk_did_not_take_whole_is_not_there(
    tmp_path: Path,
) -> None:
    def pieces() -> Iterator[bytes]:
        yield b"half"
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with pytest.raises(InputError):
        write_file(tmp_path / "out", pieces(), force=False)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["receipt", "payroll"])
def test_whoever_is_stopped_behind_the_writing_has_what_holds(
    url: str, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def stopped(*_: object) -> None:
        raise KeyboardInterrupt

    out = tmp_path / "out.xlsx"
    with monkeypatch.context() as patch:
        patch.setattr(Notary, "keep", stopped)
        assert run(_words(name, out, url)) == 130
    assert out.exists()
    assert not _covered(url)
    with opened(url) as ledger:  # another one is the earliest that is kept
        ledger.record.apply(office.lines([office.register_site("S1")]))
        ledger.proofs.checkpoint()
    which = {"receipt": "--receipt", "payroll": "--handoff"}[name]
    assert run(["verify", which, str(out), "--ledger", url, "--lang", "en"]) == 0, capsys.readouterr()


def test_the_same_checkpoint_is_kept_once(url: str, tmp_path: Path) -> None:
    for name in ("receipt", "paper", "payroll", "papers"):
        assert run(_words(name, tmp_path / f"{name}.xlsx", url)) == 0
    with opened(url) as ledger:
        assert len(Notary(ledger.log).signatures()) == 1


def test_one_print_is_signed_for_once_whatever_is_recorded_meanwhile(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign = Notary.sign

    def late(notary: Notary) -> bytes:
        note = sign(notary)
        with opened(url) as other:
            other.record.apply(office.lines([office.register_site(f"S{other.position()}")]))
        return note

    monkeypatch.setattr(Notary, "sign", late)
    out = tmp_path / "out.pdf"
    assert run([*_words("papers", out, url), "--attach-receipt"]) == 0
    printed = pypdf.PdfReader(io.BytesIO(out.read_bytes()))
    receipts = [content for each in printed.attachments.values() for content in each]
    told = {re.findall(r"(?:checkpoint|檢查點) (\d+)", page.extract_text())[0] for page in printed.pages}
    with opened(url) as ledger:
        notes = {ledger.proofs.checkpoint_in(receipt) for receipt in receipts}
        assert len(receipts) > 1 and len(notes) == 1
        assert told == {notes.pop().decode().splitlines()[1]}
        assert len(Notary(ledger.log).signatures()) == 1


def test_the_newest_checkpoint_is_that_of_the_largest_tree(url: str) -> None:
    with opened(url) as ledger:
        notary = Notary(ledger.log)
        small = notary.sign()
        ledger.record.apply(office.lines([office.register_site("S1")]))
        large = notary.checkpoint()
        notary.keep(small)
        assert notary.newest() == large
