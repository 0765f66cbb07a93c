"""Reading commands: JSON Lines in, parsed commands out, every fault with its line and field (domain §10.1)."""

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from pydantic import ValidationError

from ledger.commands import COMMANDS, Command
from ledger.errors import InputError
from ledger.terms import described

MAX_LINE_BYTES = 1_000_000
MAX_DEPTH = 32
"""So many brackets in brackets a command may hold; a policy document needs five."""

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"')
_SURROGATE = re.compile("[\ud800-\udfff]")


def read_lines(lines: Iterable[bytes]) -> Iterator[tuple[int, Command]]:
    """Commands with their line numbers, from 1; empty lines are passed over. InputError with line and field."""
    for number, raw in enumerate(lines, start=1):
        try:
            values = parse_line(raw.removeprefix(_BYTE_ORDER_MARK))
            if values is not None:
                yield number, parse_command(values)
        except InputError as error:
            raise error.at(line=number) from None


def parse_line(raw: bytes) -> dict[str, Any] | None:
    """One line to an object; None for an empty line."""
    if len(raw) > MAX_LINE_BYTES:
        raise InputError("line_too_long", limit=MAX_LINE_BYTES)
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise InputError("not_utf8", byte=error.start + 1) from None
    if not text.strip():
        return None
    try:
        values = json.loads(text, object_pairs_hook=_fields, parse_constant=_Constant, parse_float=_Fraction)
        if isinstance(values, _NoValue):
            raise values.error(text)
    except json.JSONDecodeError as error:
        raise InputError("not_json", column=error.colno, reason=error.msg) from None
    except RecursionError:
        raise InputError("nested_too_deep") from None
    except ValueError:
        raise InputError("number_too_long") from None
    if not isinstance(values, dict):
        raise InputError("not_an_object", found=type(values).__name__)
    return values


def parse_command(values: dict[str, Any]) -> Command:
    """An object to a command. InputError names the first wrong field."""
    do = values.get("do")
    if do is None:
        raise InputError("do_missing").at(field="do")
    command = COMMANDS.get(do) if isinstance(do, str) else None
    if command is None:
        raise InputError("do_unknown", do=described(do), known=", ".join(sorted(COMMANDS))).at(field="do")
    try:
        return command.model_validate(values)
    except ValidationError as error:
        raise wrong_field(error) from None


def wrong_field(error: ValidationError) -> InputError:
    """The first fault of a validation as an InputError with its field."""
    first = min(error.errors(include_url=False), key=lambda e: e["type"] != "extra_forbidden")
    field = ".".join(str(part) for part in first["loc"])
    if first["type"] == "missing":
        return _at(InputError("field_missing", field=field), field)
    if first["type"] == "extra_forbidden":
        return _at(InputError("field_unknown", field=field), field)
    reason = first["msg"].removeprefix("Value error, ")
    return _at(InputError("field_wrong", field=field, value=described(first["input"]), reason=reason), field)


def _at(error: InputError, field: str) -> InputError:
    if field:
        error.at(field=field)
    return error


def _no_field_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    values = dict(pairs)
    if len(values) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise InputError("field_twice", field=described(twice)).at(field=described(twice))
    return values


def _no_constant(constant: str) -> Any:
    raise InputError("not_json", column=1, reason=f"{constant} is no JSON number")


def _no_float(number: str) -> Any:
    """Money is a string and points are whole: a fraction is never right here."""
    raise InputError("fraction_given", number=described(number))
