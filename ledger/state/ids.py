"""Ids as people type them: the full id that a short beginning, or an employee's name, can only mean."""

from ledger.errors import InputError
from ledger.formats import plain
from ledger.state.ledger_state import LedgerState


def full_id(ledger_state: LedgerState, kind: str, given: str, field: str) -> str:
    """The id that a short prefix can only mean, or an employee's whole name; the given text where it means nothing.

    Full width, outer blanks and small letters are forgiven where no id is written so.

    InputError `prefix_of_several`, `name_of_several` name the candidates.
    """
    if not given or ledger_state.stream_of(kind, given) is not None:
        return given
    typed = plain(given)
    exact = next((each for each in (typed, typed.upper()) if ledger_state.stream_of(kind, each)), None)
    if exact is not None:
        return exact
    candidates = ledger_state.log.registry.ids_starting(kind, typed, 6, ledger_state.as_of)
    if not candidates and typed != typed.upper():
        candidates = ledger_state.log.registry.ids_starting(kind, typed.upper(), 6, ledger_state.as_of)
    if len(candidates) > 1:
        shown = ", ".join(candidates[:5]) + (" …" if len(candidates) > 5 else "")
        raise InputError("prefix_of_several", given=given, candidates=shown).at(field=field)
    if candidates or kind != "employee":
        return candidates[0] if candidates else given
    return called(ledger_state, given, field) or given


def called(ledger_state: LedgerState, name: str, field: str) -> str | None:
    """The only employee of a name, of whichever site. InputError `name_of_several`."""
    asked = plain(name)
    names = ledger_state.log.names(ledger_state.everybody(), ledger_state.as_of)
    meant = sorted(one for one, called in names.items() if plain(called) == asked)
    if len(meant) > 1:
        departments = {one: ledger_state.employee(one).departments.last() or "" for one in meant}
        choices = ", ".join(f"{one} ({departments[one]})" for one in meant)
        raise InputError("name_of_several", name=name, choices=choices).at(field=field)
    return meant[0] if meant else None
