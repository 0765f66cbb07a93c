"""Which fields of an event are somebody's words, and changing or opening the texts in them (proofs: personal data)."""

from collections.abc import Callable, Iterable
from functools import lru_cache, partial
from typing import Any, Final

from ledger.events import SITE_OWNER, Event, Personal, Recorded, kinds, write_fields
from ledger.proofs import SealError, unseal_text
from ledger.proofs.seal import PREFIX
from ledger.terms import SEALED

_IN_THE_CLEAR: Final = frozenset({"sha256"})
"""What stands inside a personal field and is none itself: the digest of a file kept elsewhere."""


Change = Callable[[str, str], str]
"""(text, its JSON Pointer in the state) → text."""


@lru_cache
def personal_fields(cls: type[Event]) -> dict[str, Personal]:
    """The stored name of each personal field of a kind of event, and its mark."""
    return cls.personal_fields()


def change_texts(value: Any, place: str, change: Change) -> Any:
    """The same JSON value with its texts changed."""
    if isinstance(value, str):
        return change(value, place)
    if isinstance(value, list):
        return [change_texts(each, f"{place}/{n}", change) for n, each in enumerate(value)]
    if isinstance(value, dict):
        return {
            name: each
            if name in _IN_THE_CLEAR
            else change_texts(each, f"{place}/{name.replace('~', '~0').replace('/', '~1')}", change)
            for name, each in value.items()
        }
    return value


def opener(key: bytes | None, missing: str) -> Change:
    """What opens the texts sealed under a key; without one `missing` stands in their place."""

    def open_text(text: str, place: str) -> str:
        if not text.startswith(PREFIX):
            return text
        if key is None:
            return missing
        try:
            return unseal_text(key, text, place)
        except SealError:
            return SEALED

    return open_text


def owners_of(recorded: Iterable[Recorded]) -> set[str]:
    """Everybody some personal text of these events may belong to; words of a site are nobody's."""
    owners = {
        mark.owner(partial(getattr, each.event))
        for each in recorded
        for mark in personal_fields(type(each.event)).values()
    }
    return {owner for owner in owners if not owner.startswith(SITE_OWNER)}


def site_texts(event: Event) -> dict[str, list[str]]:
    """The texts of an event that is not sealed yet which belong to a site, by the site."""
    found: dict[str, list[str]] = {}
    marks = {field: mark for field, mark in personal_fields(type(event)).items() if mark.site is not None}
    fields = write_fields(event) if marks else {}
    for field, mark in marks.items():
        owner = mark.owner(fields.get)
        if owner.startswith(SITE_OWNER) and fields.get(field):

            def keep(text: str, place: str, owner: str = owner) -> str:
                found.setdefault(owner.removeprefix(SITE_OWNER), []).append(text)
                return text

            change_texts(fields[field], "", keep)
    return found


@lru_cache(maxsize=500)
def has_personal(kind: str, fields: frozenset[str]) -> bool:
    """Whether events of a kind have one of these as a personal field."""
    return bool(fields & personal_fields(kinds()[kind]).keys())


@lru_cache(maxsize=500)
def is_personal(kind: str) -> bool:
    """Whether events of a kind hold anybody's words."""
    return bool(personal_fields(kinds()[kind]))
