"""Personal words in the log: sealed where they stand, each under its own person's key, and gone with the key."""

import os
import signal
import subprocess
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import orjson
import pytest
from sqlalchemy import delete, select
from sqlalchemy.engine import URL

from ledger.application.ledger import Ledger
from ledger.errors import StoreError
from ledger.events import Recorded
from ledger.events.appeals import AppealFiled
from ledger.events.employees import EmployeeRegistered, employee_stream
from ledger.events.notices import NoticeIssued
from ledger.events.sanctions import SanctionImposed
from ledger.proofs import SealError, event_key, unseal_text
from ledger.proofs.seal import PREFIX
from ledger.store.address import file_of
from ledger.store.keyring import Keyring
from ledger.store.keyring_schema import keys
from ledger.store.log import Log
from ledger.store.schema import events, subjects
from ledger.store.unit import Unit
from ledger.terms import SEALED
from tests.support import office
from tests.support.units import a_site
from tests.support.whole import assert_whole, everything_in, personal_texts

NARRATIVE = "對來訪者未主動問候"
STATEMENT = "班前已交底並有簽名"
EVIDENCE = [{"name": "監控截圖.jpg", "sha256": "ab" * 32}, {"name": "簽名表.pdf", "sha256": "cd" * 32}]
APPEALED = [
    *office.office(),
    office.issue_notice("N1", "E001", 5, evidence=EVIDENCE),
    office.find_responsibility("N1"),
    office.file_appeal("A1", "L01", {"liability": "N1"}, on=f"{office.MONTH}-13", statement=STATEMENT),
]


def registered(position: int, employee: str, name: str = "陳大文") -> Recorded:
    """The registration of a person below the counter."""
    event = EmployeeRegistered(
        employee=employee, name=name, site="S1", department="order", effective_from=date(2026, 1, 5)
    )
    stream = employee_stream(employee)
    return Recorded(
        position, stream, 1, office.NOW, "typist", f"{position:064d}", f"employee:{employee}", 0, event
    )


def take(log: Log, unit: Unit, employee: str) -> None:
    """Registers a person in an open unit."""
    log.people.create_key(employee)
    unit.append(registered(unit.position + 1, employee))


def subject_rows(log: Log) -> dict[str, str]:
    """The ids of people as they are stored, by stream."""
    with log.recorder.snapshot() as connection:
        rows = connection.execute(select(subjects.c.stream, subjects.c.subject)).all()
    return {row.stream: row.subject for row in rows}


def stored_keys(log: Log) -> dict[str, bytes]:
    """The keys of people as they are stored, by their random ids."""
    with log.keyring.engine.connect() as connection:
        rows = connection.execute(select(keys.c.subject, keys.c.key)).all()
    return {row.subject: bytes(row.key) for row in rows if row.subject}


def stored(log: Log, kind: str) -> tuple[Any, dict[str, Any]]:
    """The only event of a kind: its row, and the fact in its bytes."""
    with log.recorder.snapshot() as connection:
        row = connection.execute(select(events).where(events.c.kind == kind)).one()
    return row, orjson.loads(row.state)["fact"]


def key_for(log: Log, employee: str, row: Any) -> bytes:
    """A person's key for an event, by the definition and from the stored rows alone."""
    key = stored_keys(log)[subject_rows(log)[employee_stream(employee)]]
    return event_key(key, log.identity(), row.stream, row.version, row.kind)


def first(log: Log, kind: type, employee: str | None = None) -> Recorded:
    """The first event of a kind, sealed but for names."""
    found = (each for each in log.events() if isinstance(each.event, kind))
    return next(each for each in found if employee is None or each.stream == employee_stream(employee))


# --- where and under whose key ----------------------------------------------------------------------


