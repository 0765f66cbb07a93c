"""Parts of pages that are kept as they are drawn: drawing is most of what a long table takes.

A part is drawn once for a reader, an address and a language, as long as nothing is recorded. What is read is asked for, and
noted, each time. In a part stands what the ledger says, with no words but names, and nothing of files, clocks or
forms that are sent by POST.
"""

from collections.abc import Callable, Hashable
from typing import TYPE_CHECKING

from web.named import with_names
from web.table_roles import with_roles

if TYPE_CHECKING:
    from web.ask import Ask


def drawing(ask: "Ask", template: str) -> Callable[..., str]:
    """What a template calls around such a part; a form that was sent draws its own each time."""

    def drawn(part: str, at: Hashable, caller: Callable[[], str]) -> str:
        """A part of the template, of what the ledger says `at` a position, and whatever else it depends on."""
        if ask.request.method != "GET":
            return caller()
        asked = (template, part, at, ask.here, ask.speech.language)
        return ask.desk.drawn(asked, lambda: finished(ask, caller()))

    return drawn


def finished(ask: "Ask", text: str) -> str:
    """What was drawn with the names that may be known and the roles of its tables."""
    return with_roles(text if ask.session is None else with_names(text, ask.named))
