"""The signing key: whose it is, where it lies, and what it never signs."""

import errno
import json
import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock

from cli.main import run
from ledger.application import restore
from ledger.application.ledger import Ledger
from ledger.application.proving.presented import read_receipt
from ledger.application.proving.witness import cosign_request, new_witness_key
from ledger.errors import InputError, LedgerError, ReceiptError, StoreError, WrongState
from ledger.proofs import BadSignature, Signer, Verifier, open_checkpoint, sign_checkpoint
from ledger.store import locks
from ledger.store.keyring import Keyring
from ledger.store.log import Log
from ledger.store.signing import KeyFile
from tests.support import office
from tests.support.story import open_ledger


@pytest.fixture
def file(tmp_path: Path) -> Path:
    made = tmp_path / "kaoji.db"
    with open_ledger(made, office.NOW) as ledger:
        ledger.record.apply(office.lines(office.office()))
    return made


def test_it_is_made_with_the_first_recording_for_its_owner_only(file: Path) -> None:
    assert stat.S_IMODE(file.with_suffix(".key").stat().st_mode) == 0o600
    assert stat.S_IMODE(file.with_name("kaoji.keys.db").stat().st_mode) == 0o600


def test_it_signs_for_its_own_ledger_only(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_ledger(tmp_path / "other.db", office.NOW) as other:
        other.record.apply(office.lines(office.office()))
        monkeypatch.setenv("KAOJI_KEY", str(file.with_suffix(".key")))
        with pytest.raises(StoreError) as error:
            other.proofs.checkpoint()
    assert error.value.code == "key_foreign"


def test_a_folder_holds_the_keys_of_several_ledgers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "keys"
    folder.mkdir()
    monkeypatch.setenv("KAOJI_KEY", str(folder))
    for name in ("one", "other"):
        with open_ledger(tmp_path / f"{name}.db", office.NOW) as ledger:
            ledger.record.apply(office.lines(office.office()))
            assert ledger.proofs.checkpoint()
    assert len(list(folder.glob("*.key"))) == 2


def test_after_a_rotation_the_old_key_still_checks_what_it_signed(file: Path) -> None:
    with open_ledger(file, office.NOW) as ledger:
        before = ledger.proofs.checkpoint()
        old, new = ledger.proofs.rotate_key({"on": "2026-09-01"})
        assert ledger.proofs.public_keys() == [new, old]
        verified = ledger.proofs.verify(before, deep=True)
        assert verified.faults == []
        assert ledger.proofs.checkpoint() != before


def test_a_stolen_old_key_signs_nothing_beyond_its_last_checkpoint(file: Path, tmp_path: Path) -> None:
    stolen = Signer.parse(file.with_suffix(".key").read_text().strip())
    with open_ledger(file, office.NOW) as ledger:
        honest = ledger.proofs.checkpoint()
        ledger.proofs.rotate_key({"on": "2026-09-01"})
        size = ledger.log.position()
        head = open_checkpoint(
            ledger.proofs.checkpoint(), map(Verifier.parse_line, keys_beside(file))
        ).checkpoint
        forged = sign_checkpoint(head, stolen, None, [])
        receipt = ledger.proofs.receipt("employee:E001")
        own = ledger.proofs.own_keys()

    newest, old = keys_beside(file)
    assert own == [newest, old], "each with the size up to which it signs: receipts are checked with them"
    assert old == f"{stolen.verifier} until {size - 1}"
    verifiers = [Verifier.parse_line(newest), Verifier.parse_line(old)]
    assert open_checkpoint(honest, verifiers).checkpoint.size == size - 1
    with pytest.raises(BadSignature, match="replaced before"):
        open_checkpoint(forged, verifiers)
    with pytest.raises(ReceiptError, match="replaced before"):
        read_receipt(receipt.replace(*_note_lines(receipt, forged)), [newest, old])
    kept = file.with_name(f"{file.stem}.key.{stolen.verifier.key_id.hex()}.signed")
    assert kept.read_bytes() == honest


@pytest.mark.parametrize(
    "saved", [lambda raw: b"\xef\xbb\xbf" + raw, lambda raw: raw.replace(b"\n", b"\r\n")]
)
def test_files_that_an_editor_saved_anew_are_no_bad_evidence(
    file: Path, tmp_path: Path, saved: Callable[[bytes], bytes]
) -> None:
    with open_ledger(file, office.NOW) as ledger:
        note, keys = ledger.proofs.checkpoint(), ledger.proofs.public_keys()
        assert read_receipt(saved(ledger.proofs.receipt("employee:E001")), keys).proven
        assert ledger.proofs.verify(saved(note)).faults == []
        secret, vkey = new_witness_key("council")
        cosigned, _ = cosign_request(
            saved(ledger.witness.request(0)), saved(secret.encode()), keys, tmp_path / "witness", office.now
        )
        taken = ledger.witness.take(saved(cosigned), [vkey])
        assert taken.witnesses == (("council", office.NOW),)


def keys_beside(file: Path) -> list[str]:
    return file.with_suffix(".key.pub").read_text().splitlines()


def _note_lines(receipt: bytes, forged: bytes) -> tuple[bytes, bytes]:
    """The checkpoint in a receipt as its JSON spells it, and a forged one spelt so."""
    note = json.loads(receipt)["proof"].partition("\n\n")[2]
    return json.dumps(note, ensure_ascii=False)[1:-1].encode(), json.dumps(
        forged.decode(), ensure_ascii=False
    )[1:-1].encode()


def test_a_keyring_does_not_lie_in_the_ledger(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KAOJI_KEYRING", f"sqlite:///{file}")
    with pytest.raises(StoreError) as error:
        Log(f"sqlite:///{file}")
    assert error.value.code == "keyring_within"


def test_without_its_key_a_ledger_records_and_verifies_and_signs_nothing(file: Path) -> None:
    file.with_suffix(".key").unlink()
    with Ledger(f"sqlite:///{file}", now=office.now) as ledger:
        ledger.record.apply(office.lines([office.register_site("north")]))
        assert ledger.proofs.verify().faults == []
        with pytest.raises(StoreError) as error:
            ledger.proofs.checkpoint()
        assert error.value.code == "key_missing"
        with pytest.raises(StoreError) as error:
            ledger.proofs.receipt("employee:E001")
        assert error.value.code == "key_missing"
        ledger.proofs.new_key()
        assert ledger.proofs.checkpoint()


def test_a_recorded_key_that_nobody_knows_is_a_fault(file: Path) -> None:
    with open_ledger(file, office.NOW) as ledger:
        (mine,) = ledger.proofs.public_keys()
        stranger = Signer.generate(mine.partition("+")[0]).verifier
        ledger.record.apply(office.lines([office.rotate_key(mine, str(stranger))]))
        assert [fault.code for fault in ledger.proofs.verify(deep=True).faults] == ["key_unknown"]


def test_a_rotation_that_is_interrupted_is_finished_by_asking_once_more(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(_: KeyFile) -> None:
        raise KeyboardInterrupt

    with open_ledger(file, office.NOW) as ledger:
        with monkeypatch.context() as patch:
            patch.setattr(KeyFile, "replace", killed)
            with pytest.raises(KeyboardInterrupt):
                ledger.proofs.rotate_key({"on": "2026-09-01"})
        position = ledger.log.position()
        old, new = ledger.proofs.rotate_key({"on": "2026-09-01"})
        assert ledger.log.position() == position
        assert ledger.proofs.public_keys() == [new, old]
        assert ledger.proofs.verify(deep=True).faults == []


def test_a_refused_restore_touches_neither_the_ledger_nor_its_key(file: Path, tmp_path: Path) -> None:
    with open_ledger(file, office.NOW) as ledger:
        ledger.backups.make(tmp_path / "backup", tmp_path / "keyring")
        ledger.record.apply(office.lines([office.register_site("north")]))
        ledger.proofs.checkpoint()
        with pytest.raises(StoreError) as error:
            ledger.backups.restore(tmp_path / "backup", tmp_path / "keyring", accept_loss=True)
        assert error.value.code == "ledger_exists"
        assert ledger.proofs.checkpoint()


def test_an_older_backup_goes_on_under_a_new_key_only(file: Path, tmp_path: Path) -> None:
    with open_ledger(file, office.NOW) as ledger:
        ledger.backups.make(tmp_path / "backup", tmp_path / "keyring")
        ledger.record.apply(office.lines([office.register_site("north")]))
        outside = ledger.proofs.checkpoint()
    for lost in tmp_path.glob("kaoji*.db*"):
        lost.unlink()
    with open_ledger(file, office.NOW) as restored:
        with pytest.raises(StoreError) as error:
            restored.backups.restore(tmp_path / "backup", tmp_path / "keyring")
        assert error.value.code == "restore_loses"
        assert (
            restored.backups.restore(tmp_path / "backup", tmp_path / "keyring", accept_loss=True)["lost"] == 1
        )
        with pytest.raises(StoreError) as error:
            restored.proofs.checkpoint()
        assert error.value.code == "key_missing"
        restored.proofs.new_key()
        restored.proofs.checkpoint()
        assert [f.code for f in restored.proofs.verify(outside, deep=True).faults] == ["log_rewritten"]


def _lost_altogether(tmp_path: Path) -> None:
    for lost in tmp_path.glob("kaoji*.db*"):
        lost.unlink()


def test_a_ledger_that_came_into_its_place_keeps_its_keyring_though_the_disk_fails_then(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(beside: Path, path: Path) -> None:
        beside.replace(path)
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    with open_ledger(file, office.NOW) as ledger:
        ledger.backups.make(tmp_path / "backup", tmp_path / "keyring")
    _lost_altogether(tmp_path)
    monkeypatch.setattr(restore, "put_in_place", failing)
    with open_ledger(file, office.NOW) as restored:
        with pytest.raises(StoreError):
            restored.backups.restore(tmp_path / "backup", tmp_path / "keyring")
        verified = restored.proofs.verify(deep=True)
        assert (verified.faults, verified.unchecked) == ([], [])


def test_a_restore_stopped_before_the_keyring_came_goes_on(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with open_ledger(file, office.NOW) as ledger:
        ledger.backups.make(tmp_path / "backup", tmp_path / "keyring")
    _lost_altogether(tmp_path)
    with open_ledger(file, office.NOW) as restored:
        with monkeypatch.context() as patch:
            patch.setattr(Keyring, "take_over", killed)
            with pytest.raises(KeyboardInterrupt):
                restored.backups.restore(tmp_path / "backup", tmp_path / "keyring")
        assert not restored.backups.restore(tmp_path / "backup", tmp_path / "keyring")["keyring_stays"]
        assert restored.proofs.verify(deep=True).faults == []
        with pytest.raises(StoreError) as error:
            restored.backups.restore(tmp_path / "backup", tmp_path / "keyring")
        assert error.value.code == "ledger_exists"


def test_a_manifest_that_names_another_ledger_is_not_believed(file: Path, tmp_path: Path) -> None:
    with open_ledger(file, office.NOW) as ledger:
        ledger.backups.make(tmp_path / "backup")
        ledger.record.apply(office.lines([office.register_site("north")]))
        ledger.proofs.checkpoint()
    _lost_altogether(tmp_path)
    manifest = tmp_path / "backup" / "manifest.json"
    values = json.loads(manifest.read_bytes())
    manifest.write_text(json.dumps({**values, "identity": "0" * 32}))
    with open_ledger(file, office.NOW) as restored:
        with pytest.raises(StoreError) as error:  # else it went past what the key has signed
            restored.backups.restore(tmp_path / "backup")
        assert error.value.code == "backup_damaged"
        assert not restored.log.exists()


def test_a_restore_says_that_no_backup_holds_the_signing_key(
    file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with open_ledger(file, office.NOW) as ledger:
        ledger.backups.make(tmp_path / "backup")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    for folder, said in ((elsewhere, True), (tmp_path, False)):
        _lost_altogether(tmp_path)
        url = f"sqlite:///{folder / file.name}"
        assert run(["restore", str(tmp_path / "backup"), "--ledger", url, "--lang", "en"]) == 0
        assert ("the signing key is in no backup" in capsys.readouterr().err) is said


def test_a_backup_lies_in_a_folder_of_any_name(file: Path, tmp_path: Path) -> None:
    with open_ledger(file, office.NOW) as ledger:
        made = ledger.backups.make(tmp_path / "Montag 50% ?x=1", tmp_path / "密鑰 #1")
    assert made["position"] > 0


def test_a_witness_that_saw_more_cosigns_nothing_older(file: Path, tmp_path: Path) -> None:
    secret, _ = new_witness_key("council")
    with open_ledger(file, office.NOW) as ledger:
        keys = ledger.proofs.public_keys()
        early = ledger.witness.request(0)
        ledger.record.apply(office.lines([office.register_site("north")]))
        late = ledger.witness.request(0)
    _, size = cosign_request(late, secret.encode(), keys, tmp_path / "council.key", now=office.now)
    with pytest.raises(InputError) as error:
        cosign_request(early, secret.encode(), keys, tmp_path / "council.key", now=office.now)
    assert (error.value.code, error.value.fields) == ("witness_saw_other", {"size": size})


def test_a_witness_whose_folder_takes_no_lock_is_told_so(file: Path, tmp_path: Path) -> None:
    secret, _ = new_witness_key("council")
    with open_ledger(file, office.NOW) as ledger:
        request, keys = ledger.witness.request(0), ledger.proofs.public_keys()
        origin = keys[0].partition("+")[0].replace("/", "-")
        (tmp_path / f"witness.{origin}.seen.lock").mkdir()
        with pytest.raises(StoreError) as error:
            cosign_request(request, secret.encode(), keys, tmp_path / "witness", office.now)
    assert error.value.code == "folder_unusable"


def test_a_key_that_somebody_keeps_locked_is_not_waited_for_for_ever(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(locks, "LIMIT_S", 0.2)
    kept = FileLock(file.with_name("kaoji.key.lock"))
    with open_ledger(file, office.NOW) as ledger, kept, pytest.raises(StoreError) as error:
        ledger.proofs.checkpoint()
    assert (error.value.code, error.value.fields["reason"]) == ("key_unusable", "others keep it")


def test_a_key_that_lies_elsewhere_is_not_made_a_second_time(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_ledger(file, office.NOW) as ledger:
        (first,) = ledger.proofs.public_keys()
        position = ledger.log.position()
    monkeypatch.setenv("KAOJI_KEY", str(tmp_path / "another-clerk.key"))
    with open_ledger(file, office.NOW) as ledger:
        with pytest.raises(StoreError) as error:
            ledger.proofs.new_key()
        assert error.value.code == "key_elsewhere"
        assert ledger.log.position() == position

        second = ledger.proofs.new_key(first)
        assert ledger.log.position() == position + 1
        assert ledger.proofs.public_keys() == [second, first]
        assert ledger.proofs.verify(ledger.proofs.checkpoint(), deep=True).faults == []


def test_a_key_given_as_replaced_that_is_not_this_ledgers_leaves_none(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KAOJI_KEY", str(tmp_path / "another-clerk.key"))
    with open_ledger(file, office.NOW) as ledger:
        with pytest.raises(LedgerError) as error:
            ledger.proofs.new_key(str(Signer.generate("kaoji/other").verifier))
        assert error.value.code == "key_of_another"
        assert ledger.proofs.own_keys() == []
        assert list(tmp_path.glob("another-clerk*")) == []
        assert ledger.proofs.new_key(lost=True) in ledger.proofs.public_keys()


def test_a_key_that_took_over_elsewhere_is_not_made_a_second_time(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_ledger(file, office.NOW) as ledger:
        early = ledger.proofs.checkpoint()
        first, second = ledger.proofs.rotate_key({"on": "2026-09-01"})
        position = ledger.log.position()
    stale = tmp_path / "clerk" / "stale.key"
    stale.parent.mkdir()
    stale.with_name("stale.key.pub").write_text(f"{first}\n")
    for elsewhere in (tmp_path / "clerk" / "none.key", stale):
        monkeypatch.setenv("KAOJI_KEY", str(elsewhere))
        with open_ledger(file, office.NOW) as ledger:
            with pytest.raises(StoreError) as error:
                ledger.proofs.new_key()
            assert error.value.code == "key_elsewhere"
            assert ledger.log.position() == position
    assert [each.name for each in stale.parent.iterdir()] == ["stale.key.pub"]

    with open_ledger(file, office.NOW) as ledger:
        third = ledger.proofs.new_key(second)
        assert ledger.proofs.public_keys() == [third, second, first]
        assert ledger.proofs.verify(early, deep=True).faults == []


@pytest.mark.parametrize("lost", [False, True])
def test_a_key_that_takes_over_signs_on_and_checks_what_those_before_it_signed(
    file: Path, lost: bool
) -> None:
    with open_ledger(file, office.NOW) as ledger:
        early = ledger.proofs.checkpoint()
        first, second = ledger.proofs.rotate_key({"on": "2026-09-01"})
        late = ledger.proofs.checkpoint()
    for gone in (file.with_suffix(".key"), file.with_name("kaoji.key.pub")):
        gone.unlink()
    with open_ledger(file, office.NOW) as ledger:
        third = ledger.proofs.new_key(None if lost else second, lost)
        assert ledger.proofs.public_keys() == [third, second, first]
        assert ledger.proofs.checkpoint()
        for outside in (early, late):
            assert ledger.proofs.verify(outside, deep=True).faults == []


def test_a_key_that_nobody_knows_leaves_no_memory_that_keeps_the_next_from_signing(file: Path) -> None:
    with open_ledger(file, office.NOW) as ledger:
        ledger.proofs.checkpoint()
    for gone in (file.with_suffix(".key"), file.with_name("kaoji.key.pub")):
        gone.unlink()
    with open_ledger(file, office.NOW) as ledger:
        ledger.proofs.new_key(lost=True)
        assert ledger.proofs.checkpoint()


@pytest.mark.parametrize("rotated", [False, True])
def test_what_is_said_of_the_key_before_agrees_with_what_is_known_here(file: Path, rotated: bool) -> None:
    with open_ledger(file, office.NOW) as ledger:
        if rotated:
            ledger.proofs.rotate_key({"on": "2026-09-01"})
        known, position = ledger.proofs.public_keys(), ledger.log.position()
        file.with_suffix(".key").unlink()
        stranger = str(Signer.generate(known[0].partition("+")[0]).verifier)
        foreign = str(Signer.generate("kaoji/other").verifier)
        for replaced, lost in ((stranger, False), (foreign, False), (None, True)):
            with pytest.raises(WrongState) as error:
                ledger.proofs.new_key(replaced, lost)
            assert (error.value.code, error.value.fields) == ("key_not_current", {"current": known[0]})
        assert (ledger.proofs.public_keys(), ledger.log.position()) == (known, position)
        assert not file.with_name("kaoji.key.next").exists()
        new = ledger.proofs.new_key(known[0])
        assert ledger.proofs.public_keys() == [new, *known]


@pytest.mark.parametrize("again", [False, True])
def test_a_new_key_that_is_interrupted_is_finished_by_asking_once_more(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, again: bool
) -> None:
    def killed(_: KeyFile, before: object) -> None:
        raise KeyboardInterrupt

    with open_ledger(file, office.NOW) as ledger:
        (first,) = ledger.proofs.public_keys()
    monkeypatch.setenv("KAOJI_KEY", str(tmp_path / "another-clerk.key"))
    with open_ledger(file, office.NOW) as ledger:
        with monkeypatch.context() as patch:
            patch.setattr(KeyFile, "replace", killed)
            with pytest.raises(KeyboardInterrupt):
                ledger.proofs.new_key(first)
        position = ledger.log.position()
        second = ledger.proofs.new_key(first if again else None)
        assert ledger.log.position() == position
        assert ledger.proofs.public_keys() == [second, first]
