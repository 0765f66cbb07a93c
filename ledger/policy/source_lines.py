"""Where a value stands in a policy document: its key path as people name it, and its line in a TOML text.

A path is what leads to a value (`("bands", 1, "from_points")`); its key names list items by what tells them
apart (`bands[16-19].from_points`, `clauses[FD-01]`), never by a bare index.
"""

import tomllib
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from typing import Any

Path = tuple[str | int, ...]

_BLANK = " \t"
_SPACE = " \t\r\n"
_END_OF_VALUE = ",]}#\n"


def at(document: Any, path: Path) -> Any:
    """The value a path leads to; None where it leads nowhere."""
    for part in path:
        if isinstance(document, dict) and isinstance(part, str):
            document = document.get(part)
        elif isinstance(document, list) and isinstance(part, int) and 0 <= part < len(document):
            document = document[part]
        else:
            return None
    return document


def key_of(document: Any, path: Path) -> str:
    """A path as people name it."""
    key = ""
    for depth, part in enumerate(path):
        if isinstance(part, int):
            key += f"[{name_of(at(document, path[: depth + 1]), part)}]"
        else:
            key += f".{part}" if key else part
    return key


def name_of(item: Any, index: int) -> str:
    """What tells a list's item from the others: its code, its range of points, the value itself, else its number."""
    if isinstance(item, dict):
        if isinstance(item.get("code"), str):
            return str(item["code"])
        if "from_points" in item:
            return (
                f"{item['from_points']}-{item['to_points']}"
                if "to_points" in item
                else f"{item['from_points']}+"
            )
    if isinstance(item, str):
        return item
    return f"#{index + 1}"


def line_at(lines: Mapping[Path, int], path: Path) -> int | None:
    """The line of a path, or of the nearest table around it; None where neither is known."""
    while path and path not in lines:
        path = path[:-1]
    return lines.get(path)


def lines_of(text: str) -> dict[Path, int]:
    """The line of every key, table and list item of a TOML text, from 1. The text must be valid TOML."""
    return dict(_Scan(text.replace("\r\n", "\n")).marks())


class _Scan:
    """A walk over valid TOML that remembers where things begin and reads no values."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.here = 0
        self.breaks = [i for i, char in enumerate(text) if char == "\n"]
        self.tables: dict[Path, int] = {}
        self.found: dict[Path, int] = {}

    def marks(self) -> Iterator[tuple[Path, int]]:
        inside: Path = ()
        while self._next(_SPACE):
            if self.text.startswith("[[", self.here):
                inside = self._header(2)
            elif self.text[self.here] == "[":
                inside = self._header(1)
            else:
                self._pair(inside)
        yield from self.found.items()

    def _header(self, brackets: int) -> Path:
        start, self.here = self.here, self.here + brackets
        *outer, last = self._key()
        self.here += brackets
        around = self._resolved(tuple(outer))
        for depth in range(1, len(around) + 1):
            self._mark(around[:depth], start)
        path = (*around, last)
        if brackets == 2:
            self._mark(path, start)
            self.tables[path] = self.tables.get(path, -1) + 1
        if path in self.tables:
            path = (*path, self.tables[path])
        self._mark(path, start)
        return path

    def _resolved(self, names: Path) -> Path:
        """Header names to a path: a list of tables stands for its latest table."""
        path: Path = ()
        for name in names:
            path = (*path, name)
            if path in self.tables:
                path = (*path, self.tables[path])
        return path

    def _pair(self, inside: Path) -> None:
        start = self.here
        for name in self._key():
            inside = (*inside, name)
            self._mark(inside, start)
        self.here += 1  # the equals sign
        self._next(_BLANK)
        self._value(inside)

    def _key(self) -> list[str]:
        names = []
        while True:
            self._next(_BLANK)
            names.append(self._name())
            self._next(_BLANK)
            if self.text[self.here] != ".":
                return names
            self.here += 1

    def _name(self) -> str:
        if self.text[self.here] in "\"'":
            quoted: str = tomllib.loads(f"x = {self._string()}")["x"]
            return quoted
        start = self.here
        while self.text[self.here] not in " \t.=]":
            self.here += 1
        return self.text[start : self.here]

    def _value(self, path: Path) -> None:
        opening = self.text[self.here]
        if opening in "\"'":
            self._string()
        elif opening == "[":
            self._list(path)
        elif opening == "{":
            self._table(path)
        else:
            while self.here < len(self.text) and self.text[self.here] not in _END_OF_VALUE:
                self.here += 1

    def _list(self, path: Path) -> None:
        self.here += 1
        index = 0
        while self._next(_SPACE + ",") and self.text[self.here] != "]":
            self._mark((*path, index), self.here)
            self._value((*path, index))
            index += 1
        self.here += 1

    def _table(self, path: Path) -> None:
        self.here += 1
        while self._next(_SPACE + ",") and self.text[self.here] != "}":
            self._pair(path)
        self.here += 1

    def _string(self) -> str:
        start = self.here
        quote = self.text[start]
        triple = self.text.startswith(quote * 3, start)
        closing = quote * 3 if triple else quote
        self.here += len(closing)
        while not self.text.startswith(closing, self.here):
            self.here += 2 if quote == '"' and self.text[self.here] == "\\" else 1
        self.here += len(closing)
        while triple and self.here < len(self.text) and self.text[self.here] == quote:
            self.here += 1  # a quotation mark right before the closing ones
        return self.text[start : self.here]

    def _next(self, passed: str) -> bool:
        """To the next character that is none of those passed and in no comment; False at the end."""
        while self.here < len(self.text):
            char = self.text[self.here]
            if char == "#":
                end = self.text.find("\n", self.here)
                self.here = len(self.text) if end < 0 else end
            elif char in passed:
                self.here += 1
            else:
                return True
        return False

    def _mark(self, path: Path, where: int) -> None:
        self.found.setdefault(path, bisect_right(self.breaks, where - 1) + 1 if where else 1)
