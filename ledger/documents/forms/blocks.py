"""What a form is made of, as plain values that `form.typ` lays out."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from ledger.documents.forms.anchor import Anchor

Block = dict[str, Any]


class Column(NamedTuple):
    """A column of a table: `width` is its share of what is left, 0 as wide as its text."""

    title: str
    width: float = 0
    right: bool = False


@dataclass(frozen=True, slots=True)
class Form:
    """A form: what stands on each of its copies, and whose names or words are in it.

    `copies` are the copies' names, one "" where there is one without a name. `day` is the business day of the event it
    rests on, the date in the file; `anchor` where that event stands, None for a form that rests on none. `stamp` lies
    across each page. `sheets`: names of sheets with blocks of their own, instead of copies of the same.
    """

    title: str
    site: str
    day: str
    blocks: tuple[Block, ...]
    people: tuple[str, ...]
    anchor: Anchor | None = None
    subtitle: str = ""
    number: str = ""
    copies: tuple[str, ...] = ("",)
    stamp: str = ""
    landscape: bool = False
    size: float = 10
    title_size: float = 17
    sheets: tuple[tuple[str, tuple[Block, ...]], ...] = ()

    def times(self, copies: int) -> "Form":
        """So many copies: the first ones of those that have names, and each sheet so often."""
        named = tuple(self.copies[at % len(self.copies)] for at in range(copies))
        return replace(self, copies=named, sheets=tuple(each for each in self.sheets for _ in range(copies)))

    def printed(self) -> tuple[tuple[str, tuple[Block, ...]], ...]:
        """What is printed one after another, each with pages of its own: its sheets, else its blocks on each copy."""
        return self.sheets or tuple((copy, self.blocks) for copy in self.copies)


def grid(*cells: tuple[str, object] | tuple[str, object, bool]) -> Block:
    """Labels with their values, two a row; a third member says that it takes the whole row."""
    made = [
        {"label": cell[0], "value": _text(cell[1]), "wide": len(cell) > 2 and bool(cell[2])} for cell in cells
    ]
    return {"kind": "grid", "cells": made, "split": False, "gap": -0.5}


def paragraph(label: str, body: str, lines: int = 0, split: bool = True) -> Block:
    """Running text below its label, with empty lines to write on."""
    return {"kind": "text", "label": label, "body": body, "lines": lines, "split": split, "gap": -0.5}


def checks(
    label: str,
    options: Iterable[tuple[str, bool]],
    note: str = "",
    body: str = "",
    lines: int = 0,
    signs: Iterable[tuple[str, object]] = (),
) -> Block:
    """Boxes to tick, ticked where it is known; lines to write on, and who signs."""
    return {
        "kind": "checks",
        "label": label,
        "options": [{"text": text, "on": on} for text, on in options],
        "note": note,
        "body": body,
        "lines": lines,
        "signs": _signs(signs),
        "split": False,
        "gap": -0.5,
    }


def table(columns: Sequence[Column], rows: Iterable[Sequence[object]], strong: Iterable[int] = ()) -> Block:
    """A table whose head is repeated on each page; `strong` are the rows of sums."""
    sums = set(strong)
    made = [{"cells": list(map(_text, row)), "strong": at in sums} for at, row in enumerate(rows)]
    heads = [{"title": c.title, "width": c.width, "right": c.right} for c in columns]
    return {"kind": "table", "columns": heads, "rows": made, "split": True, "gap": 8}


def note(body: str, size: float = 10, centre: bool = False) -> Block:
    """Text without a frame."""
    return {"kind": "note", "body": body, "size": size, "centre": centre, "split": True, "gap": 8}


def signatures(*signs: tuple[str, object]) -> Block:
    """Who signs, beside one another; what is known stands there."""
    return {"kind": "sign", "signs": _signs(signs), "split": False, "gap": 10}


def space() -> Block:
    """Room between two blocks."""
    return {"kind": "space", "split": True, "gap": 4}


def boxes(*titles: str) -> Block:
    """Empty boxes to sign or stamp in."""
    return {"kind": "boxes", "boxes": list(titles), "split": False, "gap": 8}


def _signs(signs: Iterable[tuple[str, object]]) -> list[dict[str, str]]:
    return [{"label": label, "value": _text(value)} for label, value in signs]


def _text(value: object) -> str:
    return "" if value is None else str(value)
