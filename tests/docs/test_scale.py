"""The SQL of docs/scale.md does what the page says, on a real server and on our tables."""

import re
from pathlib import Path

import pytest
from sqlalchemy import text

from ledger.application.database_roles import grant
from ledger.store import guards
from ledger.store.address import parse_url
from ledger.store.engine import make_engine
from ledger.store.schema import heads, metadata
from tests.support import office
from tests.support.story import opened
from tests.support.whole import assert_whole

PAGE = Path(__file__).parents[2] / "docs" / "scale.md"
PARTITIONING, PARTITIONS_OF_ONE = re.findall(
    r"<!-- tried: tests/docs/test_scale.py -->\n```sql\n(.*?)```", PAGE.read_text("utf-8"), re.S
)
NOTICE = office.issue_notice("N9", "E002", clause="FD-04")


def execute(url: str, sql: str) -> list[tuple[str, int]]:
    engine = make_engine(parse_url(url))
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        found = connection.execute(text(sql))
        rows = [(row[0], row[1]) for row in found] if found.returns_rows else []
    engine.dispose()
    return rows


@pytest.fixture
def role(pg_url: str) -> str:
    """Somebody to grant rights to."""
    execute(pg_url, "DROP ROLE IF EXISTS kaoji_scale_audit; CREATE ROLE kaoji_scale_audit")
    return "kaoji_scale_audit"


def test_the_page_partitions_every_table_but_the_heads() -> None:
    wanted = {table.name for table in metadata.sorted_tables if table is not heads}
    for sql in (PARTITIONING, PARTITIONS_OF_ONE):
        assert set(re.findall(r"'(\w+)'", sql.partition("LOOP")[0])) - {"jinse"} == wanted


@pytest.mark.parametrize("name", ["jinse", "A-South.1"])
def test_a_ledger_goes_on_in_partitions_as_it_did_before(pg_url: str, role: str, name: str) -> None:
    with opened(pg_url, "main") as main, opened(pg_url, name) as jinse:
        main.record.apply(office.lines(office.a_busy_month()))
        before = main.reports.monthly(office.MONTH)

        execute(pg_url, PARTITIONING)
        execute(pg_url, PARTITIONS_OF_ONE.replace("jinse", name))
        grant(pg_url, None, role)

        assert main.reports.monthly(office.MONTH) == before
        jinse.record.apply(office.lines(office.a_busy_month()))
        for ledger in (main, jinse):
            ledger.record.apply(office.lines([NOTICE]))
            ledger.rebuild()
            assert_whole(ledger.log)
            assert ledger.proofs.verify(sheets=True).faults == []
        counted = execute(
            pg_url, "SELECT tableoid::regclass::text, count(*) FROM events GROUP BY 1 ORDER BY 1 DESC"
        )
        own = "events_jinse" if name == "jinse" else f'"events_{name}"'
        assert counted == [
            ("events_rest", main.log.position()),
            (own, jinse.log.position()),
        ]
        with main.log.recorder.snapshot() as connection:
            assert guards.missing(connection) == []
        for table in ("events", "events_rest", own):
            with pytest.raises(Exception, match="takes INSERT only"):
                execute(pg_url, f"TRUNCATE {table}")
            with pytest.raises(Exception, match="takes INSERT only"):
                execute(pg_url, f"DELETE FROM {table}")
    execute(pg_url, f"DROP OWNED BY {role}; DROP ROLE {role}")


def test_a_lookup_by_ledger_reads_that_ledgers_partition_alone(pg_url: str) -> None:
    with opened(pg_url, "main") as main:
        main.record.apply(office.lines(office.office()))
    execute(pg_url, PARTITIONING)
    execute(pg_url, PARTITIONS_OF_ONE)
    engine = make_engine(parse_url(pg_url))
    with engine.connect() as connection:
        plan = connection.execute(
            text("EXPLAIN SELECT state FROM events WHERE ledger = 'jinse' AND position > 5")
        )
        told = "\n".join(row[0] for row in plan)
    engine.dispose()
    assert "events_jinse" in told and "events_rest" not in told


def test_a_partition_that_keeps_no_log_of_its_own_is_told(pg_url: str, role: str) -> None:
    with opened(pg_url, "main") as main:
        main.record.apply(office.lines(office.office()))
        execute(pg_url, PARTITIONING)
        grant(pg_url, None, role)
        assert main.proofs.verify().faults == []
        execute(pg_url, "ALTER TABLE things_rest SET UNLOGGED")
        (fault,) = main.proofs.verify().faults
    assert (fault.code, fault.fields["table"]) == ("table_differs", "things")
    execute(pg_url, f"DROP OWNED BY {role}; DROP ROLE {role}")
