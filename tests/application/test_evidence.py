"""Evidence files: sealed beside the ledger, found again, told where anything is wrong with them, gone with their person."""

import hashlib
import io
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pypdf
import pytest

from cli.main import run
from ledger.application.desk.desk import Desk, Person
from ledger.application.ledger import Ledger
from ledger.application.papers import How, Paper
from ledger.errors import LedgerError, Refusal, StoreError
from ledger.labels.messages import load
from ledger.proofs import SealError
from ledger.store.evidence_files import EvidenceFiles
from tests.support import office

PHOTO = b"\xff\xd8\xff\xe0" + bytes(range(256)) * 40
DIGEST = hashlib.sha256(PHOTO).hexdigest()
HANDED_IN = {"by": "I01", "on": f"{office.MONTH}-12"}


@pytest.fixture
def ledger(ledger_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ledger]:
    """An office with a notice on each of two people; everything kept beside it lies in the test's folder."""
    monkeypatch.setenv("KAOJI_KEY", str(tmp_path / "signing.key"))
    monkeypatch.setenv("KAOJI_EVIDENCE", str(tmp_path / "sealed"))
    with Ledger(ledger_url, now=office.now, operator=lambda: "typist") as opened:
        told = [office.issue_notice("N1", "E001"), office.issue_notice("N2", "E002", clause="FD-02")]
        opened.record.apply(office.lines([*office.office(), *told]))
        yield opened


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    file = tmp_path / "現場.jpg"
    file.write_bytes(PHOTO)
    return file


def sealed(ledger: Ledger) -> list[Path]:
    """The files of the sealed folder."""
    return sorted(path for path in ledger.log.people.evidence.folder.rglob("*") if path.is_file())


def states(ledger: Ledger, folder: Path | None = None) -> list[str]:
    return [row["state"] for row in ledger.evidence.verify(folder)["references"]]


def refusal(of: Any) -> str:
    with pytest.raises(LedgerError) as refused:
        of()
    return refused.value.code


# --- put there, and found -----------------------------------------------------------------------------


