"""`--checked`: what is shown is proven event by event against a signed checkpoint, and a line on stderr says so."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from cli.render import talk
from cli.settings import settings
from ledger.application.given_file import content_of
from ledger.errors import InputError

if TYPE_CHECKING:
    from ledger.application.ledger import Ledger


@contextmanager
def checking(ledger: "Ledger") -> Iterator[None]:
    """Where it is asked for, every event that is read meanwhile is proven; nothing is shown before."""
    asked = settings()
    if not asked.is_checked:
        if asked.checkpoint is not None or asked.vkeys:
            raise InputError("option_needs", option="--since / --vkey", needed="--checked")
        yield
        return
    from cli.proofs import keys_of

    given = None if asked.checkpoint is None else content_of(Path(asked.checkpoint))
    with ledger.checked(given, keys_of(asked.vkeys)) as proven:
        yield
    said = "checked_newer" if proven.newer else "checked_all"
    talk(asked.labels().say(said, events=proven.events, newer=proven.newer, size=proven.signed))
