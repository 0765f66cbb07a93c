"""The machine's clock is judged before anything is recorded: one that was ahead once does not poison what follows."""

from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import create_engine
from sqlalchemy.exc import DBAPIError

from cli.main import run
from ledger.application.ledger import Ledger
from ledger.errors import Refusal, StoreError
from ledger.events.clock import ClockVouched
from ledger.store.copy import copy_log
from ledger.store.log import Log
from tests.support import office

NUMBERS = count(1)
LATER = datetime(2099, 5, 1, 3, 0, tzinfo=UTC)


def at(url: str, now: datetime, is_right: bool = False) -> Ledger:
    return Ledger(url, now=lambda: now, operator=lambda: "typist", clock_is_right=is_right)


def record(url: str, now: datetime, *commands: office.Commands, is_right: bool = False) -> str:
    """Records a site at an instant; the code of what refuses it, or nothing."""
    with at(url, now, is_right) as ledger:
        try:
            ledger.record.apply(office.lines(commands or [office.register_site(f"S{next(NUMBERS)}")]))
        except Refusal as refusal:
            return refusal.code
    return ""


@pytest.fixture
def url(sqlite_url: str) -> str:
    """An office, recorded at `office.NOW`."""
    assert record(sqlite_url, office.NOW, *office.office()) == ""
    return sqlite_url


@pytest.mark.parametrize(
    ("off", "code"),
    [
        (timedelta(minutes=-5), ""),
        (timedelta(minutes=-5, microseconds=-1), "clock_behind"),
        (timedelta(days=400), ""),
        (timedelta(days=400, microseconds=1), "clock_ahead"),
    ],
)
def test_a_clock_is_believed_up_to_its_bounds(ledger_url: str, off: timedelta, code: str) -> None:
    assert record(ledger_url, office.NOW) == ""
    assert record(ledger_url, office.NOW + off) == code


def test_a_dry_run_is_refused_likewise(url: str) -> None:
    with at(url, LATER) as ledger, pytest.raises(Refusal) as refused:
        ledger.record.apply(office.lines([office.register_site("S1")]), dry_run=True)
    assert refused.value.code == "clock_ahead"


def test_whoever_vouches_is_recorded_first_and_the_clock_is_judged_by_that(url: str) -> None:
    assert record(url, LATER, is_right=True) == ""
    with at(url, LATER) as ledger:
        *_, vouched, site = ledger.log.events()
        assert vouched.event == ClockVouched(clock=LATER, last=office.NOW)
        assert (vouched.step, vouched.operator, vouched.recorded_at) == (0, "typist", LATER)
        assert site.event.kind == "site_registered"
    assert record(url, office.NOW + timedelta(hours=1)) == "clock_behind"
    again = office.NOW + timedelta(hours=2)
    assert record(url, again, is_right=True) == ""
    assert record(url, again + timedelta(minutes=1)) == ""
    assert record(url, LATER) == "clock_ahead"
    with at(url, again) as ledger:
        events = list(ledger.log.events())
        assert [each.event.kind for each in events].count("clock_vouched") == 2
        assert events[-1].recorded_at == LATER
        assert events[-1].clock == again + timedelta(minutes=1)
        assert ledger.proofs.verify(deep=True).faults == []


def test_a_clock_that_is_believed_is_vouched_for_by_nobody(url: str) -> None:
    assert record(url, office.NOW, is_right=True) == ""
    with at(url, office.NOW) as ledger:
        assert ledger.log.of_kind("clock_vouched") == []


def test_today_is_what_the_clock_says_and_never_the_instant_that_was_pinned(url: str) -> None:
    assert record(url, LATER, is_right=True) == ""
    future = office.issue_notice("N1", "E001", issued_on="2098-01-05")
    now = office.NOW + timedelta(hours=1)
    assert record(url, now, future, is_right=True) == "in_the_future"
    assert record(url, now, office.issue_notice("N1", "E001"), is_right=True) == ""
    assert record(url, now, office.close_month("2098-01", on="2098-02-01")) == "in_the_future"
    with at(url, now) as ledger:
        made = ledger.record.typed({"do": "withdraw_notice", "notice": "N1", "reason": "誤開", "by": "I01"})
        assert made.made()[-1]["fields"]["on"] == "2026-09-02"
        with ledger.look(as_of=ledger.log.position()) as look:
            assert look.now == now
        assert ledger.proofs.verify(deep=True).faults == []


def test_it_is_said_at_the_counter(url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert record(url, datetime.now(UTC) + timedelta(days=300), is_right=True) == ""
    file = tmp_path / "one.jsonl"
    file.write_bytes(b"".join(office.lines([office.register_site("S9")])))
    assert run(["apply", str(file), "--ledger", url, "--lang", "en"]) == 3
    said = capsys.readouterr().err
    assert "the clock of this machine says" in said
    assert "--clock-is-right" in said
    assert run(["apply", str(file), "--ledger", url, "--lang", "en", "--clock-is-right"]) == 0
    assert run(["site", "register", "S8", "--name", "八號", "--ledger", url]) == 0


def test_a_server_takes_no_event_and_no_head_of_the_future(pg_url: str) -> None:
    far = datetime.now(UTC) + timedelta(days=402)
    with at(pg_url, far) as ledger, pytest.raises(StoreError) as refused:
        ledger.record.apply(office.lines([office.register_site("S1")]))
    assert "ahead of the clock" in str(refused.value.fields["reason"])
    assert record(pg_url, office.NOW) == ""
    engine = create_engine(pg_url)
    copy = (
        "INSERT INTO events SELECT ledger, position + 1, 'site/x', 1, kind, schema,"
        " convert_to(replace(convert_from(state, 'UTF8'), '\"at\":\"2026', '\"at\":\"2099'), 'UTF8'), leaf"
        " FROM events ORDER BY position DESC LIMIT 1"
    )
    with pytest.raises(DBAPIError, match="ahead of the clock"), engine.begin() as connection:
        connection.exec_driver_sql(copy)
    with engine.begin() as connection:
        connection.exec_driver_sql(copy.replace("2099", "2027"))
        connection.rollback()
    for otherwise in ('"at": "2099', '"\\\\u0061t":"2099', '"when":"","at":"2099'):
        with pytest.raises(DBAPIError, match="begins with when"), engine.begin() as connection:
            connection.exec_driver_sql(copy.replace('"at":"2099', otherwise))
    with pytest.raises(DBAPIError, match="ahead of the clock"), engine.begin() as connection:
        connection.exec_driver_sql("CREATE TEMP TABLE heads ON COMMIT DROP AS SELECT * FROM public.heads")
        connection.exec_driver_sql("UPDATE pg_temp.heads SET recorded_at = '2199'")
        connection.exec_driver_sql(copy)
    engine.dispose()


def test_a_ledger_that_was_poisoned_goes_on_on_a_server_too(url: str, pg_url: str) -> None:
    assert record(url, LATER, is_right=True) == ""
    source, target = Log(url), Log(pg_url)
    copy_log(source, target)
    source.keyring.require(source.identity())
    target.keyring.take_over(source.keyring, source.identity())
    target.close()
    source.close()
    assert record(pg_url, office.NOW, is_right=True) == ""
    assert record(pg_url, office.NOW + timedelta(hours=1)) == ""
