"""Which hand-off a file of payroll was made from: its property `kaoji-batch` and its control sheet (finance §12, §13)."""

import io
import re
import zipfile
from dataclasses import dataclass
from typing import Final

from ledger.formats import LANGUAGES
from ledger.imports.reader import Workbook
from ledger.imports.table import Table
from ledger.labels.messages import keys_behind, load

CONTROL_KEYS: Final = ("format", "site", "month", "digest")
_PROPERTIES: Final = "docprops/custom.xml"
_MOST: Final = 262_144
_BATCH: Final = re.compile(r"""name\s*=\s*["']kaoji-batch["'][^>]*>\s*<[^<>]+>\s*([0-9a-f]{64})\s*<""")


@dataclass(frozen=True, slots=True)
class Batch:
    """What a file says of its hand-off. `digests`: by its property and by its control sheet; one is enough."""

    digests: frozenset[str]
    site: str | None = None
    month: str | None = None


def control_sheets() -> list[str]:
    """What the control sheet is called, in every language."""
    names = [load(language).title("handoff-control") for language in LANGUAGES]
    return [*names, *(f"{name} (2)" for name in names)]


def batch_of(content: bytes, book: Workbook) -> Batch | None:
    """What a file says of its hand-off; None where it says nothing, as a CSV does."""
    stated = next((said for table in book.tables[1:] if (said := _control(table))), {})
    digests = {said for said in (_property(content, book), stated.get("digest")) if said is not None}
    if not digests:
        return None
    return Batch(frozenset(digests), stated.get("site"), stated.get("month"))


def _control(table: Table) -> dict[str, str]:
    """The keys of a control sheet with what stands beside them."""
    keys = keys_behind("control", CONTROL_KEYS)
    found = {}
    for row in table.rows:
        title, value = row.cell(0), row.cell(1)
        if isinstance(title, str) and title in keys and value is not None:
            found[keys[title]] = str(value)
    return found


def _property(content: bytes, book: Workbook) -> str | None:
    """The digest that an .xlsx carries in its properties; it was looked through before anything of it was read."""
    if book.format != "xlsx":
        return None
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        name = next((each for each in archive.namelist() if each.lower() == _PROPERTIES), None)
        if name is None:
            return None
        with archive.open(name) as part:
            found = _BATCH.search(part.read(_MOST).decode("utf-8", "replace"))
    return None if found is None else found.group(1)
