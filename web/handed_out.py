"""Evidence files as they are handed out: found by the whole digest, and noted before they leave."""

import re

from ledger.application.desk.desk import Desk
from ledger.errors import Unknown


def evidence_file(desk: Desk, sha256: str, where: str) -> tuple[str, bytes]:
    """The name and the bytes of a file, noted as handed out by the `web` or the `api`. Unknown `evidence_digest_unknown`."""
    if re.fullmatch(r"[0-9a-f]{64}", sha256) is None:
        raise Unknown("evidence_digest_unknown", sha256=sha256[:64])
    since = desk.position()
    whose, name, content = desk.evidence.get(sha256)
    desk.people.note_handout([whose], "evidence", f"{where} {sha256[:16]}", since)
    return name, content
