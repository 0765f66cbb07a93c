"""The last day to appeal stands where a party and a reviewer look for it; a month of record only says so (domain §§6, 8)."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cli.main import run
from ledger.application.ledger import Ledger
from tests.refusals.scene import adopt_policy
from tests.support import office
from tests.support.story import open_ledger

LATER = datetime(2027, 1, 20, 3, tzinfo=UTC)
FOUND = {"do": "find_responsibility", "notice": "N1", "finding": "查實", "by": "D01", "on": "2026-08-12"}


def appeal(**changes: object) -> dict[str, object]:
    filed = {"do": "file_appeal", "appeal": "A1", "by": "E001", "against": {"notice": "N1"}}
    return {**filed, "ground": "facts", "statement": "不服", "on": "2026-08-13", **changes}


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with open_ledger(tmp_path / "kaoji.db", LATER) as ledger:
        ledger.record.apply(office.lines([*office.office(), office.issue_notice("N1", "E001", points=4)]))
        yield ledger


def until(ledger: Ledger, notice: str = "N1") -> object:
    return ledger.review.card("notice", notice).get("appeal_by")


def test_a_notice_shows_it_once_it_is_served_and_while_it_stands(ledger: Ledger) -> None:
    assert until(ledger) is None
    ledger.record.apply(office.lines([office.acknowledge_notice("N1")]))
    assert until(ledger) == "2026-08-18"
    corrected = {"do": "correct_notice", "notice": "N1", "clause": "FD-05", "reason": "誤", "by": "I01"}
    ledger.record.apply(office.lines([{**corrected, "on": "2026-08-14"}]))
    assert until(ledger) == "2026-08-21"
    withdrawn = {"do": "withdraw_notice", "notice": "N1", "reason": "誤", "by": "I01", "on": "2026-08-14"}
    ledger.record.apply(office.lines([withdrawn]))
    assert until(ledger) is None


def test_a_day_that_rests_on_an_unpublished_calendar_says_so(ledger: Ledger) -> None:
    issued = office.issue_notice(
        "N2", "E001", occurred_at="2026-12-29T10:00:00+08:00", issued_on="2026-12-29"
    )
    ledger.record.apply(office.lines([issued, office.acknowledge_notice("N2", on="2026-12-30")]))
    card = ledger.review.card("notice", "N2")
    assert (card["appeal_by"], card["provisional"]) == ("2027-01-07", True)
    assert "provisional" not in ledger.review.card("notice", "N1")


def test_a_share_has_a_day_of_its_own_from_its_recording(ledger: Ledger) -> None:
    ledger.record.apply(office.lines([office.acknowledge_notice("N1"), FOUND]))
    share = ledger.review.card("notice", "N1")["share"]
    assert (share["supervisor"], share["appeal_by"]) == ("L01 員工L01", "2027-01-27")


def test_the_case_file_and_the_dossier_show_it(
    ledger: Ledger, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ledger.record.apply(office.lines([office.acknowledge_notice("N1"), appeal()]))
    with ledger.look_at_log() as look:
        deadlines = {row["what"]: row["day"] for row in look.case_file("A1")["deadlines"]}
    assert deadlines["appeal_by"] == "2026-08-18"
    url = f"sqlite:///{tmp_path / 'kaoji.db'}"
    assert run(["appeal", "show", "A1", "--ledger", url, "--lang", "zh-Hans"]) == 0
    assert "申诉截止日：2026-08-18" in capsys.readouterr().out
    page, _ = ledger.review.dossier("A1", "zh-Hant")
    assert page.count("2026-08-18") >= 3


def test_a_sanction_shows_the_last_day_of_its_appeal(ledger: Ledger) -> None:
    notices = [office.issue_notice("N2", "E001", points=8, clause="FD-05")]
    imposed = {"do": "impose_sanction", "sanction": "S1", "employee": "E001", "month": "2026-08"}
    imposed |= {"kind": "warning", "reasons": "累計", "by": "D01", "on": "2026-09-01"}
    ledger.record.apply(office.lines([*notices, imposed]))
    assert ledger.review.card("sanction", "S1")["appeal_by"] == "2026-09-08"


def test_a_month_of_record_only_says_that_nothing_is_taken(
    ledger: Ledger, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    policy = adopt_policy("record", "2026-12-01", {"money": "record_only"}, on="2026-11-01")
    issued = office.issue_notice(
        "N2", "E001", occurred_at="2026-12-29T10:00:00+08:00", issued_on="2026-12-29"
    )
    ledger.record.apply(office.lines([policy, issued]))
    url = f"sqlite:///{tmp_path / 'kaoji.db'}"
    for words, told in (
        (["explain", "E001", "2026-12"], "record only: deductions of this month are shown, and not taken"),
        (["notice", "show", "N2"], "record only, not taken: yes"),
        (["explain", "E001", "2026-08"], ""),
        (["notice", "show", "N1"], ""),
    ):
        assert run([*words, "--ledger", url, "--lang", "en"]) == 0
        said = capsys.readouterr().out
        assert told in said
        assert bool(told) == ("record only" in said)


def test_a_dismissal_review_of_such_a_month_says_it_too(
    ledger: Ledger, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    policy = adopt_policy("record", "2026-12-01", {"money": "record_only"}, on="2026-11-01")
    notices = [
        office.issue_notice(
            f"R{n}",
            "E001",
            10,
            clause=f"FD-0{n}",
            occurred_at=f"2026-12-0{n}T10:00:00+08:00",
            issued_on=f"2026-12-0{n}",
        )
        for n in (2, 3)
    ]
    ledger.record.apply(office.lines([policy, *notices]))
    (row,) = ledger.reports.sanctions("2026-12")
    assert row["review"]["not_taken"] is True
    assert {item["state"] for item in row["review"]["items"]} == {"not_recorded"}
    url = f"sqlite:///{tmp_path / 'kaoji.db'}"
    assert run(["report", "sanctions", "2026-12", "--ledger", url, "--lang", "en"]) == 0
    assert "record only: deductions of this month are shown, and not taken" in capsys.readouterr().out
