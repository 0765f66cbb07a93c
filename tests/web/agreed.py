"""The tables of what each viewer is answered, which a person has read and agreed to."""

from collections.abc import Sequence
from pathlib import Path


def assert_agreed(table: Path, viewer: str, rows: Sequence[str]) -> None:
    """The rows of a viewer are those agreed to; with -n0 they are written where the table was taken down to be made anew."""
    agreed = table.read_text("utf-8").splitlines() if table.exists() else []
    expected = [row for row in agreed if row.startswith(f"{viewer}\t")]
    if not expected:  # it is read by a person before it is committed
        with table.open("a", encoding="utf-8") as file:
            file.writelines(f"{row}\n" for row in rows)
    assert list(rows) == (expected or list(rows))
