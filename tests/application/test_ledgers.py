"""Several ledgers in one database: each by its URL, none in another's way, all of them in one report."""

import json
import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from cli.main import run
from ledger.application.group.ledgers import ledgers
from ledger.application.ledger import Ledger
from ledger.errors import LedgerError, StoreError
from ledger.policy.loading import house_rules
from ledger.projections.stand import drawn_at
from ledger.store.address import parse_address, shown
from ledger.store.log import Log
from ledger.store.schema import heads
from ledger.store.transactions import writing
from tests.support import office
from tests.support.whole import assert_whole

Capture = pytest.CaptureFixture[str]


def at(url: str, ledger: str) -> str:
    """The URL of one of the database's ledgers."""
    return f"{url}{'&' if '?' in url else '?'}ledger={ledger}"


def opened(url: str, minutes: int = 0) -> Ledger:
    now = office.NOW + timedelta(minutes=minutes)
    return Ledger(url, now=lambda: now, operator=lambda: "typist")


# --- the URL ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "ledger"),
    [
        ("sqlite:///kaoji.db", "main"),
        ("sqlite:///kaoji.db?ledger=jinse", "jinse"),
        ("postgresql://u@h/db?ledger=A.b_c-9", "A.b_c-9"),
        ("postgresql+psycopg://u@h/db?host=/run/pg&ledger=jinse", "jinse"),
    ],
)
def test_the_url_names_the_ledger_and_the_database_never_hears_of_it(url: str, ledger: str) -> None:
    parsed, named = parse_address(url)
    assert named == ledger
    assert "ledger" not in parsed.query
    assert (f"ledger={ledger}" in shown(parsed, named)) == (ledger != "main")
    assert parse_address(url, "other")[1] == "other"


@pytest.mark.parametrize(
    "query",
    ["ledger=", "ledger=a/b", "ledger=a b", "ledger=%E9%87%91", "ledger=a&ledger=b", "ledger=&ledger=a",
     f"ledger={'x' * 65}", "ledger=a%0A", "ledger=../a"],
)  # fmt: skip
def test_an_id_that_is_none_is_refused_and_nothing_is_made(
    query: str, sqlite_url: str, capsys: Capture
) -> None:
    assert run(["report", "appeals", "--ledger", f"{sqlite_url}?{query}", "--lang", "en"]) == 3
    told = capsys.readouterr().err
    assert "is not the id of a ledger" in told
    assert "hint: name one ledger at the end of the URL, ?ledger=jinse" in told
    with pytest.raises(StoreError) as error:
        Log(sqlite_url, "no id")
    assert error.value.code == "ledger_id_wrong"


def test_a_message_names_the_ledger_and_no_password(capsys: Capture, tmp_path: Any) -> None:
    assert run(["due", "--ledger", f"sqlite:///{tmp_path}/none.db?ledger=jinse", "--lang", "en"]) == 3
    assert "none.db?ledger=jinse" in capsys.readouterr().err
    parsed, ledger = parse_address("postgresql://u:secret@h/db?ledger=jinse")
    assert "secret" not in shown(parsed, ledger)


@pytest.mark.parametrize("option", ["password", "sslpassword", "oauth_client_secret", "scram_client_key"])
def test_a_password_among_the_options_is_not_shown_either(option: str, capsys: Capture) -> None:
    for url in (
        f"postgresql://h/db?host=/nowhere&user=u&{option}=SECRET&ledger=jinse",
        f"postgresql://h:1:2/db?{option}=SECRET",
        f"postgresql://h/db?host=/nowhere&bogus=1&{option}=SECRET",
        f"mysql://h/db?{option}=SECRET",
        f"host=h user=u {option}=SECRET",
    ):
        assert run(["due", "--ledger", url, "--lang", "en"]) == 3
        told = capsys.readouterr().err
        assert told and "SECRET" not in told


@pytest.mark.parametrize(
    ("command", "error"),
    [
        (office.issue_notice("N1", "E777"), "line 1, ledger jinse: there is no employee E777 in this ledger"),
        (office.withdraw_notice("N9"), "line 1, ledger jinse: there is no notice N9 in this ledger"),
        (office.close_month(site="other"), "line 1, ledger jinse: there is no site other in this ledger"),
    ],
)
def test_who_is_not_known_in_a_ledger_that_was_named_is_told_with_its_id(
    sqlite_url: str, command: dict[str, Any], error: str, capsys: Capture, tmp_path: Path
) -> None:
    url, file = at(sqlite_url, "jinse"), tmp_path / "commands.jsonl"
    for each in (url, sqlite_url):
        with opened(each) as ledger:
            ledger.record.apply(office.lines(office.office()))
    file.write_bytes(b"".join(office.lines([command])))
    assert run(["apply", str(file), "--ledger", url, "--lang", "en"]) == 3
    assert error in capsys.readouterr().err
    assert run(["apply", str(file), "--ledger", sqlite_url, "--lang", "en"]) == 3
    assert error.replace(", ledger jinse", "") in capsys.readouterr().err


