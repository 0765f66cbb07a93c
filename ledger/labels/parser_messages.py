"""What a parser said, recognised: ours and pydantic's by key and type, and the others, which speak English only, by text.

The texts of json, tomllib, click and the operating system stand in `parser_messages.toml`, the more special first; a text
that is not there stays as it is.
"""

import re
import tomllib
from functools import lru_cache
from importlib import resources
from string import Formatter
from typing import Final

from ledger.formats import Reason

_QUOTED = re.compile(r"'([^']*)'")

PATTERNS: Final = {
    "^[A-Za-z0-9._-]{1,64}$": "id_shape",
    "^[0-9a-f]{64}$": "sha256_shape",
}
"""Patterns of pydantic's `string_pattern_mismatch` that have a reason of their own."""


def recognised(said: str) -> tuple[str, dict[str, object]] | None:
    """The key of a reason and what fills its blanks; None for a text that is not listed."""
    if isinstance(said, Reason):
        key, fields = said.key, said.fields
        if key == "string_pattern_mismatch":
            key = PATTERNS.get(str(fields["pattern"]), key)
        if "expected" in fields:
            fields = {**fields, "expected": _listed(str(fields["expected"]))}
        return key, fields
    for key, pattern in _patterns():
        match = pattern.fullmatch(said)
        if match is not None:
            return key, dict(match.groupdict())
    return None


@lru_cache(maxsize=1)
def _patterns() -> list[tuple[str, re.Pattern[str]]]:
    text = resources.files("ledger.labels").joinpath("parser_messages.toml").read_text("utf-8")
    return [(key, re.compile(_expression(template))) for key, template in tomllib.loads(text).items()]


def _expression(template: str) -> str:
    parts = []
    for literal, blank, _, _ in Formatter().parse(template):
        parts.append(re.escape(literal))
        if blank is not None:
            parts.append(f"(?P<{blank}>.*)")
    return "".join(parts)


def _listed(value: str) -> str:
    """Pydantic's `'a', 'b' or 'c'` without the quotes and the English between; a cut list stays marked."""
    return ", ".join(_QUOTED.findall(value)) + (", …" if value.endswith("…") else "")
