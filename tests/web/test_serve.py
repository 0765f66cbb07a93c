"""`kaoji serve --demo`: the sample office opens on its own day, again and again, and on a ledger that knows a later one."""

import json
import re
import socket
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from importlib import resources
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import pytest

from cli.main import run
from ledger.application.desk.desk import SECOND_ABOVE, Beside, Desk, Person, desk_place
from ledger.errors import LedgerError, StoreError
from ledger.store.readings import Readings
from tests.support import office
from tests.web.served import PASSWORD
from web import serve
from web.serve import SAMPLE_DAY, Ready, Serving, codes, console_of
from web.upkeep import Daily, keep_up


def test_the_sample_opens_again_where_it_was_left(tmp_path: Path) -> None:
    serving = Serving(f"sqlite:///{tmp_path / 'kaoji.db'}", sample=True)
    first = console_of(serving)
    assert SAMPLE_DAY <= first.ledger.now() < SAMPLE_DAY + timedelta(minutes=5)
    later = first.ledger.acting(now=SAMPLE_DAY + timedelta(hours=2))
    later.record.apply(
        office.lines(
            [
                {
                    "do": "record_wage",
                    "employee": "E04",
                    "month": "2026-09",
                    "wage": "4000.00",
                    "minimum_wage": "2000.00",
                }
            ]
        )
    )
    recorded = first.ledger.position()
    again = console_of(serving)
    assert again.ledger.position() == recorded
    assert again.ledger.now() >= SAMPLE_DAY + timedelta(hours=2)


def test_the_sample_opens_on_a_ledger_that_was_recorded_later(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'kaoji.db'}"
    now = datetime(2027, 1, 4, 1, tzinfo=UTC)
    with (
        Desk(url, now=lambda: now) as ledger,
        resources.files("cli").joinpath("sample", "office.jsonl").open("rb") as sample,
    ):
        ledger.record.apply(sample)
    assert console_of(Serving(url, sample=True)).ledger.now() >= now


def test_how_many_lines_one_person_closes_is_said_where_it_is_served(tmp_path: Path) -> None:
    from cli.serve import serve

    said = next(option.default for option in serve.params if option.name == "second_above")
    assert said == Serving("").second_above == SECOND_ABOVE
    url = f"sqlite:///{tmp_path / 'kaoji.db'}"
    console = console_of(Serving(url, sample=True, second_above=3))
    assert Desk.at(console.ledger, Person("D01")).second_above == 3


# --- accounts beside the ledger ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "place"),
    [
        ("sqlite:///data/kaoji.db", Path("data/kaoji.desk.db")),
        ("sqlite+pysqlite:////data/kaoji.db", Path("/data/kaoji.desk.db")),
        ("sqlite:///kaoji.db?ledger=east", Path("kaoji.east.desk.db")),
        ("sqlite:///kaoji.db?ledger=main", Path("kaoji.desk.db")),
        (
            "postgresql://kaoji@db.example/kaoji?ledger=east",
            "postgresql://kaoji@db.example/kaoji?ledger=east",
        ),
    ],
)
def test_each_ledger_has_accounts_of_its_own(url: str, place: Path | str) -> None:
    assert desk_place(url) == place


def test_accounts_of_another_ledger_are_not_taken_for_those_of_this_one(tmp_path: Path) -> None:
    accounts = tmp_path / "both.db"
    one, other = (f"sqlite:///{tmp_path / 'kaoji.db'}?ledger={name}" for name in ("one", "other"))
    first = console_of(Serving(one, accounts, sample=True))
    assert first.accounts.enrol(first.accounts.enrol_code("E04", "test"), PASSWORD) == "E04"

    with pytest.raises(StoreError) as refused:
        console_of(Serving(other, accounts, sample=True))
    assert refused.value.code == "desk_of_another"
    assert console_of(Serving(one, accounts, sample=True)).accounts.is_right("E04", PASSWORD)


@pytest.mark.parametrize("name", ["kaoji.db", "kaoji.keys.db", "kaoji.sheets.db"])
def test_accounts_are_not_made_in_the_ledger_nor_in_what_lies_beside_it(name: str, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'kaoji.db'}"
    console_of(Serving(url, sample=True)).ledger.rebuild()
    before = _tables(tmp_path / name)

    with pytest.raises(StoreError) as refused:
        console_of(Serving(url, tmp_path / name))
    assert refused.value.code == "desk_of_another"
    assert _tables(tmp_path / name) == before


def _tables(file: Path) -> list[str]:
    with closing(sqlite3.connect(file)) as database:
        return [row[0] for row in database.execute("SELECT name FROM sqlite_master ORDER BY name")]


# --- codes, and where it answers --------------------------------------------------------------------