def test_where_a_ledger_is_missing_it_is_said_how_to_list_those_there_are(
    sqlite_url: str, capsys: Capture
) -> None:
    with opened(sqlite_url) as ledger:
        ledger.record.apply(office.lines(office.office()))
    assert run(["due", "--ledger", at(sqlite_url, "jinze"), "--lang", "en"]) == 3
    assert "kaoji ledgers lists those of a database" in capsys.readouterr().err


# --- side by side -----------------------------------------------------------------------------------


def test_each_ledger_keeps_its_own_ids_positions_and_reports(ledger_url: str) -> None:
    with opened(at(ledger_url, "jinse")) as jinse, opened(ledger_url) as main:
        jinse.record.apply(office.lines([*office.office(), office.issue_notice("N1", "E001", 5)]))
        main.record.apply(office.lines(office.office()))
        with pytest.raises(LedgerError) as error:
            main.review.card("notice", "N1")
        assert error.value.code == "notice_unknown"
        main.record.apply(office.lines([office.issue_notice("N1", "E001", 2)]))
        assert [row["points"] for row in jinse.reports.monthly(office.MONTH)] == [5]
        assert [row["points"] for row in main.reports.monthly(office.MONTH)] == [2]
        jinse.record.apply(office.lines([office.issue_notice("N2", "E001", 1, clause="FD-02")]))
        assert [row["points"] for row in jinse.reports.monthly(office.MONTH)] == [6]
        assert [row["points"] for row in main.reports.monthly(office.MONTH)] == [2]
        main.rebuild()
        assert [row["points"] for row in jinse.reports.monthly(office.MONTH)] == [6]
        with jinse.projections.engine.connect() as connection:
            stands = [drawn_at(connection, name) for name in ("jinse", "main")]
        assert [stand and stand[0] for stand in stands] == [jinse.log.position(), main.log.position()]
        for ledger in (jinse, main):
            assert_whole(ledger.log)


def in_time(work: Callable[[], object]) -> bool:
    """Whether the work is done although somebody else holds a lock."""
    worker = threading.Thread(target=work, daemon=True)
    worker.start()
    worker.join(10)
    return not worker.is_alive()


def test_on_postgresql_nobody_waits_for_another_ledger(pg_url: str) -> None:
    with opened(at(pg_url, "a")) as a, opened(at(pg_url, "b")) as b:
        for ledger in (a, b):
            ledger.record.apply(office.lines(office.office()))
            ledger.reports.monthly(office.MONTH)
        with a.log.unit(), a.projections._turn(a.projections.engine):
            notice = office.lines([office.issue_notice("N1", "E001", 5)])
            assert in_time(lambda: b.record.apply(notice))
            assert in_time(lambda: b.reports.monthly(office.MONTH))
            assert in_time(lambda: opened(at(pg_url, "c")).record.apply(office.lines(office.office())))
        assert b.log.position() == a.log.position() + 1


def test_on_postgresql_somebody_waits_for_their_own_ledger(pg_url: str) -> None:
    with opened(pg_url) as ledger:
        ledger.record.apply(office.lines(office.office()))
        with ledger.log.unit(), writing(ledger.log.engine, None) as connection:
            query = select(heads.c.position).with_for_update(skip_locked=True)
            assert connection.execute(query).all() == []


# --- all of them ------------------------------------------------------------------------------------


