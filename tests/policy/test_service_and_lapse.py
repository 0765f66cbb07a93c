"""What a version may ask beyond the sources: a witness to a refusal, a limit to how long a warning shows (domain §2)."""

import copy
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from ledger.application.ledger import Ledger
from ledger.policy.loading import house_rules
from tests.support.office import acknowledge_notice, file_appeal, issue_notice, lines, office

WITNESSES = [[], ["陳師傅"]]


def opened(url: str, now: datetime = datetime(2026, 10, 5, 1, tzinfo=UTC)) -> Ledger:
    return Ledger(url, now=lambda: now, operator=lambda: "tester")


def expiring(months: int) -> dict[str, Any]:
    document = copy.deepcopy(house_rules()) | {"version": "own-1", "effective_from": "2026-08-01"}
    document["sanctions"] |= {"expires_months": months, "expires_source": "reading 14"}
    return {"do": "adopt_policy", "policy": document, "on": "2026-08-01"}


@pytest.mark.parametrize("seen_by", WITNESSES, ids=["nobody", "a witness"])
def test_a_refusal_to_sign_starts_a_window_only_before_a_witness(sqlite_url: str, seen_by: list[str]) -> None:
    refused = acknowledge_notice("N1", how="refused", **({"witnesses": seen_by} if seen_by else {}))
    with opened(sqlite_url) as ledger:
        applied = ledger.record.apply(lines([*office(), issue_notice("N1", "E001"), refused]))
        assert [note.code for note in applied.notes] == ([] if seen_by else ["refusal_unwitnessed"])
        with ledger.look() as look:
            assert look.card("notice", "N1")["acknowledged_on"] == ("2026-08-11" if seen_by else None)
        appeal = file_appeal("A1", "E001", {"notice": "N1"}, on="2026-10-05")
        if seen_by:
            appeal["late_reason"] = "病假"
        assert ledger.record.apply(lines([appeal])).recorded == 1
        assert ledger.proofs.verify(deep=True).faults == []


@pytest.mark.parametrize(
    ("today", "status"),
    [("2027-02-27", "in_force"), ("2027-02-28", "expired")],
    ids=["before", "from then on"],
)
def test_a_warning_shows_as_expired_after_the_months_the_policy_states(
    tmp_path: Path, today: str, status: str
) -> None:
    url = f"sqlite:///{tmp_path / 'kaoji.db'}"
    warning = {
        "do": "impose_sanction",
        "sanction": "S1",
        "employee": "E001",
        "month": "2026-08",
        "kind": "warning",
        "reasons": "查實",
        "by": "D01",
        "on": "2026-08-31",
    }
    with opened(url, datetime.fromisoformat(f"{today}T10:00:00+08:00")) as ledger:
        ledger.record.apply(lines([*office(), expiring(6), issue_notice("N1", "E001", 11), warning]))
        (row,) = ledger.reports.sanctions("2026-08")
        assert (row["status"], row["sanction_due"]) == (status, None)
