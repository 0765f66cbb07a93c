"""What a round found, as it is typed: `FD-01 FD-02=ok`, `FD-08=fault 5`, `FD-08=E001; 2026-09-09 10:00; -2; five rings`."""

import re
from typing import Any, Final

from cli.choices import code_of
from cli.typed import as_day, as_instant
from ledger.texts import plain

RESULTS: Final = ("ok", "fault", "not_applicable")
"""What may be said of a clause; one that is not answered was not seen."""

_ANSWER = re.compile(r"(?P<result>.*?)\s*(?P<reading>\d{1,7})?", re.ASCII | re.DOTALL)
_POINTS = re.compile(r"-\s*(\d{1,4})\s*分?|(\d{1,4})\s*(?:分|points?)", re.ASCII | re.IGNORECASE)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}[ T]\d{1,2}:.+", re.ASCII)
_PARTS, _CODES = re.compile("[;；]"), re.compile(r"[\s,，、]+")


def answers(typed: str) -> list[Any]:
    """`CLAUSE…[=RESULT][ READING][; NOTE]` to an answer for each clause; without a result it was ok."""
    head, *notes = _PARTS.split(typed, maxsplit=1)
    codes, _, said = head.replace("＝", "=").partition("=")
    note = {"note": notes[0].strip()} if notes and notes[0].strip() else {}
    found = _ANSWER.fullmatch(plain(said))
    if found is None:
        return [typed]
    result = code_of(found["result"], RESULTS) if found["result"] else "ok"
    reading = {"reading": int(found["reading"])} if found["reading"] else {}
    return [
        {"clause": code, "result": result, **reading, **note} for code in _CODES.split(plain(codes)) if code
    ]


def finding(typed: str) -> dict[str, Any]:
    """`[ID ]CLAUSE[=EMPLOYEE]; WHEN; NARRATIVE`, with `@PLACE`, `-POINTS` and the day to put it right among them.

    What stands between the signs is known by its shape, so that their order does not matter.
    """
    head, *parts = _PARTS.split(typed)
    named, _, employee = head.replace("＝", "=").partition("=")
    *ids, clause = plain(named).split() or [""]
    values: dict[str, Any] = {"finding": ids[0]} if ids else {}
    values |= {"clause": clause, **({"employee": plain(employee)} if plain(employee) else {})}
    words = []
    for part in filter(None, map(str.strip, parts)):
        key, value = _meant(part)
        if key == "narrative":
            words.append(value)
        else:
            values[key] = value
    return {**values, **({"narrative": "；".join(words)} if words else {})}


def _meant(part: str) -> tuple[str, Any]:
    """The field of a finding that a part says, and its value."""
    if part[0] in "@＠":
        return "place", part[1:].strip()
    if points := _POINTS.fullmatch(plain(part)):
        return "points", int(points[1] or points[2])
    if _INSTANT.fullmatch(instant := as_instant(part)):
        return "occurred_at", instant
    if _DAY.fullmatch(day := as_day(part)):
        return "rectify_by", day
    return "narrative", part
