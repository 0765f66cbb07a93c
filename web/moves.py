"""Which figures something would move, as a page tells them: of the month, and on appraisal sheets that may be seen.

A row that comes or goes is told figure by figure, as one that changes is: a first notice of a month moves something too.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from ledger.application.desk.impact import seen_impact
from ledger.errors import LedgerError
from web.ask import Ask

if TYPE_CHECKING:
    from ledger.application.recording.applied import Applied

Values = dict[str, Any]

_NO_FIGURES: Final = frozenset({"employee", "month", "name", "department", "policy", "notices"})
_NOTHING: Final[tuple[Any, ...]] = (None, 0, "", "0.00", [], "none")


def seen_moves(ask: Ask, tried: "Applied") -> tuple[list[dict[str, str]], bool]:
    """Which figures would move that are the person's to see, and whether more would."""
    impact = seen_impact(ask.desk, tried)
    return ([], False) if impact is None else (moves(ask, impact.difference), bool(impact.withheld))


def moves(ask: Ask, difference: list[Values]) -> list[dict[str, str]]:
    """The figures of the months that would move, of everybody, in the reader's words; of sheets those that may be seen."""
    rows = [*_months(difference), *_of_sheets(ask, difference)]
    return [
        _told(ask, row, *each)
        for row in rows
        for change in _changes(row)
        for each in _parted(*change)
        if each[1] not in _NOTHING or each[2] not in _NOTHING
    ]


def _parted(field: str, before: Any, after: Any) -> list[tuple[str, Any, Any]]:
    """A figure; of one that has parts those that change, money by the name of the figure.

    A part that stands on one side only is nothing on the other.
    """
    if not isinstance(before, dict) or not isinstance(after, dict):
        return [(field, before, after)]
    old, new = _nothing_like(after) | before, _nothing_like(before) | after
    return [
        (field if name == "amount" else name, old[name], new[name])
        for name in {**before, **after}
        if old[name] != new[name]
    ]


def _months(difference: list[Values]) -> list[Values]:
    return [row for row in difference if row["report"] == "monthly"]


def _changes(row: Values) -> Iterator[tuple[str, Any, Any]]:
    """A field, before and after; of a row that comes or goes every figure that is not nothing."""
    if row["field"] is not None:
        yield str(row["field"]), row["before"], row["after"]
        return
    old, new = row["before"] or {}, row["after"] or {}
    for field, value in (new or old).items():
        if field in _NO_FIGURES or value in _NOTHING:
            continue
        if isinstance(value, dict) and all(each in _NOTHING for each in value.values()):
            continue
        nothing = _nothing_like(value)
        yield field, old.get(field, nothing), new.get(field, nothing)


def _nothing_like(value: Any) -> Any:
    """What stands for none of a figure: of points 0, of money 0.00."""
    if isinstance(value, bool):
        return False
    if isinstance(value, dict):
        return {name: _nothing_like(each) for name, each in value.items()}
    if isinstance(value, int):
        return 0
    return "0.00" if isinstance(value, str) and value[-3:-2] == "." else None


def _told(ask: Ask, row: Values, field: str, before: Any, after: Any) -> dict[str, str]:
    speech = ask.speech
    return {
        "whose": f"{row['employee']} {row['month']}",
        "employee": str(row["employee"]),
        "month": str(row["month"]),
        "figure": speech.heading(field),
        "before": speech.value(field, None if before == "none" else before),
        "after": speech.value(field, None if after == "none" else after),
    }


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
