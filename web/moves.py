"""Which figures would move if something were recorded: of the month, and on appraisal sheets that may be seen."""

from typing import Any

from ledger.errors import LedgerError
from web.ask import Ask

Values = dict[str, Any]


def moves(ask: Ask, difference: list[dict[str, Any]]) -> list[dict[str, str]]:
    """Which figures would move, of the people whose figures may be shown here: whose, which, before and after."""
    speech, found = ask.speech, []
    for row in [*difference, *_of_sheets(ask, difference)]:
        if row["report"] not in ("monthly", "sheet") or row["field"] is None:
            continue
        found.append(
            {
                "employee": str(row["employee"]),
                "month": str(row["month"]),
                "figure": speech.heading(str(row["field"]).rpartition(".")[2]),
                "before": speech.value(str(row["field"]), row["before"]),
                "after": speech.value(str(row["field"]), row["after"]),
            }
        )
    return found


def _of_sheets(ask: Ask, difference: list[Values]) -> list[Values]:
    """The score and the dimensions that would move on an appraisal sheet, where the sheet is the person's to see."""
    found: list[Values] = []
    for row in difference:
        told = {"report": "sheet", "employee": row.get("employee"), "month": row.get("month")}
        if row["report"] != "appraisal" or row["field"] not in ("score", "dimensions"):
            continue
        with ask.desk.look_at_log() as look:
            try:
                look.appraisal_sheet(str(row["employee"]), str(row["month"]))
            except LedgerError:
                continue
        before, after = row["before"], row["after"]
        if row["field"] == "score":
            found.append({**told, "field": "total_score", "before": before, "after": after})
            continue
        for code, was in before.items():
            if was["final"] != after[code]["final"]:
                moved = {"before": was["final"], "after": after[code]["final"]}
                found.append({**told, "field": f"dimension_{code}", **moved})
    return found
