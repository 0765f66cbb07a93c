"""Handing out files with people's words: noted in the ledger first, then written, then their checkpoints are kept.

Whoever is interrupted leaves a note of a file that is not there, never a file that is not noted; and a checkpoint that
`due` goes on asking for, never one that is taken for handed out and was not.
"""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli.files import PRIVATE, make_folder, require_room, write_file
from cli.render import talk
from cli.settings import settings
from ledger.application.named_folder import is_folder_there
from ledger.errors import StoreError

if TYPE_CHECKING:
    from ledger.application.desk.desk import Desk

STDOUT = "-"


def hand_out(
    ledger: "Desk",
    people: Iterable[str],
    what: str,
    out: str,
    files: Sequence[tuple[Path, bytes]],
    force: bool,
    since: int,
    notes: Iterable[bytes] = (),
    show: Callable[[], object] | None = None,
) -> None:
    """Notes that something leaves the ledger to `out` with these people's words, and writes its files, for its owner alone.

    Read since a position: StoreError `person_erased` where somebody was erased after it. A copy of the ledger that takes
    no notes, such as an auditor's, says so and the files are written; elsewhere StoreError `handout_not_noted`.
    `notes`: the checkpoints in the files, kept once they are written. On stdout the first file is shown as it is, or what
    `show` shows. InputError of `write_file`, before anything is noted where no file may be written.
    """
    if out != STDOUT:
        for file, _ in files:
            if file == Path(out) or is_folder_there(file.parent):
                require_room(file, force)
    try:
        ledger.people.note_handout(people, what, out if out == STDOUT else str(Path(out).absolute()), since)
    except StoreError as error:
        if error.code != "handout_not_noted" or ledger.people.takes_notes():
            raise
        talk(settings().labels().message(error.code, error.fields))
    if out != STDOUT:
        for folder in sorted({file.parent for file, _ in files if file != Path(out)}):
            make_folder(folder)
        for file, content in files:
            write_file(file, content, force, PRIVATE)
    elif show is not None:
        show()
    elif files:
        click.echo(files[0][1], nl=False)
    ledger.proofs.keep(notes)
