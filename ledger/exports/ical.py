"""What is due as a calendar: a day for each deadline, with alarms before it (RFC 5545; papers §18). No names, no words."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from typing import Any, Final

from ledger.labels.messages import Labels

_OCTETS: Final = 75
"""No line is longer, its end not counted (RFC 5545 §3.1)."""
_ALARMS: Final = ("-P3D", "-P1D")


def calendar(due: Iterable[Mapping[str, Any]], identity: str, position: int, labels: Labels) -> bytes:
    """The rows of `due` that have a deadline. Days, not tasks: phones show calendars and leave tasks out."""
    written = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//kaoji//due//EN",
        "CALSCALE:GREGORIAN",
        *(
            line
            for row in due
            if row["due_on"] is not None
            for line in _event(row, identity, position, labels)
        ),
        "END:VCALENDAR",
    ]
    return b"".join(_folded(line) for line in written)


def _event(row: Mapping[str, Any], identity: str, position: int, labels: Labels) -> Iterator[str]:
    day = date.fromisoformat(row["due_on"])
    named = (row["what"], row["id"], row["employee"], row["since"], row["who"])
    about = "-".join(part for part in named if part is not None)
    who = "" if row["who"] is None else f" → {row['who']}"
    told = " ".join(part for part in (labels.word(row["what"]), row["id"], row["employee"]) if part)
    yield "BEGIN:VEVENT"
    yield f"UID:{_text(about)}@{identity.replace('/', '.')}"
    yield f"DTSTAMP:{row['since'].replace('-', '')}T000000Z"
    yield f"SEQUENCE:{position}"
    yield f"DTSTART;VALUE=DATE:{day:%Y%m%d}"
    yield f"DTEND;VALUE=DATE:{day + timedelta(days=1):%Y%m%d}"
    yield f"SUMMARY:{_text(told + who)}"
    yield "TRANSP:TRANSPARENT"
    for trigger in _ALARMS:
        yield from ("BEGIN:VALARM", "ACTION:DISPLAY", f"TRIGGER:{trigger}", f"DESCRIPTION:{_text(told)}")
        yield "END:VALARM"
    yield "END:VEVENT"


def _text(value: str) -> str:
    """A value of type TEXT (RFC 5545 §3.3.11)."""
    for plain, escaped in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\n", "\\n")):
        value = value.replace(plain, escaped)
    return value


def _folded(line: str) -> bytes:
    """A line in pieces of at most 75 octets, never cut within a character."""
    pieces, piece = [], b""
    for character in line:
        encoded = character.encode()
        if len(piece) + len(encoded) > _OCTETS:
            pieces.append(piece)
            piece = b" "
        piece += encoded
    return b"\r\n".join([*pieces, piece]) + b"\r\n"
