"""Erasing a person: their words are nowhere any more, and every figure is what it was."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from ledger.application.ledger import Ledger
from ledger.errors import LedgerError, Refusal, StoreError
from ledger.events.employees import EmployeeErased, employee_stream
from ledger.proofs import verify_receipt
from ledger.store import locks
from ledger.store.address import parse_url
from ledger.store.engine import make_engine
from ledger.store.key_check import check_keys
from ledger.store.keyring import Keyring
from ledger.store.people import People
from ledger.store.schema import things
from ledger.subjects import ERASURE
from ledger.terms import ERASED
from tests.privacy import scene
from tests.privacy.conftest import Everywhere
from tests.privacy.scene import LATER_NAME, NAME, WHO, WORDS, erase, key_of, mark
from tests.support import office
from tests.support.office import MONTH, SITE, lines
from tests.support.story import everything, opened, sheet_rows
from tests.support.whole import assert_whole


def told(ledger: Ledger) -> str:
    """Every report, card, history, case file, dossier and what-if in which the person stands, as one text."""
    found: list[Any] = [everything(ledger, [SITE], [MONTH, "2026-09"]), ledger.review.employees()]
    found += [
        ledger.reports.due(),
        ledger.review.card("employee", WHO),
        ledger.review.history(f"employee:{WHO}"),
    ]
    found += [ledger.review.card("notice", name) for name in ("N1", "N2", "N3", "N4")]
    found += [ledger.review.history(f"notice:{name}") for name in ("N1", "N2", "N3", "N4")]
    found += [ledger.review.case_file(name) for name in ("A1", "A2", "A3")]
    found += [ledger.review.dossier("A1", "zh-Hant")[0]]
    found += [ledger.review.card("reward", "R1"), ledger.names([WHO, "E003"])]
    found += [ledger.review.explain(WHO, MONTH), ledger.reports.fairness(MONTH, SITE)]
    found += [ledger.review.what_if(without=["N1"]).values()]
    return json.dumps(found, ensure_ascii=False, default=str)


# --- the words --------------------------------------------------------------------------------------------


def test_every_word_of_the_person_is_shown_before(ledger: Ledger) -> None:
    shown = told(ledger)
    assert [word for word in WORDS if word not in shown] == []


def test_after_it_a_word_in_its_place_says_that_it_was_erased(ledger: Ledger) -> None:
    erase(ledger)

    shown = told(ledger)
    assert [word for word in WORDS if word in shown] == []
    assert scene.OTHERS_WORDS in shown
    assert ledger.review.card("employee", WHO)["name"] == ERASED
    assert ledger.review.card("notice", "N1")["narrative"] == ERASED
    assert ledger.review.card("employee", WHO)["erased_on"] == "2026-09-02"


def test_they_are_found_in_no_file_and_no_table(ledger: Ledger, everywhere: Everywhere) -> None:
    told(ledger)
    key = key_of(ledger)
    assert scene.places(scene.of_key(key), everywhere()) != []

    erase(ledger)
    told(ledger)

    kept = everywhere()
    for word in WORDS:
        assert scene.places(scene.spellings(word), kept) == [], word
    assert scene.places(scene.of_key(key), kept) == []
    assert scene.places(scene.of_key(key_of(ledger, "E003")), kept) != []


def test_the_search_finds_what_is_there(tmp_path: Path) -> None:
    for how, raw in scene.spellings(NAME).items():
        (tmp_path / "file").write_bytes(b"\0\xff" + raw + b"..")
        assert how in [found for _, found in scene.places(scene.spellings(NAME), scene.files_of(tmp_path))]


def test_whoever_had_the_ledger_open_reads_them_no_more(ledger: Ledger, ledger_url: str) -> None:
    with Ledger(ledger_url, now=office.now, operator=lambda: "reader") as other:
        assert LATER_NAME in told(other) and mark(1) in told(other)

        erase(ledger)

        assert [word for word in WORDS if word in told(other)] == []


def test_the_past_is_read_without_them_too(ledger: Ledger) -> None:
    before = ledger.log.position()
    erase(ledger)

    past = json.dumps(
        [ledger.review.history(f"employee:{WHO}", before), ledger.reports.monthly(MONTH, None, before)]
    )
    assert [word for word in WORDS if json.dumps(word)[1:-1] in past] == []


# --- the figures ------------------------------------------------------------------------------------------


def without_names(value: Any) -> str:
    """A report with the person's names taken for erased ones."""
    text = json.dumps(value, ensure_ascii=False)
    masked = LATER_NAME[0] + "*" * (len(LATER_NAME) - 1)
    for name in (NAME, LATER_NAME, masked):
        text = text.replace(name, ERASED)
    return text


