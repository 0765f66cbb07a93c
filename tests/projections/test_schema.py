"""Sheets are told to be of another layout by their indices too, down to what an index holds."""

import pytest
from sqlalchemy import Column, Index, MetaData, String, Table

from ledger.projections.schema import indices, open_rows


def told(index: Index) -> str:
    return indices(Table("sheet", MetaData(), Column("ledger", String), Column("site", String), index))


@pytest.mark.parametrize(
    "other",
    [Index("two", "site"), Index("one", "ledger", "site"), Index("one", "ledger")],
    ids=["name", "one column more", "another column"],
)
def test_an_index_of_another_name_or_of_other_columns_is_another(other: Index) -> None:
    assert told(other) != told(Index("one", "site"))


def test_an_index_of_other_rows_is_another() -> None:
    assert told(open_rows("sheet", "site = 'a'")) != told(open_rows("sheet", "site = 'b'"))
