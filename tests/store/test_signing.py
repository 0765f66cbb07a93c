"""The signing key: whose it is, where it lies, and what it never signs."""

import stat
from pathlib import Path

import pytest

from ledger.application.ledger import Ledger
from ledger.errors import StoreError
from ledger.store.log import Log
from tests.support import office
from tests.support.story import open_ledger


@pytest.fixture
def file(tmp_path: Path) -> Path:
    made = tmp_path / "kaoji.db"
    with open_ledger(made, office.NOW) as ledger:
        ledger.apply(office.lines(office.office()))
    return made


def test_it_is_made_with_the_first_recording_for_its_owner_only(file: Path) -> None:
    assert stat.S_IMODE(file.with_suffix(".key").stat().st_mode) == 0o600
    assert stat.S_IMODE(file.with_name("kaoji.keys.db").stat().st_mode) == 0o600


def test_it_signs_for_its_own_ledger_only(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_ledger(tmp_path / "other.db", office.NOW) as other:
        other.apply(office.lines(office.office()))
        monkeypatch.setenv("KAOJI_KEY", str(file.with_suffix(".key")))
        with pytest.raises(StoreError) as error:
            other.checkpoint()
    assert error.value.code == "key_foreign"


def test_a_folder_holds_the_keys_of_several_ledgers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "keys"
    folder.mkdir()
    monkeypatch.setenv("KAOJI_KEY", str(folder))
    for name in ("one", "other"):
        with open_ledger(tmp_path / f"{name}.db", office.NOW) as ledger:
            ledger.apply(office.lines(office.office()))
            assert ledger.checkpoint()
    assert len(list(folder.glob("*.key"))) == 2


def test_after_a_rotation_the_old_key_still_checks_what_it_signed(file: Path) -> None:
    with open_ledger(file, office.NOW) as ledger:
        before = ledger.checkpoint()
        old, new = ledger.rotate_key({"on": "2026-09-01"})
        assert ledger.public_keys() == [new, old]
        verified = ledger.verify(before, deep=True)
        assert verified.faults == []
        assert ledger.checkpoint() != before


def test_a_keyring_does_not_lie_in_the_ledger(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KAOJI_KEYRING", f"sqlite:///{file}")
    with pytest.raises(StoreError) as error:
        Log(f"sqlite:///{file}")
    assert error.value.code == "keyring_within"


def test_without_its_key_a_ledger_records_and_verifies_and_signs_nothing(file: Path) -> None:
    file.with_suffix(".key").unlink()
    with Ledger(f"sqlite:///{file}", now=office.now) as ledger:
        ledger.apply(office.lines([office.register_site("north")]))
        assert ledger.verify().faults == []
        with pytest.raises(StoreError) as error:
            ledger.checkpoint()
        assert error.value.code == "key_missing"
        with pytest.raises(StoreError) as error:
            ledger.receipt("employee:E001")
        assert error.value.code == "key_missing"
        ledger.new_key()
        assert ledger.checkpoint()
