"""A row that an index on a server does not know, or has elsewhere, readers are not given: `verify` looks at each index."""

import pytest

from ledger.application.ledger import Ledger
from tests.support import office
from tests.tamper.attacker import unindexed
from tests.tamper.attacker_server import misplaced

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


SWAP = "; ".join(
    f"UPDATE things SET id = '{new}' WHERE kind = 'employee' AND id = '{old}'"
    for old, new in (("E001", "-"), ("E002", "E001"), ("-", "E002"))
)
"""Two people's rows in each other's place, and back."""
MISPLACED = [
    (
        "things_by_site",
        "UPDATE things SET site = 'jinsd' WHERE id = 'E002'",
        "UPDATE things SET site = 'jinse' WHERE id = 'E002'",
    ),
    ("things_pkey", SWAP, SWAP),
    (
        "commands_by_subject",
        "UPDATE commands SET subject = 'x' || subject",
        "UPDATE commands SET subject = substr(subject, 2)",
    ),
    (
        "supervised_pkey",
        "UPDATE supervised SET employee = 'x' || employee",
        "UPDATE supervised SET employee = substr(employee, 2)",
    ),
    ("closes_pkey", "UPDATE closes SET site = 'x' || site", "UPDATE closes SET site = substr(site, 2)"),
]


@pytest.mark.parametrize(("index", "wrong", "right"), MISPLACED)
def test_a_row_that_an_index_has_elsewhere_is_told(index: str, wrong: str, right: str, pg_url: str) -> None:
    with Ledger(pg_url, now=office.now, operator=lambda: "tester") as ledger:
        ledger.record.apply(office.lines(office.a_busy_month()))
    misplaced(pg_url, index, wrong, right)
    with Ledger(pg_url, now=office.now) as ledger:
        found = ledger.proofs.verify().faults

    told = [str(fault.fields["reason"]) for fault in found if fault.code == "database_damaged"]
    assert told == [f"rows under the keys of others in index {index.removesuffix('_pkey')}"]
