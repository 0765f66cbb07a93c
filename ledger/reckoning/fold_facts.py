"""Folding an employee's stream to the facts that figures rest on: every event is taken, none is refused (law 2)."""

from collections.abc import Iterable
from functools import cache

from msgspec.structs import replace

from ledger.events import CellEvent, Event, Recorded, kinds
from ledger.events.folding import has_rule, rules_by_kind
from ledger.reckoning.facts import EmployeeFacts
from ledger.reckoning.fold_rules import fold_event

_rule = rules_by_kind(fold_event)


def fold(facts: EmployeeFacts, recorded: Recorded) -> EmployeeFacts:
    """The facts after one more event of the stream."""
    return fold_all(facts, [(recorded.event, recorded.position)])


def fold_all(facts: EmployeeFacts, events: Iterable[tuple[Event, int]]) -> EmployeeFacts:
    """The facts after more events of the stream, each with its position; the facts given stay as they are."""
    facts = replace(
        facts,
        notices=dict(facts.notices),
        rewards=dict(facts.rewards),
        wages=dict(facts.wages),
        touched=dict(facts.touched),
    )
    of_a_cell = _kinds_of_a_cell()
    for event, position in events:
        kind = event.kind
        after = _rule(kind)(event, facts, position)
        if after is not None:
            facts = after
            if kind in of_a_cell:
                facts.touched[event.month] = position  # type: ignore[attr-defined]
        elif kind in of_a_cell:  # no figure rests on it, but rows may
            facts.touched.setdefault(event.month, position)  # type: ignore[attr-defined]
    return facts


def cell_of(event: Event) -> tuple[str, str] | None:
    """The cell (employee, month) an event belongs to; None where it belongs to no one cell."""
    return (event.employee, event.month) if event.kind in _kinds_of_a_cell() else None  # type: ignore[attr-defined]


@cache
def _kinds_of_a_cell() -> frozenset[str]:
    return frozenset(name for name, kind in kinds().items() if issubclass(kind, CellEvent))


def moves_facts(event: Event) -> bool:
    """Whether figures may rest on an event: not on what pay took, say, or on what was settled with it."""
    return has_rule(fold_event, event.kind)
