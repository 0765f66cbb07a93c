"""Where somebody wants something written: the folder is there, or they are told which one is not."""

from pathlib import Path

from ledger.errors import InputError


def require_folder_there(folder: Path) -> None:
    """InputError `folder_missing` where nothing is there, and those of `is_folder_there`."""
    if not is_folder_there(folder):
        raise InputError("folder_missing", folder=str(folder))


def is_folder_there(folder: Path) -> bool:
    """Whether a folder is there; where it is not, no file stands in its place or in that of one above it.

    InputError `folder_is_file`, `file_unwritable`.
    """
    try:
        if folder.is_dir():
            return True
        nearest = next((each for each in (folder, *folder.parents) if each.exists()), None)
        is_file = nearest is not None and not nearest.is_dir()
    except OSError as error:
        raise unwritable(folder, error) from None
    if is_file:
        raise InputError("folder_is_file", folder=str(nearest))
    return False


def unwritable(path: Path, error: OSError) -> InputError:
    """What is told where a file or folder cannot be made: `file_unwritable`."""
    return InputError("file_unwritable", file=str(path), reason=error.strerror or str(error))
