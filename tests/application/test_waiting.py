"""What waits: acts nobody answers for, notices about somebody gone, departments without head or people (domain §§1, 2)."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from cli.main import run
from ledger.application.ledger import Ledger
from tests.support import office
from tests.support.story import open_ledger

STATED = {"by": "C01", "from_": "2026-08-01"}


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with open_ledger(tmp_path / "kaoji.db", office.NOW) as ledger:
        ledger.record.apply(office.lines(office.office()))
        yield ledger


def waiting(ledger: Ledger, what: str) -> list[tuple[str, str | None]]:
    return [(row["id"], row["who"]) for row in ledger.reports.due() if row["what"] == what]


def test_appointments_nobody_answers_for_stand_first_until_a_checkpoint_covers_them(
    ledger: Ledger, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    url = f"sqlite:///{tmp_path / 'kaoji.db'}"
    ledger.record.apply(office.lines([office.issue_notice("N1", "E001")]))
    first = ledger.reports.due()[0]
    assert (first["what"], first["id"]) == ("unstated", "9")
    ledger.proofs.checkpoint()
    assert waiting(ledger, "unstated") == []
    after = ledger.position()
    ledger.record.apply(office.lines([office.appoint("union", "E002", **STATED)]))
    assert waiting(ledger, "unstated") == []
    ledger.record.apply(office.lines([office.appoint("auditor", "E003")]))
    assert waiting(ledger, "unstated") == [("1", None)]
    assert waiting(ledger, "unstated") != [(r["id"], r["who"]) for r in ledger.reports.due(as_of=after)]
    assert run(["verify", "--ledger", url, "--lang", "en"]) == 0
    assert capsys.readouterr().out.startswith(
        f"1 appointments and policies behind position {after} name nobody"
    )


def test_a_notice_about_somebody_gone_waits_until_it_is_withdrawn(ledger: Ledger) -> None:
    gone = office.record_departure("E001", "2026-08-08")
    ledger.record.apply(office.lines([office.issue_notice("N1", "E001"), gone]))
    assert waiting(ledger, "undercut") == [("N1", "I01")]
    withdrawn = {"do": "withdraw_notice", "notice": "N1", "reason": "誤", "by": "I01", "on": "2026-08-14"}
    ledger.record.apply(office.lines([withdrawn]))
    assert waiting(ledger, "undercut") == []


def test_a_notice_about_somebody_back_by_then_does_not_wait(ledger: Ledger) -> None:
    away = [office.record_departure("E001", "2026-08-05"), office.rehire_employee("E001", "2026-08-09")]
    ledger.record.apply(office.lines([*away, office.issue_notice("N1", "E001")]))
    assert waiting(ledger, "undercut") == []


def test_a_department_that_lacks_head_or_people_waits(ledger: Ledger) -> None:
    moved = office.reassign_employee("E001", "2026-08-20", department="patrol")
    ledger.record.apply(office.lines([moved]))
    assert waiting(ledger, "department") == [("patrol", "M01")]
    ledger.record.apply(office.lines([office.appoint("department_head", "H02", department="patrol")]))
    assert waiting(ledger, "department") == []
    ledger.record.apply(office.lines([office.reassign_employee("E001", "2026-08-21", department="order")]))
    assert waiting(ledger, "department") == [("patrol", "M01")]
    ledger.record.apply(office.lines([office.record_departure("H01", "2026-08-31")]))
    assert waiting(ledger, "department") == [("front-desk", "M01"), ("patrol", "M01")]


def test_whoever_leaves_leaves_open_what_is_told(ledger: Ledger) -> None:
    served = [office.issue_notice("N2", "E001", clause="FD-05"), office.acknowledge_notice("N2")]
    appealed = office.file_appeal("A1", "E001", {"notice": "N2"})
    ledger.record.apply(office.lines([office.issue_notice("N1", "E001"), *served, appealed]))
    notes = ledger.record.apply(office.lines([office.record_departure("E001", "2026-08-31")])).notes
    told = {note.code: note.fields for note in notes}
    assert told["leaves_unserved"]["notices"] == "N1"
    assert told["leaves_appeals"]["appeals"] == "A1"
    assert waiting(ledger, "acknowledgement") == [("N1", "I01")]  # whoever issued it has to serve it
    again = ledger.record.apply(office.lines([office.record_departure("E002", "2026-08-31")])).notes
    assert again == []


def test_what_no_checkpoint_covers_is_told_after_a_week_until_one_does(
    ledger: Ledger, tmp_path: Path
) -> None:
    count = str(ledger.position())
    for days, told in ((6, []), (7, [(count, None)])):
        with open_ledger(tmp_path / "kaoji.db", office.NOW + timedelta(days=days)) as later:
            assert waiting(later, "unsigned") == told
    with open_ledger(tmp_path / "kaoji.db", office.NOW + timedelta(days=8)) as later:
        later.proofs.checkpoint()
        assert waiting(later, "unsigned") == []
        later.record.apply(office.lines([office.issue_notice("N1", "E001")]))
        assert waiting(later, "unsigned") == []


def test_a_notice_waits_since_its_issue_and_not_since_what_it_is_about(ledger: Ledger) -> None:
    notice = office.issue_notice("N1", "E001", issued_on="2026-08-20")
    ledger.record.apply(office.lines([notice]))
    since = {row["what"]: row["since"] for row in ledger.reports.due() if row["id"] == "N1"}
    assert since == {"acknowledgement": "2026-08-20", "rectification": "2026-08-20"}


def test_a_month_waits_for_whoever_may_close_it(ledger: Ledger) -> None:
    ledger.record.apply(
        office.lines([office.issue_notice("N1", "E001", occurred_at="2026-07-08T10:00:00+08:00")])
    )
    assert waiting(ledger, "close") == [("2026-07", "O01"), ("2026-08", "O01")]
    ledger.record.apply(office.lines([office.record_departure("O01", "2026-08-10")]))
    assert waiting(ledger, "close") == [("2026-07", "D01"), ("2026-08", "D01")]
    ledger.record.apply(office.lines([office.record_departure("D01", "2026-08-10")]))
    assert waiting(ledger, "close") == [("2026-07", "M01"), ("2026-08", "M01")]


@pytest.mark.parametrize(
    ("employee", "issuer", "points", "band", "who"),
    [
        ("E001", "I01", 11, "administrative", "D01"),
        ("E001", "I01", 20, "dismissal", "M01"),
        ("D01", "M01", 11, "administrative", "M01"),
        ("M01", "C01", 11, "administrative", "C01"),
        ("M01", "C01", 20, "dismissal", "C01"),
    ],
)
def test_a_sanction_waits_for_whoever_decides_it_and_never_for_whom_it_is_about(
    ledger: Ledger, employee: str, issuer: str, points: int, band: str, who: str
) -> None:
    ledger.record.apply(office.lines([office.issue_notice("N1", employee, points, issued_by=issuer)]))
    assert waiting(ledger, "sanction") == [(band, who)]


def test_a_warning_in_force_does_not_end_the_review_of_a_dismissal(ledger: Ledger) -> None:
    warning = {
        "do": "impose_sanction",
        "sanction": "S1",
        "employee": "E001",
        "month": "2026-08",
        "kind": "warning",
    }
    warning |= {"reasons": "查實", "by": "D01", "on": "2026-08-31"}
    ledger.record.apply(office.lines([office.issue_notice("N1", "E001", 20), warning]))
    assert waiting(ledger, "sanction") == [("dismissal", "M01")]
    (review,) = [row for row in ledger.reports.sanctions("2026-08") if row["review"] is not None]
    assert (review["status"], review["review"]["standing"]) == (
        "due",
        [{"sanction": "S1", "kind": "warning"}],
    )
    (row,) = ledger.reports.monthly("2026-08")
    assert row["sanction_due"] == "dismissal"
