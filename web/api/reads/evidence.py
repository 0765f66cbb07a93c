"""Files that go with notices and appeals: which there are, and their bytes."""

from typing import Any

from web.api.door import Asked
from web.api.routes import read
from web.handed_out import evidence_file


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
    return evidence_file(asked.desk, asked.part("sha256"), "api")[1]
