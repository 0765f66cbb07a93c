"""The unit's work: decide a command, give its events their place."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Final

from ledger.aggregates.context import (
    Decision,
)
from ledger.aggregates.dispatch import EDITION, decide
from ledger.commands import Command, references_of
from ledger.commands.appeals import EscalateAppeal
from ledger.commands.employees import RegisterEmployee
from ledger.commands.sittings import MarkAnswer, RecordAnswer
from ledger.errors import StoreError
from ledger.events import Recorded, write_fields
from ledger.events.employees import employee_of, is_somebodys
from ledger.state.ledger_context import LedgerContext
from ledger.state.ledger_state import LedgerState
from ledger.state.moot_appeals import mooted
from ledger.subjects import OWNED


@dataclass(frozen=True, slots=True)
class Recorder:
    """Whose hand records, and when: the operator and the instant of this recording; what the clock says where it is
    behind that. Today is told by the clock."""

    operator: str
    recorded_at: datetime
    clock: datetime | None = None

    @property
    def now(self) -> datetime:
        """The instant by which today is told."""
        return self.clock or self.recorded_at


def kept_digest(ledger_state: LedgerState, command: Command, digest: str | None = None) -> str | None:
    """A command's digest as the log keeps it; None where whoever it is about is not recorded, or erased."""
    known, person = _whose(ledger_state, command)
    return ledger_state.reading.digest(digest or command.digest(), person) if known else None


def _whose(ledger_state: LedgerState, command: Command) -> tuple[bool, str | None]:
    """Whether it is known whose words a command holds, and whose they are; None: nobody's."""
    if isinstance(command, RecordAnswer | MarkAnswer):
        return _candidate(ledger_state, command)
    for kind in _owning(type(command)):
        name = getattr(command, kind)
        if name is None:
            continue
        if kind in _PERSON:
            return True, name
        stream = ledger_state.stream_of(kind, name)
        if stream is None:
            return False, None
        if not is_somebodys(stream):
            return True, None
        owner = employee_of(stream)
        if isinstance(command, EscalateAppeal):
            owner = ledger_state.employee(owner).appeals[command.appeal].appellant
        return True, owner
    return True, None


def _candidate(ledger_state: LedgerState, command: RecordAnswer | MarkAnswer) -> tuple[bool, str | None]:
    """The same of a paper: the words are those of whoever sits under its number."""
    if ledger_state.stream_of("sitting", command.sitting) is None:
        return False, None
    candidate = ledger_state.thing("sitting", command.sitting).candidates.get(command.paper)
    return candidate is not None, candidate


_PERSON: Final = ("employee", "by")


@cache
def _owning(command: type[Command]) -> tuple[str, ...]:
    """The fields of a command that say whose words it holds. Asked of the class: a model is slow to say what it lacks."""
    if command.holds_words_of is not None:
        return command.holds_words_of
    references = references_of(command)
    return tuple(kind for kind in ("employee", *OWNED) if references.get(kind) == kind)


def decided(ledger_state: LedgerState, command: Command, hand: Recorder) -> list[Decision]:
    """What a command comes to where the state stands, and the appeals it leaves without an object; Refusal by the rules."""
    context = LedgerContext(ledger_state, hand.now)
    decisions = decide(command, context)
    return [*decisions, *mooted(ledger_state, decisions, context.today)]


def record(
    ledger_state: LedgerState, command: Command, after: int, hand: Recorder, digest: str | None = None
) -> list[Recorded]:
    """Decides a command and adds its events to the state, numbered on from a position; returns them.

    `digest` is the command's own, where it is known already.
    """
    decisions = decided(ledger_state, command, hand)
    if type(command) is RegisterEmployee:
        ledger_state.reading.create_key(command.employee)
    kept, subject = kept_digest(ledger_state, command, digest), command.about()
    if kept is None:
        # nobody is decided about who was never known, and erased people are refused before
        raise StoreError("person_key_missing", employee=getattr(command, "employee", "?"))
    return _placed(ledger_state, decisions, after, hand, kept, subject)


def record_own(
    ledger_state: LedgerState, decisions: Sequence[Decision], after: int, hand: Recorder
) -> list[Recorded]:
    """The same for what the program records by itself, which no command asks for and no rule decides.

    Its digest is that of its events: whoever records the same again is not held up by it.
    """
    said = [[each.stream, each.event.kind, write_fields(each.event)] for each in decisions]
    digest = hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()
    return _placed(ledger_state, decisions, after, hand, digest, f"own:{decisions[0].stream}")


def _placed(
    ledger_state: LedgerState,
    decisions: Sequence[Decision],
    after: int,
    hand: Recorder,
    digest: str,
    subject: str,
) -> list[Recorded]:
    """The events of one command in their places, which the state knows from now on."""
    recorded = []
    for step, decision in enumerate(decisions):
        event = Recorded(
            position=after + step + 1,
            stream=decision.stream,
            version=ledger_state.next_version(decision.stream),
            recorded_at=hand.recorded_at,
            operator=hand.operator,
            command=digest,
            subject=subject,
            step=step,
            event=decision.event,
            edition=EDITION,
            clock=hand.clock,
        )
        ledger_state.add(event)
        recorded.append(event)
    return recorded
