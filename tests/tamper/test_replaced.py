"""A log that is put in the place of another one while a process goes on: nothing is decided by what it remembers."""

from pathlib import Path

import pytest

from ledger.application import restore
from ledger.errors import LedgerError, StoreError
from ledger.store.copy import copy_log
from ledger.store.log import Log
from tests.support import office
from tests.support.story import opened
from tests.tamper.forger import Forger


def test_nothing_is_decided_by_events_that_another_log_in_the_place_of_this_one_has_not(
    sqlite_url: str, tmp_path: Path
) -> None:
    with opened(sqlite_url) as going_on:
        going_on.record.apply(office.lines(office.office()))
        going_on.record.typed(office.issue_notice("N8", "E001"))
        end = going_on.position()
        forger = Forger(tmp_path / "kaoji.db")
        forger.do("DELETE FROM events WHERE position = ?", end)
        forger.recompute()
        forger.close()
        with opened(sqlite_url) as other:
            other.record.typed(office.register_site("later"))
            assert other.position() == end
        with pytest.raises(LedgerError):
            going_on.record.typed(office.withdraw_notice("N8"))
    with opened(sqlite_url) as fresh:
        assert fresh.position() == end
        assert fresh.proofs.verify(deep=True).faults == []


def test_a_backup_that_is_exchanged_behind_its_audit_is_not_restored(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, keyring = tmp_path / "backup", tmp_path / "keyring"
    with opened(sqlite_url) as ledger:
        ledger.record.apply(office.lines(office.a_busy_month()))
        ledger.backups.make(folder, keyring)

    def exchanged(source: Log, target: Log) -> int:
        forger = Forger(folder / "ledger.db")
        forger.fact(forger.position_of("notice_issued"), lambda fact: fact.update(points=9))
        forger.recompute()
        forger.close()
        return copy_log(source, target)

    monkeypatch.setattr(restore, "copy_log", exchanged)
    with opened(f"sqlite:///{tmp_path / 'again' / 'kaoji.db'}") as restored:
        (tmp_path / "again").mkdir()
        with pytest.raises(StoreError) as error:
            restored.backups.restore(folder, keyring)
        assert error.value.code == "backup_faulty"
        assert not restored.log.exists()