def test_every_report_is_what_it_was_but_for_names(ledger: Ledger) -> None:
    before = everything(ledger, [SITE], [MONTH, "2026-09"])
    explained = ledger.review.explain(WHO, MONTH)
    erase(ledger)

    after = everything(ledger, [SITE], [MONTH, "2026-09"])
    assert without_names(before) != json.dumps(before, ensure_ascii=False)
    assert json.dumps(after, ensure_ascii=False) == without_names(before)
    again = ledger.review.explain(WHO, MONTH)
    assert again["figures"] == explained["figures"]


def test_the_sheets_are_what_they_were_and_are_drawn_so_again(ledger: Ledger) -> None:
    def rows() -> dict[str, Any]:
        return {name: found for name, found in sheet_rows(ledger).items() if name != "sheets_drawn"}

    before = rows()
    erase(ledger)

    assert rows() == before
    ledger.rebuild()
    assert rows() == before


def test_the_log_is_whole_and_every_proof_of_it_holds(ledger: Ledger) -> None:
    kept = ledger.proofs.checkpoint()
    receipt = ledger.proofs.receipt("N1")
    erase(ledger)

    assert_whole(ledger.log)
    assert ledger.proofs.verify(since=kept).faults == []
    assert ledger.proofs.verify(deep=True, sheets=True).faults == []
    assert verify_receipt(receipt, ledger.proofs.public_keys()).proven


# --- afterwards -------------------------------------------------------------------------------------------


def test_the_next_month_is_closed_with_the_erased_person_in_it(ledger: Ledger) -> None:
    erase(ledger)
    late = office.NOW.replace(month=10)
    ledger.now = lambda: late

    ledger.record.apply(lines([office.close_month("2026-09", "2026-10-01")]))

    assert ledger.reports.payroll("2026-09")["lines"] == []


def test_an_erasure_applied_again_is_told_from_a_new_one(ledger: Ledger) -> None:
    erasure = lines([office.erase_employee(WHO)])
    assert ledger.record.apply(erasure).recorded == 1
    assert ledger.record.apply(erasure).skipped == 1


def test_in_one_file_nothing_about_the_person_comes_after_it(ledger: Ledger) -> None:
    with pytest.raises(Refusal) as caught:
        ledger.record.apply(lines([office.erase_employee(WHO), office.issue_notice("N9", WHO)]))
    assert (caught.value.code, caught.value.place) == ("erased", {"line": 2})
    assert ledger.review.card("employee", WHO)["name"] == LATER_NAME


def test_a_life_and_its_end_in_one_file(ledger: Ledger, everywhere: Everywhere) -> None:
    commands = [
        office.register_employee("E090", name="Canary Shortlived"),
        office.record_departure("E090", "2026-08-31", reason="Canary Reason"),
        office.erase_employee("E090"),
    ]
    ledger.record.apply(lines(commands))

    assert ledger.review.card("employee", "E090")["name"] == ERASED
    for word in ("Canary Shortlived", "Canary Reason"):
        assert scene.places(scene.spellings(word), everywhere()) == []
    assert ledger.proofs.verify(deep=True).faults == []


def test_a_dry_run_erases_nothing(ledger: Ledger) -> None:
    applied = ledger.record.typed(office.erase_employee(WHO), dry_run=True)

    assert applied.impact is not None and applied.impact.difference == []
    assert ledger.review.card("employee", WHO)["name"] == LATER_NAME
    assert key_of(ledger)


# --- verify beside an erasure -----------------------------------------------------------------------------


