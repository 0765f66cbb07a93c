"""Spreadsheets in: each row is decided under the lock as `apply` decides it, and the whole is recorded or nothing (§15)."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final
from zoneinfo import ZoneInfo

from ledger.application.part import Part
from ledger.application.recording.applied import Applied
from ledger.application.recording.command_reader import parse_command
from ledger.application.recording.notes import NOTED, Note, empty_departments, notes
from ledger.commands import Command
from ledger.errors import InputError, LedgerError, Refusal
from ledger.events import Recorded
from ledger.events.imports import SheetImported
from ledger.events.sites import site_stream
from ledger.imports import pay_map, rejects, sheet
from ledger.imports.asked import Asked
from ledger.imports.headers import KINDS, Kind, load_map
from ledger.imports.import_map import ImportMap
from ledger.imports.known import Known
from ledger.imports.table import address
from ledger.imports.verdicts import Preview, RowVerdict, Warned
from ledger.state.execution import Recorder, record
from ledger.state.ledger_state import LedgerState
from ledger.texts import plain

__all__ = ["KINDS", "Asked", "ImportMap", "Imported", "Imports", "Kind", "RowVerdict", "Warned", "load_map"]

Progress = Callable[[int, int], None]
"""Called with how many rows are decided, and of how many."""

_SHEET_FIELDS: Final = {
    "occurred_at": "date",
    "occurred_on": "date",
    "effective_from": "from",
    "by": "recorded_by",
    "on": "departed",
}
"""What a command calls otherwise than a sheet: where a fault of such a field stands."""


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of a file. `recorded` counts rows; `position` is where the ledger stands."""

    preview: Preview
    recorded: int
    position: int
    notes: tuple[Note, ...] = ()

    @property
    def refused(self) -> int:
        """How many rows are refused."""
        return len(self.preview.refused)


@dataclass(slots=True)
class _Decided:
    """What deciding rows came to: events that nobody has appended yet, faults by row, rows known whole or in part."""

    events: list[Recorded] = field(default_factory=list)
    faults: dict[int, LedgerError] = field(default_factory=dict)
    known: set[int] = field(default_factory=set)
    in_part: set[int] = field(default_factory=set)
    notes: list[Note] = field(default_factory=list)


class Imports(Part):
    """What offices keep in spreadsheets."""

    def run(
        self,
        kind: Kind,
        content: bytes,
        asked: Asked,
        *,
        dry_run: bool = False,
        good_rows: bool = False,
        progress: Progress | None = None,
    ) -> Imported:
        """`import`: a file's rows, recorded all or none; with `good_rows` those that are not refused, in one unit.

        InputError where the file cannot be read; Refusal where all of it is refused at once. A row that is refused is told
        in the preview.
        """
        self.log.require()
        read = sheet.read_sheet(kind, content, asked)
        with self._ledger.record.unit(dry_run) as (unit, state, hand):
            known = Known(state, self._site(state, asked))
            found = sheet.preview(read, known, asked)
            position, attempt = unit.position, state
            while True:
                decided = self._decide(found, known, asked, attempt, hand, position, progress)
                found = _told(found, decided)
                if not decided.faults or not good_rows:
                    break
                self.log.sealing.end_unit(committed=False)  # what a refused row left behind is gone
                attempt = LedgerState(self.log)
            if not decided.events or (found.refused and not good_rows):
                return Imported(found, 0, position)
            if dry_run:
                return Imported(found, 0, position, tuple(decided.notes))
            for event in [*decided.events, _trace(found, decided.events, attempt, hand)]:
                unit.append(event)
            return Imported(found, _recorded(found), unit.position, tuple(decided.notes))

    def asked(self, kind: Kind, asked: Asked, given_map: bytes) -> Asked:
        """The same, with a map file's bytes: what payroll gives back may be read by the map it was handed over with.

        InputError `map_*`.
        """
        if kind == "payroll" and pay_map.is_one(given_map):
            found = pay_map.load(given_map)
            return replace(asked, map=pay_map.for_return(found), pay_map=found)
        return replace(asked, map=load_map(given_map))

    def round(
        self, content: bytes, encoding: str | None, by: str | None, site: str | None, dry_run: bool = False
    ) -> Applied:
        """A round filled in on site; the same file again is found to be recorded. InputError with the cell."""
        from ledger.imports import round_sheet

        told = round_sheet.read_round(content, encoding)
        told |= {name: value for name, value in (("by", by), ("site", site)) if value is not None}
        state = LedgerState(self.log)
        zone = ZoneInfo(state.site(self._site(state, Asked(site=site))).timezone)
        values = round_sheet.command_of(told, zone)
        digest = hashlib.sha256(content).hexdigest()
        return self._ledger.record.typed(
            {"do": "record_inspection", "key": f"round {digest}", **values}, dry_run
        )

    def rejects(self, imported: Imported, labels: Any) -> bytes:
        """The refused rows as a workbook with the same header, and beside each why and what to do."""
        return rejects.workbook(imported.preview, labels)

    def _site(self, state: LedgerState, asked: Asked) -> str:
        """The site asked for, that of the map, or the only one."""
        stated = asked.site or asked.map.constants.get("site")
        if stated is not None:
            return state.site(str(stated)).site
        sites = state.site_ids()
        if len(sites) != 1:
            raise InputError("site_needed", sites=", ".join(sites))
        return sites[0]

    def _decide(
        self,
        found: Preview,
        known: Known,
        asked: Asked,
        state: LedgerState,
        hand: Recorder,
        position: int,
        progress: Progress | None,
    ) -> _Decided:
        """Every row that is not refused yet, decided in order on one state; nothing is appended.

        Refusal where a command that stands for all rows is refused.
        """
        rows = [
            row for row in sheet.in_order(found.kind, list(found.rows)) if row.verdict in ("new", "changes")
        ]
        decided = _Decided()
        one_for_all = sheet.together(found, rows, known, asked)
        if one_for_all is not None:
            for done, values in enumerate([*one_for_all, None]):
                if progress is not None:
                    progress(len(rows) * done, len(rows))
                if values is not None:
                    decided.events += record(state, parse_command(values), position, hand)
        else:
            self._decide_each(rows, state, hand, position, decided, progress)
        for event in decided.events:
            if event.event.kind in NOTED:
                decided.notes += notes(state, event)
        decided.notes += empty_departments(state, decided.events)
        return decided

    def _decide_each(
        self,
        rows: Sequence[RowVerdict],
        state: LedgerState,
        hand: Recorder,
        position: int,
        decided: _Decided,
        progress: Progress | None,
    ) -> None:
        parsed = [(row, command) for row in rows for command in _parsed(row, decided)]
        digests = [command.digest() for _, command in parsed]
        numbered = [(row.row.number, command) for row, command in parsed]
        equal = self._ledger.record.known(state, numbered, digests)
        for place, ((row, command), digest) in enumerate(zip(parsed, digests, strict=True), start=1):
            if progress is not None:
                progress(place, len(parsed))
            number = row.row.number
            if number in decided.faults:
                continue
            if digest in equal:
                decided.known.add(number)
                continue
            try:
                after = position + len(decided.events)
                decided.events += record(state, command, after, hand, digest)
            except (InputError, Refusal) as error:
                decided.faults[number] = error
            else:
                decided.in_part.add(number)


