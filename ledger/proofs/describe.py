"""What a receipt says, in lines that are safe to print: nothing in it can pass for a line of ours, or hide."""

import json
import re
import unicodedata
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Final

from .receipt import Reading

_HIDDEN: Final = ("Cc", "Cf", "Cs", "Zl", "Zp")
_SPACES: Final = " \u3000"
_BLANK: Final = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2065\u2800\u3164\ufe00-\ufe0f\uffa0"
    "\ufff0-\ufff8\U000e0000-\U000e0fff]"
)
"""Fillers, variation selectors and tags: letters and marks that leave nothing to be seen."""


_ENGLISH: Final = {
    "ledger": ("ledger", "{ledger}"),
    "position": ("position", "{position} of {size}"),
    "stream": ("stream", "{stream}, version {version}"),
    "kind": ("kind", "{kind}, schema {schema}"),
    "about": ("about", "{subject}, event {count} about this subject"),
    "about_nobody": ("about", "nobody"),
    "log": ("log", "{log}"),
    "root": ("root", "{root}"),
    "extension": ("extension", "{line}"),
    "signed_by": ("signed by", "{signer}"),
    "seen_by": ("seen by", "{name}, {at}"),
}
"""Heading and words of each fact."""


def describe(reading: Reading) -> Iterator[str]:
    """What a receipt says, line by line, safe to print."""
    if reading.proven:
        yield "PROVEN: these exact bytes stand in the ledger, at this position, under the checkpoint signed below."
    for name, fields in facts(reading):
        heading, template = _ENGLISH[name]
        yield f"  {heading:<10} {shown(template.format_map(fields))}"
    yield ""
    yield "What was recorded:"
    yield from (f"  {line}" for line in _content_lines(reading))
    for place in reading.content.closed:
        yield f"  (sealed, and this receipt has no key for it: {shown(place)})"


def facts(reading: Reading) -> Iterator[tuple[str, dict[str, object]]]:
    """What a receipt says of its event, to be told in any language: the name of each fact, and what fills its words."""
    envelope, checkpoint = reading.envelope, reading.checkpoint
    yield "ledger", {"ledger": envelope.ledger}
    yield "position", {"position": envelope.position, "size": checkpoint.size}
    yield "stream", {"stream": envelope.stream, "version": envelope.version}
    yield "kind", {"kind": envelope.kind, "schema": envelope.schema}
    if envelope.subject:
        yield "about", {"subject": envelope.subject, "count": envelope.count}
    else:
        yield "about_nobody", {}
    yield "log", {"log": checkpoint.origin}
    yield "root", {"root": checkpoint.root.hex()}
    for line in checkpoint.extensions:
        yield "extension", {"line": line}
    for each in reading.signed:
        yield "signed_by", {"signer": str(each.verifier)}
    for each in reading.cosigned:
        yield "seen_by", {"name": each.verifier.name, "at": _time(each.timestamp or 0)}


def shown(text: str) -> str:
    """A text on one line, with a backslash doubled and every control, format and odd space character spelled out."""
    return escaped(text.replace("\\", "\\\\"))


def escaped(text: str) -> str:
    """A text with every control, format and odd space character spelled out."""
    return "".join(_spelled(c) if _is_hidden(c) else c for c in text)


def _is_hidden(character: str) -> bool:
    category = unicodedata.category(character)
    if category in _HIDDEN or _BLANK.match(character):
        return True
    return category == "Zs" and character not in _SPACES


def _spelled(character: str) -> str:
    code = ord(character)
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _content_lines(reading: Reading) -> list[str]:
    if reading.content.value is None:
        return ["(not JSON; the bytes as they are)", shown(reading.state.decode(errors="backslashreplace"))]
    pretty = json.dumps(reading.content.value, ensure_ascii=False, indent=2)
    return [escaped(line) for line in pretty.split("\n")]


def _time(seconds: int) -> str:
    try:
        return f"{datetime.fromtimestamp(0, UTC) + timedelta(seconds=seconds):%Y-%m-%d %H:%M:%S} UTC"
    except OverflowError:
        return f"{seconds} seconds after 1970"
