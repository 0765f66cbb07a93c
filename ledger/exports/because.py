"""Why a line stands in a hand-off, in words that are made of codes: ids, kinds, outcomes, points, days (finance §11, §12).

One sentence a kind of event. Nobody's own words go into them: what is personal of an event no sentence asks for.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any, Final

from ledger.events import Event, Recorded
from ledger.formats import Language
from ledger.labels.messages import Labels, load

_WITH_POINTS: Final = frozenset(("appeal_decided", "notice_corrected"))
"""The kinds that say otherwise where they set points."""

_IN_WORDS: Final = frozenset(
    ("against", "outcome", "level", "how", "imposed", "office", "ground", "reason", "what")
)
"""The fields that hold the program's own codes."""


def told(recorded: Recorded, labels: Labels) -> str:
    """The sentence of an event, with its position: `申訴 A03 於 2026-07-14 裁定減分（改為 1 分） [#101]`."""
    return told_of(recorded.event, recorded.position, labels)


def told_of(event: Event, position: int, labels: Labels) -> str:
    """The same of an event and its position."""
    return _told(sentence_of(event), event, position, labels)


def _told(sentence: str, event: Event, position: int, labels: Labels) -> str:
    return f"{labels.say(sentence, **dict(_codes(event, labels)))} [#{position}]"


def in_words(events: Iterable[Recorded], adjustment: bool, language: Language) -> str | None:
    """The sentences of the events behind a line, one after the other; None where there are none.

    A notice behind an adjustment came after the close that it should have been in; behind any other line it did not.
    """
    labels = load(language)
    said = told if adjustment else _told_in_time
    return listed((said(each, labels) for each in events), labels)


def _told_in_time(recorded: Recorded, labels: Labels) -> str:
    """The same where the month was not closed yet."""
    if recorded.event.kind != "notice_issued":
        return told(recorded, labels)
    return _told("because_notice_issued_in_time", recorded.event, recorded.position, labels)


def listed(said: Iterable[str], labels: Labels) -> str | None:
    """Sentences behind each other in one cell; None where there are none."""
    return ("；" if labels.language != "en" else "; ").join(said) or None


def sentence_of(event: Event) -> str:
    """The key of an event's sentence."""
    with_points = event.kind in _WITH_POINTS and getattr(event, "points", None) is not None
    return f"because_{event.kind}{'_points' if with_points else ''}"


def _codes(event: Event, labels: Labels) -> Iterator[tuple[str, Any]]:
    """What of an event may stand in a sentence: all that is short and nobody's words."""
    personal = event.personal_fields()
    for name in type(event).model_fields:
        value = getattr(event, name)
        if name in personal or not isinstance(value, str | int | date | None):
            continue
        yield name, labels.word(value) if name in _IN_WORDS and isinstance(value, str) else value
