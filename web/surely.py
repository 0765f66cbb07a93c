"""Recording what a server did not say whether it recorded: once more under the same key, which records nothing twice."""

from collections.abc import Callable
from typing import TypeVar

from ledger.errors import StoreError

T = TypeVar("T")


def surely(record: Callable[[], T]) -> T:
    """What recording comes to, which is tried once more where its outcome is not known. StoreError `outcome_unknown`."""
    try:
        return record()
    except StoreError as error:
        if error.code != "outcome_unknown":
            raise
        return record()
