"""Where what somebody asks about lies: which sites a thing or a command concerns, and which ledger this is."""

import hashlib
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from pydantic import BaseModel

from ledger.application.desk.known import state_of
from ledger.application.recording.command_completion import made_by
from ledger.commands import COMMANDS, parts_of, references_of, rows_of
from ledger.errors import Unknown
from ledger.state.ids import full_id

if TYPE_CHECKING:
    from ledger.application.desk.desk import Desk


_OF_ALL: Final = frozenset({"register_site", "rotate_key"})
_OF_ALL_UNLESS_SAID: Final = frozenset({"adopt_policy", "adopt_questions"})


def is_of_all_sites(values: Mapping[str, Any]) -> bool:
    """Whether a command is about the whole ledger, and about no site of it alone."""
    do = values.get("do")
    return do in _OF_ALL or (do in _OF_ALL_UNLESS_SAID and values.get("site") is None)


def site_of(desk: "Desk", name: str) -> str:
    """The site where a thing lives, by its id as `log` takes it. Unknown `nothing_of_that_id`."""
    from ledger.review import history

    *_, site = history.thing_of(state_of(desk.standing()), name)
    return site


def nothing_at(name: str) -> Unknown:
    """What is said of something at a site that is not the asker's: as of what is nowhere."""
    from ledger.review import history

    return history.nothing_of_that_id(name)


def sites_named(desk: "Desk", values: Mapping[str, Any]) -> set[str]:
    """The sites where what a command names lives; where it names nothing recorded, that of whoever gives it."""
    from ledger.review import history

    state, found, do = state_of(desk.standing()), set[str](), str(values.get("do"))
    model, made = COMMANDS.get(do), made_by(do)
    known = {field: given for field, given in values.items() if field != made}  # that lies nowhere yet
    for kind, given in () if model is None else _named(model, known):
        try:
            name = full_id(state, kind, given, kind)
            found.add(name if kind == "site" else history.thing_of(state, f"{kind}:{name}")[2])
        except Unknown:
            continue  # a part of it makes that, or it is nothing at all, which is told when it is decided
    return found or {desk.standing().site}


def _named(model: type[BaseModel], values: Any) -> Iterator[tuple[str, str]]:
    """The kind and id of everything that fields of a command as it is sent, or of a part of one, name.

    What a field of the same name holds in another command may be somebody's words.
    """
    if not isinstance(values, Mapping):
        return
    kinds, parts = references_of(model), parts_of(model) | rows_of(model)
    for field, defined in model.model_fields.items():
        given = values.get(defined.alias or field)
        if field in kinds:
            named = given if isinstance(given, list | dict) else [given]
            yield from ((kinds[field], each) for each in named if isinstance(each, str))
        elif field in parts:
            for each in given if isinstance(given, list) else [given]:
                yield from _named(parts[field], each)


def mark_of(desk: "Desk") -> str:
    """Eight digits that tell this ledger from any other."""
    return hashlib.sha256(str(desk.log.identity()).encode()).hexdigest()[:8]
