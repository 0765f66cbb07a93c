"""What an answer was given and what a sitting came to, as people read it."""

from collections.abc import Callable, Mapping

from ledger.formats import format_tenths


def marked(field: str, value: object, say: Callable[..., str]) -> str | None:
    """An answer's marks, criterion by criterion, or a figure that is kept in tenths; None for anything else.

    `say` is that of the reader's labels.
    """
    if field.endswith("_tenths") and isinstance(value, int):
        return format_tenths(value)
    if field != "marks" or not isinstance(value, Mapping):
        return None
    if not all(isinstance(mark, int) for mark in value.values()):
        return None
    return say("separator").join(say("marks_of", criterion=code, marks=mark) for code, mark in value.items())