def test_a_file_lies_sealed_under_its_person_and_comes_back_byte_by_byte(ledger: Ledger, photo: Path) -> None:
    attached = ledger.evidence.attach("N1", photo, HANDED_IN)
    (file,) = sealed(ledger)
    person = ledger.log.sealing.subject_of("employee/E001")
    assert file.relative_to(ledger.log.people.evidence.folder) == Path(str(person), DIGEST[:2], DIGEST)
    assert PHOTO not in file.read_bytes()
    assert "現場".encode() not in file.read_bytes()
    assert (file.stat().st_mode & 0o777, file.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    assert ledger.evidence.get(DIGEST[:10]) == ("E001", "現場.jpg", PHOTO)
    assert attached.applied is not None
    assert ledger.evidence.verify()["ok"]


def test_the_same_photo_of_two_people_lies_there_twice_under_two_keys(ledger: Ledger, photo: Path) -> None:
    for notice in ("N1", "N2"):
        ledger.evidence.attach(notice, photo, HANDED_IN)
    first, second = sealed(ledger)
    assert first.name == second.name == DIGEST
    assert first.parent != second.parent
    assert first.read_bytes() != second.read_bytes()
    shutil.copy(first, second)  # one in the place of the other
    assert sorted(states(ledger)) == ["damaged", "sealed"]


def test_a_file_that_is_only_named_is_found_by_its_digest_whatever_it_is_called(
    ledger: Ledger, photo: Path, tmp_path: Path
) -> None:
    ledger.evidence.attach("N1", photo, HANDED_IN, copy=False)
    assert sealed(ledger) == []
    assert states(ledger) == ["missing"]
    drawer = tmp_path / "drawer"
    drawer.mkdir()
    other = drawer / "other.txt"
    other.write_bytes(b"nothing")
    (drawer / "link.jpg").symlink_to(photo)
    found = ledger.evidence.verify(drawer)
    assert [row["state"] for row in found["references"]] == ["missing"]
    assert found["unreferenced"] == [str(other)]
    assert found["skipped"] == [str(drawer / "link.jpg")]
    renamed = drawer / "deep" / "DSC_0001.JPG"
    renamed.parent.mkdir()
    renamed.write_bytes(PHOTO)
    found = ledger.evidence.verify(drawer)
    assert found["ok"]
    assert found["references"][0]["paths"] == [str(renamed)]
    renamed.unlink()
    (drawer / photo.name).write_bytes(PHOTO + b"\n")
    assert states(ledger, drawer) == ["changed"]


def test_a_file_named_at_the_issue_is_looked_for_too(ledger: Ledger, photo: Path) -> None:
    named = [{"name": "a.jpg", "sha256": DIGEST}]
    ledger.record.apply(office.lines([office.issue_notice("N3", "E003", clause="FD-04", evidence=named)]))
    assert states(ledger) == ["missing"]
    assert states(ledger, photo.parent) == ["found"]
    assert ledger.evidence.verify(None, "N1")["references"] == []


# --- whatever is wrong is told ------------------------------------------------------------------------


def _flip(at: int) -> Any:
    def change(content: bytes) -> bytes:
        changed = bytearray(content)
        changed[at] ^= 1
        return bytes(changed)

    return change


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(_flip(0), id="the version"),
        pytest.param(_flip(5), id="the salt"),
        pytest.param(_flip(20), id="the commitment"),
        pytest.param(_flip(200), id="a bit within"),
        pytest.param(_flip(-1), id="the tag"),
        pytest.param(lambda content: content[:-1], id="truncated"),
        pytest.param(lambda content: content[:40], id="truncated in the header"),
        pytest.param(lambda content: b"", id="emptied"),
        pytest.param(lambda content: content + b"\0", id="appended"),
        pytest.param(lambda content: PHOTO, id="the plain file"),
    ],
)
def test_a_changed_copy_is_told_and_never_opened(change: Any, ledger: Ledger, photo: Path) -> None:
    ledger.evidence.attach("N1", photo, HANDED_IN)
    (file,) = sealed(ledger)
    file.write_bytes(change(file.read_bytes()))
    assert states(ledger) == ["damaged"]
    assert states(ledger, photo.parent) == ["damaged"]  # a whole file elsewhere does not hide it
    assert refusal(lambda: ledger.evidence.get(DIGEST)) == "evidence_damaged"
    ledger.evidence.attach("N1", photo, HANDED_IN)  # handed in once more
    assert states(ledger) == ["sealed"]


def test_a_wrong_name_a_link_and_a_file_of_nobody_are_told(
    ledger: Ledger, photo: Path, tmp_path: Path
) -> None:
    ledger.evidence.attach("N1", photo, HANDED_IN)
    (file,) = sealed(ledger)
    other = file.with_name(file.name[:-1] + ("0" if file.name[-1] != "0" else "1"))
    file.rename(other)
    found = ledger.evidence.verify()
    assert [row["state"] for row in found["references"]] == ["missing"]
    assert found["unreferenced"] == [str(other)]
    other.rename(tmp_path / "aside")
    file.symlink_to(tmp_path / "aside")
    found = ledger.evidence.verify()
    assert [row["state"] for row in found["references"]] == ["damaged"]
    assert found["skipped"] == [str(file)]


def test_a_link_in_the_place_of_a_persons_folder_is_not_written_through(
    ledger: Ledger, photo: Path, tmp_path: Path
) -> None:
    folder, outside = ledger.log.people.evidence.folder, tmp_path / "outside"
    outside.mkdir()
    folder.mkdir()
    (folder / str(ledger.log.sealing.subject_of("employee/E001"))).symlink_to(outside)
    position = ledger.position()
    assert refusal(lambda: ledger.evidence.attach("N1", photo, HANDED_IN)) == "evidence_store_unusable"
    assert list(outside.iterdir()) == []
    assert ledger.position() == position


# --- what is not taken --------------------------------------------------------------------------------