def _parsed(row: RowVerdict, decided: _Decided) -> list[Command]:
    """A row's commands; none where one of them cannot be."""
    try:
        return [parse_command(values) for values in row.commands]
    except InputError as error:
        decided.faults[row.row.number] = error
        return []


def _told(found: Preview, decided: _Decided) -> Preview:
    """The verdicts as the decisions made them."""
    return replace(found, rows=tuple(_verdict(found, row, decided) for row in found.rows))


def _verdict(found: Preview, row: RowVerdict, decided: _Decided) -> RowVerdict:
    number = row.row.number
    if number in decided.faults:
        error = decided.faults[number]
        return replace(row, verdict="refused", errors=(_placed(found, row, error),), commands=())
    if number in decided.known:
        return replace(row, verdict="changes" if number in decided.in_part else "known")
    return row


def _placed(found: Preview, row: RowVerdict, error: LedgerError) -> LedgerError:
    """The fault with the cell in which the field it names stands, or the person; else with its row."""
    named = str(error.place.pop("field", "")).partition(".")[0]
    name = named if named in found.places else _SHEET_FIELDS.get(named, named)
    if name not in found.places:
        name = _where_named(found, row, error)
    column = found.places.get(name)
    if column is None:
        return error.at(row=row.row.number)
    return error.at(cell=address(row.row.number, column), field=name)


def _where_named(found: Preview, row: RowVerdict, error: LedgerError) -> str:
    """The field of a row in which a person stands who is not known; "" where the fault is another."""
    for name in ("supervisor", "issued_by", "recorded_by", "approved_by", "employee"):
        cell = row.row.cell(found.places[name]) if name in found.places else None
        if error.code == "employee_unknown" and plain(str(cell)) == error.fields["employee"]:
            return name
    return ""


def _recorded(found: Preview) -> int:
    """How many rows anything is recorded of."""
    return sum(row.verdict in ("new", "changes") for row in found.rows)


def _trace(found: Preview, events: Sequence[Recorded], state: LedgerState, hand: Recorder) -> Recorded:
    """The event that ends the unit of an import."""
    totals = found.totals()
    event = SheetImported(
        site=found.site,
        what=found.kind,
        file_sha256=found.file_sha256,
        map_sha256=found.map_digest,
        rows=sum(totals.values()) - totals["skipped"],
        recorded=_recorded(found),
        known=totals["known"],
        rejected=totals["refused"],
        first_position=events[0].position,
        last_position=events[-1].position,
    )
    stream = site_stream(found.site)
    return replace(
        events[-1],
        position=events[-1].position + 1,
        stream=stream,
        version=state.next_version(stream),
        command=event.digest(),
        subject=event.about(),
        step=0,
        event=event,
    )
