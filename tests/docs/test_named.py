"""What the decisions, the recipes and the integrity page name of the code is there: each file, and each name in it."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = [
    *sorted((ROOT / "docs" / "adr").glob("*.md")),
    ROOT / "docs" / "integrity.md",
    ROOT / "CONTRIBUTING.md",
]
_FILE = re.compile(r"`([\w./-]+\.(?:py|toml|jsonl|tsv))`(?:, `([A-Za-z_.]+)`)?")
_EXAMPLE = "medal"
"""What the recipe adds, which is not there."""


def files_called(path: str) -> list[Path]:
    """The files of the project that a page may mean: by their whole path, or by its end."""
    ends = [
        folder.glob(f"**/{path}") for folder in map(ROOT.joinpath, ("ledger", "cli", "web", "tests", "docs"))
    ]
    return [file for file in (ROOT / path, *(file for found in ends for file in found)) if file.is_file()]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_files_and_names_are_there(page: Path) -> None:
    missing = []
    for path, name in _FILE.findall(page.read_text("utf-8")):
        if _EXAMPLE in path:
            continue
        texts = [file.read_text("utf-8") for file in files_called(path)]
        held = (
            not name or name.endswith((".py", ".toml")) or any(name.split(".")[-1] in text for text in texts)
        )
        if not texts or not held:
            missing.append((path, name))

    assert missing == []
