"""What a week's report says in words of each person, and that it is read from what was recorded with the sheet."""

from datetime import date
from pathlib import Path
from typing import Any

from tests.support import office
from tests.support.story import open_ledger, told

MONDAYS = (date(2026, 7, 6), date(2026, 7, 13))


def week(number: int, rows: list[dict[str, Any]]) -> dict[str, Any]:
    monday = MONDAYS[number].isoformat()
    sheet = {
        "do": "record_week_sheet",
        "sheet": f"WS{number}",
        "site": office.SITE,
        "department": "front-desk",
    }
    return sheet | {"week": monday, "by": "H01", "on": f"2026-07-{20 + number}", "rows": rows}


def test_each_weeks_words_are_those_of_its_own_sheet(tmp_path: Path) -> None:
    mark = {"check": "C1", "dimension": "d", "points": -1, "note": "見記錄"}
    first = week(0, [{"employee": "E001", "summary": "接待穩定", "marks": [mark]}, {"employee": "E003"}])
    second = week(1, [{"employee": "E003", "summary": "仍須改進"}])
    with open_ledger(tmp_path / "kaoji.db", office.NOW) as ledger:
        told(ledger, *office.office(), first)
        before = ledger.log.position()
        told(ledger, second, office.grant_reward("R1", "E001", 1))
        found = [ledger.reports.week_sheet(monday, "front-desk") for monday in MONDAYS]
        earlier = ledger.reports.week_sheet(MONDAYS[1], "front-desk", as_of=before)

    words = [{row["employee"]: row["summary"] for row in each["rows"]} for each in (*found, earlier)]
    assert words == [
        {"E001": "接待穩定", "E003": None, "L01": None},
        {"E001": None, "E003": "仍須改進", "L01": None},
        {"E001": None, "E003": None, "L01": None},
    ]