def test_a_link_a_folder_and_a_file_over_20_mib_are_not_taken(ledger: Ledger, photo: Path) -> None:
    link, large = photo.with_name("link"), photo.with_name("large")
    link.symlink_to(photo)
    with large.open("wb") as file:
        file.truncate(20 * 1024 * 1024 + 1)
    assert refusal(lambda: ledger.evidence.attach("N1", link, HANDED_IN)) == "evidence_not_plain"
    assert refusal(lambda: ledger.evidence.attach("N1", photo.parent, HANDED_IN)) == "evidence_unreadable"
    assert refusal(lambda: ledger.evidence.attach("N1", large, HANDED_IN)) == "evidence_too_large"
    assert refusal(lambda: ledger.evidence.attach("E001", photo, HANDED_IN)) == "evidence_with_what"
    assert sealed(ledger) == []
    with large.open("wb") as file:
        file.truncate(20 * 1024 * 1024)
    ledger.evidence.attach("N1", large, HANDED_IN)
    assert states(ledger) == ["sealed"]


def test_another_file_of_the_name_on_record_is_refused_until_it_is_called_otherwise(
    ledger: Ledger, photo: Path
) -> None:
    ledger.evidence.attach("N1", photo, HANDED_IN)
    photo.write_bytes(PHOTO + b"retouched")
    assert refusal(lambda: ledger.evidence.attach("N1", photo, HANDED_IN)) == "evidence_differs"
    assert len(sealed(ledger)) == 1
    ledger.evidence.attach("N1", photo.rename(photo.with_name("其二.jpg")), HANDED_IN)
    assert states(ledger) == ["sealed", "sealed"]


def test_what_is_refused_leaves_no_file_behind(ledger: Ledger, photo: Path) -> None:
    given = {**HANDED_IN, "by": "H01"}
    assert refusal(lambda: ledger.evidence.attach("N1", photo, given)) == "evidence_not_entitled"
    assert sealed(ledger) == []


# --- taken out, and stopped half-way ------------------------------------------------------------------


def test_a_file_taken_out_goes_but_not_where_it_lies_with_something_else(ledger: Ledger, photo: Path) -> None:
    ledger.record.apply(office.lines([office.issue_notice("N3", "E001", clause="FD-05")]))
    for notice in ("N1", "N3"):
        ledger.evidence.attach(notice, photo, HANDED_IN)
    ledger.record.typed(office.discard_evidence({"notice": "N1"}, DIGEST))
    assert states(ledger) == ["sealed"]
    ledger.record.apply(office.lines([office.discard_evidence({"notice": "N3"}, DIGEST)]))
    assert (sealed(ledger), states(ledger)) == ([], [])


