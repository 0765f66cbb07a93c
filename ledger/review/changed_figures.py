"""Every figure that a candidate policy would change, kept outside of memory until it is written to a file.

The figures are those of `report monthly` and `report joint-liability`, by their names there.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import Any, Final, NamedTuple

from ledger.formats import format_money
from ledger.projections.tables import monthly
from ledger.reckoning.entries import Share
from ledger.reckoning.reckon import Cell
from ledger.reports import shapes

_NO_FIGURES: Final = frozenset({"employee", "name", "department", "policy"})
"""What of a monthly row is no figure."""
_OF_A_SHARE: Final = ("supervisor", "ground", "share", "status")


class Changed(NamedTuple):
    """One figure: of whom and which month, of which report (and notice), before and after as `--json` has them."""

    employee: str
    month: str
    site: str
    department: str | None
    report: str
    notice: str
    figure: str
    before: Any
    after: Any


class ChangedFigures:
    """A disposable list of them, sorted when it is read; to be used with `with`."""

    def __init__(self) -> None:
        # an empty name: a file that SQLite makes, and takes away when it is closed
        self._database = sqlite3.connect("", isolation_level=None)
        self._database.execute(f"CREATE TABLE changed ({', '.join(Changed._fields)})")
        self._database.execute("CREATE INDEX of_somebody ON changed (employee, month)")

    def __enter__(self) -> "ChangedFigures":
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(sqlite3.Error):
            self._database.close()

    def add(self, rows: Iterable[tuple[Any, ...]]) -> None:
        """More of them, as plain values."""
        marks = ", ".join("?" * len(Changed._fields))
        self._database.execute("BEGIN")
        self._database.executemany(f"INSERT INTO changed VALUES ({marks})", map(_stored, rows))
        self._database.execute("COMMIT")

    def drop(self, employee: str, report: str) -> None:
        """Takes out what somebody's rows of a report were said to be."""
        self._database.execute("DELETE FROM changed WHERE employee = ? AND report = ?", (employee, report))

    def __iter__(self) -> Iterator[Changed]:
        order = "employee, month, report DESC, notice, rowid"  # rowid: figures in the order of the report
        for row in self._database.execute(f"SELECT * FROM changed ORDER BY {order}"):
            yield Changed(*row[:-2], *map(json.loads, row[-2:]))


def _stored(row: tuple[Any, ...]) -> tuple[Any, ...]:
    return (*row[:-2], json.dumps(row[-2]), json.dumps(row[-1]))


def changed_month(before: Cell, after: Cell, borne: tuple[int, int], site: str) -> Iterator[Changed]:
    """The figures of a month's summary that differ; `borne`: what falls on its employee, before and after, in fen."""
    old, new = (_figures(cell, fen, site) for cell, fen in zip((before, after), borne, strict=True))
    for figure, value in old.items():
        if value != new[figure]:
            yield Changed(
                *(before.employee, before.month, site, before.department),
                *("monthly", "", figure, value, new[figure]),
            )


def changed_shares(before: Cell, after: Cell, site: str) -> Iterator[Changed]:
    """What differs of the shares that a month's notices make; null where there is no share."""
    old, new = ({share.notice: share for share in cell.shares} for cell in (before, after))
    for notice in sorted(old.keys() | new.keys()):
        told = [_share(side.get(notice)) for side in (old, new)]
        for figure in _OF_A_SHARE:
            if told[0][figure] != told[1][figure]:
                yield Changed(
                    *(before.employee, before.month, site, before.department),
                    *("joint-liability", notice, figure, told[0][figure], told[1][figure]),
                )


def _figures(cell: Cell, borne_fen: int, site: str) -> dict[str, Any]:
    """What `report monthly` shows of it, the parts of performance by the names that they have in the projection."""
    (row,) = monthly.rows(cell, site, borne_fen, always=True)
    shown = shapes.monthly_row(row, "")
    performance = shown.pop("performance")
    figures = {name: value for name, value in shown.items() if name not in _NO_FIGURES}
    points = {name: row[name] for name in ("reward_points", "deduction_points", "performance_contested")}
    return figures | points | {"performance": performance["amount"]}


def _share(share: Share | None) -> dict[str, Any]:
    if share is None:
        return dict.fromkeys(_OF_A_SHARE)
    money = format_money(share.share_fen)
    return {"supervisor": share.supervisor, "ground": share.ground, "share": money, "status": share.status}
