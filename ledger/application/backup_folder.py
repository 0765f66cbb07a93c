"""What lies in the folder of a backup, and how it is read: the ledger, a manifest, a checkpoint; a keyring in its own."""

import hashlib
from contextlib import closing
from pathlib import Path
from typing import Any, Final

from sqlalchemy.engine import URL

from ledger.errors import InputError, StoreError
from ledger.proofs.content import read_json
from ledger.store.files import regular_content, require_regular
from ledger.store.keyring import Keyring

FORMAT: Final = "kaoji.backup/v1"
LEDGER: Final = "ledger.db"
MANIFEST: Final = "manifest.json"
CHECKPOINT: Final = "checkpoint"
KEYRING: Final = "keyring.db"
DESK: Final = "desk.db"


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest of a backup. InputError `file_unreadable`; StoreError `backup_damaged`."""
    try:
        values = read_json(regular_content(folder / MANIFEST))
        if not isinstance(values, dict):
            raise ValueError("not an object")
        if values["format"] != FORMAT or not isinstance(values["position"], int):
            raise ValueError("another format")
        for name in ("ledger", "identity", "root", "sha256"):
            if not isinstance(values[name], str):
                raise ValueError(f"{name} is missing")
    except OSError as error:
        raise InputError("file_unreadable", file=str(folder / MANIFEST), reason=str(error.strerror)) from None
    except (ValueError, LookupError, TypeError) as error:
        raise StoreError("backup_damaged", folder=str(folder), reason=f"{MANIFEST}: {error}") from None
    return dict(values)


def digest_of(file: Path) -> str:
    """The SHA-256 (hex) of a file. InputError `file_unreadable`."""
    try:
        require_regular(file)
        with file.open("rb") as opened:
            return hashlib.file_digest(opened, "sha256").hexdigest()
    except OSError as error:
        raise InputError("file_unreadable", file=str(file), reason=str(error.strerror)) from None


def url_of(file: Path) -> str:
    """The URL of a database in a file."""
    return URL.create("sqlite", database=str(file)).render_as_string()


def keyring_at(file: Path) -> closing[Keyring]:
    """A keyring in a file, for as long as it is looked at."""
    return closing(Keyring(URL.create("sqlite", database=str(file))))
