"""The rows of day and week sheets as they are typed: `E001`, `E008=absent`, `E003=summary; e-2 what was found`."""

import re
from typing import Any

from ledger.texts import plain

_MARK = re.compile(
    r"(?:(?P<check>[A-Za-z0-9._-]+)\s+)?(?P<dimension>[a-f])\s*(?P<points>[+-]\s*\d{1,4})\s+(?P<note>.+)",
    re.ASCII | re.DOTALL,
)
"""`[CHECK] d-1 what was found`: without an id the mark is numbered."""


def day_row(typed: str) -> dict[str, Any]:
    """`E001; d-1 遲到` to a row of a day sheet; without a word the person was looked at."""
    employee, said, marks = _parts(typed)
    return {"employee": employee, "seen": plain(said) or "checked", **marks}


def week_row(typed: str) -> dict[str, Any]:
    """`E003=接待欠主動; e-2 一周綜合` to a row of a week sheet."""
    employee, said, marks = _parts(typed)
    return {"employee": employee, **({"summary": said.strip()} if said.strip() else {}), **marks}


def _parts(typed: str) -> tuple[str, str, dict[str, Any]]:
    head, *rest = re.split("[;；]", typed)
    employee, _, said = head.replace("＝", "=").partition("=")
    marks = [_mark(text) for text in rest if text.strip()]
    return plain(employee), said, {"marks": marks} if marks else {}


def _mark(text: str) -> Any:
    """A mark; what cannot be read as one is left for the command to refuse."""
    found = _MARK.fullmatch(text.strip())
    if found is None:
        return text.strip()
    check = {} if found["check"] is None else {"check": found["check"]}
    points = int(found["points"].replace(" ", ""))
    return {**check, "dimension": found["dimension"], "points": points, "note": found["note"].strip()}