def test_stopped_before_the_event_nothing_is_on_record_and_the_same_call_makes_it_good(
    ledger: Ledger, photo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    position, typed = ledger.position(), ledger.record.typed

    def stopped(values: dict[str, Any], dry_run: bool = False) -> Any:
        if not dry_run:
            raise KeyboardInterrupt
        return typed(values, dry_run)

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(ledger.record, "typed", stopped)
        ledger.evidence.attach("N1", photo, HANDED_IN)
    (file,) = sealed(ledger)
    found = ledger.evidence.verify()
    assert (ledger.position(), found["references"], found["unreferenced"]) == (position, [], [str(file)])
    ledger.evidence.attach("N1", photo, HANDED_IN)
    assert ledger.evidence.verify() == {**ledger.evidence.verify(), "ok": True, "unreferenced": []}


def test_stopped_while_it_was_written_no_half_file_lies_in_its_place(
    ledger: Ledger, photo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(beside: Path, path: Path) -> None:
        beside.with_name(f"{path.name}.0badc0de.part").write_bytes(beside.read_bytes()[:50])
        raise KeyboardInterrupt

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr("ledger.store.evidence_files.put_in_place", stopped)
        ledger.evidence.attach("N1", photo, HANDED_IN)
    assert [file.suffix for file in sealed(ledger)] == [".part"]
    ledger.evidence.attach("N1", photo, HANDED_IN)
    assert [file.name for file in sealed(ledger)] == [DIGEST]


def test_an_event_whose_copy_is_lost_gets_it_back_without_another_event(ledger: Ledger, photo: Path) -> None:
    ledger.evidence.attach("N1", photo, HANDED_IN)
    (file,) = sealed(ledger)
    file.unlink()
    position = ledger.position()
    assert states(ledger) == ["missing"]
    assert ledger.evidence.attach("N1", photo, HANDED_IN).applied is None
    assert (states(ledger), ledger.position()) == (["sealed"], position)


# --- erased -------------------------------------------------------------------------------------------


def _erase(ledger: Ledger) -> None:
    ledger.record.apply(office.lines([office.close_month(), office.record_departure("E001", "2026-08-31")]))
    ledger.record.apply(office.lines([office.erase_employee("E001")]))


def test_after_an_erasure_the_folder_is_gone_and_no_copy_of_it_opens(
    ledger: Ledger, photo: Path, tmp_path: Path
) -> None:
    for notice in ("N1", "N2"):
        ledger.evidence.attach(notice, photo, HANDED_IN)
    ledger.backups.make(tmp_path / "backup", evidence=tmp_path / "copy")
    assert len([path for path in (tmp_path / "copy").rglob("*") if path.is_file()]) == 2
    _erase(ledger)
    assert len(sealed(ledger)) == 1  # the other person's
    assert sorted(states(ledger)) == ["key_gone", "sealed"]
    shutil.copytree(tmp_path / "copy", ledger.log.people.evidence.folder, dirs_exist_ok=True)
    assert sorted(states(ledger)) == ["key_gone", "sealed"]
    with pytest.raises(SealError):
        ledger.log.people.evidence.open("E001", DIGEST)
    found = ledger.evidence.references("N1")[0]
    assert found["sha256"] == DIGEST
    assert "現場" not in found["name"]
    assert ledger.evidence.get(DIGEST)[0] == "E002"


def test_an_erasure_stopped_behind_the_key_removes_the_files_with_the_next_recording(
    ledger: Ledger, photo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger.evidence.attach("N1", photo, HANDED_IN)

    def stopped(files: EvidenceFiles, employee: str) -> bool:
        raise OSError(13, "Permission denied")

    with monkeypatch.context() as patched, pytest.raises(StoreError) as refused:
        patched.setattr(EvidenceFiles, "remove_person", stopped)
        _erase(ledger)
    assert refused.value.code == "evidence_left"
    assert (len(sealed(ledger)), states(ledger)) == (1, ["key_gone"])
    assert ledger.log.people.finish_erasures() == ["E001"]
    assert sealed(ledger) == []


@pytest.fixture
def deep(ledger: Ledger, photo: Path) -> Iterator[Path]:
    """A file in more folders in one another than a function may call itself, beside somebody's sealed one."""
    ledger.evidence.attach("N1", photo, HANDED_IN)
    top = inmost = sealed(ledger)[0].parent / "d"
    top.mkdir()
    for _ in range(sys.getrecursionlimit()):
        inmost /= "d"
        inmost.mkdir()
    (inmost / "f").touch()
    yield inmost / "f"
    while inmost != top.parent:  # nobody else could take them away either
        (inmost / "f").unlink(missing_ok=True)
        if inmost.exists():
            inmost.rmdir()
        inmost = inmost.parent


def test_folders_that_lie_very_deep_in_one_another_are_looked_through_and_told_where_they_stay(
    ledger: Ledger, deep: Path
) -> None:
    folder = ledger.log.people.evidence.folder
    assert ledger.evidence.verify(folder)["unreferenced"].count(str(deep)) == 2
    assert refusal(lambda: _erase(ledger)) == "evidence_left"


# --- others -------------------------------------------------------------------------------------------


def test_a_file_opens_after_the_ledgers_own_key_was_replaced(ledger: Ledger, photo: Path) -> None:
    ledger.evidence.attach("N1", photo, HANDED_IN)
    ledger.proofs.rotate_key({"on": "2026-09-02"})
    assert states(ledger) == ["sealed"]


def test_an_appellants_file_lies_under_their_own_key_and_is_theirs_until_decided(
    ledger: Ledger, photo: Path
) -> None:
    ledger.record.apply(office.lines([office.file_appeal("A1", "E001", {"notice": "N1"})]))
    Desk.at(ledger, Person("E001")).evidence.attach("A1", photo, {"on": f"{office.MONTH}-12"})
    assert Desk.at(ledger, Person("E001")).evidence.get(DIGEST)[2] == PHOTO
    assert Desk.at(ledger, Person("H01")).evidence.get(DIGEST)[2] == PHOTO  # who decides
    assert Desk.at(ledger, Person("I01")).evidence.references() == []  # the respondent, undecided
    assert refusal(lambda: Desk.at(ledger, Person("E002")).evidence.verify()) == "not_yours_to_read"
    assert refusal(lambda: Desk.at(ledger, Person("E002")).evidence.get(DIGEST)) == "evidence_digest_unknown"
    with pytest.raises(Refusal):
        Desk.at(ledger, Person("H01")).evidence.attach("A1", photo, {"by": "E001"})


def test_what_was_attached_is_told_wherever_the_case_is(ledger: Ledger, photo: Path) -> None:
    ledger.evidence.attach("N1", photo, HANDED_IN)
    line = f"現場.jpg sha256:{DIGEST}"
    assert ledger.review.card("notice", "N1")["evidence"] == [line]
    ledger.record.apply(office.lines([office.file_appeal("A1", "E001", {"notice": "N1"})]))
    ledger.evidence.attach("A1", photo, {"by": "E001", "on": f"{office.MONTH}-12"})
    case_file = ledger.review.case_file("A1")
    handed = [each for each in case_file["statements"] if each["kind"] == "evidence_attached"]
    assert [(each["side"], each["evidence"]) for each in handed] == [
        ("respondent", [line]),
        ("appellant", [line]),
    ]
    export = ledger.people.export("E001", "en").values
    kinds = [event["kind"] for event in export["events"]]
    assert kinds.count("evidence_attached") == 2
    assert ledger.proofs.verify(deep=True).faults == []


# --- handed over with a paper -------------------------------------------------------------------------


def test_a_notice_and_a_decision_carry_the_sealed_files_byte_by_byte(ledger: Ledger, photo: Path) -> None:
    ledger.evidence.attach("N1", photo, HANDED_IN)
    ledger.record.apply(office.lines([office.file_appeal("A1", "E001", {"notice": "N1"})]))
    reply = photo.with_name("排班.pdf")
    reply.write_bytes(PHOTO[::-1])
    ledger.evidence.attach("A1", reply, {"by": "E001", "on": f"{office.MONTH}-13"})
    ledger.record.apply(office.lines([office.decide_appeal("A1", "revoked", "H01")]))
    how = How(load("zh-Hant"), attach=True)

    def attached(paper: Paper) -> dict[str, list[bytes]]:
        """By the name that every reader of today goes by; the one for older readers is of bytes."""
        found = pypdf.PdfReader(io.BytesIO(paper.content)).attachment_list
        return {str(each.alternative_name or each.name): [each.content] for each in found}

    of_notice = {f"{DIGEST[:8]}-現場.jpg": [PHOTO]}
    of_appeal = {f"{hashlib.sha256(PHOTO[::-1]).hexdigest()[:8]}-排班.pdf": [PHOTO[::-1]]}
    assert attached(ledger.papers.notice("N1", how)) == of_notice
    assert attached(ledger.papers.decision("A1", how)) == of_notice | of_appeal
    assert attached(ledger.papers.notice("N1", How(load("zh-Hant")))) == {}


def test_beside_a_dossier_lie_the_files_and_their_handing_out_is_noted(
    ledger: Ledger, ledger_url: str, photo: Path, tmp_path: Path
) -> None:
    ledger.evidence.attach("N1", photo, HANDED_IN)
    ledger.record.apply(office.lines([office.file_appeal("A1", "E001", {"notice": "N1"})]))
    page = tmp_path / "A1.html"
    asked = ["appeal", "dossier", "A1", "--out", str(page), "--attach", "--ledger", ledger_url]

    assert run([*asked, "--lang", "zh-Hant"]) == 0
    (file,) = (tmp_path / "A1.files").iterdir()
    assert (file.name, file.read_bytes()) == (f"{DIGEST[:8]}-現場.jpg", PHOTO)
    assert any(row["what"] == "dossier" for row in ledger.people.handouts("E001"))


def test_a_damaged_file_is_attached_to_nothing(ledger: Ledger, photo: Path) -> None:
    ledger.evidence.attach("N1", photo, HANDED_IN)
    (copy,) = sealed(ledger)
    copy.write_bytes(copy.read_bytes()[:-1])

    assert refusal(lambda: ledger.papers.notice("N1", How(load("en"), attach=True))) == "evidence_damaged"
