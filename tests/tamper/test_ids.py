"""The ids under which people and ledgers stand, changed for a while or for good: nothing irreversible goes by them."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from ledger.application.ledger import Ledger
from ledger.errors import StoreError
from ledger.store.keyring_schema import keys
from ledger.store.notary import Notary
from tests.support import office
from tests.support.story import opened
from tests.tamper.attacker import owning
from tests.tamper.forger import Forger


@pytest.fixture
def ledger(url: str) -> Iterator[Ledger]:
    """A ledger that has read all events, as a server's has, and no key yet; X1 has left."""
    with opened(url) as early:
        gone = [office.register_employee("X1"), office.record_departure("X1", "2026-09-01")]
        early.record.apply(office.lines(gone))
    with opened(url) as ledger:
        ledger.log.hashes(range(1, ledger.log.position() + 1))
        yield ledger


def exchange(url: str, one: str, other: str) -> None:
    """Two people stand under each other's ids."""
    with owning(url) as connection:
        subjects = dict(connection.exec_driver_sql("SELECT stream, subject FROM subjects").all())
        for name, subject in (
            (one, "-"),
            (other, subjects[f"employee/{one}"]),
            (one, subjects[f"employee/{other}"]),
        ):
            connection.exec_driver_sql(
                f"UPDATE subjects SET subject = '{subject}' WHERE stream = 'employee/{name}'"
            )


def kept(ledger: Ledger) -> int:
    """How many keys the keyring holds."""
    with ledger.log.keyring.engine.begin() as connection:
        return connection.execute(select(func.count()).select_from(keys)).scalar_one()


def sound(url: str) -> None:
    with opened(url) as fresh:
        assert {fault.code for fault in fresh.proofs.verify(deep=True).faults} <= {"guards_missing"}


def test_nothing_is_sealed_under_ids_that_are_exchanged_for_a_while(ledger: Ledger, url: str) -> None:
    before = ledger.log.position()
    exchange(url, "E001", "E002")
    with pytest.raises(StoreError) as error:
        ledger.record.apply(office.lines([office.issue_notice("N9", "E001")]))
    assert (error.value.code, error.value.fields["table"]) == ("registry_unproven", "subjects")
    assert ledger.log.position() == before
    exchange(url, "E001", "E002")
    sound(url)


def test_an_erasure_destroys_nobody_elses_key_while_ids_are_exchanged(ledger: Ledger, url: str) -> None:
    before = ledger.log.position(), kept(ledger)
    exchange(url, "X1", "E002")
    with pytest.raises(StoreError) as error:
        ledger.record.apply(office.lines([office.erase_employee("X1")]))
    assert error.value.code == "registry_unproven"
    assert (ledger.log.position(), kept(ledger)) == before
    exchange(url, "X1", "E002")
    sound(url)
    with opened(url) as fresh:
        assert fresh.names(["E002"]) == {"E002": "員工E002"}


@pytest.mark.parametrize("subject", ["../others", "", "."])
def test_an_id_that_leads_out_of_the_folder_of_evidence_takes_no_file_there_with_an_erasure(
    subject: str, sqlite_url: str, tmp_path: Path
) -> None:
    gone = [office.register_employee("X1"), office.record_departure("X1", "2026-09-01")]
    with opened(sqlite_url) as ledger:
        ledger.record.apply(office.lines([*office.office(), *gone]))
    forger = Forger(tmp_path / "kaoji.db")
    forger.do("UPDATE subjects SET subject = ? WHERE stream = 'employee/X1'", subject)
    forger.recompute()
    forger.close()
    files = [tmp_path / "others" / "photo", tmp_path / "kaoji.evidence" / "photo"]
    for file in files:
        file.parent.mkdir()
        file.write_bytes(b"somebody else's")
    with opened(sqlite_url) as ledger:
        ledger.record.apply(office.lines([office.erase_employee("X1")]))
    assert all(file.read_bytes() for file in files)


def test_an_identity_that_leads_elsewhere_names_no_file(
    pg_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("KAOJI_KEY", "KAOJI_EVIDENCE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    with opened(pg_url) as ledger:
        ledger.record.apply(office.lines(office.office()))
    with owning(pg_url) as connection:
        connection.exec_driver_sql("UPDATE heads SET identity = '../../stolen'")
    with opened(pg_url) as ledger:
        for named in (lambda: Notary(ledger.log).key, lambda: ledger.log.people.evidence.folder):
            with pytest.raises(StoreError) as error:
                named()
            assert error.value.code == "ledger_head_wrong"
