"""What happens to the keyring, where people's keys are kept. Stream `keyring`."""

from typing import ClassVar, Final

from ledger.events.base import Event, registered
from ledger.terms import KeyCheck, PersonRef

KEYRING_STREAM: Final = "keyring"


@registered
class KeysBound(Event):
    """The keys of a ledger of an earlier layout are bound to it: the check value of each, by the id under which its
    person stands in the hash tree; of the ledger's own secret under the empty id."""

    kind: ClassVar[str] = "keys_bound"
    checks: dict[PersonRef, KeyCheck]