def test_texts_are_sealed_at_their_json_pointers_and_a_files_digest_stays_in_the_clear(
    ledger: Ledger,
) -> None:
    ledger.record.apply(office.lines(APPEALED))
    row, fact = stored(ledger.log, "notice_issued")
    key = key_for(ledger.log, "E001", row)
    assert unseal_text(key, fact["narrative"], "/fact/narrative") == NARRATIVE
    for number, file in enumerate(EVIDENCE):
        kept = fact["evidence"][number]
        assert kept.keys() == {"name", "sha256"}
        assert kept["sha256"] == file["sha256"]
        assert unseal_text(key, kept["name"], f"/fact/evidence/{number}/name") == file["name"]
    with pytest.raises(SealError):
        unseal_text(key, fact["evidence"][0]["name"], "/fact/evidence/1/name")
    assert (fact["points"], fact["clause"], fact["issued_by"]) == (5, "FD-01", "I01")


def test_the_values_of_a_checklist_are_sealed_each_at_its_own_pointer(log: Log) -> None:
    checklist = {"employee_heard": "本人到場陳述", "a/b~c": "工會已知"}
    event = SanctionImposed(
        sanction="S1",
        employee="E001",
        month="2026-08",
        imposed="dismissal",
        reasons="屢次違規",
        by="D01",
        on=date(2026, 9, 1),
        checklist=checklist,
    )
    with log.unit() as unit:
        take(log, unit, "E001")
        unit.append(replace(registered(2, "E001"), version=2, event=event, subject="sanction:S1"))
    row, fact = stored(log, "sanction_imposed")
    key = key_for(log, "E001", row)
    assert fact["checklist"].keys() == checklist.keys()
    assert (
        unseal_text(key, fact["checklist"]["employee_heard"], "/fact/checklist/employee_heard")
        == "本人到場陳述"
    )
    assert unseal_text(key, fact["checklist"]["a/b~c"], "/fact/checklist/a~1b~0c") == "工會已知"
    assert unseal_text(key, fact["reasons"], "/fact/reasons") == "屢次違規"
    assert log.people.opened(first(log, SanctionImposed)).event == event


def test_a_supervisors_statement_on_anothers_stream_is_sealed_under_the_supervisors_key(
    ledger: Ledger,
) -> None:
    ledger.record.apply(office.lines(APPEALED))
    row, fact = stored(ledger.log, "appeal_filed")
    assert row.stream == "employee/E001"
    assert unseal_text(key_for(ledger.log, "L01", row), fact["statement"], "/fact/statement") == STATEMENT
    with pytest.raises(SealError):
        unseal_text(key_for(ledger.log, "E001", row), fact["statement"], "/fact/statement")
    filed = first(ledger.log, AppealFiled)
    assert ledger.log.people.event_keys(filed) == {"L01": key_for(ledger.log, "L01", row)}


def test_no_personal_text_stands_in_any_file_of_a_ledger_but_through_the_keyring(ledger: Ledger) -> None:
    ledger.record.apply(office.lines([*APPEALED, office.issue_notice("N2", "E002", 3, clause="FD-02")]))
    ledger.reports.monthly(office.MONTH)
    opened = [ledger.log.people.opened(each) for each in ledger.log.events()]
    texts = {text for each in opened for text in personal_texts(each)}
    assert {NARRATIVE, STATEMENT, "員工E001", "監控截圖.jpg"} <= texts
    assert not any(text.startswith(PREFIX) for text in texts)
    with ledger.log.recorder.snapshot() as connection:
        kept = b"".join(bytes(state) for (state,) in connection.execute(select(events.c.state)))
    file = file_of(ledger.log.url)
    if file is not None:
        kept += b"".join(each.read_bytes() for each in file.parent.iterdir() if each.is_file())
    for text in texts:
        assert text.encode() not in kept, text
        assert orjson.dumps(text)[1:-1] not in kept, text


def test_equal_commands_in_two_ledgers_have_neither_ids_nor_bytes_nor_digests_in_common(
    tmp_path: Path,
) -> None:
    seen: list[tuple[set[str], set[bytes], set[str]]] = []
    for name in ("one", "two"):
        url = f"sqlite:///{tmp_path / name}.db"
        with Ledger(url, now=office.now, operator=lambda: "typist") as ledger:
            ledger.record.apply(office.lines(APPEALED))
            rows = everything_in(ledger.log)
            bytes_of = {
                r["state"] for r in rows["events"] if r["kind"] in ("employee_registered", "notice_issued")
            }
            digests = {r["digest"] for r in rows["commands"] if r["subject"] != "policy:None"}
            seen.append((set(subject_rows(ledger.log).values()), bytes_of, digests))
    assert all(seen[0][part] and not seen[0][part] & seen[1][part] for part in range(3))


