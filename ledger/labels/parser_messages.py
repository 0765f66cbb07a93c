"""What a parser said, recognised: pydantic, json, tomllib and our own shapes speak English only.

Their texts stand in `faults.toml`, the more special first; a text that is not there stays as it is.
"""

import re
import tomllib
from functools import lru_cache
from importlib import resources
from string import Formatter

_QUOTED = re.compile(r"'([^']*)'")
_LISTS = ("names", "expected")
"""The blanks that hold an English list."""


def recognised(text: str) -> tuple[str, dict[str, str]] | None:
    """The key of a reason and what its blanks held; None for a text that is not listed."""
    for key, pattern in _patterns():
        match = pattern.fullmatch(text)
        if match is not None:
            return key, {
                name: _listed(value) if name in _LISTS else value for name, value in match.groupdict().items()
            }
    return None


@lru_cache(maxsize=1)
def _patterns() -> list[tuple[str, re.Pattern[str]]]:
    text = resources.files("ledger.labels").joinpath("faults.toml").read_text("utf-8")
    return [(key, re.compile(_expression(template))) for key, template in tomllib.loads(text).items()]


def _expression(template: str) -> str:
    parts = []
    for literal, blank, _, _ in Formatter().parse(template):
        parts.append(re.escape(literal))
        if blank is not None:
            parts.append(f"(?P<{blank}>.*)")
    return "".join(parts)


def _listed(value: str) -> str:
    """`'a', 'b' or 'c'` and `a, b or c` without the quotes and the English between; a cut list stays marked."""
    if value.startswith("'"):
        return ", ".join(_QUOTED.findall(value)) + (", …" if value.endswith("…") else "")
    return value.replace(" or ", ", ")
