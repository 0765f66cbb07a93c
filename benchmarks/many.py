"""Ledgers of any size, made fast: a recorded ledger's sites again and again under other numbers.

Recording a million events one by one takes minutes; here only a base is recorded, and its rows are copied. The copies
are for reading and drawing: their hash tree is not a tree, and what a close rests on are the base's positions.
"""

import re
from collections.abc import Iterator
from itertools import islice
from typing import Any, Final

from sqlalchemy import Table, func, select, update

from benchmarks import synthetic
from ledger.application.ledger import Ledger
from ledger.store.bulk import insert_rows
from ledger.store.engine import reading, writing
from ledger.store.log import Log
from ledger.store.schema import closes, events, heads, supervised, things

BASE: Final = 20_000
_NUMBER: Final = r'(?<=["/:])\d{3}(?=\.[A-Z])|(?<=site)\d{3}|^\d{3}(?=\.[A-Z])'
_TEXTS: Final = re.compile(_NUMBER)
_BYTES: Final = re.compile(_NUMBER.encode())
_AT_ONCE: Final = 10_000


def fill(base_url: str, url: str, size: int) -> int:
    """Makes a ledger of about so many events, from a base that is recorded where it is not there yet."""
    with synthetic.open_ledger(base_url) as base:
        if not base.store.exists():
            synthetic.fill(base, BASE)
        return _copied(base.store, url, size)


def _copied(base: Log, url: str, size: int) -> int:
    with Ledger(url) as ledger:
        log = ledger.store
        log.create()
        with reading(base.engine) as source, writing(log.engine) as target:
            events_in = source.execute(select(func.max(events.c.position))).scalar_one()
            sites = source.execute(select(func.count()).where(things.c.kind == "site")).scalar_one()
            copies = max(1, round(size / events_in))
            for table in (events, things, closes, supervised):
                rows = (row for copy in range(copies) for row in _rows(source, table, copy, sites, events_in))
                while some := list(islice(rows, _AT_ONCE)):
                    insert_rows(target, table, table.c.keys(), some)
            position = target.execute(select(func.max(events.c.position))).scalar_one()
            target.execute(
                update(heads)
                .where(heads.c.ledger == log.ledger)
                .values(position=position, frontier=bytes(32) * int(position).bit_count())
            )
    return int(position)


def _rows(source: Any, table: Table, copy: int, sites: int, step: int) -> Iterator[tuple[Any, ...]]:
    """A table's rows with other sites; what belongs to no site is there once."""
    names = table.c.keys()
    at = names.index("position")

    def other(value: Any) -> Any:
        if isinstance(value, bytes):
            return _BYTES.sub(lambda found: b"%03d" % (int(found[0]) + copy * sites), value)
        if isinstance(value, str):
            return _TEXTS.sub(lambda found: f"{int(found[0]) + copy * sites:03}", value)
        return value

    for row in source.execute(select(table).execution_options(yield_per=_AT_ONCE)):
        if copy and "kind" in names and row.kind == "policy_adopted":
            continue
        values = [other(value) for value in row]
        values[at] = row.position + copy * step
        yield tuple(values)
