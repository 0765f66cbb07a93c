"""Reading a stored state for showing it: JSON, with the sealed texts opened that the given keys open.

Only for showing. What is proven are the bytes; where they are not JSON that everybody reads alike (RFC 7493: no
duplicate names, no lone surrogates), they have no content here and are to be shown as they are.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, NoReturn

from .errors import SealError
from .seal import PREFIX, unseal_text

DEPTH_LIMIT: Final = 64
DIGITS_LIMIT: Final = 1_000


@dataclass(frozen=True, slots=True)
class Content:
    """What a state says. `value` is None where it is not JSON; `closed` are the places that no key opened."""

    value: Any
    closed: tuple[str, ...] = ()


def read_json(raw: bytes | str) -> Any:
    """JSON without duplicate names, lone surrogates, NaN or great depth; ValueError for anything else."""
    try:
        value = json.loads(raw, object_pairs_hook=_unique, parse_constant=_refuse, parse_int=read_integer)
        _check_depth(value, DEPTH_LIMIT)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    json.dumps(value, ensure_ascii=False).encode()
    return value


def read_integer(text: str) -> int:
    """A whole number as JSON writes it; ValueError for one of more digits than anything here has."""
    if len(text) > DIGITS_LIMIT:
        raise ValueError("a number is too long")
    return int(text)


def read_content(state: bytes, keys: Sequence[bytes]) -> Content:
    """The content of a state. SealError where a key is given that opens nothing in it."""
    try:
        value = read_json(state.decode())
    except ValueError:
        value = None
    unused, closed = dict.fromkeys(keys), list[str]()
    value = _opened(value, "", keys, unused, closed)
    if unused:
        raise SealError("a key is given that opens nothing in the stored bytes")
    return Content(value, tuple(closed))


def _opened(
    value: Any, place: str, keys: Sequence[bytes], unused: dict[bytes, None], closed: list[str]
) -> Any:
    if isinstance(value, dict):
        return {
            name: _opened(each, f"{place}/{_pointed(name)}", keys, unused, closed)
            for name, each in value.items()
        }
    if isinstance(value, list):
        return [_opened(each, f"{place}/{i}", keys, unused, closed) for i, each in enumerate(value)]
    if not isinstance(value, str) or not value.startswith(PREFIX):
        return value
    for key in keys:
        try:
            text = unseal_text(key, value, place)
        except SealError:
            continue
        unused.pop(key, None)
        return text
    closed.append(place)
    return value


def _pointed(name: str) -> str:
    """A name as it stands in a JSON Pointer (RFC 6901 §3)."""
    return name.replace("~", "~0").replace("/", "~1")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("a name stands twice in one object")
    return members


def _refuse(text: str) -> NoReturn:
    raise ValueError(f"{text} is not written here")


def _check_depth(value: Any, left: int) -> None:
    if isinstance(value, (dict, list)):
        if not left:
            raise ValueError("nested too deeply")
        for each in value.values() if isinstance(value, dict) else value:
            _check_depth(each, left - 1)