def test_verify_between_the_event_and_the_key_waits_for_the_key_to_go(
    ledger: Ledger, ledger_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    is_recorded, is_waited_for = threading.Event(), threading.Event()
    destroy, await_erasures = Keyring.destroy, Keyring.await_erasures

    def late(keyring: Keyring, *whose: str) -> bool:
        is_recorded.set()
        assert is_waited_for.wait(60)
        return destroy(keyring, *whose)

    def asked(keyring: Keyring) -> None:
        is_waited_for.set()
        await_erasures(keyring)

    monkeypatch.setattr(Keyring, "destroy", late)
    monkeypatch.setattr(Keyring, "await_erasures", asked)
    with ThreadPoolExecutor(1) as pool, opened(ledger_url) as other:
        erasing = pool.submit(erase, ledger)
        assert is_recorded.wait(60)
        assert other.proofs.verify().faults == []
        erasing.result(60)


@pytest.mark.parametrize("before", [True, False])
def test_who_is_erased_while_verify_reads_the_keys_lacks_none(
    before: bool, ledger: Ledger, ledger_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    load_keys = People.load_keys

    def read(people: People, employees: Collection[str]) -> None:
        monkeypatch.setattr(People, "load_keys", load_keys)
        if before:
            erase(ledger)
        load_keys(people, employees)
        if not before:
            erase(ledger)

    with opened(ledger_url) as other:
        monkeypatch.setattr(People, "load_keys", read)
        assert check_keys(other.log).faults == []
    assert is_recorded(ledger)


# --- a crash between the event and the key ----------------------------------------------------------------

KILLED = """
import os, signal, sys
from ledger.application.ledger import Ledger
from ledger.store.keyring import Keyring
from tests.support import office
Keyring.destroy = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
with Ledger(sys.argv[1], now=office.now, operator=lambda: "typist") as ledger:
    ledger.record.typed(office.erase_employee("E001"))
"""


def killed_between(url: str) -> None:
    """Erases in a process of its own, which is killed when the event is committed and the key still there."""
    done = subprocess.run([sys.executable, "-c", KILLED, url], env=os.environ, timeout=60, check=False)
    assert done.returncode == -signal.SIGKILL


def is_recorded(ledger: Ledger) -> bool:
    return any(isinstance(r.event, EmployeeErased) for r in ledger.log.stream(employee_stream(WHO)))


def test_after_a_crash_nothing_is_shown_although_the_key_is_there(
    ledger: Ledger, ledger_url: str, everywhere: Everywhere
) -> None:
    key = key_of(ledger)
    killed_between(ledger_url)

    assert is_recorded(ledger)
    assert scene.places(scene.of_key(key), everywhere()) != []
    shown = told(ledger)
    assert [word for word in WORDS if word in shown] == []


def test_verify_says_that_a_key_is_still_to_be_destroyed(ledger: Ledger, ledger_url: str) -> None:
    killed_between(ledger_url)
    for deep in (False, True):
        assert [fault.code for fault in ledger.proofs.verify(deep=deep).faults] == ["key_not_destroyed"]


def test_verify_tells_a_key_that_is_left_though_somebody_keeps_the_turn_to_erase(
    ledger: Ledger, ledger_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    killed_between(ledger_url)
    monkeypatch.setattr(locks, "LIMIT_S", 1)
    with opened(ledger_url) as other, opened(ledger_url) as asked, other.log.keyring.erasing():
        assert [fault.code for fault in asked.proofs.verify().faults] == ["key_not_destroyed"]


def test_erasing_once_more_finishes_it(ledger: Ledger, ledger_url: str, everywhere: Everywhere) -> None:
    key = key_of(ledger)
    killed_between(ledger_url)
    position = ledger.log.position()

    applied = erase(ledger)

    assert [note.code for note in applied.notes] == ["erasure_finished"]
    assert (ledger.log.position(), applied.events) == (position, [])
    assert scene.places(scene.of_key(key), everywhere()) == []
    with pytest.raises(Refusal) as caught:
        erase(ledger)
    assert caught.value.code == "erased_already"


def test_whatever_is_recorded_next_finishes_it(
    ledger: Ledger, ledger_url: str, everywhere: Everywhere
) -> None:
    key = key_of(ledger)
    killed_between(ledger_url)

    ledger.record.apply(lines([office.grant_reward("R9", "E002")]))

    assert scene.places(scene.of_key(key), everywhere()) == []


def test_a_row_in_the_registry_alone_destroys_no_key(ledger: Ledger, ledger_url: str) -> None:
    key = key_of(ledger)
    engine = make_engine(parse_url(ledger_url))
    with engine.begin() as connection:
        row = {"ledger": "main", "kind": ERASURE, "id": WHO, "stream": employee_stream(WHO), "position": 1}
        connection.execute(things.insert().values(row))
    engine.dispose()

    ledger.record.apply(lines([office.grant_reward("R9", "E002")]))

    assert key_of(ledger) == key
    with Ledger(ledger_url) as anew:
        assert [fault.code for fault in anew.proofs.verify(deep=True).faults] == ["registry_wrong"]


def test_a_keyring_put_back_from_a_backup_opens_nothing(
    tmp_path: Path, sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def opened() -> Ledger:
        return Ledger(sqlite_url, now=office.now, operator=lambda: "typist")

    keys = tmp_path / "kaoji.keys.db"
    with opened() as ledger:
        ledger.record.apply(lines(scene.life()))
        backup, key = keys.read_bytes(), key_of(ledger)
        erase(ledger)
    keys.write_bytes(backup)

    with opened() as ledger:
        shown = told(ledger)
        assert [word for word in WORDS if word in shown] == []
        ledger.record.apply(lines([office.grant_reward("R9", "E002")]))
    assert scene.places(scene.of_key(key), scene.files_of(tmp_path)) == []


def test_a_restore_with_an_older_keyring_puts_no_erased_key_back(
    tmp_path: Path, sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KAOJI_KEY", str(tmp_path / "signing.key"))
    with Ledger(sqlite_url, now=office.now, operator=lambda: "typist") as ledger:
        ledger.record.apply(lines(scene.life()))
        key, kept = key_of(ledger), key_of(ledger, "E002")
        ledger.backups.make(tmp_path / "before", tmp_path / "keys")
        erase(ledger)
        ledger.backups.make(tmp_path / "after")

    with Ledger(f"sqlite:///{tmp_path / 'back' / 'kaoji.db'}", now=office.now) as back:
        (tmp_path / "back").mkdir()
        assert back.backups.restore(tmp_path / "after", tmp_path / "keys")["key_faults"] == []
        assert [fault.code for fault in back.proofs.verify(deep=True).faults] == []
    found = scene.files_of(tmp_path / "back")
    assert scene.places(scene.of_key(key), found) == []
    assert scene.places(scene.of_key(kept), found) != []


def test_a_restore_beside_the_living_ledger_puts_no_key_back_into_their_keyring(
    tmp_path: Path, sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KAOJI_KEY", str(tmp_path / "signing.key"))
    monkeypatch.setenv("KAOJI_KEYRING", f"sqlite:///{tmp_path / 'all.keys.db'}")
    with Ledger(sqlite_url, now=office.now, operator=lambda: "typist") as ledger:
        ledger.record.apply(lines(scene.life()))
        key = key_of(ledger)
        ledger.backups.make(tmp_path / "before", tmp_path / "keys")
        erase(ledger)

    with Ledger(f"sqlite:///{tmp_path / 'beside.db'}", now=office.now) as beside:
        assert beside.backups.restore(tmp_path / "before", tmp_path / "keys", accept_loss=True)[
            "keyring_stays"
        ]
        assert [word for word in WORDS if word in told(beside)] == []
    assert scene.places(scene.of_key(key), {"keyring": (tmp_path / "all.keys.db").read_bytes()}) == []


def test_a_restore_that_fails_leaves_no_older_keyring_to_the_next_one(
    tmp_path: Path, sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> int:
        raise StoreError("database_full", url="", reason="disk full")

    monkeypatch.setenv("KAOJI_KEY", str(tmp_path / "signing.key"))
    with Ledger(sqlite_url, now=office.now, operator=lambda: "typist") as ledger:
        ledger.record.apply(lines([each for each in scene.life() if each["do"] == "register_site"][:1]))
        ledger.backups.make(tmp_path / "early", tmp_path / "early-keys")
        ledger.record.apply(lines(scene.life()))
        ledger.backups.make(tmp_path / "late", tmp_path / "late-keys")

    (tmp_path / "back").mkdir()
    with Ledger(f"sqlite:///{tmp_path / 'back' / 'kaoji.db'}", now=office.now) as back:
        for folder, code in (("nowhere", "file_unreadable"), ("strange", "keyring_missing")):
            (tmp_path / "strange").mkdir(exist_ok=True)
            (tmp_path / "strange" / "keyring.db").touch()
            with pytest.raises(LedgerError) as caught:
                back.backups.restore(tmp_path / "late", tmp_path / folder)
            assert caught.value.code == code
            assert not back.log.exists()
        with monkeypatch.context() as patch:
            patch.setattr("ledger.application.restore.copy_log", full)
            with pytest.raises(StoreError):
                back.backups.restore(tmp_path / "late", tmp_path / "early-keys")
        assert not back.backups.restore(tmp_path / "late", tmp_path / "late-keys")["keyring_stays"]
        assert [word for word in WORDS if word not in told(back)] == []


def test_a_key_that_cannot_be_destroyed_is_told_and_destroyed_later(
    tmp_path: Path, sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stuck(*_: object) -> bool:
        raise OperationalError("DELETE", None, sqlite3.OperationalError("stuck"))

    with Ledger(sqlite_url, now=office.now, operator=lambda: "typist") as ledger:
        ledger.record.apply(lines(scene.life()))
        key = key_of(ledger)
        with monkeypatch.context() as patch:
            patch.setattr("ledger.store.keyring.Keyring.destroy", stuck)
            with pytest.raises(StoreError) as caught:
                erase(ledger)
        assert (caught.value.code, caught.value.fields["reason"]) == ("erasure_unfinished", "stuck")
        assert is_recorded(ledger)
        assert [note.code for note in erase(ledger).notes] == ["erasure_finished"]
    assert scene.places(scene.of_key(key), scene.files_of(tmp_path)) == []
