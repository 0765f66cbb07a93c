"""Files for other programs, each of one state of the ledger."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ledger.application.part import Part
from ledger.errors import InputError, StoreError, WrongState
from ledger.events.months import MonthClosed
from ledger.exports import (
    accounts,
    beancount,
    books,
    cloudevents,
    csv_file,
    handoff,
    hledger,
    ical,
    xlsx_file,
)
from ledger.exports.accounts import Format
from ledger.exports.handoff import Handoff, Names
from ledger.exports.mapped import mapped
from ledger.exports.table import Table, misread_ids
from ledger.formats import area_of
from ledger.imports import pay_map
from ledger.state.closes import close_at
from ledger.state.hand_off import not_told, takes
from ledger.state.ledger_state import LedgerState
from ledger.store.notary import Notary
from ledger.terms import month_of

if TYPE_CHECKING:
    from ledger.application.handoff_verification import HandoffChecked
    from ledger.labels.messages import Labels

__all__ = ["Exports", "Format", "Handoff", "Names", "Table"]


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
            sheets = handoff.handoff(look.state, placed, names, labels, note, mapping)
            made = None if wanted is None else mapped(sheets.pay, wanted)
            return replace(sheets, mapped=made)

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
        clauses = [each for each in policy.clauses if not areas or area_of(each.code) in areas]
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

    def check_handoff(self, raw: bytes, given_map: bytes | None = None) -> "HandoffChecked":
        """`verify --handoff`; `given_map`: the mapping file that the file was written with. As `HandoffVerification`."""
        from ledger.application.handoff_verification import HandoffVerification

        return HandoffVerification(self._ledger).check(raw, given_map, _anybody)


def _anybody(site: str, month: str) -> None:
    """Whoever keeps the files may be told of any site and month."""


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
