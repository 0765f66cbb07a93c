"""Somebody who leaves: an office, and a person of whom every kind of word is on record, each with a mark of its own."""

import base64
import json
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy.engine import make_url

from ledger.application.ledger import Ledger
from ledger.events.employees import employee_stream
from tests.support import office
from tests.support.office import Commands

WHO = "E001"
NAME = "楊秀英Canary"
LATER_NAME = "楊修穎Canary"
_MARK = "鴉雀Wren"
OTHERS_WORDS = "已督導過Lark"


def mark(n: int) -> str:
    """A word that occurs once on the whole record."""
    return f"{_MARK}{n:03d}"


WORDS = [NAME, LATER_NAME, *map(mark, range(1, 23))]
"""Everything that belongs to the person who leaves."""


def _file(name: str) -> list[dict[str, str]]:
    return [{"name": f"{name}.jpg", "sha256": "b" * 64}]


def life() -> Commands:
    """From the first day to the last: notices, appeals, a share, rewards, a sanction, in a closed August."""
    people = office.office()
    for command in people:
        if command["do"] == "register_employee" and command["employee"] == WHO:
            command["name"] = NAME
        if command["do"] == "register_employee" and command["employee"] == "E003":
            command["supervisor"] = WHO
    people.sort(key=lambda c: c["do"] == "register_employee" and c["employee"] == "E003")
    return [
        *people,
        office.reassign_employee(WHO, "2026-07-01", name=LATER_NAME),
        office.issue_notice(
            "N1",
            WHO,
            9,
            narrative=mark(1),
            evidence=[{"name": f"{mark(2)}.jpg", "sha256": "a" * 64}],
        ),
        office.acknowledge_notice("N1", how="commented", statement=mark(3), witnesses=[mark(4)]),
        office.rectify_notice("N1", action=mark(5)),
        office.correct_notice("N1", reason=mark(6), narrative=mark(7)),
        office.find_responsibility("N1", finding=mark(8)),
        office.issue_notice("N2", WHO, 8, clause="FD-02", narrative=mark(9)),
        office.withdraw_notice("N2", reason=mark(10)),
        office.issue_notice("N3", WHO, 3, clause="FD-03", narrative=mark(11)),
        office.remark_notice("N3", text=mark(19)),
        office.file_appeal("A1", WHO, {"notice": "N3"}, statement=mark(12), evidence=_file(mark(20))),
        office.reply_to_appeal("A1", statement=mark(21), evidence=_file(mark(22))),
        office.decide_appeal("A1", "dismissed", "H01", reasons=mark(13)),
        office.escalate_appeal("A1", statement=mark(14)),
        office.withdraw_appeal("A1", "2026-08-17"),
        office.file_appeal("A2", "L01", {"liability": "N1"}, "2026-08-13", statement=OTHERS_WORDS),
        office.decide_appeal("A2", "dismissed", "M01", "2026-08-14", reasons=mark(15)),
        office.issue_notice("N4", "E003", 2),
        office.find_responsibility("N4"),
        office.file_appeal("A3", WHO, {"liability": "N4"}, "2026-08-13", statement=mark(16)),
        office.decide_appeal("A3", "dismissed", "M01", "2026-08-14"),
        office.grant_reward("R1", WHO, 2, reason=mark(17)),
        office.close_month(),
        office.record_departure(WHO, "2026-09-01", reason=mark(18)),
    ]


# --- looking for words where they must not be ---------------------------------------------------------


_TELLING = 6
"""So many characters of base 64 stand in a file of random bytes by chance once in a great while; four do any day."""


def spellings(text: str) -> dict[str, bytes]:
    """A text as it may stand in a file."""
    raw = text.encode()
    found = {
        "UTF-8": raw,
        "UTF-16 LE": text.encode("utf-16-le"),
        "UTF-16 BE": text.encode("utf-16-be"),
        "JSON": json.dumps(text)[1:-1].encode(),
        "JSON in capitals": json.dumps(text)[1:-1].upper().replace("\\U", "\\u").encode(),
        "hex": raw.hex().encode(),
    }
    for shift, start in enumerate((0, 2, 3)):
        inner = base64.b64encode(b"\0" * shift + raw)[start : (shift + len(raw)) // 3 * 4]
        if len(inner) >= _TELLING:
            found[f"base 64 at {shift}"] = inner
    return found


def of_key(key: bytes) -> dict[str, bytes]:
    """A key as it may stand in a file."""
    return {"raw": key, "hex": key.hex().encode(), "base 64": base64.b64encode(key)[:-2]}


def files_of(folder: Path) -> dict[str, bytes]:
    """Every file of a folder and what is in it."""
    return {str(file): file.read_bytes() for file in sorted(folder.rglob("*")) if file.is_file()}


def tables_of(url: str) -> dict[str, bytes]:
    """Every table of a PostgreSQL database, texts as texts and bytes as bytes."""
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    found = {}
    with psycopg.connect(plain) as connection:
        tables = connection.execute(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"
        ).fetchall()
        for (table,) in tables:
            rows = connection.execute(f'SELECT * FROM "{table}"').fetchall()  # type: ignore[call-overload]
            values = (value for row in rows for value in row)
            found[table] = b"\n".join(
                bytes(v) if isinstance(v, bytes | memoryview) else str(v).encode() for v in values
            )
    return found


def places(needles: dict[str, bytes], stack: dict[str, bytes]) -> list[tuple[str, str]]:
    """Where something is found: (place, spelling)."""
    return [(where, how) for where, raw in stack.items() for how, needle in needles.items() if needle in raw]


# --- the person -----------------------------------------------------------------------------------------


def key_of(ledger: Ledger, employee: str = WHO) -> bytes:
    """A person's key, as it lies in the keyring."""
    ledger.log.people.opened(ledger.log.stream(employee_stream(employee))[0])
    key = ledger.log.sealing.key_of(employee)
    assert key is not None
    return key


def erase(ledger: Ledger, **changes: Any) -> Any:
    """The erasure, typed by hand."""
    return ledger.record.typed(office.erase_employee(WHO, **changes))
