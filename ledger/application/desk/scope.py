"""Where what somebody asks about lies: which sites a thing or a command concerns, and which ledger this is."""

import hashlib
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from ledger.application.desk.known import state_of
from ledger.commands import REFERENCES
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

    state, found = state_of(desk.standing()), set[str]()
    for kind, given in _named(values):
        try:
            name = full_id(state, kind, given, kind)
            found.add(name if kind == "site" else history.thing_of(state, f"{kind}:{name}")[2])
        except Unknown:
            continue  # it is what the command makes, or nothing at all, which is told when it is decided
    return found or {desk.standing().site}


def _named(value: Any) -> Iterator[tuple[str, str]]:
    """The kind and id of everything that fields of a command, or of a part of one, name."""
    if isinstance(value, list):
        for each in value:
            yield from _named(each)
    if not isinstance(value, Mapping):
        return
    for field, given in value.items():
        kind = REFERENCES.get(field)
        if kind is None:
            yield from _named(given)
            continue
        named = given if isinstance(given, list | dict) else [given]
        yield from ((kind, each) for each in named if isinstance(each, str))


def mark_of(desk: "Desk") -> str:
    """Eight digits that tell this ledger from any other."""
    return hashlib.sha256(str(desk.log.identity()).encode()).hexdigest()[:8]
