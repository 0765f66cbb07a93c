"""What came in as a spreadsheet: the file's digest and what was recorded of it. Stream `site/<site>`.

It ends the unit of an import. Which events came of the file its two positions say; no file name, no word of anybody's.
"""

import hashlib
from typing import ClassVar, Literal

import orjson
from pydantic import Field

from ledger.events.base import Event, registered, write_fields
from ledger.terms import Sha256, SiteId

SheetKind = Literal["notices", "employees", "wages", "rewards", "payroll"]


@registered
class SheetImported(Event):
    """A sheet was imported: of its `rows` so many were recorded, known already and rejected; positions are of its events.

    `what` is the kind of sheet, stored as `sheet`, which in other events is the id of a day or week sheet.
    """

    kind: ClassVar[str] = "sheet_imported"
    site: SiteId
    what: SheetKind = Field(alias="sheet")
    file_sha256: Sha256
    map_sha256: Sha256 | None = None
    rows: int
    recorded: int
    known: int
    rejected: int
    first_position: int
    last_position: int

    def holds(self, position: int) -> bool:
        """Whether the event at a position came of the file."""
        return self.first_position <= position <= self.last_position

    def digest(self) -> str:
        """SHA-256 (hex) of the fields, which stands where other events have their command's digest."""
        return hashlib.sha256(orjson.dumps(write_fields(self), option=orjson.OPT_SORT_KEYS)).hexdigest()

    def about(self) -> str:
        """What stands where other events have their command's subject."""
        return f"import:{self.site}:{self.file_sha256}"
