"""Writes the pages that are made from the code: `python -m docs.generate`, in the repository's folder.

`cli.md` comes from the command line as it is, `commands.md` from the models of commands, `events.md` from the registry of
events, the table in `access.md` from the one that rights are read from, and `openapi.json` from the routes of the console's
interface; all are in English.
A test compares the pages with what would be written.
"""

from pathlib import Path
from typing import Final

from docs.pages.access import access
from docs.pages.apply_format import apply_format
from docs.pages.command_line import cli
from docs.pages.events import events
from docs.pages.openapi import openapi

FOLDER: Final = Path(__file__).parent


def pages() -> dict[Path, str]:
    """Every page by its file."""
    rights = FOLDER / "access.md"
    return {
        rights: access(rights.read_text("utf-8")),
        FOLDER / "cli.md": cli(),
        FOLDER / "commands.md": apply_format(),
        FOLDER / "events.md": events(),
        FOLDER / "openapi.json": openapi(),
    }


def main() -> None:
    """Writes every page that has changed, and names it."""
    for file, text in pages().items():
        if not file.exists() or file.read_text("utf-8") != text:
            file.write_text(text, "utf-8")
            print(file.relative_to(FOLDER.parent).as_posix())


if __name__ == "__main__":
    main()
