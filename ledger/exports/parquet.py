"""A table as Parquet, for DuckDB and Polars: the same rows are the same bytes (papers §18)."""

import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib import import_module
from itertools import islice
from typing import Any, Final

from ledger.errors import InputError
from ledger.exports.analysis import AnalysisTable, Kind, Row

_ROW_GROUP: Final = 100_000


def parquet_bytes(table: AnalysisTable, rows: Iterable[Row], metadata: Mapping[str, str]) -> bytes:
    """A file of row groups of 100,000, codes by dictionary, zstd. InputError `analysis_missing` without pyarrow."""
    try:
        arrow, parquet = import_module("pyarrow"), import_module("pyarrow.parquet")
    except ImportError:
        raise InputError("analysis_missing") from None
    types = _types(arrow)
    schema = arrow.schema(
        [arrow.field(name, types[kind]) for name, kind in table.columns.items()],
        metadata={f"kaoji.{name}": value for name, value in metadata.items()},
    )
    written = io.BytesIO()
    codes = [name for name, kind in table.columns.items() if kind == "code"]
    with parquet.ParquetWriter(written, schema, compression="zstd", use_dictionary=codes) as writer:
        for group in _groups(rows):
            columns = zip(*group, strict=True)
            arrays = [arrow.array(c, f.type) for c, f in zip(columns, schema, strict=True)]
            writer.write_table(arrow.Table.from_arrays(arrays, schema=schema), row_group_size=_ROW_GROUP)
    return written.getvalue()


def _types(arrow: Any) -> dict[Kind, Any]:
    return {
        "id": arrow.string(),
        "code": arrow.string(),
        "number": arrow.int64(),
        "flag": arrow.bool_(),
        "positions": arrow.list_(arrow.int64()),
    }


def _groups(rows: Iterable[Row]) -> Iterator[Sequence[Row]]:
    rest = iter(rows)
    while group := list(islice(rest, _ROW_GROUP)):
        yield group
