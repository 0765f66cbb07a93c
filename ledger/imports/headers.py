"""Where a sheet's header stands and which column holds which field (finance §15).

A header is one to three rows deep within the first 25. A column matches a field by its rows put together, by any of them
alone, or under the group that stands over several columns. What wins is the place with most known fields.
"""

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from typing import Final, Literal, get_args

from ledger.errors import InputError
from ledger.formats import column_letters
from ledger.imports.import_map import ImportMap, load
from ledger.imports.table import MAX_COLUMNS, Cell, Row, Table
from ledger.labels.messages import keys_behind
from ledger.terms import described

Kind = Literal["notices", "employees", "wages", "rewards", "payroll"]
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)
Headed = Kind | Literal["bonus"]
"""What has headers of its own: the kinds that are imported, and the bases of a bonus, which are typed from a sheet."""

_HANDED_OVER: Final = {
    "employee": "employee",
    "name": "name",
    "department": "department",
    "deducted": "expected",
    "actual": "deducted",
    "why_otherwise": "reason",
}
"""The columns of a hand-off that come back → fields of its return."""

_CALLED: Final = {("rewards", "points"): "reward_points"}
"""Kind of sheet and field → the heading that names it, where that of its name says something else."""

_WITHIN_ROWS: Final = 25
_DEPTH: Final = 3
_MOST_GROUPED: Final = 200_000
_BRACKETS: Final = re.compile(r"[(\[{<【〔《〈「『][^)\]}>】〕》〉」』]*[)\]}>】〕》〉」』]?")
_LEFT_OUT: Final = re.compile(r"[\s*:：_·•\u200b\ufeff]+")
_UNITS: Final = re.compile(r"(?<=\w)[/／](元|分|yuan|rmb|cny)$")
_LONGEST: Final = 200
"""A header is never longer; what is, is not looked into."""


@dataclass(frozen=True, slots=True)
class Header:
    """`first_row` to `last_row` (from 1) hold the header; `columns` field → column (from 0); `texts` field → as written."""

    first_row: int
    last_row: int
    columns: Mapping[str, int]
    texts: Mapping[str, str]


Groups = dict[tuple[int, int], int]
"""Row (from 1) and column (from 0) of a cell in a merged block → the block's first column."""


def normal(text: str) -> str:
    """A header, or a word of our own, as it is compared."""
    return _normal(text[:_LONGEST])


@lru_cache(maxsize=20_000)
def _normal(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).casefold()
    return _UNITS.sub("", _LEFT_OUT.sub("", _BRACKETS.sub("", folded)))


@cache
def words() -> dict[str, dict[str, list[str]]]:
    """The tables of headers.toml; callers must not change them."""
    return tomllib.loads(resources.files("ledger.imports").joinpath("headers.toml").read_text("utf-8"))


@cache
def aliases(kind: Headed) -> dict[str, str]:
    """Normal header → field, for a kind of sheet; what a hand-off calls its columns is known in every language."""
    found = {
        normal(written): field
        for table in ("common", kind)
        for field, all_written in words()[table].items()
        for written in (field, *all_written)
    }
    if kind == "payroll":
        ours = keys_behind("handoff", tuple(_HANDED_OVER))
        found |= {normal(title): _HANDED_OVER[key] for title, key in ours.items()}
    return found


@cache
def meanings(field: str) -> dict[str, str]:
    """Normal word → our code, for a field whose values are codes."""
    of_field: dict[str, list[str]] = words()["values"].get(field, {})  # type: ignore[assignment]
    return {normal(written): code for code, many in of_field.items() for written in (code, *many)}


def count_known(kind: Headed, import_map: ImportMap) -> "KnownHeaders":
    """What tells the right reading of a CSV: how many known headers its first rows hold at best."""
    return KnownHeaders(frozenset(aliases(kind)) | frozenset(_own(import_map)))


def _own(import_map: ImportMap) -> dict[str, str]:
    """Normal header → field, as the map has them."""
    return {normal(title): field for field, said in import_map.columns.items() for title in _titles(said)}


def _titles(said: str | int | list[str]) -> list[str]:
    """The headers that a field may stand under; none where the map says the number of its column."""
    return [said] if isinstance(said, str) else [] if isinstance(said, int) else said


@dataclass(frozen=True)
class KnownHeaders:
    """Counts the most known headers that one of some rows holds."""

    known: frozenset[str]

    def __call__(self, rows: Iterable[Row]) -> int:
        """The count, over all rows that may be a header."""
        return max((self._of(row) for row in rows), default=0)

    def _of(self, row: Row) -> int:
        return len({normal(cell) for cell in row.cells if isinstance(cell, str)} & self.known)


def find_header(table: Table, kind: Headed, wanted: frozenset[str], import_map: ImportMap) -> Header:
    """The header of a sheet: one that names every wanted field, or has it from the map's constants.

    InputError `sheet_without_header` names what is missing and lists the headers seen, `column_ambiguous`, `column_unknown`.
    """
    needed = wanted - set(import_map.constants)
    groups = _groups(table)
    found = [
        candidate
        for first in _starts(table, import_map)
        for depth in range(1, _DEPTH + 1)
        if (candidate := _read(table, first, depth, kind, import_map, groups)) is not None
    ]
    best = max(found, key=_worth, default=None)
    if best is None or not needed <= set(best.fields):
        missing = sorted(
            _CALLED.get((kind, field), field) for field in needed - set(best.fields if best else ())
        )
        raise InputError("sheet_without_header", sheet_fields=", ".join(missing), seen=_seen(table, best))
    for field, columns in best.fields.items():
        if len(columns) > 1:
            named = ", ".join(f"{column_letters(at)} {best.text(at)}" for at in columns)
            raise InputError("column_ambiguous", field=field, columns=described(named))
    for field, header in import_map.columns.items():
        if field not in best.fields and not isinstance(header, list):
            raise InputError("column_unknown", field=field, header=str(header), seen=_seen(table, best))
    return Header(
        best.rows[0].number,
        best.rows[-1].number,
        {field: columns[0] for field, columns in best.fields.items()},
        {field: best.text(columns[0]) for field, columns in best.fields.items()},
    )


