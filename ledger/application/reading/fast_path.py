"""Reports at a glance: rows of projections that are current already, in SQLite files, without anything heavy being imported.

What a report says is the same as from `Ledger`, by the same shapes; only the way its rows and names are fetched
differs. Where they cannot be had so (projections behind, another database, no such site …) NotOnFastPath is raised, and a
Ledger must be opened after all.
"""

import os
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Final

from ledger.application.reading import fast_rows
from ledger.application.reading.fast_rows import NotOnFastPath, Row
from ledger.reports.shapes import Report, monthly_row, register_rows, share_row

__all__ = ["REPORTS", "FastPath", "NotOnFastPath"]

REPORTS: Final = frozenset({"monthly", "joint-liability", "rewards"})
"""The reports that need a projection's rows, names, and nothing of the policy or the states of things."""

SHEETS_LAYOUT: Final = 5
"""The layout of the projections that are read here: `ledger.projections.schema.LAYOUT`."""

OF_COLUMNS: Final = 10**9
"""What a stored layout is to be divided by: `ledger.projections.stand.OF_COLUMNS`."""

_LEDGER: Final = "main"


class FastPath:
    """A ledger's current projections. It has what REPORTS need of a `Ledger`, for today's figures only."""

    def __init__(self, url: str) -> None:
        file = fast_rows.file_of(url)
        with ExitStack() as opened:
            self._log = opened.enter_context(fast_rows.looking(file))
            self._sheets = opened.enter_context(fast_rows.looking(_beside(file, "sheets")))
            self._keyring = opened.enter_context(fast_rows.looking(_keyring_of(file)))
            stand = fast_rows.standing(self._log, _LEDGER)
            drawn = fast_rows.rows(self._sheets, "SELECT * FROM sheets_drawn WHERE ledger = ?", _LEDGER)
            with _as_written():
                stands = [(row["layout"] // OF_COLUMNS, row["position"], row["mark"]) for row in drawn]
            if stands != [(SHEETS_LAYOUT, *stand)]:
                raise NotOnFastPath
            self._opened = opened.pop_all()

    def __enter__(self) -> "FastPath":
        return self

    def __exit__(self, *_: object) -> None:
        self._opened.close()

    @property
    def reports(self) -> "FastPath":
        """As of a `Ledger`: what has the reports."""
        return self

    def site(self, site: str | None) -> str:
        """The site asked for, or the only one."""
        sites = fast_rows.site_ids(self._log, _LEDGER)
        if site is None and len(sites) == 1:
            return sites[0]
        if site is None or site not in sites:
            raise NotOnFastPath
        return site

    def monthly(self, month: str, site: str, as_of: None = None) -> list[Report]:
        """`report monthly`."""
        found = self._rows("sheet_monthly", site, month, "employee")
        with _as_written():
            names = self.names(row["employee"] for row in found)
            return [monthly_row(row, names[row["employee"]]) for row in found]

    def joint_liability(self, month: str, site: str, as_of: None = None) -> list[Report]:
        """`report joint-liability`."""
        with _as_written():
            return [share_row(row) for row in self._rows("sheet_joint_liability", site, month, "notice")]

    def rewards(self, month: str, site: str, as_of: None = None) -> list[Report]:
        """`report rewards`."""
        found = self._rows("sheet_register", site, month, "employee, month, kind, id")
        with _as_written():
            names = self.names(row["employee"] for row in found)
            return register_rows(found, names)

    def names(self, employees: Iterable[str], as_of: None = None) -> dict[str, str]:
        """The names of some employees."""
        return fast_rows.names(self._log, self._keyring, _LEDGER, employees)

    def _rows(self, projection: str, site: str, month: str, order: str) -> list[Row]:
        query = f"SELECT * FROM {projection} WHERE ledger = ? AND site = ? AND month = ? ORDER BY {order}"
        return fast_rows.rows(self._sheets, query, _LEDGER, site, month)


@contextmanager
def _as_written() -> Iterator[None]:
    """Tables that lack a column are of an older kaoji, or a bit of their catalogue or of a row has changed."""
    try:
        yield
    except (KeyError, TypeError, ValueError, AttributeError):
        raise NotOnFastPath from None


def _keyring_of(file: str) -> str:
    """As `ledger.store.key_locations` has it."""
    given = os.environ.get("KAOJI_KEYRING")
    return fast_rows.file_of(given) if given else _beside(file, "keys")


def _beside(file: str, what: str) -> str:
    """The file of the same stem that holds something else."""
    folder, slash, name = file.rpartition("/")
    stem, dot, _ = name.rpartition(".")
    return f"{folder}{slash}{stem if dot and stem else name}.{what}.db"
