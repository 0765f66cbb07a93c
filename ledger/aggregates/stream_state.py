"""What a stream that is no employee's comes to: of an inspection, an action and the like; and its fold, which never refuses.

The state of a thing and the rules for its events stand in the file of its subject. A stream's first event names the site.
"""

from collections.abc import Iterable
from functools import singledispatch
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from ledger.events import Event
from ledger.events.folding import has_rule, rules_by_kind


class StreamState(Struct, frozen=True, gc=False):
    """The things that live on a stream: kind → id → state. The mappings are not to be changed outside the fold."""

    stream: str
    site: str
    things: dict[str, dict[str, Any]]

    def put(self, kind: str, name: str, thing: Any) -> "StreamState":
        """A thing's new state; for the rules of the fold."""
        self.things.setdefault(kind, {})[name] = thing
        return self


def evolve_all(
    state: StreamState | None, stream: str, events: Iterable[tuple[Event, int]]
) -> StreamState | None:
    """The state after more events, each with its position; the state given stays as it is, None before the first event."""
    if state is not None:
        state = replace(state, things={kind: dict(held) for kind, held in state.things.items()})
    for event, position in events:
        if state is None:
            state = StreamState(stream, getattr(event, "site"), {})  # noqa: B009 (not every kind has it)
        state = _rule(event.kind)(event, state, position)
    return state


@singledispatch
def _evolve(event: Event, state: StreamState, position: int) -> StreamState:
    return state


_rule = rules_by_kind(_evolve)

evolves_apart = _evolve.register
"""Makes a function the rule by which an event of such a stream is folded: `@evolves_apart`."""


def folds(kind: str) -> bool:
    """Whether a rule folds events of a kind."""
    return has_rule(_evolve, kind)
