"""`verify --deep`: every event decoded, every registry rebuilt, every digest taken anew, every decision replayed.

A decision of the present edition of the rules is replayed. Of an earlier one shape, digests, instants and registries are
looked at: a younger rule says nothing of it (domain §8).
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from ledger.aggregates.dispatch import EDITION
from ledger.application.proving.replay import OWN, command_of
from ledger.errors import LedgerError, StoreError
from ledger.events import Recorded
from ledger.events.imports import SheetImported
from ledger.events.months import MonthClosed
from ledger.events.policies import PolicyAdopted
from ledger.events.questions import QuestionsAdopted
from ledger.policy import loading
from ledger.reckoning import payroll
from ledger.state.execution import Recorder, decided
from ledger.state.ledger_state import LedgerState
from ledger.store.audit import Fault
from ledger.store.audit_scan import Watch, unwatched
from ledger.store.database_errors import is_trouble
from ledger.store.log import Log
from ledger.store.registry_check import Rebuilt


def deep_faults(log: Log, as_of: int, watch: Watch = unwatched) -> tuple[list[Fault], int]:
    """Every fault of the second kind up to a position, in the order of positions; what was recorded since is left alone.

    And how many commands were decided by an earlier edition of the rules, and not again.

    One pass. It keeps the events of every stream, since any may be asked of by a decision, and a digest a registry row.
    """
    found: list[Fault] = []
    ledger_state, rebuilt = LedgerState(log, 0), Rebuilt()
    last: datetime | None = None
    edition = earlier = 0
    try:
        for command in _commands(log, as_of):
            for recorded in command:
                found += _of_event(recorded, last)
                last = recorded.recorded_at
                found += _of_edition(recorded, edition)
                edition = max(edition, min(recorded.edition, EDITION))
            if command[0].edition == EDITION:
                found += _of_decision(ledger_state, command)
            elif command[0].edition < EDITION and _is_decided(command[0]):
                earlier += 1
            rebuilt.take(command)
            watch(command[-1].position, as_of, "deep", found)
            unfit = next(_of_fold(ledger_state, command), None)
            if unfit is not None:
                return [*found, unfit], earlier  # nothing can be decided on such a past
    except StoreError as error:
        if is_trouble(error):
            raise
        found.append(_unreadable(error))
        return found, earlier
    found += [
        Fault("registry_wrong", None, {"table": name, "rows": rows})
        for name, rows in rebuilt.faults(log, as_of)
    ]
    return sorted(found, key=lambda fault: (fault.position is None, fault.position or 0)), earlier


def _commands(log: Log, as_of: int) -> Iterator[list[Recorded]]:
    """The events of each command."""
    command: list[Recorded] = []
    for recorded in log.events(as_of=as_of):
        if recorded.step == 0 and command:
            yield command
            command = []
        command.append(recorded)
    if command:
        yield command


def _of_event(recorded: Recorded, last: datetime | None) -> Iterator[Fault]:
    event, position = recorded.event, recorded.position
    if last is not None and recorded.recorded_at < last:
        yield Fault("instant_goes_back", position)
    if isinstance(event, PolicyAdopted) and loading.digest(event.document) != event.digest:
        yield Fault("policy_digest_wrong", position, {"version": event.version})
    if isinstance(event, QuestionsAdopted) and loading.digest(event.document) != event.digest:
        yield Fault("bank_digest_wrong", position, {"version": event.version})
    if isinstance(event, MonthClosed):
        digest = payroll.digest(event.site, event.month, event.lines, event.run)
        total = sum(line.amount_fen for line in event.lines)
        if (digest, total) != (event.digest, event.total_fen):
            yield Fault("close_digest_wrong", position, {"site": event.site, "month": event.month})


def _of_edition(recorded: Recorded, reached: int) -> Iterator[Fault]:
    """Whether the edition it says can be: none that a former event has left behind, and none that is not known here."""
    if recorded.edition > EDITION:
        yield Fault("edition_unknown", recorded.position, {"edition": recorded.edition, "known": EDITION})
    elif recorded.edition < reached:
        yield Fault("edition_goes_back", recorded.position, {"edition": recorded.edition})


def _unreadable(error: StoreError) -> Fault:
    """An event that the log will not give: where it stands, if its leaf does not prove it; else what is wrong with it."""
    place = error.fields.get("position")
    if isinstance(place, int):
        return Fault("decisions_unread", place)
    return Fault(
        "event_unreadable", None, {**_told(error), "reason": str(error.fields.get("reason", error.code))}
    )


def _told(error: LedgerError) -> dict[str, object]:
    """The fields of an error, as JSON has them; what a fault says by itself left out."""
    fields = {name: value for name, value in error.fields.items() if name not in ("code", "position")}
    return {name: value if isinstance(value, int) else str(value) for name, value in fields.items()}


def _is_decided(first: Recorded) -> bool:
    """Whether a rule allowed the command that begins with an event: none does the ledger's first, nor the program's own."""
    return first.position != 1 and first.event.kind not in OWN


def _of_fold(ledger_state: LedgerState, command: list[Recorded]) -> Iterator[Fault]:
    """Whether each event fits what went before it on its stream: `decide` sees to it, and the folds rely on it."""
    for recorded in command:
        ledger_state.add(recorded)
        try:
            ledger_state.fold(recorded.stream)
        except (LedgerError, LookupError, ValueError):
            yield Fault("event_unfit", recorded.position)


def _of_import(recorded: Recorded, event: SheetImported, behind: list[Recorded]) -> Iterator[Fault]:
    """Whether what ends an import is alone, follows its events at once, and is as it was written."""
    placed = 1 < event.first_position <= event.last_position == recorded.position - 1
    written = (recorded.command, recorded.subject) == (event.digest(), event.about())
    if behind or not placed or not written:
        yield Fault("import_wrong", recorded.position, {"site": event.site})


def _of_decision(ledger_state: LedgerState, command: list[Recorded]) -> Iterator[Fault]:
    """Whether the same command, decided where it stood, makes the same events."""
    first = command[0]
    if isinstance(first.event, SheetImported):
        yield from _of_import(first, first.event, command[1:])
    if not _is_decided(first):
        return
    try:
        asked = command_of([recorded.event for recorded in command])
        again = decided(ledger_state, asked, Recorder(first.operator, first.recorded_at, first.clock))
    except LedgerError as error:
        yield Fault("not_allowed", first.position, {**_told(error), "reason": error.code})
        return
    made: list[Any] = [(decision.stream, decision.event) for decision in again]
    if made != [(recorded.stream, recorded.event) for recorded in command]:
        yield Fault("decided_otherwise", first.position, {"kind": first.event.kind})
    elif first.subject != asked.about():
        yield Fault("subject_wrong", first.position, {"subject": first.subject})
