"""Asking for a new signing key to take over (proofs: checkpoints)."""

from typing import Literal

from ledger.commands.base import Command
from ledger.terms import (
    Day,
    EmployeeId,
    Omittable,
    PublicKey,
)


class RotateKey(Command):
    """The ledger's signing key is replaced; both are public keys as `kaoji key show` prints them."""

    subject = "key"
    makes = "signing_key_rotated"
    do: Literal["rotate_key"]
    replaced: PublicKey
    new_key: PublicKey
    by: Omittable[EmployeeId] = None
    on: Day
