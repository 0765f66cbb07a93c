"""What happens to the ledger's signing key. Stream `notary`."""

from typing import ClassVar, Final

from ledger.events.base import Event, registered
from ledger.terms import Day, EmployeeId, PublicKey

NOTARY_STREAM: Final = "notary"


@registered
class SigningKeyRotated(Event):
    """The signing key is replaced: what is recorded up to here the old one signed last, the rest the new one signs."""

    kind: ClassVar[str] = "signing_key_rotated"
    replaced: PublicKey
    new_key: PublicKey
    by: EmployeeId | None = None
    on: Day
