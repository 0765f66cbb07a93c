"""Signing keys: which may take over from which (proofs: checkpoints)."""

from ledger.aggregates.authority import require_not_future
from ledger.aggregates.context import Decision, DecisionContext
from ledger.aggregates.dispatch import decides
from ledger.aggregates.recording_rights import require_may_replace_key
from ledger.commands.keys import RotateKey
from ledger.errors import Taken, WrongState
from ledger.events.keys import NOTARY_STREAM, SigningKeyRotated


@decides(RotateKey)
def rotate_key(command: RotateKey, context: DecisionContext) -> list[Decision]:
    """Another key than before, said by a manager or company where anybody is named."""
    if command.replaced == command.new_key:
        raise Taken("key_the_same")
    current = context.signing_key()
    if current is not None and command.replaced != current:
        raise WrongState("key_not_current", current=current)
    if command.replaced.partition("+")[0] != command.new_key.partition("+")[0]:
        raise WrongState("key_of_another", key=command.new_key)
    require_may_replace_key(context, command.by, command.on)
    for site in context.sites():
        require_not_future(context, site, command.on)
    event = SigningKeyRotated(
        replaced=command.replaced, new_key=command.new_key, by=command.by, on=command.on
    )
    return [Decision(NOTARY_STREAM, event)]
