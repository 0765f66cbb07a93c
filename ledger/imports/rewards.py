"""Rewards from a sheet: recorded by one person, approved by another (finance §15; 篇4)."""

from collections import Counter
from typing import Final

from ledger.imports import cells
from ledger.imports.asked import Asked
from ledger.imports.ids import made_id
from ledger.imports.known import Known
from ledger.imports.row_cells import RowCells
from ledger.imports.verdicts import RowVerdict

WANTED: Final = frozenset(("points", "date", "reason"))
_PREFIX: Final = "R-"


def verdicts(rows: list[RowCells], known: Known, asked: Asked) -> list[RowVerdict]:
    """What each row comes to. Rows without a number get one of what they say; equal ones are told apart by their order."""
    equal: Counter[tuple[str, str]] = Counter()
    return [_verdict(row, asked, equal) for row in rows]


def _verdict(row: RowCells, asked: Asked, equal: "Counter[tuple[str, str]]") -> RowVerdict:
    day = row.day("date", needed=True)
    employee = row.employee(day)
    points = row.read("points", lambda cell: cells.points(cell, reward=True), needed=True)
    reason = row.text("reason", needed=True)
    by = row.someone("recorded_by", day, needed=asked.by is None) or asked.by
    approved_by = row.someone("approved_by", day, needed=True)
    reward = row.code("reward")
    if row.errors or employee is None or day is None:
        return row.outcome(name=reward)
    if reward is None:
        equal[employee, day.isoformat()] += 1
        prefix = asked.map.ids.prefix or _PREFIX
        ordinal = equal[employee, day.isoformat()]
        reward = made_id(prefix, "reward", employee, day.isoformat(), "", ordinal)
    command = {
        "do": "grant_reward",
        "reward": reward,
        "employee": employee,
        "points": points,
        "occurred_on": day.isoformat(),
        "reason": reason,
        "by": by,
        "approved_by": approved_by,
        **({} if asked.on is None else {"on": asked.on.isoformat()}),
    }
    return row.outcome((command,), reward)
