"""Files for other programs, each of one state of the ledger."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, get_args

from ledger.application.part import Part
from ledger.errors import InputError, LedgerError, StoreError, WrongState
from ledger.events.months import MonthClosed
from ledger.exports import (
    accounts,
    beancount,
    books,
    cloudevents,
    csv_file,
    handoff,
    handoff_cells,
    handoff_check,
    hledger,
    ical,
    xlsx_file,
)
from ledger.exports.accounts import Format
from ledger.exports.handoff import Handoff, Names
from ledger.exports.mapped import mapped
from ledger.exports.table import Table, misread_ids
from ledger.formats import column_letters
from ledger.imports import guard, pay_map, reader
from ledger.imports.table import Table as SheetTable
from ledger.imports.table import Unusable
from ledger.state.hand_off import not_told, takes
from ledger.state.closes import close_at
from ledger.state.ledger_state import LedgerState
from ledger.store.notary import Notary
from ledger.terms import month_of

if TYPE_CHECKING:
    from ledger.labels.messages import Labels

__all__ = ["Exports", "Format", "Handoff", "HandoffChecked", "Names", "Table"]


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


class Exports(Part):
    """What other programs read. Nothing is decided here."""

    def books(
        self,
        form: Format,
        titles: Mapping[str, str],
        names: bytes | None = None,
        until: str | None = None,
        as_of: int | None = None,
    ) -> bytes:
        """`export books`: double entry of all closes, returns and settlements, up to a month where one is given.

        `titles`: words for close, run, return, carry, write_off. `names`: a map of account names, as bytes of TOML.
        InputError `map_unreadable`, `map_format`, `map_key_unknown`, `map_account_wrong`, `map_doubled`.
        """
        called = accounts.Names(form, names)
        with self._ledger.look_at_log(as_of) as look:
            found = books.entries(look.state, until)
        write = hledger.journal if form == "hledger" else beancount.ledger
        return write(found, called, titles).encode()

    def handoff(
        self,
        month: str,
        site: str | None,
        names: Names,
        labels: "Labels",
        as_of: int | None = None,
        given_map: bytes | None = None,
    ) -> Handoff:
        """`export payroll`: the sheets of a close. A checkpoint that covers it is signed where none is kept.

        `given_map`: a mapping file, by which one more sheet is made. InputError `map_*`; WrongState
        `month_not_closed`, `month_closed_with`, `line_of_record_only`,
        `deduction_notice_due`.
        """
        wanted = None if given_map is None else pay_map.load(given_map)
        with self._ledger.look_at_log(as_of) as look:
            at = look.site(site)
            placed = close_at(look.state, at, month)
            _require_taken(look.state, placed[1])
            _require_told(look.state, placed[1])
            note = None
            with suppress(StoreError):  # where the key is not here
                note = Notary(self.log).covering(placed[0])
            mapping = None if wanted is None else f"{wanted.name} {wanted.digest()}"
            sheets = handoff.handoff(look.state, placed, names, labels, _told(note), mapping)
            made = None if wanted is None else mapped(sheets.pay, wanted)
            return replace(sheets, mapped=made, note=note)

    def cloudevents(
        self, since: int = 0, words: bool = False, as_of: int | None = None
    ) -> tuple[bytes, tuple[str, ...]]:
        """`export events`: the events behind a position, and whose words are in the file."""
        with self._ledger.look_at_log(as_of) as look:
            found = list(self.log.events(since, look.position))
            hashes = self.log.hashes(recorded.position for recorded in found)
            erased = look.state.erased()
            people = cloudevents.people_in(found, erased) if words else set()
            shown = map(self.log.people.opened, found) if words else found
            told = cloudevents.lines(shown, hashes, self.log.identity(), erased, words)
            return b"".join(told), tuple(sorted(people))

    def analysis(self, as_of: int | None = None) -> dict[str, tuple[bytes, int]]:
        """`export entries`: each table as Parquet with its number of rows, by name. InputError `analysis_missing`."""
        from ledger.application import analysis_files

        return analysis_files.whole(self._ledger, as_of)

    def calendar(
        self, site: str | None, labels: "Labels", as_of: int | None = None
    ) -> tuple[bytes, int, int]:
        """`export due`: the calendar, how many deadlines are in it, and how many things without one are not."""
        with self._ledger.look(as_of) as look:
            rows = look.due(site)
            dated = sum(row["due_on"] is not None for row in rows)
            content = ical.calendar(rows, self.log.identity(), look.position, labels)
        return content, dated, len(rows) - dated

    def stands_alone(self, given_map: bytes) -> bool:
        """Whether the sheet of a mapping file is to be in a file of its own."""
        return pay_map.load(given_map).sheet.alone

    def workbook(self, sheets: Handoff, only: Sequence[Table] = ()) -> bytes:
        """The sheets as XLSX, dated by the close; the mapped one first, where there is one. `only`: these instead.

        WrongState `sheet_full` where one has more rows than a workbook takes.
        """
        properties = {"kaoji-format": handoff.FORMAT, "kaoji-batch": sheets.close.digest}
        first = [] if sheets.mapped is None else [sheets.mapped]
        tables = list(only) or _named_apart([*first, sheets.pay, sheets.lines, sheets.control])
        for table in tables:
            if len(table.rows) + len(table.before) > xlsx_file.LIMIT:
                raise WrongState("sheet_full", sheet=table.name, rows=len(table.rows), limit=xlsx_file.LIMIT)
        return xlsx_file.xlsx_bytes(tables, sheets.close.on, properties)

    def round_sheet(
        self,
        areas: Sequence[str],
        department: str | None,
        labels: Any,
        encoding: str,
        site: str | None = None,
    ) -> bytes:
        """A round to be filled in on site: the clauses in force this month, of some areas where any are given."""
        from ledger.exports.round_sheet import round_sheet

        with self._ledger.look() as look:
            name = look.site(site)
            policy = look.state.policy_of(name, month_of(look.today(name)))
        clauses = [each for each in policy.clauses if not areas or each.code.partition("-")[0] in areas]
        return round_sheet(clauses, department, labels, encoding)

    def csv(self, table: Table, encoding: str, tab_before_ids: bool = False) -> bytes:
        """One of the sheets as CSV. InputError `encoding_lacks` where the encoding lacks a character."""
        try:
            return csv_file.csv_bytes(table, encoding, tab_before_ids)
        except UnicodeEncodeError as wrong:
            raise InputError(
                "encoding_lacks", encoding=encoding, character=wrong.object[wrong.start]
            ) from None

    def misread_ids(self, table: Table) -> list[str]:
        """The staff numbers that a spreadsheet would take for numbers in a CSV."""
        return misread_ids(table)

    def check_handoff(self, raw: bytes, given_map: bytes | None = None) -> HandoffChecked:
        """`verify --handoff`, read as an import is: every cell against the ledger, and how it is shown.

        `given_map`: the mapping file that the file was written with. InputError `handoff_unreadable`, `handoff_cell`,
        `handoff_map_needed` where a mapped sheet stands in it and no mapping is given, `sheet_*`, `map_*`.
        """
        book = _workbook(raw)
        tables = [(str(one.sheet), _rows(one)) for one in book.tables]
        found = handoff_check.read(tables)
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
                look.state, placed, names, labels, _told(note) if as_of is None else None, mapping
            )
            return sheets if wanted is None else replace(sheets, mapped=mapped(sheets.pay, wanted))

    def _note_of(self, found: handoff_check.Found, position: int) -> bytes | None:
        """The checkpoint that a file names, if the ledger bears it out; else the earliest kept over the close."""
        notary = Notary(self.log)
        named = _note(notary.origin, found.checkpoint)
        return named if notary.proves(named, position) else notary.earliest(position)


def _workbook(raw: bytes) -> reader.Workbook:
    """All sheets of a workbook, parsed under the guards of an import. InputError `handoff_unreadable`, `sheet_*`."""
    if guard.inspect(raw) == "csv":
        raise InputError("handoff_unreadable", field="handoff_sheets")
    return reader.read(raw, lambda rows: 0, rows=xlsx_file.LIMIT, whole=True)


def _rows(table: SheetTable) -> handoff_cells.Rows:
    """Its rows; a cell without a value says so."""
    return [
        (
            row.number,
            [_NO_VALUE.get(cell, cell) if isinstance(cell, Unusable) else cell for cell in row.cells],
        )
        for row in table.rows
    ]


_NO_VALUE = {Unusable.NO_RESULT: "=…", Unusable.ERROR: "#…", Unusable.TOO_LONG: "…"}


def _dressed(table: SheetTable) -> Iterator[tuple[str, str]]:
    """Where a sheet shows something otherwise than it is, and how, in words of the labels."""
    name = str(table.sheet)
    if table.is_hidden:
        yield name, "hidden_sheet"
    for row, column, what in table.shown:
        letters = "" if what == "hidden_row" else column_letters(column)
        yield name if what in ("conditional_format", "drawing") else f"{name} {letters}{row or ''}", what


def _require_taken(state: LedgerState, close: MonthClosed) -> None:
    """WrongState `line_of_record_only` where a fine or a share is charged for a month whose version only records it."""
    for line in close.lines:
        charged = line.component != "performance" and line.amount_fen > 0
        if charged and not takes(state, line.employee, line.obligation_month):
            raise WrongState("line_of_record_only", employee=line.employee, month=line.obligation_month)


def _require_told(state: LedgerState, close: MonthClosed) -> None:
    """WrongState `deduction_notice_due` where the policy wants everybody told first of whom something is taken."""
    if not state.policy_of(close.site, close.month).payroll.notice_first:
        return
    waiting = not_told(state, close)
    if waiting:
        raise WrongState(
            "deduction_notice_due", month=close.month, people=len(waiting), employees=", ".join(waiting)
        )


def _named_apart(tables: Sequence[Table]) -> list[Table]:
    """The tables, of which one that is called like an earlier one gets a number: no workbook has two of a name."""
    seen: set[str] = set()
    found = []
    for table in tables:
        name = f"{table.name} (2)" if table.name.casefold() in seen else table.name
        seen.add(name.casefold())
        found.append(replace(table, name=name))
    return found


def _note(origin: str, told: str) -> bytes:
    """The checkpoint of whose text and first signature a cell tells (`_told`)."""
    size, root, signature = (*told.split(" ", 2), "", "", "")[:3]
    return f"{origin}\n{size}\n{root}\n\n{signature}\n".encode()


def _told(note: bytes | None) -> str | None:
    """Size, root and first signature of a checkpoint, in one cell."""
    if note is None:
        return None
    _, size, root, *rest = note.decode().splitlines()
    return " ".join([size, root, *(line for line in rest if line.startswith("—"))][:3])
