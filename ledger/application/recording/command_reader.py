"""Reading commands: JSON Lines in, parsed commands out, every fault with its line and field (domain §10.1)."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from pydantic import ValidationError

from ledger.commands import COMMANDS, Command
from ledger.errors import InputError, LedgerError, raise_all
from ledger.formats import Reason, reason_of
from ledger.terms import described

MAX_LINE_BYTES: Final = 1_000_000
MAX_DEPTH: Final = 32
"""So many brackets in brackets a line may hold; a policy needs six."""

BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"
_QUOTED: Final = re.compile(r'"(?:[^"\\]|\\.)*"')
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_ESCAPED_SURROGATE: Final = re.compile(r"\\u[dD][89a-fA-F]")


def read_lines(lines: Iterable[bytes]) -> Iterator[tuple[int, Command]]:
    """Commands with their line numbers, from 1; empty lines are passed over.

    InputError with line and field, behind the last line: for all lines that cannot be read at once.
    """
    faults: list[LedgerError] = []
    for number, raw in enumerate(lines, start=1):
        try:
            values = parse_line(raw.removeprefix(BYTE_ORDER_MARK))  # files put together hold several
            command = None if values is None else parse_command(values)
        except InputError as error:
            faults.append(error.at(line=number))
            continue
        if command is not None and not faults:
            yield number, command
    raise_all(faults)


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
    values = _read_plain(text)
    return _read(text) if values is None else values


def _read_plain(text: str) -> dict[str, Any] | None:
    """An object with nothing in it that would have to be looked for; None for everything else."""
    if _ESCAPED_SURROGATE.search(text) or text.count("{") + text.count("[") >= MAX_DEPTH:
        return None
    try:
        values = _PLAIN.decode(text)
    except (ValueError, InputError):
        return None
    return values if isinstance(values, dict) else None


def _read(text: str) -> dict[str, Any]:
    """Any text to an object, or what is wrong with it."""
    try:
        values = json.loads(
            text, object_pairs_hook=_no_field_twice, parse_constant=_NoNumber, parse_float=_Fraction
        )
    except json.JSONDecodeError as error:
        raise InputError("not_json", column=error.colno, reason=error.msg) from None
    except RecursionError:
        raise InputError("nested_too_deep") from None
    except ValueError:
        raise InputError("number_too_long") from None
    require_readable(values, text)
    if not isinstance(values, dict):
        raise InputError("not_an_object", found=type(values).__name__)
    return values


def require_readable(values: Any, text: str = "") -> None:
    """InputError where something is nested too deeply, is no Unicode text, or a number that no field takes."""
    waiting: list[tuple[Any, tuple[Any, ...]]] = [(values, ())]
    while waiting:
        value, path = waiting.pop()
        if isinstance(value, str):
            _check_text(value, path, text)
        elif isinstance(value, dict):
            waiting += [(part, (*path, name)) for name in reversed(value) for part in (value[name], name)]
        elif isinstance(value, list):
            waiting += [(value[place], (*path, place)) for place in reversed(range(len(value)))]
        if len(path) >= MAX_DEPTH:
            raise InputError("nested_too_deep")


def _check_text(value: str, path: tuple[Any, ...], text: str) -> None:
    if type(value) is str and (value.isascii() or not _SURROGATE.search(value)):
        return
    field = ".".join(_escaped(str(part)) for part in path)
    if isinstance(value, _Fraction):
        raise _at(InputError("fraction_given", number=described(value)), field)
    if isinstance(value, _NoNumber):
        column = _QUOTED.sub(lambda quoted: "-" * len(quoted.group()), text).find(value) + 1
        reason = Reason(f"{value} is no JSON number", "json_constant", constant=value)
        raise _at(InputError("not_json", column=column, reason=reason), field)
    text = "Input should be a valid string, unable to parse raw data as a unicode string"
    reason = Reason(text, "string_unicode")
    raise _at(InputError("field_wrong", field=field, value=_escaped(value), reason=reason), field)


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
        raise wrong_field(error, values, command) from None


def wrong_field(error: ValidationError, values: dict[str, Any], command: type[Command]) -> InputError:
    """The first fault of a validation as an InputError with its field."""
    first = min(error.errors(include_url=False), key=_urgency)
    if first["type"] == "missing":
        field = ".".join(map(str, first["loc"]))
        return _at(InputError("field_missing", field=field), field)
    reason = reason_of(first)
    loc = first["loc"][:-2] if first["loc"][-1:] == ("[key]",) else first["loc"]
    if not loc and "field" in reason.fields:
        loc = (str(reason.fields["field"]),)
    field, value = _found(values, loc)
    if first["type"] == "extra_forbidden":
        return _at(InputError("field_unknown", field=field), field)
    return _at(InputError("field_wrong", field=field, value=value, reason=reason), field)


def _urgency(fault: Mapping[str, Any]) -> tuple[bool, bool]:
    """Unknown fields first: they explain missing ones. `true` last: where it may stand, so may a text."""
    return fault["type"] != "extra_forbidden", fault["type"] == "bool_type"


def _found(values: Any, loc: tuple[int | str, ...]) -> tuple[str, str | None]:
    """Where a fault is and what is written there; a place ends with the types pydantic tried, which nobody wrote."""
    path: list[str] = []
    for part in loc:
        try:
            values = values[part]
        except (LookupError, TypeError):
            if not path:
                return str(part), None
            break
        path.append(str(part))
    written = values if isinstance(values, str) else json.dumps(values, ensure_ascii=False, default=str)
    return ".".join(path), described(written)


def _at(error: InputError, field: str) -> InputError:
    if field:
        error.at(field=field)
    return error


def _no_field_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    values = dict(pairs)
    if len(values) != len(pairs):
        names = [name for name, _ in pairs]
        twice = _escaped(next(name for name in names if names.count(name) > 1))
        raise InputError("field_twice", field=twice).at(field=twice)
    return values


def _escaped(text: str) -> str:
    """A text as it can be written: half a character pair cannot."""
    return described(text).encode(errors="backslashreplace").decode()


class _NoNumber(str):
    """NaN and its like, which Python's reader takes and JSON has not; which field holds it is found later."""


class _Fraction(str):
    """A number with a fraction: money is a string and points are whole, so it is never right here."""


def _not_plain(_: str) -> None:
    raise ValueError


_PLAIN: Final = json.JSONDecoder(
    object_pairs_hook=_no_field_twice, parse_constant=_not_plain, parse_float=_not_plain
)
