"""A posted list as it hangs: what was posted, less what was corrected since (finance §14)."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import cast

from ledger.events import Event
from ledger.events.posted_lists import (
    ListedCount,
    ListedRow,
    PublicListCorrected,
    PublicListPosted,
    PublicListTakenDown,
)


@dataclass(frozen=True, slots=True)
class PostedList:
    """A list that was posted: the event, where it stands, and what hangs now.

    `rows` are sorted by employee; `corrections` are the events since with their positions, in their order.
    """

    posted: PublicListPosted
    position: int
    rows: tuple[ListedRow, ...]
    unnamed: tuple[str, ...]
    counts: tuple[ListedCount, ...]
    digest: str
    corrections: tuple[tuple[int, PublicListCorrected], ...] = ()
    taken_down: PublicListTakenDown | None = None

    @property
    def on(self) -> date:
        """The day of the last posting: its own, or that of the latest correction."""
        return self.corrections[-1][1].on if self.corrections else self.posted.on


def evolve(state: PostedList | None, event: Event, position: int) -> PostedList | None:
    """The list after an event of its month's stream; None until it is posted. By kind: it may be an event's twin."""
    if event.kind == PublicListPosted.kind:
        posted = cast(PublicListPosted, event)
        return PostedList(posted, position, posted.rows, posted.unnamed, posted.counts, posted.digest)
    if state is None:
        return None
    if event.kind == PublicListCorrected.kind:
        change = cast(PublicListCorrected, event)
        return replace(
            state,
            rows=corrected(state.rows, change),
            unnamed=change.unnamed,
            counts=change.counts,
            digest=change.digest,
            corrections=(*state.corrections, (position, change)),
        )
    if event.kind == PublicListTakenDown.kind:
        return replace(state, taken_down=cast(PublicListTakenDown, event))
    return state


def evolve_all(events: Iterable[tuple[Event, int]]) -> PostedList | None:
    """The list that the events of a month's stream come to."""
    state: PostedList | None = None
    for event, position in events:
        state = evolve(state, event, position)
    return state


def corrected(rows: Iterable[ListedRow], event: PublicListCorrected) -> tuple[ListedRow, ...]:
    """The rows after a correction, sorted by employee."""
    changed = {row.employee: row for row in (*event.lowered, *event.added)}
    left = {row.employee: row for row in rows if row.employee not in event.removed} | changed
    return tuple(left[employee] for employee in sorted(left))
