"""`python -m tests.golden.make NAME`: a ledger of today's layout, to be kept and read for ever. Run once a layout."""

import json
import sys
from pathlib import Path
from typing import Any

from ledger.application.ledger import Ledger
from tests.support import office
from tests.support.story import open_ledger

HERE = Path(__file__).parent


def told(ledger: Ledger) -> dict[str, Any]:
    """What is expected of the ledger for ever: figures, names, a history with its hashes."""
    return {
        "monthly": ledger.reports.monthly(office.MONTH),
        "public": ledger.reports.of_month("public-list", office.MONTH),
        "joint": ledger.reports.joint_liability(office.MONTH),
        "payroll": ledger.reports.payroll(office.MONTH),
        "appeals": ledger.reports.appeals(),
        "rewards": ledger.reports.rewards(office.MONTH),
        "log": ledger.review.history("E001"),
        "notice": ledger.review.card("notice", "N2"),
    }


def make(folder: Path) -> None:
    """The files of a ledger in which every registry has something."""
    folder.mkdir()
    with open_ledger(folder / "kaoji.db", office.NOW) as ledger:
        ledger.record.apply(office.lines(office.a_busy_month()))
        (folder / "checkpoint").write_bytes(ledger.proofs.checkpoint())
        (folder / "N2.receipt").write_bytes(ledger.proofs.receipt("notice:N2"))
        expected = json.dumps(told(ledger), ensure_ascii=False, indent=1, sort_keys=True)
        (folder / "told.json").write_text(expected + "\n", "utf-8")
    for spare in folder.iterdir():
        if spare.suffix == ".lock" or spare.name in ("kaoji.key", "kaoji.key.signed", "kaoji.sheets.db"):
            spare.unlink()


if __name__ == "__main__":
    make(HERE / sys.argv[1])
