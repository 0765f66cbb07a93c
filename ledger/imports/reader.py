"""Bytes to tables: workbooks through a child process with limits, everything else as CSV (finance §15)."""

import json
import subprocess
import sys
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Final

from ledger.errors import InputError
from ledger.imports import csv_text, guard
from ledger.imports.table import (
    MAX_BLANK_ROWS,
    MAX_CELL_CHARACTERS,
    MAX_COLUMNS,
    MAX_MERGES,
    MAX_ROWS,
    Cell,
    Merge,
    Row,
    Table,
    Unusable,
)

SECONDS: Final = 60
_MOST_FILLED: Final = 1_000_000
_CHARACTERS: Final = 24_000_000
"""So much text in all: what is read is held in memory whole."""
_CHILD: Final = Path(__file__).with_name("reader_child.py")


@dataclass(frozen=True, slots=True)
class Workbook:
    """The sheets that were read, the one asked for first, and the format they were read from."""

    format: guard.SheetFormat
    tables: tuple[Table, ...]


def read(
    content: bytes,
    known_headers: Callable[[Iterable[Row]], int],
    sheet: str | None = None,
    encoding: str | None = None,
    also: Sequence[str] = (),
    rows: int = MAX_ROWS,
    whole: bool = False,
) -> Workbook:
    """The sheet of a file: that named, else the first visible one that holds anything; and of `also` those there are.

    `known_headers` counts the known headers among rows: of several readings of a CSV the one with most wins.
    `rows`: so many of a sheet are read at most. `whole`: all sheets are read, and how their cells are shown.
    InputError `sheet_*`, `encoding_ambiguous`, `encoding_wrong`.
    """
    shape = guard.inspect(content)
    if shape == "csv":
        return Workbook(shape, (csv_text.read(content, known_headers, encoding, rows),))
    tables = tuple(
        replace(table, rows=_filled(table.rows, table.merges))
        for table in _tables(_parsed(content, shape, sheet, also, rows, whole))
    )
    if not tables:
        raise InputError("sheet_not_a_table", found="empty_file")
    return Workbook(shape, tables)


def _parsed(
    content: bytes, shape: guard.SheetFormat, sheet: str | None, also: Sequence[str], rows: int, whole: bool
) -> list[Any]:
    """What the child answers, whole or not at all."""
    wanted = {
        "format": shape,
        "sheet": sheet,
        "also": list(also),
        "rows": rows,
        "whole": whole,
        "columns": MAX_COLUMNS,
        "blank_rows": MAX_BLANK_ROWS,
        "cell_characters": MAX_CELL_CHARACTERS,
        "characters": _CHARACTERS,
    }
    command = [sys.executable, "-I", "-X", "utf8", str(_CHILD), json.dumps(wanted)]
    try:
        child = subprocess.run(
            command,
            input=content,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise InputError("sheet_broken", found="reading_too_long") from None
    try:
        *told, last = [json.loads(line) for line in child.stdout.splitlines()]
    except ValueError:  # it ended in the middle of a line, or before the first
        raise InputError("sheet_broken", found="unreadable_content") from None
    if isinstance(last, dict) and "refused" in last:
        raise _refusal(last)
    if child.returncode != 0 or last != {"end": True}:
        raise InputError("sheet_broken", found="unreadable_content")
    return told


def _refusal(answer: dict[str, Any]) -> InputError:
    """The refusals that only the parser can know."""
    fields = answer["fields"]
    if answer["refused"] == "sheet_encrypted":
        return InputError("sheet_encrypted")
    if answer["refused"] == "sheet_active":
        return InputError("sheet_active", part=fields["part"])
    if answer["refused"] == "worksheet_unknown":
        return InputError("worksheet_unknown", sheet=fields["sheet"], sheets=fields["sheets"])
    return guard.too_large(fields["found"], fields["limit"])


def _tables(lines: list[Any]) -> list[Table]:
    found: list[tuple[dict[str, Any], list[Row]]] = []
    for line in lines:
        if isinstance(line, dict):
            found.append((line, []))
        else:
            number, *cells = line
            found[-1][1].append(Row(number, tuple(map(_cell, cells))))
    for said, _ in found:
        if len(said["merges"]) > MAX_MERGES:
            raise guard.too_large("sheet_merges", MAX_MERGES)
    return [
        Table(
            said["sheet"],
            None,
            tuple(rows),
            tuple(map(_merge, said["merges"])),
            said["from_1904"],
            tuple((row, column, what) for row, column, what in said.get("shown", ())),
            said.get("hidden", False),
        )
        for said, rows in found
    ]


def _merge(corners: Any) -> Merge:
    (top, left), (bottom, right) = corners
    return Merge(top + 1, left, bottom + 1, right)


def _cell(told: Any) -> Cell:
    """A cell as the child tells it."""
    if isinstance(told, list):
        kind = told[0]
        if kind == "date":
            return date.fromisoformat(told[1])
        if kind == "datetime":
            return datetime.fromisoformat(told[1])
        if kind == "time":
            return time.fromisoformat(told[1])
        return timedelta(seconds=told[1]) if kind == "duration" else Unusable(kind)
    return None if told == "" else told


def _filled(rows: tuple[Row, ...], merges: tuple[Merge, ...]) -> tuple[Row, ...]:
    """Vertical merges of one column filled down: what stands beside several rows holds for each of them.

    InputError `sheet_broken` where blocks lie over each other so often that no office made them.
    """
    numbers = [row.number for row in rows]
    filled = [list(row.cells) for row in rows]
    left = _MOST_FILLED
    for merge in merges:
        first = bisect_left(numbers, merge.first_row)
        here = first < len(numbers) and numbers[first] == merge.first_row
        if merge.first_column != merge.last_column or not here:
            continue
        value = filled[first][merge.first_column] if merge.first_column < len(filled[first]) else None
        if value is None:
            continue
        below = range(first + 1, bisect_right(numbers, merge.last_row))
        left -= len(below)
        if left < 0:
            raise InputError("sheet_broken", found="damaged_file")
        for place in below:
            cells = filled[place]
            cells += [None] * (merge.first_column + 1 - len(cells))
            if cells[merge.first_column] is None:
                cells[merge.first_column] = value
    return tuple(Row(number, tuple(cells)) for number, cells in zip(numbers, filled, strict=True))
