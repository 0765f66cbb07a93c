"""Files that go with notices and appeals: which there are, and their bytes."""

import re
from typing import Any

from ledger.errors import Unknown
from web.api.door import Asked
from web.api.routes import read


@read("/notices/{notice}/evidence", "evidence", "evidence list {notice}", by="desk")
def of_notice(asked: Asked, look: None) -> Any:
    """The files with a notice, and whether the sealed copy of each opens."""
    return asked.desk.evidence.references(asked.part("notice"))


@read("/appeals/{appeal}/evidence", "evidence", "evidence list {appeal}", by="desk")
def of_appeal(asked: Asked, look: None) -> Any:
    """The files with an appeal, and whether the sealed copy of each opens."""
    return asked.desk.evidence.references(asked.part("appeal"))


@read(
    "/evidence/{sha256}",
    "evidence",
    "evidence get {sha256} --out -",
    by="desk",
    media="application/octet-stream",
)
def file(asked: Asked, look: None) -> bytes:
    """A file by its whole digest, as the bytes that were received; noted as handed out."""
    wanted = asked.part("sha256")
    if re.fullmatch(r"[0-9a-f]{64}", wanted) is None:
        raise Unknown("evidence_digest_unknown", sha256=wanted[:64])
    since = asked.desk.position()
    whose, _, content = asked.desk.evidence.get(wanted)
    asked.desk.people.note_handout([whose], "evidence", f"api {wanted[:16]}", since)
    return content
