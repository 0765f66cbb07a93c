"""Accounts and the log of readings beside a ledger, copied for a backup and put back: without what is over soon.

Sessions, codes, tries, what was begun, answers that wait to be sent again and proposals, which hold words, are left out.
"""

import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final

from ledger.store.file_check import require_database_file

_LEFT_OUT: Final = ("sessions", "codes", "tries", "answers", "proposals", "jobs")


def copy_desk(file: Path, target: Path) -> bool:
    """Copies the file as it stands, while a console uses it, into a new one for its owner alone; False: there is none.

    OSError where it cannot be read, or the copy not be written.
    """
    if not file.is_file():  # a pipe would be waited for
        return False
    try:
        require_database_file(file)
        os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        with (
            closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as source,
            closing(sqlite3.connect(target, isolation_level=None)) as copy,
        ):
            source.backup(copy)
            names = {row[0] for row in copy.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
            for name in names.intersection(_LEFT_OUT):
                copy.execute(f'DELETE FROM "{name}"')
            copy.execute("VACUUM")
    except sqlite3.Error as error:
        raise OSError(str(error)) from error
    return True


def put_desk(copy: Path, file: Path) -> bool:
    """Puts a copy where there is none; False: there is one, which stays, or no copy. OSError."""
    if file.exists() or not copy.is_file():
        return False
    beside = file.with_name(f"{file.name}.restoring")
    shutil.copyfile(copy, beside)
    beside.chmod(0o600)
    beside.replace(file)
    return True