@pytest.fixture
def started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Ready]]:
    """The consoles that `kaoji serve` would have answered with; the sample office is the current folder's ledger."""
    made: list[Ready] = []
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("KAOJI_LANG", "en")
    monkeypatch.setenv("KAOJI_LEDGER", "sqlite:///demo-office/kaoji.db")
    monkeypatch.setattr("web.serve.run", made.append)
    assert run(["demo"]) == 0
    yield made
    for each in made:
        each.listening.close()


def _serve(*arguments: str) -> int:
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        port = free.getsockname()[1]
    return run(["serve", "--port", str(port), *arguments])


def _code(told: str) -> str:
    (found,) = re.findall(r": ([0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}) at", told)
    return str(found)


def test_a_code_is_printed_for_whoever_has_a_password_already(
    started: list[Ready], capsys: pytest.CaptureFixture[str]
) -> None:
    assert _serve("--code", "D01") == 0
    accounts = console_of(Serving("sqlite:///demo-office/kaoji.db")).accounts
    capsys.readouterr()
    assert accounts.enrol(accounts.enrol_code("D01", "test"), PASSWORD) == "D01"

    assert _serve("--code", "D01") == 0
    assert accounts.enrol(_code(capsys.readouterr().out), f"{PASSWORD} anew") == "D01"
    assert accounts.is_right("D01", f"{PASSWORD} anew")


