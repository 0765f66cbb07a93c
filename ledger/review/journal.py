"""`kaoji log` without an id: the whole log in order, or only what nobody is stated for although somebody may be."""

from typing import Any, Final

from ledger.commands import COMMANDS
from ledger.events import AppealEscalated, Recorded
from ledger.review import history
from ledger.state.ledger_state import LedgerState

_MAY_BE_STATED: Final = frozenset(
    command.makes
    for command in COMMANDS.values()
    if "by" in command.model_fields and not command.model_fields["by"].is_required()
)
"""The kinds of events whose command may say who does it, and may leave it out."""


def journal(ledger_state: LedgerState, after: int = 0, unstated: bool = False) -> list[dict[str, Any]]:
    """The events after a position as `history` shows them; `unstated`: only those for which the operator alone answers."""
    found = [
        ledger_state.log.people.opened(recorded)
        for recorded in ledger_state.log.events(after, ledger_state.as_of)
        if not unstated or is_unstated(recorded)
    ]
    hashes = ledger_state.log.hashes(recorded.position for recorded in found)
    return [history.entry(ledger_state, recorded, hashes[recorded.position]) for recorded in found]


def is_unstated(recorded: Recorded) -> bool:
    """Whether a command that might have said who does it did not. The ledger's own first event has no command."""
    event = recorded.event
    if event.kind not in _MAY_BE_STATED or recorded.position == 1:
        return False
    stated = event.stated if isinstance(event, AppealEscalated) else history.actor_of(event) is not None
    return not stated
