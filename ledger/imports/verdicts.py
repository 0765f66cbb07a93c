"""What came of each row of a sheet, as values that a command shows, records or writes into a file of rejects."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from ledger.errors import LedgerError
from ledger.imports.headers import Kind
from ledger.imports.table import Row

Verdict = Literal["new", "known", "changes", "skipped", "refused"]
VERDICTS: Final[tuple[Verdict, ...]] = ("new", "known", "changes", "skipped", "refused")
Values = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Warned:
    """Something to be said of a row that is not refused, or of the sheet; `place` has its cell."""

    code: str
    fields: Mapping[str, object]
    place: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RowVerdict:
    """One row. `commands` are those of domain §10.1, decided in this order; the place of each error has cell and field.

    `total`: a line of sums, which is nobody's row.
    """

    row: Row
    verdict: Verdict
    id: str | None = None
    commands: tuple[Values, ...] = ()
    errors: tuple[LedgerError, ...] = ()
    warnings: tuple[Warned, ...] = ()
    total: bool = False

    @property
    def does(self) -> str | None:
        """The `do` of its first command."""
        return self.commands[0]["do"] if self.commands else None


@dataclass(frozen=True, slots=True)
class Preview:
    """A sheet read whole. `map_digest` None: without a map; `encoding` None: a workbook; `columns` field → header,
    `places` field → column from 0.

    `header` are the header's rows; `warnings` are of the sheet as a whole, the first thing to be said of it.
    """

    kind: Kind
    site: str
    month: str | None
    file_sha256: str
    map_digest: str | None
    sheet: str | None
    encoding: str | None
    columns: Mapping[str, str]
    places: Mapping[str, int]
    header: tuple[Row, ...]
    rows: tuple[RowVerdict, ...]
    warnings: tuple[Warned, ...] = ()

    @property
    def refused(self) -> tuple[RowVerdict, ...]:
        """The rows that keep the whole file from being recorded, unless only the good ones are asked for."""
        return tuple(row for row in self.rows if row.verdict == "refused")

    def totals(self) -> dict[str, int]:
        """How many rows came to what."""
        count = Counter(row.verdict for row in self.rows)
        return {verdict: count[verdict] for verdict in VERDICTS}
