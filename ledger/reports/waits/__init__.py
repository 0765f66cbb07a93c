"""What waits beside the rows of projections, one file a subject: `WAITS` says what that can be, `waiting` lists it.

A file that is put here takes part in `kaoji due`. `waiting(rows, context, site, today)` answers with `Waiting`.
"""

from collections.abc import Callable, Iterator
from datetime import date
from functools import cache
from typing import NamedTuple

from ledger.projections.projection import Waiting
from ledger.reports.source import Rows
from ledger.rooms import modules_of
from ledger.state.ledger_context import LedgerContext


class Waits(NamedTuple):
    """A file's part in `due`."""

    whats: tuple[str, ...]
    waiting: Callable[[Rows, LedgerContext, str, date], Iterator[Waiting]]


@cache
def all_waits() -> tuple[Waits, ...]:
    """That of every file."""
    return tuple(Waits(module.WAITS, module.waiting) for module in modules_of(__name__))