# --- what does not open -----------------------------------------------------------------------------


@pytest.mark.parametrize("change", [{"version": 99}, {"stream": "employee/E002"}], ids=str)
def test_words_moved_to_another_stream_or_version_do_not_open(ledger: Ledger, change: dict[str, Any]) -> None:
    ledger.record.apply(office.lines(APPEALED))
    sealed = first(ledger.log, NoticeIssued)
    moved = ledger.log.people.opened(replace(sealed, **change)).event
    right = ledger.log.people.opened(sealed).event
    assert isinstance(moved, NoticeIssued) and isinstance(right, NoticeIssued)
    assert (right.narrative, right.evidence[1].name) == (NARRATIVE, "簽名表.pdf")
    assert (moved.narrative, moved.evidence[1].name) == (SEALED, SEALED)
    assert moved.evidence[1].sha256 == "cd" * 32


def test_words_moved_to_another_place_of_the_event_do_not_open(ledger: Ledger) -> None:
    ledger.record.apply(office.lines(APPEALED))
    sealed = first(ledger.log, NoticeIssued)
    assert isinstance(sealed.event, NoticeIssued)
    files = sealed.event.evidence
    swapped = sealed.event.model_copy(
        update={
            "evidence": files[::-1],
            "narrative": files[0].name,
            "distinct_because": sealed.event.narrative,
        }
    )
    opened = ledger.log.people.opened(replace(sealed, event=swapped)).event
    assert isinstance(opened, NoticeIssued)
    assert {opened.narrative, opened.distinct_because, *(file.name for file in opened.evidence)} == {SEALED}


def test_words_in_an_event_of_another_person_do_not_open(ledger: Ledger) -> None:
    ledger.record.apply(office.lines(APPEALED))
    sealed = first(ledger.log, NoticeIssued)
    others = sealed.event.model_copy(update={"employee": "E002"})
    opened = ledger.log.people.opened(replace(sealed, event=others)).event
    assert isinstance(opened, NoticeIssued)
    assert opened.narrative == SEALED


# --- keys that are gone -----------------------------------------------------------------------------


def test_with_the_key_the_words_are_gone_and_the_figures_stay(ledger: Ledger, ledger_url: str) -> None:
    ledger.record.apply(office.lines(APPEALED))
    before, tree = ledger.reports.monthly(office.MONTH), everything_in(ledger.log)
    store = ledger.log
    subject = subject_rows(store)["employee/E001"]
    key = stored_keys(store)[subject]
    assert store.keyring.destroy(store.identity(), subject)
    assert not store.keyring.destroy(store.identity(), subject)
    assert subject not in stored_keys(store)
    file = file_of(store.keyring.url)
    if file is not None:
        assert key not in file.read_bytes()
    for log in (store, Log(ledger_url)):
        notice = log.people.opened(first(log, NoticeIssued)).event
        appeal = log.people.opened(first(log, AppealFiled)).event
        joined = first(log, EmployeeRegistered, "E001").event
        assert isinstance(notice, NoticeIssued) and isinstance(appeal, AppealFiled)
        assert isinstance(joined, EmployeeRegistered)
        assert (notice.narrative, notice.evidence[0].name, joined.name) == (SEALED, SEALED, SEALED)
        assert (notice.points, notice.evidence[0].sha256) == (5, "ab" * 32)
        assert appeal.statement == STATEMENT, "the supervisor's own words stay"
        assert log.people.digest("0" * 64, "E001") is None
        assert log.people.event_keys(first(log, NoticeIssued)) == {}
        assert_whole(log)
    figures = [{k: v for k, v in row.items() if k != "name"} for row in before]
    assert [
        {k: v for k, v in row.items() if k != "name"} for row in ledger.reports.monthly(office.MONTH)
    ] == figures
    assert everything_in(store) == tree


