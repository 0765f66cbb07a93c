"""What an event on somebody's stream names of the things that live there."""

from collections.abc import Iterable
from functools import cache

from ledger.commands import references_of
from ledger.events import Event, kinds
from ledger.events.notices import NoticeIssued
from ledger.subjects import BY_EVENT, OWNED

Thing = tuple[str, str]
"""(kind, id)"""


def named(event: Event) -> Iterable[Thing]:
    """Whatever lives on the person's stream, or may, and is named by an event."""
    for field, kind in _naming(event.kind):
        name = getattr(event, field)
        if name is not None:
            of_sanction = field == "target" and getattr(event, "against", None) == "sanction"
            yield ("sanction" if of_sanction else kind), name


def introduced(event: Event) -> Iterable[Thing]:
    """The thing that an event introduces, if any."""
    subject = BY_EVENT.get(event.kind)
    if subject is not None:
        yield subject.kind, getattr(event, subject.kind)


@cache
def _naming(event: str) -> tuple[tuple[str, str], ...]:
    """The fields of such names, with their kinds. Which finding a notice came from changes no fold."""
    left_out = ("finding",) if event == NoticeIssued.kind else ()
    return tuple(
        (field, kind)
        for field, kind in references_of(kinds()[event]).items()
        if kind in OWNED and field not in left_out
    )
