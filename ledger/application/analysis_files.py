"""`export entries`: the tables for analysis as Parquet, of one ledger or, by month, of one among many."""

from typing import TYPE_CHECKING

from ledger.exports import analysis, parquet

if TYPE_CHECKING:
    from ledger.application.ledger import Ledger

Files = dict[str, tuple[bytes, int]]
"""Parquet and its number of rows, by name."""


def whole(ledger: "Ledger", as_of: int | None) -> Files:
    """Each table, by its name. InputError `analysis_missing`."""
    about, found = _read(ledger, as_of)
    tables = ((table, found[table.name]) for table in analysis.TABLES)
    return {table.name: (parquet.parquet_bytes(table, rows, about), len(rows)) for table, rows in tables}


def by_month(ledger: "Ledger", name: str, as_of: int) -> Files:
    """Each table by `TABLE/MONTH`; in front of each row stands what the ledger is called among many."""
    about, found = _read(ledger, as_of)
    files = {}
    for table in analysis.TABLES:
        named, months = analysis.by_month(table, found[table.name], name)
        for month, rows in months.items():
            files[f"{table.name}/{month}"] = parquet.parquet_bytes(named, rows, about), len(rows)
    return files


def _read(ledger: "Ledger", as_of: int | None) -> tuple[dict[str, str], dict[str, list[analysis.Row]]]:
    """What the tables are of, `position`, `mark` and `identity`, and the rows of each."""
    with ledger.look_at_log(as_of) as look:
        mark = ledger.log.hashes([look.position]).get(look.position, "")
        about = {"position": str(look.position), "mark": mark, "identity": ledger.log.identity()}
        return about, {table.name: list(table.rows(look.state)) for table in analysis.TABLES}
