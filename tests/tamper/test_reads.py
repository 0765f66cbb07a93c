"""Verified reads: no reading command shows a figure that the tree does not cover, whoever changed what in the database."""

from pathlib import Path

import pytest

from cli.main import run
from ledger.application.ledger import Ledger
from ledger.errors import StoreError
from tests.support import office
from tests.tamper import attacker
from tests.tamper.forger import Forger

READING = (
    ("log", "N2"),
    ("log", "E002"),
    ("log",),
    ("explain", "E002", "2026-08"),
    ("notice", "show", "N2"),
    ("employee", "show", "E002"),
    ("employee", "export", "E002"),
    ("report", "monthly", "2026-08", "--site", "jinse", "--as-of", "30"),
    ("what-if", "--without", "N2"),
    ("compare", "E002", "2026-08", "--as-of", "30", "--as-of", "39"),
    ("rebuild",),
    ("receipt", "notice:N2", "--out", "-"),
)


def attacks(url: str) -> tuple[attacker.Attack, ...]:
    on = attacker.ON_SQLITE if url.startswith("sqlite") else attacker.ON_POSTGRESQL
    return (*attacker.EVERYWHERE, *on)


@pytest.mark.parametrize("number", range(4))
def test_what_the_tree_does_not_cover_is_shown_by_no_command(
    number: int, url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    attack = attacks(url)[number]
    common = ("--ledger", url, "--lang", "en")
    for words in READING:
        assert run([*_at(words, tmp_path / "before"), *common]) == 0, (words, capsys.readouterr())
    capsys.readouterr()
    attack(url)
    for words in READING:
        status = run([*_at(words, tmp_path / "after"), *common])
        said = capsys.readouterr()
        if status == 0:  # a position was asked, of which the true row is given
            assert attack in (attacker.index_against_table, attacker.view_before_events), words
            assert f"points: {attacker.POINTS}" not in said.out and "events" not in words
            assert words in (("log",), ("receipt", "notice:N2", "--out", "-")), (words, said.out)
        else:
            assert (status, said.out) == (3, ""), (words, said)
            assert "kaoji verify" in said.err


@pytest.mark.parametrize("index", ["events_by_month", "sqlite_autoindex_events_2"])
def test_whom_an_index_of_the_log_hides_ends_in_no_traceback(
    index: str, sqlite_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Of somebody of the registry no event is found, or no policy: a flipped bit did it, and `verify` broke off."""
    with Ledger(sqlite_url, now=office.now, operator=lambda: "tester") as ledger:
        ledger.record.apply(office.lines(office.a_busy_month()))
    attacker.index_emptied(sqlite_url, index)
    payroll = ("report", "payroll", "2026-08", "--site", "jinse")
    for words in (*READING[:-1], payroll):
        status = run([*words, "--ledger", sqlite_url, "--lang", "en"])
        said = capsys.readouterr()
        assert status == 0 or ((status, said.out) == (3, "") and "hint: " in said.err), (words, said)
    assert run(["verify", "--deep", "--sheets", "--ledger", sqlite_url]) == 1


def test_no_figures_are_drawn_without_somebody_whose_whole_stream_is_gone(
    url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    attacker.stream_deleted(url)
    for words in (("rebuild",), READING[7], ("report", "payroll", "2026-08", "--site", "jinse")):
        status = run([*words, "--ledger", url, "--lang", "en"])
        said = capsys.readouterr()
        assert (status, said.out) == (3, ""), (words, said)
        assert "kaoji verify" in said.err
    assert run(["verify", "--sheets", "--ledger", url]) == 1


OTHERWISE = (
    (b'"edition"', b'"edition":3,"edition"'),
    (b'"points":', b'"points":1,"points":'),
    (b',"fact":', b', "fact":'),
    (b'"scheme"', b'"schem\\u0065"'),
)
"""What stands in an event's bytes, and the same as another reader of JSON might understand otherwise."""


@pytest.mark.parametrize(("written", "otherwise"), OTHERWISE)
def test_bytes_that_are_not_written_as_the_program_writes_them_are_refused_under_a_right_tree_too(
    written: bytes, otherwise: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "kaoji.db"
    common = ("--ledger", f"sqlite:///{file}", "--lang", "en")
    with Ledger(common[1], now=office.now, operator=lambda: "tester") as ledger:
        ledger.record.apply(office.lines(office.a_busy_month()))
    forger = Forger(file)
    position = forger.one("SELECT max(position) FROM events WHERE kind = 'notice_issued'")
    state = forger.one("SELECT state FROM events WHERE position = ?", position)
    assert written in state
    forger.do(
        "UPDATE events SET state = ? WHERE position = ?", state.replace(written, otherwise, 1), position
    )
    forger.recompute()
    forger.close()
    assert run(["log", str(position), *common]) == 3
    assert run(["verify", "--deep", *common]) == 1
    said = capsys.readouterr()
    assert f"position {position}" in said.out + said.err
    assert "Traceback" not in said.err


def _at(words: tuple[str, ...], folder: Path) -> list[str]:
    folder.mkdir(exist_ok=True)
    return [str(folder / "out") if word == "-" else word for word in words]


def test_somebody_whose_events_are_all_gone_is_not_called_unknown(url: str) -> None:
    with attacker.owning(url) as connection:
        connection.exec_driver_sql("DELETE FROM events WHERE stream = 'employee/E002'")
    with Ledger(url, now=office.now) as ledger:
        with pytest.raises(StoreError) as error:
            ledger.review.card("employee", "E002")
        assert (error.value.code, error.value.fields["stream"]) == ("stream_incomplete", "employee/E002")