@dataclass(frozen=True, slots=True)
class _Candidate:
    """Rows taken for a header, with the columns that each field would have."""

    rows: tuple[Row, ...]
    fields: dict[str, list[int]]

    def text(self, column: int) -> str:
        """What stands over a column, as it is written."""
        texts = [cell for row in self.rows if isinstance(cell := row.cell(column), str) and cell.strip()]
        return " ".join(dict.fromkeys(" ".join(text.split()) for text in texts)) or column_letters(column)


def _worth(candidate: _Candidate) -> tuple[int, int, int]:
    """Most fields; of equal ones fewest rows, then the first."""
    return len(candidate.fields), -len(candidate.rows), -candidate.rows[0].number


def _starts(table: Table, import_map: ImportMap) -> list[int]:
    """The places in `table.rows` at which the header may begin."""
    wanted = import_map.sheet.header_row
    if wanted is not None:
        return [place for place, row in enumerate(table.rows) if row.number == wanted]
    return [place for place, row in enumerate(table.rows[:_WITHIN_ROWS]) if row.number <= _WITHIN_ROWS]


def _read(
    table: Table, first: int, depth: int, kind: Headed, import_map: ImportMap, groups: Groups
) -> _Candidate | None:
    rows = table.rows[first : first + depth]
    if len(rows) < depth or rows[-1].number - rows[0].number >= 2 * _DEPTH:
        return None
    known = {**aliases(kind), **_own(import_map)}
    fields: dict[str, list[int]] = {}
    for column in range(max(len(row.cells) for row in rows)):
        said = [text for text in _texts(rows, column, groups) if text in known]
        if said:  # 開單 over 日期 says more than 日期 alone
            fields.setdefault(known[max(said, key=len)], []).append(column)
    _choose(fields, rows, groups, import_map)
    return _Candidate(rows, fields)


def _choose(
    fields: dict[str, list[int]], rows: tuple[Row, ...], groups: Groups, import_map: ImportMap
) -> None:
    """Where the map names a field's column it holds that field and no other."""
    for field, chosen in import_map.columns.items():
        if isinstance(chosen, int):
            fields[field] = [chosen - 1]
        else:
            titles = set(map(normal, _titles(chosen)))
            named = [at for at in fields.get(field, ()) if titles & _texts(rows, at, groups)]
            fields[field] = named or fields.get(field, [])
    taken = {column for field in import_map.columns for column in fields[field]}
    for field in [field for field in fields if field not in import_map.columns]:
        fields[field] = [column for column in fields[field] if column not in taken]
    for field in [field for field, columns in fields.items() if not columns]:
        del fields[field]


def _texts(rows: tuple[Row, ...], column: int, groups: Groups) -> set[str]:
    """All that a column may be called: its rows together, each of them alone, and with the group over it."""
    own = [_written(row.cell(column)) for row in rows]
    grouped = [_grouped(row, column, groups) for row in rows[:-1]] + own[-1:]
    return {*own, _joined(own), _joined(grouped)} - {""}


def _joined(texts: list[str]) -> str:
    return "".join(text for text, before in zip(texts, ["", *texts], strict=False) if text != before)


def _grouped(row: Row, column: int, groups: Groups) -> str:
    """A cell's text, or that of the group it belongs to: the merged block, else what stands to its left."""
    first = groups.get((row.number, column))
    if first is not None:
        return _written(row.cell(first))
    return next((text for at in range(column, -1, -1) if (text := _written(row.cell(at)))), "")


def _groups(table: Table) -> Groups:
    """Each cell of a merged block among the first rows → the block's first column. InputError `sheet_broken`."""
    found: Groups = {}
    left = _MOST_GROUPED
    for merge in table.merges:
        for row in range(merge.first_row, min(merge.last_row, _WITHIN_ROWS + 2 * _DEPTH) + 1):
            columns = range(merge.first_column, min(merge.last_column, MAX_COLUMNS) + 1)
            left -= len(columns)
            if left < 0:
                raise InputError("sheet_broken", found="damaged_file")
            found |= {(row, column): merge.first_column for column in columns if (row, column) not in found}
    return found


def _written(cell: Cell) -> str:
    return normal(cell) if isinstance(cell, str) else ""


def _seen(table: Table, best: _Candidate | None) -> str:
    """The headers of the likeliest row, for whoever has to write a map."""
    rows = best.rows[-1:] if best is not None and best.fields else table.rows[:_WITHIN_ROWS]
    fullest = max(rows, key=lambda row: sum(isinstance(cell, str) for cell in row.cells), default=None)
    texts = [
        " ".join(cell.split())
        for cell in (fullest.cells if fullest else ())
        if isinstance(cell, str) and cell.strip()
    ]
    return described(", ".join(texts)) or "–"


def load_map(content: bytes) -> ImportMap:
    """A map file's bytes to a map. InputError as `load`, `map_key_unknown` for a field that no sheet has."""
    found = load(content)
    fields = {field for table in ("common", *KINDS) for field in words()[table]} | {"site"}
    for field in (*found.columns, *found.constants, *found.values):
        if field not in fields:
            raise InputError("map_key_unknown", key=field, known=", ".join(sorted(fields)))
    return found
