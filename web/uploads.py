"""Files as they come out of a form: put with a notice or an appeal as the bytes that were received."""

import hashlib
import re
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from ledger.application.desk.desk import Desk
from web.ask import Ask, Upload

if TYPE_CHECKING:
    from ledger.application.evidence import Attached

LARGEST: Final = 26 * 1024 * 1024
"""A little more than the largest file that is kept."""
_NAME: Final = 80
_BYTES: Final = 200
"""No name that is longer, with what comes before it, is a file's."""


def attach(ask: Ask, thing: str, upload: Upload) -> str:
    """Puts a file with `notice:…` or `appeal:…`, named so that no two are called alike; answers its name. LedgerError."""
    return attached(ask.desk, thing, upload).name


def attached(desk: Desk, thing: str, upload: Upload) -> "Attached":
    """The same at any desk, in the name of whoever sits there."""
    name = called(upload)
    with TemporaryDirectory() as folder:
        file = Path(folder) / name
        file.write_bytes(upload.content)
        return desk.evidence.attach(thing, file, {"by": desk.person})


def called(upload: Upload) -> str:
    """What a file is called on record: phones call every photo alike, so the beginning of its digest comes first."""
    plain = re.sub(r"[^\w.\-]+", "_", Path(upload.name.replace("\\", "/")).name).strip("._")[-_NAME:]
    plain = plain.encode()[-_BYTES:].decode(errors="ignore")
    return f"{hashlib.sha256(upload.content).hexdigest()[:8]}-{plain or 'file'}"
