"""Whether a ledger is sound as it lies there, whatever was done to the process that wrote it last."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from sqlalchemy import select

from ledger.application.ledger import Ledger
from ledger.events import Recorded
from ledger.projections.schema import metadata
from ledger.projections.stand import drawn_at
from ledger.store.address import file_of, parse_url
from ledger.store.transactions import reading
from tests.support.story import opened
from tests.support.whole import assert_whole


def state_is_sound(url: str) -> list[Recorded]:
    """Asserts that the log is whole, its registries agree, the sheets equal a rebuild, `verify` finds nothing and the
    files are intact.

    It opens the ledger as the next command would, by reading. Returns the events; none where nothing is recorded.
    """
    with opened(url) as ledger:
        events = _read(ledger)
        if events:
            assert_sheets_equal_a_rebuild(ledger, len(events))
            assert ledger.proofs.verify().faults == []
    assert_files_intact(url)
    return events


def log_is_sound(url: str) -> list[Recorded]:
    """The same of the log alone, whatever there is of sheets."""
    with opened(url) as ledger:
        events = _read(ledger)
        if events:
            assert ledger.proofs.verify().faults == []
    assert_files_intact(url)
    return events


def _read(ledger: Ledger) -> list[Recorded]:
    """The events of a whole log, with everybody's words opened."""
    if not ledger.log.exists():
        return []
    return [ledger.log.people.opened(recorded) for recorded in assert_whole(ledger.log)]


def assert_sheets_equal_a_rebuild(ledger: Ledger, end: int) -> None:
    """The sheets are caught up where they are kept, and hold what is drawn of the log from its beginning."""
    with ledger.projections.current():
        pass
    with reading(ledger.projections.engine) as connection:
        stand = drawn_at(connection, ledger.log.ledger)
        assert stand is not None
        assert stand[0] == end
        caught_up = _rows(connection)
    ledger.rebuild()
    with reading(ledger.projections.engine) as connection:
        assert caught_up == _rows(connection)


def _rows(connection: Any) -> dict[str, list[dict[str, Any]]]:
    return {
        table.name: sorted(map(dict, connection.execute(select(table)).mappings()), key=repr)
        for table in metadata.sorted_tables
    }


def assert_files_intact(url: str) -> None:
    """SQLite finds nothing to complain of in the ledger's file, its sheets and its keyring."""
    file = file_of(parse_url(url))
    if file is None:
        return
    for path in (file, *(file.with_name(f"{file.stem}.{part}.db") for part in ("sheets", "keys"))):
        if path.exists():
            assert _complaints(path) == ["ok"], path.name


def _complaints(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as connection:
        return [row[0] for row in connection.execute("PRAGMA integrity_check")]