def test_a_code_counts_where_the_console_is_served_already(
    started: list[Ready], capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        assert run(["serve", "--port", str(taken.getsockname()[1]), "--code", "O01"]) == 3
    told = capsys.readouterr()
    assert "another program answers there already" in told.err
    assert "the console is at" not in told.out
    accounts = console_of(Serving("sqlite:///demo-office/kaoji.db")).accounts
    assert accounts.enrol(_code(told.out), PASSWORD) == "O01"
    assert started == []


def test_what_is_refused_is_told_before_the_address(
    started: list[Ready], capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    assert _serve("--code", "e99") == 3
    assert capsys.readouterr().out == ""
    assert _serve("--host", "nowhere.invalid", "--behind-proxy", "10.0.0.1") == 3
    assert "no such host is known\n" in capsys.readouterr().err


@pytest.mark.parametrize(("person", "code"), [("E99", "employee_unknown"), ("E07", "no_account_any_more")])
def test_nobody_gets_a_code_who_has_no_account_with_it(person: str, code: str, tmp_path: Path) -> None:
    console = console_of(Serving(f"sqlite:///{tmp_path / 'kaoji.db'}", sample=True))
    gone = {"do": "record_departure", "employee": "E07", "on": "2026-09-09"}
    console.ledger.record.apply(office.lines([gone]))
    assert [found[0] for found in codes(console, ("E07",))] == ["E07"]
    console.ledger.now = lambda: datetime(2027, 6, 1, tzinfo=UTC)

    with pytest.raises(LedgerError) as refused:
        codes(console, (person,))
    assert refused.value.code == code


def test_what_is_no_certificate_is_refused_before_a_code_is_made(
    started: list[Ready], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "cert.pem").write_text("no certificate\n", "utf-8")
    capsys.readouterr()

    assert _serve("--code", "O01", "--tls-cert", "cert.pem", "--tls-key", "cert.pem") == 2
    told = capsys.readouterr()
    assert (told.out, "cannot be used as certificate and key" in told.err) == ("", True)


def test_the_sample_is_not_recorded_into_a_ledger_that_is_named(
    started: list[Ready], capsys: pytest.CaptureFixture[str]
) -> None:
    assert _serve("--demo", "--ledger", "sqlite:///own.db") == 2
    assert "--ledger" in capsys.readouterr().err
    assert not Path("own.db").exists()


def test_the_sample_has_one_clock_and_so_one_process(
    started: list[Ready], capsys: pytest.CaptureFixture[str]
) -> None:
    assert _serve("--demo", "--workers", "2") == 2
    told = capsys.readouterr().err
    assert "--demo" in told and "--workers" in told
    assert not Path("demo-console").exists() and started == []


def test_the_sample_leaves_another_office_alone(
    started: list[Ready], capsys: pytest.CaptureFixture[str]
) -> None:
    Path("demo-console").mkdir()
    Path("other.jsonl").write_text('{"do":"register_site","site":"other","name":"別處"}\n', "utf-8")
    own = ("--ledger", "sqlite:///demo-console/kaoji.db")
    assert run(["apply", "other.jsonl", *own]) == 0

    assert _serve("--demo") == 2
    assert "the ledger of another office" in capsys.readouterr().err
    assert run(["log", "other", "--json", *own]) == 0
    assert len(json.loads(capsys.readouterr().out)) == 1


def _answered(folder: Path) -> None:
    """A console that answers until it is stopped, at once."""
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        port = free.getsockname()[1]
    serving = Serving(f"sqlite:///{folder / 'kaoji.db'}", sample=True, port=port)
    made = serve.ready(serving, console_of(serving))
    assert (folder / "kaoji.db-wal").exists()
    serves = threading.Thread(target=serve.run, args=(made,))
    serves.start()
    while not made.server.started:
        sleep(0.01)
    made.server.should_exit = True
    serves.join(30)


def test_a_console_that_stops_leaves_all_of_its_ledger_in_its_file(tmp_path: Path) -> None:
    _answered(tmp_path)
    assert not (tmp_path / "kaoji.db-wal").exists()


# --- what has had its time ------------------------------------------------------------------------------


def noted_long_ago(readings: Readings) -> None:
    for at in (datetime(2020, 1, 31, tzinfo=UTC), datetime.now(UTC)):
        readings.note(at, "D01", "fact", "E04", "notice N801", None, 1)


def test_old_readings_go_when_a_console_starts_and_that_is_told(
    started: list[Ready], capsys: pytest.CaptureFixture[str]
) -> None:
    log = Readings(Path("demo-office/kaoji.desk.db"))
    noted_long_ago(log)
    capsys.readouterr()
    assert _serve("--read-only") == 0
    assert log.pruned() is None
    assert _serve() == 0
    assert "1 readings of who read what are gone, those until 2020-01-31" in capsys.readouterr().err
    assert [row["number"] for row in log.of()] == [2]
    assert _serve() == 0
    assert "are gone" not in capsys.readouterr().err


def test_a_log_of_readings_that_is_broken_keeps_nobody_from_being_served(
    started: list[Ready], capsys: pytest.CaptureFixture[str]
) -> None:
    file = Path("demo-office/kaoji.desk.db")
    noted_long_ago(Readings(file))
    with closing(sqlite3.connect(file)) as database:
        database.execute("DROP TRIGGER readings_stay")
        database.execute("UPDATE readings SET viewer = 'X' WHERE number = 1")
        database.commit()
    capsys.readouterr()
    assert _serve() == 0
    assert "is broken at number 1" in capsys.readouterr().err
    assert len(started) == 1 and Readings(file).pruned() is None


def test_it_is_done_again_each_day_and_what_cannot_be_done_does_not_end_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    console = console_of(Serving(f"sqlite:///{tmp_path / 'kaoji.db'}", sample=True))
    noted_long_ago(console.readings)
    days, done = list[int](), threading.Event()

    def kept_up(of: object) -> None:
        days.append(1)
        if len(days) == 1:
            raise StoreError("readings_not_pruned", file="x", reason="locked")
        keep_up(console)
        done.set()

    monkeypatch.setattr("web.upkeep.keep_up", kept_up)
    daily = Daily(console, 0.001)
    daily.start()
    assert done.wait(60)
    daily.stop()
    daily.join(60)
    assert not daily.is_alive()
    assert console.readings.pruned() is not None


def test_what_cannot_be_reached_beside_the_ledger_is_told_and_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Such as a database that somebody else writes for long: it ended the days for good."""
    console = console_of(Serving(f"sqlite:///{tmp_path / 'kaoji.db'}", sample=True))
    noted_long_ago(console.readings)
    opened, asked = Beside.open, list[int]()

    def locked_at_first(*given: Any) -> Any:
        if given[0] is console.database:
            asked.append(1)
            if len(asked) <= 2:
                raise OSError("database is locked")
        return opened(*given)

    monkeypatch.setattr(Beside, "open", locked_at_first)
    with pytest.raises(StoreError, match="desk_unusable"):
        keep_up(console)
    daily = Daily(console, 0.001)
    daily.start()
    until = monotonic() + 60
    while console.readings.pruned() is None and daily.is_alive() and monotonic() < until:
        sleep(0.01)
    daily.stop()
    daily.join(60)
    assert console.readings.pruned() is not None


@pytest.mark.parametrize("several", [False, True], ids=["one", "several"])
def test_whoever_is_started_keeps_up_alone(
    several: bool, started: list[Ready], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each of several processes had days of its own, and told what was broken once more."""

    def days() -> int:
        return sum(isinstance(each, Daily) for each in threading.enumerate())

    found = list[int]()
    monkeypatch.setattr("web.serve.run", lambda made: (started.append(made), found.append(days())))
    monkeypatch.setattr(
        "web.workers.run", lambda _, __, made, *___: (started.append(made), found.append(days()))
    )
    assert _serve("--workers", "2" if several else "1") == 0
    assert found == [1]
    until = monotonic() + 60
    while days() and monotonic() < until:
        sleep(0.01)
    assert days() == 0


def test_one_of_several_has_no_days_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    begun = list[int]()
    monkeypatch.setattr(Daily, "start", lambda _: begun.append(1))
    _answered(tmp_path)
    assert begun == []


def test_what_waits_is_seen_to_where_the_ledger_was_closed_to_several(tmp_path: Path) -> None:
    console = console_of(Serving(f"sqlite:///{tmp_path / 'kaoji.db'}", sample=True))
    console.proposals.add("p1", {"do": "erase_employee", "employee": "E04"}, "O01", "")
    noted_long_ago(console.readings)
    console.ledger.close()
    assert keep_up(console) is not None
