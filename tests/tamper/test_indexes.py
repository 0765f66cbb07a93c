"""A row that an index on a server does not know is left out of what is read by it: `verify` counts along each."""

import pytest

from ledger.application.ledger import Ledger
from tests.support import office
from tests.tamper.attacker import unindexed

LAST = "kind = 'notice_issued' AND stream = 'employee/E003'"
"""Somebody's last event, after which their stream has no gap where it is left out."""
CASES = [
    ("events_by_month", LAST),
    ("one_event_a_version", LAST),
    ("things_by_site", "kind = 'employee' AND id = 'E002'"),
    ("things_pkey", "kind = 'notice'"),
    ("closes_pkey", "true"),
    ("commands_by_digest", "first_position > 20"),
    ("supervised_pkey", "true"),
    ("subjects_pkey", "stream = 'employee/E002'"),
]


@pytest.mark.parametrize(("index", "where"), CASES)
def test_a_row_that_an_index_does_not_know_is_told(index: str, where: str, pg_url: str) -> None:
    with Ledger(pg_url, now=office.now, operator=lambda: "tester") as ledger:
        ledger.record.apply(office.lines(office.a_busy_month()))
        assert ledger.proofs.verify().faults == []
    unindexed(pg_url, index, where)
    with Ledger(pg_url, now=office.now) as ledger:
        found = ledger.proofs.verify().faults

    told = [fault.fields["reason"] for fault in found if fault.code == "database_damaged"]
    assert [str(each).partition(" rows missing from index ")[2] for each in told] == [
        index.removesuffix("_pkey")
    ]
