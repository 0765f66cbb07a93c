"""`verify --handoff`: a hand-off file that came back, held against what the ledger writes of the same close."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, get_args

from ledger.application.part import Part
from ledger.errors import InputError, LedgerError
from ledger.exports import handoff, handoff_cells, handoff_check, xlsx_file
from ledger.exports.handoff import Handoff, Names
from ledger.exports.mapped import mapped
from ledger.formats import column_letters
from ledger.imports import guard, pay_map, reader
from ledger.imports.table import Table, Unusable
from ledger.state.closes import close_at
from ledger.store.notary import Notary

if TYPE_CHECKING:
    from ledger.labels.messages import Labels

_NO_VALUE = {Unusable.NO_RESULT: "=…", Unusable.ERROR: "#…", Unusable.TOO_LONG: "…"}


@dataclass(frozen=True, slots=True)
class HandoffChecked:
    """What `verify --handoff` found: whether the digest of the sheets is the one said, and where the ledger says otherwise.

    `known`: whether a ledger with that close was at hand. `dressed`: what is shown otherwise than it is, and how; None
    where that cannot be told of such a file.
    """

    found: handoff_check.Found
    known: bool
    differences: tuple[tuple[str, str, str], ...]
    dressed: tuple[tuple[str, str], ...] | None

    @property
    def ok(self) -> bool:
        """Whether the file is whole, and as it was handed over."""
        return self.found.said == self.found.digest and not self.differences and not self.dressed

    def values(self) -> dict[str, Any]:
        """As `--json` prints it."""
        return {
            "ok": self.ok,
            "site": self.found.site,
            "month": self.found.month,
            "digest": self.found.digest,
            "digest_said": self.found.said,
            "ledger": self.known,
            "differences": [
                {"where": where, "file": there, "ledger": here} for where, there, here in self.differences
            ],
            "shown_otherwise": None
            if self.dressed is None
            else [{"where": where, "what": what} for where, what in self.dressed],
        }


class HandoffVerification(Part):
    """The check of a hand-off file. Nothing is recorded."""

    def check(
        self, raw: bytes, given_map: bytes | None, allowed: Callable[[str, str], None]
    ) -> HandoffChecked:
        """`verify --handoff`, read as an import is: every cell against the ledger, and how it is shown.

        `given_map`: the mapping file that the file was written with. `allowed` raises where nothing of that site and month
        is to be told. InputError `handoff_unreadable`, `handoff_cell`,
        `handoff_map_needed` where a mapped sheet stands in it and no mapping is given, `sheet_*`, `map_*`.
        """
        book = _workbook(raw)
        tables = [(str(one.sheet), _rows(one)) for one in book.tables]
        found = handoff_check.read(tables)
        allowed(found.site, found.month)
        dressed = None if book.format != "xlsx" else tuple(at for one in book.tables for at in _dressed(one))
        placed = self._close_of(found)
        if placed is None:
            return HandoffChecked(found, False, (), dressed)
        wanted = None if given_map is None else pay_map.load(given_map)
        if wanted is None and found.others:
            raise InputError("handoff_map_needed", sheet=found.others[0][0])
        versions = [
            self._versions(names, handoff_check.labels_of(found), wanted, found, as_of)
            for as_of in (None, placed)
            for names in get_args(Names)
        ]
        is_alone = wanted is not None and wanted.sheet.alone
        told = tuple(handoff_check.differences(found, versions, is_alone))
        return HandoffChecked(found, True, told, dressed)

    def _close_of(self, found: handoff_check.Found) -> int | None:
        """The position of the close that a file says it is of; None where there is no ledger with it."""
        if not self.log.exists():
            return None
        with self._ledger.look_at_log() as look:
            try:
                return close_at(look.state, found.site, found.month)[0]
            except LedgerError:
                return None

    def _versions(
        self,
        names: Names,
        labels: "Labels",
        wanted: pay_map.PayMap | None,
        found: handoff_check.Found,
        as_of: int | None,
    ) -> Handoff:
        """The sheets of a close as the ledger writes them now, or wrote them right after it."""
        with self._ledger.look_at_log(as_of) as look:
            placed = close_at(look.state, found.site, found.month)
            note = self._note_of(found, placed[0])
            mapping = found.by_map if wanted is None else f"{wanted.name} {wanted.digest()}"
            sheets = handoff.handoff(
                look.state, placed, names, labels, note if as_of is None else None, mapping
            )
            return sheets if wanted is None else replace(sheets, mapped=mapped(sheets.pay, wanted))

    def _note_of(self, found: handoff_check.Found, position: int) -> bytes | None:
        """The checkpoint that a file names, if the ledger bears it out; else the earliest kept over the close."""
        notary = Notary(self.log)
        named = handoff.checkpoint_of(notary.origin, found.checkpoint)
        return named if notary.proves(named, position) else notary.earliest(position)


def _workbook(raw: bytes) -> reader.Workbook:
    """All sheets of a workbook, parsed under the guards of an import. InputError `handoff_unreadable`, `sheet_*`."""
    if guard.inspect(raw) == "csv":
        raise InputError("handoff_unreadable", field="handoff_sheets")
    return reader.read(raw, lambda rows: 0, rows=xlsx_file.LIMIT, whole=True)


def _rows(table: Table) -> handoff_cells.Rows:
    """Its rows; a cell without a value says so."""
    return [
        (
            row.number,
            [_NO_VALUE.get(cell, cell) if isinstance(cell, Unusable) else cell for cell in row.cells],
        )
        for row in table.rows
    ]


def _dressed(table: Table) -> Iterator[tuple[str, str]]:
    """Where a sheet shows something otherwise than it is, and how, in words of the labels."""
    name = str(table.sheet)
    if table.is_hidden:
        yield name, "hidden_sheet"
    for row, column, what in table.shown:
        letters = "" if what == "hidden_row" else column_letters(column)
        yield name if what in ("conditional_format", "drawing") else f"{name} {letters}{row or ''}", what
