"""Ids as people type them: the full id that a short beginning can only mean."""

from ledger.errors import InputError
from ledger.state.ledger_state import LedgerState


def full_id(ledger_state: LedgerState, kind: str, given: str, field: str) -> str:
    """The id that a short prefix can only mean; the given text where it is exact or means nothing.

    InputError `prefix_of_several` names the candidates.
    """
    if not given or ledger_state.stream_of(kind, given) is not None:
        return given
    candidates = ledger_state.log.registry.ids_starting(kind, given, 6, ledger_state.as_of)
    if len(candidates) > 1:
        shown = ", ".join(candidates[:5]) + (" …" if len(candidates) > 5 else "")
        raise InputError("prefix_of_several", given=given, candidates=shown).at(field=field)
    return candidates[0] if candidates else given
