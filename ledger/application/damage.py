"""What an error of the program's means where somebody has put a value of another kind into a database.

Rows are read as they were written, and nobody asks of each value whether it is a number. Where one is none, or says
what no event ever said, and something breaks on it, the databases are looked at: what is wrong in them is told then.
"""

from contextlib import suppress
from typing import Final

from ledger.errors import LedgerError, StoreError
from ledger.projections.projections import Projections
from ledger.projections.schema import metadata as sheets
from ledger.store.catalogue import mistyped
from ledger.store.log import Log
from ledger.store.transactions import reading

_OF_VALUES: Final = (ArithmeticError, AssertionError, AttributeError, LookupError, TypeError, ValueError)


def damage_behind(error: BaseException | None, log: Log, projections: Projections) -> StoreError | None:
    """What stands wrong in the databases, where an error may come of it; None where it does not."""
    if isinstance(error, LedgerError) or not isinstance(error, _OF_VALUES):
        return None
    with suppress(Exception):  # whatever cannot be looked at explains nothing
        with reading(log.engine) as connection:
            for place in mistyped(connection):
                return StoreError("ledger_damaged", url=log.shown_url(), reason=place)
        for name, _ in projections.differing() or ():
            return StoreError("sheet_unreadable", sheet=name)
        with reading(projections.engine) as connection:
            for place in mistyped(connection, sheets):
                return StoreError("sheet_unreadable", sheet=place.partition(".")[0])
    return None
