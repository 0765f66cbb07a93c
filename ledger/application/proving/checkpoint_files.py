"""Checkpoints that leave the house: each a file of its own in a folder elsewhere, and none is ever replaced.

1. The newest that left before must be continued by the tree as it stands: else nothing is signed.
2. What is recorded so far is signed, as ever.
3. The file is called after the ledger and how many events it covers; it is whole and on the disk before it is told of.
4. Then it is kept in the ledger, so that `due` knows of it: of a folder that cannot be written to it goes on asking.
"""

from pathlib import Path
from typing import Final

from ledger.application.named_folder import require_folder_there, unwritable
from ledger.errors import InputError
from ledger.proofs import Checkpoint, ProofError, as_handed_out, open_checkpoint
from ledger.store.files import regular_content, write_durably
from ledger.store.log import Log
from ledger.store.notary import Notary
from ledger.store.proving import prove

_SUFFIX: Final = ".checkpoint"


def leave(log: Log, folder: Path) -> Path:
    """Signs what is recorded so far and puts it into a folder; where it is. The same size is written once.

    InputError `folder_missing`, `folder_is_file`, `file_unwritable`, `file_unreadable`, `checkpoint_unreadable`; StoreError
    `history_rewritten`, `history_shortened` where what left before is not continued, and those of `Notary.checkpoint`.
    """
    require_folder_there(folder)
    notary, identity = Notary(log), log.identity()
    before = max(folder.glob(f"{identity}-*{_SUFFIX}"), default=None, key=lambda file: file.name)
    if before is not None:
        prove(log, {}, _left(notary, before))
    places: list[Path] = []

    def give(note: bytes) -> None:
        places.append(folder / f"{identity}-{_opened(notary, note).size:010}{_SUFFIX}")
        _write(places[0], note)

    notary.checkpoint(give)
    return places[0]


def _write(place: Path, note: bytes) -> None:
    """Writes a file that is not there yet. InputError `file_unwritable`."""
    if not place.exists():
        try:
            write_durably(place, note)
        except OSError as error:
            raise unwritable(place, error) from None


def _left(notary: Notary, file: Path) -> Checkpoint:
    """A checkpoint that left before. InputError `file_unreadable`, `checkpoint_unreadable`."""
    try:
        return _opened(notary, as_handed_out(regular_content(file)))
    except OSError as error:
        reason = error.strerror or str(error)
        raise InputError("file_unreadable", file=str(file), reason=reason) from None
    except (ProofError, ValueError) as error:
        raise InputError("checkpoint_unreadable", reason=f"{file.name}: {error}") from None


def _opened(notary: Notary, note: bytes) -> Checkpoint:
    return open_checkpoint(note, notary.verifiers()).checkpoint
