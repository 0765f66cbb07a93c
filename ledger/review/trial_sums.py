"""What a candidate policy comes to: who would owe less or more, and the totals, by month, department and site.

Somebody wins who would owe less in all that a row is about: fines, shares and performance together. Money in fen.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from operator import add as plus
from typing import Any, Final, NamedTuple

from ledger.formats import format_money

Key = tuple[str, ...]
"""The table of a row, then what names it there."""
Sums = dict[Key, list[int]]
"""People, winners and losers, then each figure before and after: plain values, which other processes may send."""

TABLES: Final = {"months": ("month",), "departments": ("site", "department"), "sites": ("site",), "total": ()}
_COUNTS: Final = ("people", "winners", "losers")


class Standing(NamedTuple):
    """How somebody's month stands: money in fen, then whether a sanction is due and whether the list names them."""

    deduction: int = 0
    performance: int = 0
    sanctions_due: int = 0
    public: int = 0

    @property
    def owed(self) -> int:
        """All that is to be taken of the month, in fen."""
        return self.deduction + self.performance


MONEY: Final = ("deduction", "performance")
_FIGURES: Final = len(Standing._fields)


@dataclass(frozen=True, slots=True)
class TriedMonth:
    """Somebody's month under the policy in force and under the candidate."""

    month: str
    site: str
    department: str | None
    before: Standing
    after: Standing

    def rows(self) -> Iterator[Key]:
        """The rows it counts in."""
        yield "months", self.month
        yield "departments", self.site, self.department or ""
        yield "sites", self.site
        yield ("total",)


def count(sums: Sums, months: Iterable[TriedMonth], times: int = 1) -> None:
    """One person's months, counted into every row they belong to; `times` -1 takes them out again."""
    rows: dict[Key, list[int]] = {}
    for one in months:
        figures = [*one.before, *one.after]
        for key in one.rows():
            there = rows.get(key)
            rows[key] = figures if there is None else list(map(plus, there, figures))
    for key, figures in rows.items():
        before, after = Standing(*figures[:_FIGURES]), Standing(*figures[_FIGURES:])
        counted = [1, int(after.owed < before.owed), int(after.owed > before.owed), *figures]
        add(sums, {key: [times * each for each in counted]})


def add(sums: Sums, more: Sums) -> None:
    """Adds sums to sums."""
    for key, values in more.items():
        there = sums.get(key)
        sums[key] = values if there is None else list(map(plus, there, values))


def told(sums: Sums) -> dict[str, Any]:
    """The tables as `--json` has them, rows sorted; `total` is one row."""
    found: dict[str, Any] = {
        table: [
            dict(zip(names, [part or None for part in key[1:]], strict=True)) | _row(sums[key])
            for key in sorted(sums)
            if key[0] == table and sums[key][0]
        ]
        for table, names in TABLES.items()
        if names
    }
    return found | {"total": _row(sums.get(("total",), [0] * (len(_COUNTS) + 2 * _FIGURES)))}


def _row(values: list[int]) -> dict[str, Any]:
    before, after = Standing(*values[3:7]), Standing(*values[7:])
    row: dict[str, Any] = dict(zip(_COUNTS, values, strict=False))
    for name in Standing._fields:
        old, new = getattr(before, name), getattr(after, name)
        said = format_money if name in MONEY else int
        row[name] = {"before": said(old), "after": said(new), "difference": said(new - old)}
    return row