def test_nothing_more_is_sealed_for_an_erased_person(log: Log) -> None:
    with log.unit() as unit:
        take(log, unit, "E001")
    log.keyring.destroy(log.identity(), subject_rows(log)["employee/E001"])
    before = everything_in(log)
    with pytest.raises(StoreError) as error, log.unit() as unit:
        unit.append(replace(registered(2, "E001"), version=2))
    assert (error.value.code, error.value.fields) == ("person_key_missing", {"employee": "E001"})
    assert everything_in(log) == before


def _lose(keyring: URL) -> None:
    """The keyring is not where the ledger looks for it."""
    file = file_of(keyring)
    if file is not None:
        file.unlink()
        return
    gone = Keyring(keyring)
    with gone.engine.begin() as connection:
        connection.exec_driver_sql(f"DROP TABLE {keys.name}")
    gone.close()


def _swap(keyring: URL) -> None:
    """In its place lies the keyring of another ledger."""
    other = Keyring(keyring)
    with other.engine.begin() as connection:
        connection.execute(delete(keys))
    other.create("f" * 32, bytes(32))
    other.close()


@pytest.mark.parametrize("lost", [_lose, _swap])
def test_without_its_keyring_a_ledger_is_read_sealed_and_not_written_to(ledger_url: str, lost: Any) -> None:
    with Ledger(ledger_url, now=office.now, operator=lambda: "typist") as ledger:
        ledger.record.apply(office.lines(APPEALED))
        figures = [row["deduction"] for row in ledger.reports.monthly(office.MONTH)]
        keyring = ledger.log.keyring.url
    lost(keyring)
    with Ledger(ledger_url, now=office.now, operator=lambda: "typist") as ledger:
        before = everything_in(ledger.log)
        assert [row["deduction"] for row in ledger.reports.monthly(office.MONTH)] == figures
        assert {row["name"] for row in ledger.review.employees(office.SITE)} == {SEALED}
        notice = ledger.log.people.opened(first(ledger.log, NoticeIssued)).event
        assert isinstance(notice, NoticeIssued)
        assert (notice.narrative, notice.points) == (SEALED, 5)
        for commands in ([office.register_employee("E009")], [office.issue_notice("N2", "E002")]):
            with pytest.raises(StoreError) as error:
                ledger.record.apply(office.lines(commands))
            assert error.value.code == "keyring_missing"
        assert everything_in(ledger.log) == before


def test_the_keyring_is_its_owners_alone_and_keeps_no_log_of_changes(sqlite_url: str) -> None:
    with Ledger(sqlite_url, now=office.now, operator=lambda: "typist") as ledger:
        ledger.record.apply(office.lines(APPEALED))
        file = file_of(ledger.log.keyring.url)
        assert file is not None
        assert file.stat().st_mode & 0o777 == 0o600
        assert not [each for each in file.parent.iterdir() if each.name.startswith(f"{file.name}-")]


@pytest.mark.parametrize("lost", [_lose, _swap])
def test_a_keyring_that_is_not_there_is_not_copied_and_no_file_is_made_of_it(
    ledger_url: str, tmp_path: Path, lost: Any
) -> None:
    with Ledger(ledger_url, now=office.now, operator=lambda: "typist") as ledger:
        ledger.record.apply(office.lines(APPEALED))
        keyring = ledger.log.keyring.url
    lost(keyring)
    with Ledger(ledger_url, now=office.now, operator=lambda: "typist") as ledger:
        with pytest.raises(StoreError) as error:
            ledger.backups.make(tmp_path / "copy", tmp_path / "copied")
        assert error.value.code == "keyring_missing"
    assert list((tmp_path / "copied").iterdir()) == []
    file = file_of(keyring)
    assert lost is _swap or file is None or not file.exists()


def test_a_keyring_that_cannot_be_read_is_told_in_words(sqlite_url: str, tmp_path: Path) -> None:
    with Ledger(sqlite_url, now=office.now, operator=lambda: "typist") as ledger:
        ledger.record.apply(office.lines(APPEALED))
        file = file_of(ledger.log.keyring.url)
    assert file is not None
    file.write_bytes(b"no database, but long enough to be looked at by whoever opens it" * 100)
    with Ledger(sqlite_url, now=office.now, operator=lambda: "typist") as ledger:
        with pytest.raises(StoreError) as error:
            ledger.backups.make(tmp_path / "copy", tmp_path / "copied")
        assert error.value.code == "keyring_unusable"


