"""All faults of a file are told at once, each with its line; what rests on a refused line is counted (domain §10.1)."""

import json
from pathlib import Path
from typing import Any

import pytest

from cli.main import run
from ledger.application.ledger import Ledger
from ledger.errors import LedgerError
from tests.support import office
from tests.support.story import open_ledger

Commands = list[dict[str, Any]]


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    with open_ledger(tmp_path / "kaoji.db", office.NOW) as ledger:
        ledger.record.apply(office.lines(office.office()))
        return ledger


def refusal(ledger: Ledger, commands: Commands | list[bytes], dry_run: bool = False) -> LedgerError:
    lines = [line if isinstance(line, bytes) else office.lines([line])[0] for line in commands]
    position = ledger.position()
    with pytest.raises(LedgerError) as caught:
        ledger.record.apply(lines, dry_run)
    assert ledger.position() == position, "nothing of the file is recorded"
    return caught.value


def told(error: LedgerError) -> list[tuple[str, Any]]:
    return [(each.code, each.place["line"]) for each in (error, *error.others)]


@pytest.mark.parametrize("dry_run", [False, True])
def test_each_refused_line_is_told_and_what_names_its_thing_is_counted(ledger: Ledger, dry_run: bool) -> None:
    error = refusal(
        ledger,
        [
            office.issue_notice("N1", "E001", clause="XX-99"),
            office.acknowledge_notice("N1"),
            office.file_appeal("A1", "E001", {"notice": "N1"}),
            office.decide_appeal("A1", "revoked", "M01"),
            office.issue_notice("N2", "E002"),
            office.issue_notice("N3", "E404"),
        ],
        dry_run,
    )
    assert told(error) == [("clause_unknown", 1), ("employee_unknown", 6)]
    assert error.resting == 3
    assert error.exit_status == 3


def test_a_line_is_judged_on_what_the_accepted_ones_before_it_made(ledger: Ledger) -> None:
    error = refusal(
        ledger,
        [
            office.issue_notice("N1", "E001"),
            office.withdraw_notice("N1"),
            office.acknowledge_notice("N1"),
            office.correct_notice("N1", points=1),
        ],
    )
    assert told(error) == [("notice_withdrawn", 3)]
    assert error.resting == 1, "the fourth may only follow from the third"


def test_where_the_shape_is_wrong_the_shape_of_all_lines_is_told_and_nothing_is_judged(
    ledger: Ledger,
) -> None:
    wrong = [
        b"{",
        b'{"do": "dance"}',
        *office.lines([office.issue_notice("N3", "E404")]),
        b'{"do": "close_month"}',
    ]
    error = refusal(ledger, wrong)
    assert told(error) == [("not_json", 1), ("do_unknown", 2), ("field_missing", 4)]
    assert (error.resting, error.exit_status) == (0, 2)


def test_an_id_that_is_taken_leaves_the_thing_that_has_it(ledger: Ledger) -> None:
    error = refusal(
        ledger,
        [
            office.issue_notice("N1", "E001"),
            office.issue_notice("N1", "E002"),
            office.acknowledge_notice("N1"),
            office.acknowledge_notice("N9"),
        ],
    )
    assert told(error) == [("id_taken", 2), ("notice_unknown", 4)]


def test_a_dry_run_says_what_would_be_recorded_and_records_nothing(
    ledger: Ledger, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "more.jsonl"
    file.write_bytes(b"".join(office.lines([office.issue_notice("N1", "E001"), *office.office()[:1]])))
    url = f"sqlite:///{tmp_path / 'kaoji.db'}"
    before = ledger.position()
    assert run(["apply", str(file), "--dry-run", "--json", "--ledger", url]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found == {"dry_run": True, "recorded": 1, "skipped": 1, "position": before + 1}
    assert ledger.position() == before


def test_a_file_is_told_whole_on_the_terminal_and_a_next_step_once(
    ledger: Ledger, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "wrong.jsonl"
    wrong = [office.issue_notice(f"N{n}", "E404", occurred_at=f"2026-08-1{n}T10:00:00+08:00") for n in (1, 2)]
    file.write_bytes(b"".join(office.lines([*wrong, office.acknowledge_notice("N2")])))
    assert run(["apply", str(file), "--ledger", f"sqlite:///{tmp_path / 'kaoji.db'}", "--lang", "en"]) == 3
    said = capsys.readouterr().err.splitlines()
    assert [line.partition(":")[0] for line in said[:3]] == ["error", "hint", "error"]
    assert said[3:] == ["lines that rest on refused ones, and were not judged: 1"]


def test_a_dry_run_on_a_ledger_that_is_not_there_yet_says_what_would_be_recorded(tmp_path: Path) -> None:
    folder = tmp_path / "nothing"
    folder.mkdir()
    with open_ledger(folder / "kaoji.db", office.NOW) as ledger:
        applied = ledger.record.apply(office.lines(office.office()), dry_run=True)
        assert (applied.recorded, applied.position) == (len(office.office()), len(office.office()) + 1)
        wrong = office.lines([*office.office(), office.issue_notice("N1", "E099")])
        with pytest.raises(LedgerError) as refused:
            ledger.record.apply(wrong, dry_run=True)
        assert refused.value.place == {"line": len(wrong)}
    assert list(folder.iterdir()) == []


def test_a_dry_run_waits_for_no_writer_and_leaves_nobody_behind(tmp_path: Path) -> None:
    with open_ledger(tmp_path / "kaoji.db", office.NOW) as ledger:
        ledger.record.apply(office.lines(office.office()))
        joined = office.register_employee("E009")
        with open_ledger(tmp_path / "kaoji.db", office.NOW) as writer, writer.log.unit():
            tried = ledger.record.apply(
                office.lines([joined, office.issue_notice("N1", "E009")]), dry_run=True
            )
            assert tried.recorded == 2
            assert len(ledger.record.typed(joined, dry_run=True).events) == 1
        assert ledger.record.apply(office.lines([joined])).recorded == 1
        assert ledger.proofs.verify(deep=True).faults == []
