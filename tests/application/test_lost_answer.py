"""The connection is lost at COMMIT: nobody knows whether it stands, the user is told so, and applying again is safe."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy.engine import make_url

from cli.main import run
from ledger.application.recording.command_reader import parse_command
from ledger.errors import StoreError
from ledger.projections.stand import drawn_at
from ledger.store.tree import read_head
from tests.support import office
from tests.support.proxy import Cut, Proxy, cutting
from tests.support.story import opened
from tests.support.units import a_site
from tests.support.whole import assert_whole, everything_in

Capture = pytest.CaptureFixture[str]
FILE = office.a_busy_month()[len(office.office()) :]


@pytest.fixture
def wire(pg_url: str) -> Iterator[Proxy]:
    """A wire to a server where the office is recorded."""
    with opened(pg_url) as ledger:
        ledger.record.apply(office.lines(office.office()))
    with cutting(pg_url) as proxy:
        yield proxy


def plain(url: str) -> str:
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


def recorded_whole(url: str) -> int:
    with opened(url) as ledger:
        return len(assert_whole(ledger.log))


@pytest.mark.parametrize("cut", ["before", "after"])
def test_a_lost_answer_is_told_and_applying_again_records_every_command_once(
    wire: Proxy, pg_url: str, cut: Cut, tmp_path: Path, capsys: Capture
) -> None:
    (tmp_path / "file.jsonl").write_bytes(b"".join(office.lines(FILE)))
    before = recorded_whole(pg_url)
    apply = ["apply", str(tmp_path / "file.jsonl"), "--ledger", wire.url, "--lang", "en"]
    wire.cut = cut
    assert run(apply) == 3
    told = capsys.readouterr()
    assert wire.cuts == 1
    assert told.out == ""
    assert "did not answer whether it has recorded this or nothing of it" in told.err
    assert "hint: apply the same file again, which is safe" in told.err
    stands = recorded_whole(pg_url)
    assert (stands > before) == (cut == "after")

    assert run(apply) == 0
    told = capsys.readouterr()
    count = len(FILE)
    assert told.out.startswith(
        f"0 recorded, {count} skipped" if cut == "after" else f"{count} recorded, 0 skipped"
    )
    whole = recorded_whole(pg_url)
    assert whole == stands if cut == "after" else whole > stands
    assert run(apply) == 0
    assert capsys.readouterr().out.startswith(f"0 recorded, {count} skipped")
    assert recorded_whole(pg_url) == whole


@pytest.mark.parametrize("cut", ["before", "after"])
def test_the_same_ledger_opened_goes_on_after_it(wire: Proxy, pg_url: str, cut: Cut) -> None:
    with opened(wire.url) as ledger:
        wire.cut = cut
        with pytest.raises(StoreError) as error:
            ledger.record.apply(office.lines(FILE))
        assert error.value.code == "outcome_unknown"
        again = ledger.record.apply(office.lines(FILE))
        assert (again.recorded, again.skipped) == ((0, len(FILE)) if cut == "after" else (len(FILE), 0))
        assert len(assert_whole(ledger.log)) == again.position
        assert ledger.reports.monthly(office.MONTH)


@pytest.mark.parametrize("cut", ["before", "after"])
def test_the_first_recording_of_a_ledger_may_lose_its_answer_too(pg_url: str, cut: Cut) -> None:
    with cutting(pg_url) as wire, opened(wire.url) as ledger:
        wire.cut = cut
        with pytest.raises(StoreError) as error:
            ledger.record.apply(office.lines(office.a_busy_month()))
        assert error.value.code == "outcome_unknown"
        ledger.record.apply(office.lines(office.a_busy_month()))
        assert wire.cuts == 1
        found = assert_whole(ledger.log)
    with opened(pg_url) as ledger:
        assert ledger.record.apply(office.lines(office.a_busy_month())).position == len(found)


def test_a_command_typed_by_hand_is_told_of_in_the_same_words(wire: Proxy, pg_url: str) -> None:
    with opened(wire.url) as ledger:
        wire.cut = "after"
        with pytest.raises(StoreError) as error:
            ledger.record.execute(parse_command(office.issue_notice("N1", "E001")))
        assert error.value.code == "outcome_unknown"
        assert ledger.review.card("notice", "N1")["notice"] == "N1"


def test_a_connection_lost_while_the_ledger_is_verified_is_no_finding(
    wire: Proxy, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    def then_lost(*given: Any) -> Any:
        found = read_head(*given)
        wire.close()
        return found

    monkeypatch.setattr("ledger.store.audit.read_head", then_lost)
    assert run(["verify", "--ledger", wire.url, "--lang", "en"]) == 3
    told = capsys.readouterr()
    assert told.out == ""
    assert "cannot be reached" in told.err and "hint: check that the server runs" in told.err


def test_a_connection_lost_while_a_sheet_is_read_is_told_in_words(wire: Proxy) -> None:
    with opened(wire.url) as ledger:
        with pytest.raises(StoreError) as error, ledger.projections.current() as connection:
            wire.close()
            drawn_at(connection, "main")
        assert error.value.code == "database_away"


def test_a_connection_lost_before_the_commit_leaves_no_doubt(wire: Proxy, pg_url: str) -> None:
    with opened(pg_url) as ledger:
        before = everything_in(ledger.log)
    with opened(wire.url) as ledger:
        with pytest.raises(StoreError) as error, ledger.log.unit():
            wire.close()
            ledger.log.position()
        assert error.value.code == "database_away"
    with opened(pg_url) as ledger:
        assert everything_in(ledger.log) == before


def test_what_is_cancelled_before_the_commit_it_was_sent_with_leaves_no_doubt(pg_url: str) -> None:
    with opened(pg_url) as ledger, psycopg.connect(plain(pg_url)) as other:
        ledger.record.apply(office.lines(office.office()))
        before = everything_in(ledger.log)
        other.execute("LOCK TABLE commands IN SHARE ROW EXCLUSIVE MODE")
        with pytest.raises(StoreError) as error, ledger.log.unit() as unit:
            unit.append(a_site(unit.position + 1))
            unit.connection.exec_driver_sql("SET LOCAL statement_timeout = 1000")
        assert error.value.code != "outcome_unknown"
        other.rollback()
        assert everything_in(ledger.log) == before
