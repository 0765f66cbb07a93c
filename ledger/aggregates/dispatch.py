"""Which function decides which command.

`decide` is the one entrance: a command and its context in, events out, or a refusal.
"""

from collections.abc import Callable
from typing import Any, Final, TypeVar

from ledger.aggregates.context import Decision, DecisionContext
from ledger.aggregates.erased import require_not_erased
from ledger.commands import Command

EDITION: Final = 3
"""The edition of the deciding rules. It grows where a rule tightens: no younger rule is held against an older decision."""

C = TypeVar("C", bound=Command)
Decider = Callable[[Any, DecisionContext], list[Decision]]
_DECIDERS: dict[type[Command], Decider] = {}


def decides(
    command: type[C],
) -> Callable[
    [Callable[[C, DecisionContext], list[Decision]]], Callable[[C, DecisionContext], list[Decision]]
]:
    """Puts a function in charge of a command."""

    def put(
        function: Callable[[C, DecisionContext], list[Decision]],
    ) -> Callable[[C, DecisionContext], list[Decision]]:
        _DECIDERS[command] = function
        return function

    return put


def decide(command: Command, context: DecisionContext) -> list[Decision]:
    """The events a command leads to; raises a Refusal, and then nothing has changed."""
    require_not_erased(command, context)
    return _DECIDERS[type(command)](command, context)


def covered() -> set[type[Command]]:
    """The commands somebody decides."""
    return set(_DECIDERS)
