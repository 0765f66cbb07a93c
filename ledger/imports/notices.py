"""Violation notices from a sheet: a row is one, and its acknowledgement where it says how it was served (finance §15)."""

from collections import Counter
from datetime import date, datetime, time
from typing import Any, Final

from ledger.errors import InputError, Taken
from ledger.formats import format_day, format_instant
from ledger.imports import cells
from ledger.imports.asked import Asked
from ledger.imports.ids import made_id
from ledger.imports.known import Known
from ledger.imports.row_cells import RowCells
from ledger.imports.verdicts import RowVerdict, Values

WANTED: Final = frozenset(("clause", "points", "date", "narrative"))
_PREFIX: Final = "N-"


def verdicts(rows: list[RowCells], known: Known, asked: Asked) -> list[RowVerdict]:
    """What each row comes to. Rows without a number get one of what they say; equal ones are told apart by their order."""
    equal: Counter[tuple[str, str, str]] = Counter()
    return [_verdict(row, known, asked, equal) for row in rows]


def _verdict(row: RowCells, known: Known, asked: Asked, equal: "Counter[tuple[str, str, str]]") -> RowVerdict:
    at = _occurred(row, known)
    day = None if at is None else at.date()
    employee = row.employee(day)
    clause, points = row.code("clause", needed=True), row.read("points", cells.points, needed=True)
    command: Values = {"do": "issue_notice", "employee": employee, "clause": clause, "points": points}
    command |= {"narrative": row.text("narrative", needed=True)}
    command |= _issued(row, asked, day)
    command |= _said(scheme=row.meaning("scheme"), place=row.text("place"), distinct_because=asked.distinct)
    notice = row.code("notice")
    if row.errors or employee is None or clause is None or at is None:
        return row.outcome(name=notice)
    instant = format_instant(at)
    if notice is None:
        equal[employee, instant, clause] += 1
        prefix = asked.map.ids.prefix or _PREFIX
        notice = made_id(prefix, "notice", employee, instant, clause, equal[employee, instant, clause])
    if asked.distinct is None and not known.is_taken("issue_notice", notice):
        _require_unlike(row, known, employee, clause, at, points)
    command |= {"notice": notice, "occurred_at": at.isoformat()}
    return row.outcome((command, *_served(row, notice, command["issued_on"])), notice)


def _occurred(row: RowCells, known: Known) -> datetime | None:
    """When it happened, by the clock of the site; the map may say what holds where no time is written."""
    moment = row.moment("date")
    at = row.read("clock", cells.clock)
    if moment is None:
        return None
    day, beside = moment
    at = beside if at is None else at
    if at is None and row.asked.map.time.missing != "refuse":
        at = time.fromisoformat(row.asked.map.time.missing)
    if at is None:
        if not any(error.place.get("field") == "clock" for error in row.errors):
            row.fault(InputError("time_missing", day=day), "clock" if row.holds("clock") else "date")
        return None
    return datetime.combine(day, at, known.timezone)


def _issued(row: RowCells, asked: Asked, day: date | None) -> dict[str, Any]:
    """Who issued it and when: the row, else the map, else --by and --on."""
    by = row.someone("issued_by", day) or asked.by
    if by is None and not any(error.place.get("field") == "issued_by" for error in row.errors):
        row.fault(InputError("issue_missing", field="issued_by"), "issued_by")
    on = row.day("issued_on") or asked.on
    if on is None and not any(error.place.get("field") == "issued_on" for error in row.errors):
        row.fault(InputError("issue_missing", field="issued_on"), "issued_on")
    return {"issued_by": by, "issued_on": format_day(on)}


def _served(row: RowCells, notice: str, issued_on: str) -> tuple[Values, ...]:
    """Its acknowledgement, on the day beside it or that of the issue."""
    how = row.meaning("how")
    on = row.day("acknowledged_on")
    if how is None and on is None:
        return ()
    said = issued_on if on is None else on.isoformat()
    return ({"do": "acknowledge_notice", "notice": notice, "on": said, "how": how or "signed"},)


def _require_unlike(
    row: RowCells, known: Known, employee: str, clause: str, at: datetime, points: int | None
) -> None:
    """A corrected minute makes another id, and would be a second notice for one act: Taken `looks_like`."""
    for notice in known.alike(employee, clause, at.date()):
        if notice.occurred_at != at or notice.points != points:
            row.fault(
                Taken(
                    "looks_like",
                    notice=notice.notice,
                    points=notice.points,
                    at=notice.occurred_at.astimezone(known.timezone).strftime("%H:%M"),
                ),
                "date",
            )
            return


def _said(**fields: Any) -> dict[str, Any]:
    """The fields of which something is said."""
    return {name: value for name, value in fields.items() if value is not None}
