"""`kaoji log` without an id: the whole log in order, or only what nobody is stated for although somebody may be."""

from dataclasses import dataclass
from typing import Any, Final

from ledger.commands import COMMANDS
from ledger.errors import Unknown
from ledger.events import Recorded
from ledger.events.appeals import AppealEscalated
from ledger.review import history
from ledger.state.ledger_state import LedgerState

_MAY_BE_STATED: Final = frozenset(
    command.makes
    for command in COMMANDS.values()
    if "by" in command.model_fields and not command.model_fields["by"].is_required()
)
"""The kinds of events whose command may say who does it, and may leave it out."""


@dataclass(frozen=True, slots=True)
class Filter:
    """What of the journal is asked for: all of these at once.

    `unstated`: only where the operator alone answers; `backdated`, `late`: only what is; `by`: only what somebody is said to
    have done.
    """

    after: int = 0
    unstated: bool = False
    backdated: bool = False
    late: bool = False
    by: str | None = None

    def takes(self, ledger_state: LedgerState, recorded: Recorded) -> bool:
        """Whether an event is asked for."""
        return (
            (not self.unstated or is_unstated(recorded))
            and (not self.late or bool(getattr(recorded.event, "late", False)))
            and (self.by is None or history.actor_of(recorded.event) == self.by)
            and (not self.backdated or history.is_backdated(ledger_state, recorded))
        )


def journal(ledger_state: LedgerState, asked: Filter) -> list[dict[str, Any]]:
    """The events asked for, as `history` shows them."""
    found = [
        ledger_state.opened(recorded)
        for recorded in ledger_state.log.events(asked.after, ledger_state.as_of)
        if asked.takes(ledger_state, recorded)
    ]
    hashes = ledger_state.log.hashes(recorded.position for recorded in found)
    return [history.entry(ledger_state, recorded, hashes[recorded.position]) for recorded in found]


def event_at(ledger_state: LedgerState, position: int) -> list[dict[str, Any]]:
    """The one event at a position. Unknown `nothing_at_position`."""
    if ledger_state.as_of is not None and position > ledger_state.as_of:
        raise Unknown("nothing_at_position", position=position)
    found = next(iter(ledger_state.log.events(position - 1, position)), None) if position > 0 else None
    if found is None:
        raise Unknown("nothing_at_position", position=position)
    opened, hashes = ledger_state.opened(found), ledger_state.log.hashes([position])
    return [history.entry(ledger_state, opened, hashes[position])]


def is_unstated(recorded: Recorded) -> bool:
    """Whether a command that might have said who does it did not. The ledger's own first event has no command."""
    event = recorded.event
    if event.kind not in _MAY_BE_STATED or recorded.position == 1:
        return False
    stated = event.stated if isinstance(event, AppealEscalated) else history.actor_of(event) is not None
    return not stated
