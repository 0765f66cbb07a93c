"""What a field of an event is called says what it is of there."""

import pytest

from ledger.labels.event_headings import event_heading
from ledger.labels.messages import load


@pytest.mark.parametrize(
    ("kind", "field", "told"),
    [
        ("notice_issued", "points", "扣分"),
        ("reward_granted", "points", "獎勵分"),
        ("check_recorded", "points", "加減分"),
        ("site_registered", "name", "名稱"),
        ("notice_issued", "finding", "發現"),
        ("finding_dropped", "finding", "發現"),
        ("responsibility_found", "finding", "認定"),
    ],
)
def test_a_field_is_called_what_it_is_there(kind: str, field: str, told: str) -> None:
    assert load("zh-Hant").heading(event_heading(kind, field)) == told
