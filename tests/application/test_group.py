"""A group of ledgers on several servers, by a catalogue: all of them in one answer, and what is away is told."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.engine import URL

from cli.main import run
from ledger.application.group.ledgers import Whereabouts
from ledger.application.ledger import Ledger
from ledger.policy.loading import house_rules
from tests.support import office
from tests.support.group import DATABASE, ENTRY, NAMES, Group, at
from tests.support.group import group as made

Capture = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def shared(postgres_url: URL, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Group]:
    """A group that is read only."""
    with pytest.MonkeyPatch.context() as home:
        home.setenv("HOME", str(tmp_path_factory.getbasetemp()))
        with made(postgres_url, tmp_path_factory.mktemp("group")) as group:
            yield group


@pytest.fixture
def group(shared: Group, monkeypatch: pytest.MonkeyPatch) -> Group:
    monkeypatch.setenv("KAOJI_LEDGERS", str(shared.catalogue))
    monkeypatch.setenv("KAOJI_LANG", "en")
    return shared


def told(capsys: Capture, *arguments: str, status: int = 0) -> Any:
    found = run([*arguments, "--json"])
    printed = capsys.readouterr()
    assert found == status, printed.err
    return json.loads(printed.out)


def end(group: Group, name: str) -> tuple[int, str]:
    """Where a ledger stands: its position and its mark."""
    with Ledger(group.urls[name]) as ledger:
        return ledger.log.end()


# --- the catalogue ------------------------------------------------------------------------------------------


def test_the_ledgers_of_a_catalogue_are_listed_by_name(group: Group, capsys: Capture) -> None:
    rows = told(capsys, "ledgers")
    assert [row["ledger"] for row in rows] == list(NAMES)
    assert [row["events"] for row in rows] == [end(group, name)[0] for name in NAMES]


def test_a_database_that_is_typed_is_meant_and_not_the_catalogue(group: Group, capsys: Capture) -> None:
    rows = told(capsys, "ledgers", "--ledger", group.database)
    assert [row["ledger"] for row in rows] == ["east", "west"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[ledger]", "is not TOML"),
        ("", "cannot be understood"),
        ("[ledger]\nname = 'a'\nurl = 'sqlite:///a.db'", "ledger of the catalogue cannot be understood"),
        ("[[ledger]]\nurl = 'sqlite:///a.db'", "[[ledger]] 1 of the catalogue cannot be understood"),
        ("[[ledger]]\nname = 'a b'\nurl = 'sqlite:///a.db'", "[[ledger]] 1 of"),
        ("[[ledger]]\nname = 'a'\nurl = 5", "[[ledger]] 1 of"),
        ("[[ledger]]\nname = 'a'\nurl = 'sqlite:///a.db'\npassword = 'x'", "[[ledger]] 1 of"),
        ("[[database]]\nurl = 'sqlite:///a.db?ledger=b'", "[[database]] 1 of"),
        ("[[site]]\nname = 'a'", "site of the catalogue"),
        (f"a = {'9' * 5_000}", "is not TOML: a number is too long"),
        (f"a = {'[' * 3_000}", "is not TOML"),
        ("[[database]]\nurl = 'postgresql://u:SECRET@h/db'", "[[database]] 1 of the catalogue holds a password"),
        ("[[database]]\nurl = 'postgresql://h/db?sslpassword=SECRET'", "holds a password"),
    ],
)  # fmt: skip
def test_a_catalogue_that_is_none_is_refused(
    group: Group, text: str, said: str, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KAOJI_LEDGERS", str(group.write(text)))
    assert run(["ledgers"]) == 2
    printed = capsys.readouterr().err
    assert said in printed and "SECRET" not in printed


def test_two_of_one_name_are_refused_and_both_places_named(
    group: Group, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = DATABASE.format(group.database) + ENTRY.format("east", group.urls["north"])
    monkeypatch.setenv("KAOJI_LEDGERS", str(group.write(text)))
    assert run(["verify", "--all-ledgers"]) == 3
    printed = capsys.readouterr()
    assert "are called east: [[database]] 1 (postgresql" in printed.err
    assert "and [[ledger]] 1 (postgresql" in printed.err and printed.out == ""


def test_a_copy_of_a_ledger_is_refused_for_a_total_would_count_it_twice(
    group: Group, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = group.catalogue.with_name("copy.db")
    shutil.copy(group.catalogue.with_name("south.db"), copy)
    text = group.catalogue.read_text() + ENTRY.format("copied", "sqlite:///copy.db")
    monkeypatch.setenv("KAOJI_LEDGERS", str(group.write(text)))
    assert run(["report", "payroll", office.MONTH, "--all-ledgers"]) == 3
    printed = capsys.readouterr()
    assert "south, [[ledger]] 2 (sqlite:///" in printed.err and "copied, [[ledger]] 3 (sqlite:" in printed.err
    assert printed.out == ""


def test_the_file_of_a_ledger_is_looked_for_beside_the_catalogue(
    group: Group, capsys: Capture, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    assert "south" in [row["ledger"] for row in told(capsys, "ledgers")]


# --- what is asked of all -----------------------------------------------------------------------------------


def test_a_report_of_all_ledgers_says_where_each_stood(group: Group, capsys: Capture) -> None:
    assert run(["report", "monthly", office.MONTH, "--all-ledgers", "--json"]) == 0
    printed = capsys.readouterr()
    found = json.loads(printed.out)
    assert [(row["ledger"], row["points"]) for row in found] == [*zip(NAMES, (1, 2, 3, 4), strict=True)]
    assert printed.err.splitlines() == [
        f"{name}: position {end(group, name)[0]}, mark {end(group, name)[1][:16]}" for name in NAMES
    ]


def test_what_waits_is_told_of_all_ledgers(group: Group, capsys: Capture) -> None:
    found = told(capsys, "due", "--all-ledgers", "--what", "acknowledgement")
    assert [row["ledger"] for row in found] == list(NAMES)
    for name in NAMES:
        alone = told(capsys, "due", "--ledger", group.urls[name], "--what", "acknowledgement")
        where = {"ledger": name, "site": office.SITE}
        assert [{**where, **row} for row in alone] == [row for row in found if row["ledger"] == name]
    assert run(["due", "--all-ledgers"]) == 0
    assert f" · north · {office.SITE}" in capsys.readouterr().out


def test_what_waits_is_told_of_all_sites_of_a_ledger(
    sqlite_url: str, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KAOJI_LEDGER", sqlite_url)
    with Ledger(sqlite_url, now=office.now, operator=lambda: "typist") as ledger:
        ledger.record.apply(office.lines([*office.office(), office.register_site("east")]))
    assert {row["site"] for row in told(capsys, "due", "--all-ledgers")} == {office.SITE, "east"}
    assert {row["site"] for row in told(capsys, "due", "--all-ledgers", "--site", "east")} == {"east"}
    assert run(["due", "--all-ledgers", "--site", "west"]) == 3


def test_all_ledgers_are_verified_each_as_it_would_be_alone(group: Group, capsys: Capture) -> None:
    found = told(capsys, "verify", "--all-ledgers", "--deep")
    assert [row["ledger"] for row in found] == list(NAMES)
    for row in found:
        alone = told(capsys, "verify", "--deep", "--ledger", group.urls[row["ledger"]])
        position, mark = end(group, row["ledger"])
        assert row == {"ledger": row["ledger"], "position": position, "mark": mark, **alone}
    assert run(["verify", "--all-ledgers"]) == 0
    assert f"south: position {end(group, 'south')[0]}, mark " in capsys.readouterr().out


def test_all_sheets_are_drawn_anew(group: Group, capsys: Capture) -> None:
    assert run(["rebuild", "--all-ledgers"]) == 0
    printed = capsys.readouterr().out.splitlines()
    assert printed == [f"{name}: sheets drawn anew at position {end(group, name)[0]}" for name in NAMES]
    assert all(row["ok"] for row in told(capsys, "verify", "--all-ledgers", "--sheets"))


def test_a_policy_is_tried_on_all_ledgers(group: Group, capsys: Capture, tmp_path: Path) -> None:
    policy = tmp_path / "next.json"
    policy.write_text(json.dumps(house_rules() | {"version": "next"}))
    found = told(capsys, "what-if", "--policy", str(policy), "--all-ledgers")
    assert [(row["ledger"], row["position"], row["mark"]) for row in found] == [
        (name, *end(group, name)) for name in NAMES
    ]
    policy.write_text("version = 5")
    assert run(["what-if", "--policy", str(policy), "--all-ledgers"]) == 2


def test_all_ledgers_are_copied_each_into_its_folder(group: Group, capsys: Capture, tmp_path: Path) -> None:
    found = told(
        capsys, "backup", str(tmp_path / "copies"), "--all-ledgers", "--keyring", str(tmp_path / "keys")
    )
    assert [row["name"] for row in found] == list(NAMES)
    for row in found:
        assert row["position"] <= end(group, row["name"])[0]
        assert (tmp_path / "copies" / row["name"] / "manifest.json").exists()
        assert (tmp_path / "keys" / row["name"] / "keyring.db").exists()
    within = str(tmp_path / "copies" / "keys")
    assert run(["backup", str(tmp_path / "copies"), "--all-ledgers", "--keyring", within]) == 3


def test_the_sheets_of_all_ledgers_are_caught_up(group: Group, capsys: Capture) -> None:
    assert run(["project", "--all-ledgers"]) == 0
    said = capsys.readouterr().err.splitlines()
    assert [line.partition(":")[0] for line in said] == list(NAMES)


@pytest.mark.parametrize(
    ("command", "option"),
    [
        (["verify", "--since", "x"], "--since"),
        (["rebuild", "--month", office.MONTH], "--month"),
    ],
)
def test_what_is_of_one_ledger_is_not_asked_of_all(
    group: Group, capsys: Capture, command: list[str], option: str
) -> None:
    assert run([*command, "--all-ledgers"]) == 2
    assert f"--all-ledgers and {option} cannot be given together" in capsys.readouterr().err


# --- a server that is away ----------------------------------------------------------------------------------


@pytest.fixture
def away(postgres_url: URL, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Group]:
    """A group of which a server was stopped."""
    with made(postgres_url, tmp_path) as group:
        group.other.away()
        monkeypatch.setenv("KAOJI_LEDGERS", str(group.catalogue))
        monkeypatch.setenv("KAOJI_LANG", "en")
        yield group


def test_a_server_that_is_away_is_told_and_the_others_answer(
    away: Group, capsys: Capture, tmp_path: Path
) -> None:
    policy = tmp_path / "next.json"
    policy.write_text(json.dumps(house_rules() | {"version": "next"}))
    there = [name for name in NAMES if name != "north"]
    for command in (
        ["ledgers"],
        ["report", "monthly", office.MONTH, "--all-ledgers"],
        ["report", "fairness", office.MONTH, "--all-ledgers"],
        ["due", "--all-ledgers", "--what", "acknowledgement"],
        ["verify", "--all-ledgers"],
        ["what-if", "--policy", str(policy), "--all-ledgers"],
    ):
        assert run([*command, "--json"]) == 3
        printed = capsys.readouterr()
        assert [row["ledger"] for row in json.loads(printed.out)] == there
        assert printed.err.startswith("error: ledger north: the server at postgresql")
        assert printed.err.count("error:") == 1
    for command in (["rebuild"], ["project"], ["backup", str(tmp_path / "copies")]):
        assert run([*command, "--all-ledgers"]) == 3
        printed = capsys.readouterr()
        assert "ledger north: the server at" in printed.err and "south" in printed.out + printed.err


def test_a_database_that_is_away_is_told_and_the_others_answer(
    away: Group, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = DATABASE.format(away.urls["north"]) + DATABASE.format(away.database)
    monkeypatch.setenv("KAOJI_LEDGERS", str(away.write(text)))
    found = told(capsys, "report", "monthly", office.MONTH, "--all-ledgers", status=3)
    assert [row["ledger"] for row in found] == ["east", "west"]


def test_a_server_that_goes_away_in_between_is_told_and_is_right_once_it_is_back(
    postgres_url: URL, tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KAOJI_LANG", "en")
    command = ["report", "monthly", office.MONTH, "--all-ledgers"]
    with made(postgres_url, tmp_path) as group:
        monkeypatch.setenv("KAOJI_LEDGERS", str(group.catalogue))
        looked_for = Whereabouts.group

        def going(where: Whereabouts) -> Any:
            found = looked_for(where)
            group.other.away()
            return found

        with pytest.MonkeyPatch.context() as between:
            between.setattr(Whereabouts, "group", going)
            found = told(capsys, *command, status=3)
        assert [row["ledger"] for row in found] == [name for name in NAMES if name != "north"]
        group.other.back()
        found = told(capsys, *command)
        assert [(row["ledger"], row["points"]) for row in found] == [*zip(NAMES, (1, 2, 3, 4), strict=True)]


def test_a_ledger_that_is_not_there_is_told_and_the_others_answer(
    group: Group, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = group.catalogue.read_text() + ENTRY.format("centre", at(group.database, "centre"))
    monkeypatch.setenv("KAOJI_LEDGERS", str(group.write(text)))
    assert run(["verify", "--all-ledgers", "--json"]) == 3
    printed = capsys.readouterr()
    assert [row["ledger"] for row in json.loads(printed.out)] == list(NAMES)
    assert "error: ledger centre: there is no ledger at " in printed.err
