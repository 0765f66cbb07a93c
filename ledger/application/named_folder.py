"""Where somebody wants something written: the folder is there, or they are told which one is not."""

from pathlib import Path

from ledger.errors import InputError


def require_folder_there(folder: Path) -> None:
    """InputError `folder_missing` where nothing is there, `folder_is_file` where a file is, `file_unwritable`."""
    try:
        if folder.is_dir():
            return
        nearest = next(each for each in (folder, *folder.parents) if each.exists())
    except OSError as error:
        raise unwritable(folder, error) from None
    if nearest.is_dir():
        raise InputError("folder_missing", folder=str(folder))
    raise InputError("folder_is_file", folder=str(nearest))


def unwritable(path: Path, error: OSError) -> InputError:
    """What is told where a file or folder cannot be made: `file_unwritable`."""
    return InputError("file_unwritable", file=str(path), reason=error.strerror or str(error))
