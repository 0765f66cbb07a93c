"""Recording in a person's hands: in their own name alone, and only about what is theirs to know of."""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from ledger.access.acts import HANDED_IN, OWN_SHEET, in_own_name
from ledger.access.examined import awaits_result
from ledger.application.desk.as_seen import RecordingAsSeen
from ledger.application.desk.desk_part import DeskPart
from ledger.application.desk.known import Known, is_about
from ledger.application.recording import command_reader
from ledger.application.recording.applied import Applied
from ledger.application.recording.command_reader import BYTE_ORDER_MARK
from ledger.commands import Command
from ledger.errors import InputError, LedgerError, NotEntitled, Refusal, Unknown, raise_all
from ledger.events.employees import employee_of
from ledger.events.months import MonthClosed
from ledger.state.ids import full_id
from ledger.state.ledger_state import LedgerState
from ledger.state.named import Thing


class OwnRecording(DeskPart, RecordingAsSeen):
    """Recording in one's own name. NotEntitled `not_yours_to_do`, `second_person_needed`; else what is decided."""

    def apply(self, lines: Iterable[bytes], dry_run: bool = False) -> Applied:
        """Nobody records a file of commands as a person."""
        raise NotEntitled("not_yours_to_do", do="apply", by=self._desk.person)

    def each(
        self, lines: Iterable[bytes], allowed: Callable[[dict[str, Any]], None], dry_run: bool = False
    ) -> Applied:
        """A file of commands, each in the person's own name and allowed to them; whole or not at all.

        All faults are raised as one, each with its line, as `apply` does.
        """
        faults, own = list[LedgerError](), list[bytes]()
        for number, raw in enumerate(lines, start=1):
            try:
                own.append(self._in_own_name(raw, allowed))
            except (InputError, Refusal) as error:
                faults.append(error.at(line=number))
        raise_all(faults)
        self._known = Known(self._standing())
        return super().apply(own, dry_run)

    def _in_own_name(self, raw: bytes, allowed: Callable[[dict[str, Any]], None]) -> bytes:
        """A line of a file with the person as whoever acts."""
        values = command_reader.parse_line(raw.removeprefix(BYTE_ORDER_MARK))
        if values is None:
            return b""
        allowed(values)
        own = in_own_name(values, str(self._desk.person), self._is_own(values))
        return json.dumps(own, ensure_ascii=False).encode() + b"\n"

    def execute(self, command: Command, dry_run: bool = False) -> Applied:
        """One command, given in the person's own name."""
        given = command.model_dump(mode="json", by_alias=True, exclude_unset=True)
        return self.typed({**given, "do": command.do}, dry_run)

    def typed(self, values: dict[str, Any], dry_run: bool = False, figures: bool = True) -> Applied:
        """The same for fields as typed."""
        standing = self._standing()  # of no memory that is another thread's when the command is decided
        self._known = Known(standing)
        return super().typed(in_own_name(values, standing.person, self._is_own(values)), dry_run, figures)

    @contextmanager
    def unit(self, dry_run: bool = False) -> Iterator[Any]:
        """A write unit for a file of the person's own."""
        self._known = Known(self._standing())
        with super().unit(dry_run) as found:
            yield found

    @contextmanager
    def _imagining(self) -> Iterator[Any]:
        with super()._imagining() as found:
            found[1].knows = self._known.knows
            yield found

    @contextmanager
    def _recording(self, by_hand: bool = False, things: Sequence[Thing] = ()) -> Iterator[Any]:
        with super()._recording(by_hand, things) as found:
            found[1].knows = self._known.knows
            try:
                yield found
            finally:  # others go on with what it has read
                found[1].knows = None

    def _record(
        self,
        unit: Any,
        ledger_state: LedgerState,
        command: Command,
        hand: Any,
        applied: Applied,
        digest: str | None = None,
    ) -> None:
        """Records what is the person's to know of, and says no more of anything else than a page of it would.

        NotEntitled `second_person_needed` for a close of more lines than one person hands over; the unit ends with it.
        """
        before = len(applied.events)
        self._known.require(command)
        try:
            super()._record(unit, ledger_state, command, hand, applied, digest)
        except Refusal as refusal:
            raise self._known.told(command, refusal) from None
        self._known.require_present(command)
        most = self._desk.second_above
        closes = [each.event for each in applied.events[before:] if isinstance(each.event, MonthClosed)]
        if any(len(close.lines) > most for close in closes):
            raise NotEntitled("second_person_needed", do=command.do)

    def _is_own(self, values: dict[str, Any]) -> bool:
        """Whether a notice that is acknowledged, or an appraisal sheet, is the person's own, or an answer theirs to type."""
        desk = self._desk
        if values.get("do") in HANDED_IN:
            return self._is_handed_in(values)
        if values.get("do") in OWN_SHEET:
            return self._owner_of_sheet(values) == desk.person
        if values.get("do") != "acknowledge_notice":
            return False
        standing = self._standing()
        try:
            return is_about(standing, str(values.get("notice", "")), standing.person)
        except Unknown:
            return False

    def _owner_of_sheet(self, values: dict[str, Any]) -> str | None:
        """Whose sheet a command is about; None where it names nobody there is."""
        state = LedgerState(self.log)
        try:
            if "objection" in values and values.get("do") != "object_appraisal":
                name = full_id(state, "objection", str(values["objection"]), "objection")
                return employee_of(str(state.stream_of("objection", name)))
            return full_id(state, "employee", str(values.get("employee", "")), "employee")
        except Unknown:
            return None

    def _is_handed_in(self, values: dict[str, Any]) -> bool:
        """Whether answers of a sitting are the person's to type: who opened it or holds an office, unless they sit."""
        standing, state = self._standing(), LedgerState(self.log)
        try:
            name = full_id(state, "sitting", str(values.get("sitting", "")), "sitting")
            sitting = standing.context.thing("sitting", name)
        except Unknown:
            return False
        offices = HANDED_IN[str(values["do"])] & set(standing.offices(sitting.site))
        opened = standing.is_employed and standing.person == sitting.by
        return (opened or bool(offices)) and not awaits_result(standing, sitting)
