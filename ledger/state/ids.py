"""Ids as people type them: the full id that a short beginning, or an employee's name, can only mean."""

from itertools import islice
from typing import Final

from ledger.errors import InputError
from ledger.state.ledger_state import LedgerState
from ledger.texts import plain

_SHOWN: Final = 5
_LOOKED_AT: Final = 500
"""Of so many that begin alike those are looked for that may be known of."""


def full_id(ledger_state: LedgerState, kind: str, given: str, field: str) -> str:
    """The id that a short prefix can only mean, or an employee's whole name; the given text where it means nothing.

    Full width, outer blanks and small letters are forgiven where no id is written so.

    InputError `prefix_of_several`, `name_of_several` name the candidates: those that whoever asks may know of.
    """
    if not given or ledger_state.stream_of(kind, given) is not None:
        return given
    typed = plain(given)
    exact = next((each for each in (typed, typed.upper()) if ledger_state.stream_of(kind, each)), None)
    if exact is not None:
        return exact
    candidates = _beginning(ledger_state, kind, typed)
    if not candidates and typed != typed.upper():
        candidates = _beginning(ledger_state, kind, typed.upper())
    if len(candidates) > 1:
        shown = ", ".join(candidates[:_SHOWN]) + (" …" if len(candidates) > _SHOWN else "")
        raise InputError("prefix_of_several", given=given, candidates=shown).at(field=field)
    if candidates or kind != "employee":
        return candidates[0] if candidates else given
    return called(ledger_state, given, field) or given


def _beginning(ledger_state: LedgerState, kind: str, prefix: str) -> list[str]:
    """The ids that begin so and may be known of; of many the first six."""
    knows, ids = ledger_state.knows, ledger_state.log.registry.ids_starting
    if knows is None:
        return ids(kind, prefix, _SHOWN + 1, ledger_state.as_of)
    known = (each for each in ids(kind, prefix, _LOOKED_AT, ledger_state.as_of) if knows(kind, each))
    return list(islice(known, _SHOWN + 1))


def called(ledger_state: LedgerState, name: str, field: str) -> str | None:
    """The only employee of a name, of whichever site. InputError `name_of_several`."""
    asked = plain(name)
    names = ledger_state.log.names(ledger_state.everybody(), ledger_state.as_of)
    meant = sorted(one for one, called in names.items() if plain(called) == asked)
    if ledger_state.knows is not None:
        meant = [one for one in meant if ledger_state.knows("employee", one)]
    if len(meant) > 1:
        departments = {one: ledger_state.employee(one).departments.last() or "" for one in meant}
        choices = ", ".join(f"{one} ({departments[one]})" for one in meant)
        raise InputError("name_of_several", name=name, choices=choices).at(field=field)
    return meant[0] if meant else None
