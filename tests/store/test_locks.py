"""Somebody keeps a lock on PostgreSQL: whoever records waits for a while, and is told who it is."""

import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.engine import make_url

from cli.main import run
from ledger.application.ledger import Ledger
from ledger.errors import StoreError
from ledger.store import locks, transactions
from tests.support import office

HELD = {
    "a head row": "SELECT * FROM heads FOR UPDATE",
    "a table": "LOCK TABLE events IN ACCESS EXCLUSIVE MODE",
    "a registry, as a reader left it": "LOCK TABLE commands IN SHARE MODE",
}


@pytest.fixture
def ledger(pg_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ledger]:
    monkeypatch.setattr(locks, "LIMIT_S", 2)
    monkeypatch.setattr(locks, "LOOK_AFTER_S", 0.3)
    with Ledger(pg_url, now=office.now, operator=lambda: "typist") as opened:
        opened.record.apply(office.lines(office.office()))
        yield opened


def _another(url: str) -> psycopg.Connection:
    there = make_url(url).set(drivername="postgresql")
    return psycopg.connect(there.render_as_string(hide_password=False), application_name="forgotten shell")


def test_who_reads_waits_for_a_while_only(ledger: Ledger, pg_url: str) -> None:
    with _another(pg_url) as other:
        other.execute("LOCK TABLE events IN ACCESS EXCLUSIVE MODE")
        with pytest.raises(StoreError) as error:
            ledger.log.stream("site/jinse")
        assert error.value.code == "database_busy"


@pytest.mark.parametrize("what", HELD)
def test_who_keeps_a_lock_is_named_and_nothing_is_recorded(what: str, ledger: Ledger, pg_url: str) -> None:
    position = ledger.log.position()
    with _another(pg_url) as other:
        other.execute(HELD[what].encode())
        with pytest.raises(StoreError) as error:
            ledger.record.apply(office.lines([office.register_site("north")]))
        assert error.value.code == "database_blocked"
        assert "forgotten shell" in str(error.value.fields["who"])
        assert error.value.fields["pid"] == other.info.backend_pid
    assert ledger.log.position() == position
    ledger.record.apply(office.lines([office.register_site("north")]))


def test_an_advisory_lock_that_anybody_may_take_stalls_for_a_while_only(ledger: Ledger, pg_url: str) -> None:
    with _another(pg_url) as other:
        other.execute("SELECT pg_advisory_lock(%s)", (transactions._number_of("sheets"),))
        with pytest.raises(StoreError) as error:
            ledger.rebuild()
        assert (error.value.code, error.value.fields["pid"]) == ("database_blocked", other.info.backend_pid)
    ledger.rebuild()


def test_the_hint_says_how_the_session_is_ended(
    ledger: Ledger, pg_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "more.jsonl").write_bytes(b"\n".join(office.lines([office.register_site("north")])))
    with _another(pg_url) as other:
        other.execute("SELECT * FROM heads FOR UPDATE")
        assert run(["apply", str(tmp_path / "more.jsonl"), "--ledger", pg_url, "--lang", "en"]) == 3
        assert f"pg_terminate_backend({other.info.backend_pid})" in capsys.readouterr().err


def test_one_thread_looks_after_all_that_wait() -> None:
    watch, looked = locks._Watch(), list[str]()
    with watch.after(0.05, lambda: looked.append("first")):
        time.sleep(0.4)
    with (
        watch.after(60, lambda: looked.append("too early")),
        watch.after(0.05, lambda: looked.append("second")),
    ):
        time.sleep(0.4)
    with watch.after(0.2, lambda: looked.append("over by then")):
        pass
    time.sleep(0.4)
    assert looked == ["first", "second"]