# --- keys before events, and units that end otherwise -----------------------------------------------


KILLED = """
import os, signal, sys
from ledger.store.log import Log
from tests.store.test_sealing import take
log = Log(sys.argv[1])
log.recorder.insert_events = lambda *_, **__: os.kill(os.getpid(), signal.SIGKILL)
with log.unit() as unit:
    take(log, unit, "E001")
"""


def test_a_process_killed_between_keys_and_events_leaves_a_key_without_events_never_the_reverse(
    log: Log,
) -> None:
    with log.unit() as unit:
        unit.append(a_site(1))
    before = everything_in(log)
    url = log.url.render_as_string(hide_password=False)
    here = Path(__file__).parents[2]
    killed = subprocess.run([sys.executable, "-c", KILLED, url], cwd=here, timeout=60, env={**os.environ})
    assert killed.returncode == -signal.SIGKILL
    assert everything_in(log) == before
    (orphan,) = stored_keys(log)
    with log.unit() as unit:
        take(log, unit, "E001")
    assert_whole(log)
    assert len(stored_keys(log)) == 2
    assert subject_rows(log)["employee/E001"] != orphan


class Interrupted(Exception):
    pass


@pytest.mark.parametrize("flushed", [False, True])
@pytest.mark.parametrize("kept", [False, True])
def test_an_aborted_unit_leaves_no_new_person_known(log: Log, flushed: bool, kept: bool) -> None:
    def abandoned() -> None:
        with log.unit(kept) as unit:
            take(log, unit, "E001")
            if flushed:
                unit.flush()
                (found,) = log.events()
                assert found.event == registered(1, "E001").event
            raise Interrupted

    with pytest.raises(Interrupted):
        abandoned()
    assert log.sealing.subject_of("employee/E001") is None
    assert log.people.digest("0" * 64, "E001") is None
    assert subject_rows(log) == {}
    with log.unit() as unit:
        take(log, unit, "E001")
        in_unit = log.sealing.subject_of("employee/E001")
    assert subject_rows(log) == {"employee/E001": in_unit}
    (found,) = assert_whole(log)
    assert found.event == registered(1, "E001").event


def test_a_unit_that_is_not_to_be_kept_leaves_no_new_person_known(log: Log) -> None:
    with log.unit(keep=False) as unit:
        take(log, unit, "E001")
    assert log.sealing.subject_of("employee/E001") is None
    assert stored_keys(log) == {}


def test_a_unit_may_write_in_parts_and_its_new_people_are_kept_once(log: Log) -> None:
    with log.unit() as unit:
        take(log, unit, "E001")
        unit.flush()
        take(log, unit, "E002")
        unit.flush()
        unit.append(a_site(3))
    found = assert_whole(log)
    assert [r.event for r in found[:2]] == [registered(1, "E001").event, registered(2, "E002").event]
    assert stored_keys(log).keys() == set(subject_rows(log).values())


def test_a_person_another_process_registered_is_known_when_asked_for(ledger_url: str) -> None:
    one, other = Log(ledger_url), Log(ledger_url)
    one.create()
    assert other.people.digest("0" * 64, "E001") is None
    with one.unit() as unit:
        take(one, unit, "E001")
    assert other.people.digest("0" * 64, "E001") == one.people.digest("0" * 64, "E001") is not None
    (found,) = other.events()
    assert found.event == registered(1, "E001").event
    one.close()
    other.close()


def test_a_key_that_is_missing_is_told_from_an_erasure(ledger: Ledger) -> None:
    ledger.record.apply(office.lines(APPEALED))
    subject = subject_rows(ledger.log)["employee/E001"]
    assert ledger.log.keyring.destroy(ledger.log.identity(), subject)
    for more in (
        office.record_wage("E001", "3000.00", "2200.00"),
        office.issue_notice("N7", "E001", 1, clause="FD-02"),
    ):
        with pytest.raises(StoreError) as error:
            ledger.record.apply(office.lines([more]))
        assert error.value.code == "person_key_missing"
