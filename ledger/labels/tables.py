"""The tables of words as they stand in the file of each language."""

import re
from functools import lru_cache
from typing import Final

_HEAD: Final = re.compile(r"^\[(\w+)\]$", re.MULTILINE)
_PLAIN: Final = re.compile(r'^("?)([^"\n=]+)\1 = "((?:[^"\\\n]|\\")*)"$', re.MULTILINE)
"""A key and its words on one line, in which nothing is escaped but quotation marks; so nearly all are written."""


@lru_cache
def table(language: str, name: str) -> dict[str, str]:
    """One table of a language, read by itself: a call needs few of them, and to read all costs more than the call.

    So does a parser, which is asked only for what one pattern does not read.
    """
    start, end = _places(language).get(name, (0, 0))
    lines = _text(language)[start:end]
    plain = {key: words.replace('\\"', '"') for _, key, words in _PLAIN.findall(lines)}
    rest = _PLAIN.sub("", lines)
    if all(not line or line.startswith("#") for line in rest.split("\n")):
        return plain
    import tomllib

    return plain | tomllib.loads(rest)


@lru_cache
def _places(language: str) -> dict[str, tuple[int, int]]:
    """Where each table's lines begin and end."""
    text = _text(language)
    heads = list(_HEAD.finditer(text))
    ends = [head.start() for head in heads[1:]] + [len(text)]
    return {head.group(1): (head.end(), end) for head, end in zip(heads, ends, strict=True)}


@lru_cache
def _text(language: str) -> str:
    file = f"{__file__.removesuffix('tables.py')}{language}.toml"
    with open(file, encoding="utf-8") as words:  # noqa: PTH123 - every call reads one, and pathlib costs more than that
        return words.read()
