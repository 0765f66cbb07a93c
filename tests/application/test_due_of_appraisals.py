"""What `due` says of an appraisal as it goes from looking to approval: whose turn it is, until it is done."""

from pathlib import Path

from tests.completeness.scene import appraisal_of_july
from tests.support import office
from tests.support.story import open_ledger

STEPS = ("report", "certify", "approve", "objection", "handbook")


def test_each_step_waits_for_whoever_takes_it_until_it_is_taken(tmp_path: Path) -> None:
    told: list[tuple[str, list[tuple[str, str | None]]]] = []
    with open_ledger(tmp_path / "kaoji.db", office.NOW) as ledger:
        ledger.record.apply(office.lines(office.office()))
        for command in appraisal_of_july():
            ledger.record.apply(office.lines([command]))
            waiting = [(row["what"], row["who"]) for row in ledger.reports.due() if row["what"] in STEPS]
            if not told or told[-1][1] != waiting:
                told.append((command["do"], waiting))

    assert told == [
        ("record_day_sheet", []),
        ("refer_to_handbook", [("handbook", "M01")]),
        ("close_handbook_case", []),
        ("publish_appraisal", [("report", "H01")]),
        ("object_appraisal", [("objection", "Q01")]),
        ("object_appraisal", [("objection", "Q01"), ("objection", "Q01")]),
        ("withdraw_objection", [("objection", "Q01")]),
        ("verify_appraisal", [("report", "H01")]),
        ("report_appraisal", [("certify", "O01")]),
        ("return_appraisal", [("report", "H01")]),
        ("report_appraisal", [("certify", "O01")]),
        ("certify_appraisal", [("approve", "M01")]),
        ("approve_appraisal", []),
    ]
