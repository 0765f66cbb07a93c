"""What a deduction notice says money is taken for: the notices that the close charged, wherever they are from."""

import io
from datetime import UTC, datetime
from pathlib import Path

import pypdf

from ledger.application.ledger import Ledger
from ledger.application.papers import How
from ledger.labels.messages import load
from tests.support import office
from tests.support.story import open_ledger

AWAY = "other"
LATER = datetime(2026, 10, 20, 1, 0, tzinfo=UTC)


def told(ledger: Ledger) -> str:
    paper = ledger.papers.deduction_notice("2026-09", AWAY, "E001", How(load("en")))
    return "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(paper.content)).pages)


def test_a_notice_names_what_was_charged_at_the_former_site_and_nothing_that_waited(tmp_path: Path) -> None:
    moved = office.reassign_employee("E001", "2026-09-01", site=AWAY, department="order", supervisor="XL02")
    commands = [
        *office.office(),
        *office.office(AWAY, prefix="X", staff=1),
        office.issue_notice("NC1", "E001", 2),
        office.issue_notice("NC2", "E001", 3, clause="FD-02"),
        office.file_appeal("A1", "E001", {"notice": "NC2"}),
        moved,
        *(office.close_month(month, "2026-10-09", site=AWAY, by="XD01") for month in ("2026-08", "2026-09")),
    ]
    with open_ledger(tmp_path / "kaoji.db", LATER) as ledger:
        ledger.record.apply(office.lines(commands))
        assert ("NC1" in told(ledger), "NC2" in told(ledger)) == (True, False)
        dismissed = office.decide_appeal("A1", "dismissed", "H01", on="2026-10-12")
        ledger.record.apply(office.lines([dismissed]))
        assert ("NC1" in told(ledger), "NC2" in told(ledger)) == (True, False)