@pytest.fixture
def group(ledger_url: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """Three ledgers: one of two sites, one with a closed month, one in which nothing was recorded."""
    monkeypatch.setenv("KAOJI_LANG", "en")
    monkeypatch.setenv("KAOJI_LEDGER", ledger_url)
    with opened(at(ledger_url, "south"), 5) as south:
        south.record.apply(office.lines([*office.office(), office.issue_notice("N1", "E001", 5)]))
        south.record.apply(office.lines([office.close_month()]))
    with opened(at(ledger_url, "north")) as north:
        north.record.apply(office.lines([*office.office(), office.register_site("annex")]))
        north.record.apply(office.lines([office.issue_notice("N1", "E001", 2)]))
    Log(ledger_url, "empty").create()
    return ledger_url


def told(capsys: Capture, *arguments: str, status: int = 0) -> Any:
    assert run([*arguments, "--json"]) == status, capsys.readouterr().err
    return json.loads(capsys.readouterr().out)


def test_the_ledgers_are_listed(group: str, capsys: Capture) -> None:
    rows = told(capsys, "ledgers")
    assert rows == ledgers(group)
    assert [(row["ledger"], row["recorded_at"]) for row in rows] == [
        ("north", "2026-09-02T01:00:00.000000Z"),
        ("south", "2026-09-02T01:05:00.000000Z"),
    ]
    with Ledger(group, "south") as south:
        assert rows[1]["events"] == south.log.position()
    assert run(["ledgers"]) == 0
    assert "north" in capsys.readouterr().out


def test_there_is_nothing_to_list_where_there_is_no_ledger(ledger_url: str, capsys: Capture) -> None:
    assert run(["ledgers", "--ledger", ledger_url, "--lang", "en"]) == 3
    assert "there is no ledger" in capsys.readouterr().err
    assert run(["report", "appeals", "--all-ledgers", "--ledger", ledger_url]) == 3


def test_a_report_of_all_ledgers_has_the_rows_of_each_with_its_ledger_and_site(
    group: str, capsys: Capture
) -> None:
    found = told(capsys, "report", "monthly", office.MONTH, "--all-ledgers")
    expected = []
    for name in ("north", "south"):
        with opened(at(group, name)) as ledger:
            expected += [
                {"ledger": name, "site": office.SITE, **row}
                for row in ledger.reports.monthly(office.MONTH, office.SITE)
            ]
    assert found == expected
    assert [(row["ledger"], row["points"]) for row in found] == [("north", 2), ("south", 5)]


@pytest.mark.parametrize(
    "report", ["public-list", "joint-liability", "sanctions", "rewards", "fairness", "appeals"]
)
def test_every_report_can_be_asked_of_all_ledgers(group: str, capsys: Capture, report: str) -> None:
    month = [] if report == "appeals" else [office.MONTH]
    found = told(capsys, "report", report, *month, "--all-ledgers")
    assert all(list(row)[:2] == ["ledger", "site"] for row in found)
    assert run(["report", report, *month, "--all-ledgers"]) == 0
    printed = capsys.readouterr().out
    assert [line.split(" · ")[1:] for line in printed.splitlines() if " · north" in line or " · south" in line] == [
        ["north", "annex"], ["north", office.SITE], ["south", office.SITE],
    ]  # fmt: skip


def test_a_site_can_be_picked_out_of_all_ledgers(group: str, capsys: Capture) -> None:
    found = told(capsys, "report", "fairness", office.MONTH, "--all-ledgers", "--site", "annex")
    assert [(row["ledger"], row["site"]) for row in found] == [("north", "annex")]
    assert run(["report", "appeals", "--all-ledgers", "--site", "nowhere"]) == 3
    assert "there is no site nowhere" in capsys.readouterr().err


def test_a_policy_is_tried_on_all_ledgers(group: str, capsys: Capture, tmp_path: Path) -> None:
    next_year = tmp_path / "next.json"
    next_year.write_text(json.dumps(house_rules() | {"version": "next"}))
    words = ("what-if", "--policy", str(next_year))
    found = told(capsys, *words, "--all-ledgers", "--out", str(tmp_path / "changes.csv"))
    for row in found:
        with opened(at(group, row["ledger"])) as ledger:
            alone = ledger.review.try_policy(next_year.read_bytes())
        assert row == {"ledger": row["ledger"]} | alone
    assert [row["ledger"] for row in found] == ["north", "south"]
    assert sorted(file.name for file in tmp_path.glob("*.csv")) == ["changes-north.csv", "changes-south.csv"]
    assert run([*words, "--all-ledgers", "--site", "annex"]) == 3
    printed = capsys.readouterr()
    assert "· north" in printed.out and "south" in printed.err


def test_a_ledger_that_refuses_is_told_of_and_the_others_are_shown(group: str, capsys: Capture) -> None:
    assert run(["report", "payroll", office.MONTH, "--all-ledgers", "--json"]) == 3
    printed = capsys.readouterr()
    (only,) = json.loads(printed.out)
    assert (only["ledger"], only["site"], only["total"]) == ("south", office.SITE, "45.00")
    assert f"error: ledger north, site annex: {office.MONTH} is not closed at annex" in printed.err
    assert f"error: ledger north, site {office.SITE}: {office.MONTH} is not closed" in printed.err


def test_all_ledgers_are_shown_as_of_an_instant_and_of_no_position(group: str, capsys: Capture) -> None:
    monthly = ["report", "monthly", office.MONTH, "--all-ledgers", "--as-of"]
    found = told(capsys, *monthly, "2026-09-02T01:00:00Z")
    assert [(row["ledger"], row["points"]) for row in found] == [("north", 2)]
    assert told(capsys, *monthly, "2026-09-01T01:00:00Z") == []
    for as_of in ("5", "appeal:A1"):
        assert run([*monthly, as_of]) == 2
        assert "positions are each ledger's own" in capsys.readouterr().err
