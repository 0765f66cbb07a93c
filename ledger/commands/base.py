"""The shape all commands share."""

import hashlib
import json
from collections.abc import Collection, Mapping
from typing import Any, ClassVar, get_args

import orjson
from pydantic import AfterValidator, BaseModel, ConfigDict

from ledger.formats import Malformed
from ledger.terms import Name, Omittable
from ledger.texts import tidied


def _tidied(text: str | None) -> str | None:
    if text is None:
        return None
    kept = tidied(text)
    if not kept:
        raise Malformed("empty", "may not be empty")
    return kept


Tidy = AfterValidator(_tidied)
"""A name as it is kept: without outer blanks, and each character written one way (domain §1)."""


class Part(BaseModel):
    """A command, or a part of one that has fields of its own. What validates it is built when it is first used."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, defer_build=True)


class Command(Part):
    """The shape all commands share. `key` tells two otherwise equal commands apart."""

    subject: ClassVar[str]
    """What the command sets, as a template over its fields; two commands on one subject may undo each other."""
    makes: ClassVar[str]
    """The kind of the first event it comes to."""
    told_as: ClassVar[dict[str, str]] = {}
    """Its fields that this event calls otherwise; all others have the same name in it, so that it can be asked again."""

    holds_words_of: ClassVar[tuple[str, ...] | None] = None
    """The fields that say whose words it holds, where it is not the first of `employee` and the things it names."""
    in_parts: ClassVar[frozenset[str]] = frozenset()
    """Its fields that stand in the events in parts; `ledger/application/proving/replay.py` puts them together again."""

    do: str
    key: Omittable[Name] = None

    @classmethod
    def asked_as(cls) -> str:
        """The one text its `do` may be."""
        (do,) = get_args(cls.model_fields["do"].annotation)
        return str(do)

    def content(self) -> dict[str, Any]:
        """The parsed command as JSON values: instants in UTC, omitted fields absent (an explicit null stays)."""
        return self.model_dump(mode="json", by_alias=True, exclude_unset=True)

    def digest(self, given: Mapping[str, Any] | None = None) -> str:
        """SHA-256 (hex) of the content in sorted, compact JSON: equal commands have equal digests.

        `given`: what was typed under a key; the numbers and the day that were filled in are not counted.
        """
        content = self.content()
        return hashlib.sha256(_sorted_json(content if given is None else _typed(content, given))).hexdigest()

    def seen(self) -> Collection[str]:
        """Of those it names, people of whom it says no more than that they were there: only their place is asked."""
        return ()

    def about(self) -> str:
        """The subject with its blanks filled in, such as `notice:N1`."""
        return self.subject.format_map(self.__dict__)


def _typed(content: Any, given: Any) -> Any:
    """A content without the fields that were not typed, in its parts, too."""
    if isinstance(content, Mapping) and isinstance(given, Mapping):
        return {name: _typed(value, given[name]) for name, value in content.items() if name in given}
    if isinstance(content, list) and isinstance(given, list) and len(content) == len(given):
        return [_typed(*pair) for pair in zip(content, given, strict=True)]
    return content


def _sorted_json(content: dict[str, Any]) -> bytes:
    """Keys sorted, nothing between tokens, no escapes that JSON does not ask for."""
    try:
        return orjson.dumps(content, option=orjson.OPT_SORT_KEYS)
    except TypeError:  # a whole number of more than 64 bits, which orjson does not write
        return json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()
