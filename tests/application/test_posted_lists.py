"""The public list as an act: what is posted stays as posted, only shrinks, and shows no more than its policy lets it."""

import copy
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from ledger.application.ledger import Ledger
from ledger.policy.loading import house_rules
from ledger.proofs import Receipt
from tests.support import office
from tests.support.office import lines
from tests.support.story import open_ledger

MONTH = office.MONTH


class Clock:
    """A clock that is put on."""

    def __init__(self) -> None:
        self.day = office.NOW

    def __call__(self) -> datetime:
        return self.day


def rules(**public_list: Any) -> dict[str, Any]:
    document = copy.deepcopy(house_rules())
    document |= {"version": "own-1", "effective_from": "2026-08-01"}
    document["public_list"] |= public_list
    return {"do": "adopt_policy", "policy": document, "on": "2026-07-31"}


LISTED = [
    office.issue_notice("N1", "E001", 6),
    office.acknowledge_notice("N1"),
    office.issue_notice("N2", "E002", 5, clause="FD-02"),
    office.acknowledge_notice("N2"),
    office.issue_notice("N3", "E003", 1, clause="FD-03", occurred_at=f"{MONTH}-10T11:00:00+08:00"),
    office.issue_notice("N4", "E003", 1, clause="FD-03", occurred_at=f"{MONTH}-10T12:00:00+08:00"),
    office.issue_notice("N5", "E003", 1, clause="FD-03", occurred_at=f"{MONTH}-10T13:00:00+08:00"),
]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def ledger(tmp_path: Path, clock: Clock) -> Iterator[Ledger]:
    with Ledger(f"sqlite:///{tmp_path / 'kaoji.db'}", now=clock, operator=lambda: "tester") as opened:
        yield opened


def record(ledger: Ledger, *commands: dict[str, Any]) -> None:
    ledger.record.apply(lines(commands))


def begin(ledger: Ledger, *before: dict[str, Any]) -> None:
    record(ledger, *office.office(), *before, *LISTED, office.close_month())


def posted(ledger: Ledger) -> dict[str, Any]:
    return ledger.reports.posted_list(MONTH)


def people(found: dict[str, Any]) -> list[str]:
    return [row["employee"] for row in found["rows"]]


def waiting(ledger: Ledger, what: str) -> list[dict[str, Any]]:
    return [row for row in ledger.reports.due() if row["what"] == what]


def test_what_is_posted_is_what_the_report_shows(ledger: Ledger) -> None:
    begin(ledger)
    live = ledger.reports.of_month("public-list", MONTH)
    assert waiting(ledger, "list_posting")[0]["due_on"] == "2026-09-10"
    record(ledger, office.post_public_list(places=["員工通道公告欄"]))

    found = posted(ledger)

    assert found["rows"] == live
    assert people(found) == ["E001", "E002", "E003"]
    assert (found["status"], found["until"], found["late"]) == ("posted", "2026-09-09", False)
    assert found["appealable_until"] is None, "N3 is not served"
    assert found["places"] == ["員工通道公告欄"]
    assert waiting(ledger, "list_posting") == []


def test_no_name_and_no_place_stands_in_the_event(ledger: Ledger) -> None:
    begin(ledger)
    record(ledger, office.post_public_list(places=["員工通道公告欄"]))

    stored = Receipt.parse(ledger.proofs.receipt(str(posted(ledger)["position"]))).state

    assert b"E001" in stored
    assert "員工".encode() not in stored


def test_a_supervisors_own_appeal_begins_no_days_to_correct_a_list(ledger: Ledger, clock: Clock) -> None:
    begin(ledger)
    record(ledger, office.post_public_list(), office.find_responsibility("N1", on="2026-09-02"))
    clock.day += timedelta(days=3)
    record(ledger, office.file_appeal("A1", "L01", {"liability": "N1"}, on="2026-09-03"))
    assert waiting(ledger, "list_correction") == []
    record(
        ledger,
        office.file_appeal("A2", "E001", {"notice": "N1"}, on="2026-09-05", late_reason="病假"),
    )
    (due,) = waiting(ledger, "list_correction")
    assert (due["employee"], due["due_on"]) == ("E001", "2026-09-08")


def test_an_appeal_takes_its_appellant_off_within_three_days_and_nobody_is_added_after(
    ledger: Ledger, clock: Clock
) -> None:
    begin(ledger)
    record(ledger, office.post_public_list())
    clock.day += timedelta(days=1)
    record(
        ledger,
        office.file_appeal("A1", "E001", {"notice": "N1"}, on="2026-09-03", late_reason="病假"),
    )
    (due,) = waiting(ledger, "list_correction")
    assert (due["who"], due["employee"], due["due_on"]) == ("O01", "E001", "2026-09-06")
    assert people(posted(ledger)) == ["E001", "E002", "E003"], "what hangs is shown, never live figures"
    assert posted(ledger)["status"] == "correction_due"

    record(ledger, office.correct_public_list(on="2026-09-03"))
    assert people(posted(ledger)) == ["E002", "E003"]
    assert posted(ledger)["corrections"][0]["removed"] == ["E001"]
    assert waiting(ledger, "list_correction") == []

    record(ledger, office.decide_appeal("A1", "dismissed", "H01", on="2026-09-03"))
    assert "E001" in [row["employee"] for row in ledger.reports.of_month("public-list", MONTH)]
    assert people(posted(ledger)) == ["E002", "E003"]
    assert posted(ledger)["status"] == "posted"
    assert ledger.proofs.verify(deep=True).faults == []


def test_a_row_is_lowered_and_a_list_expires_and_is_taken_down(ledger: Ledger, clock: Clock) -> None:
    begin(ledger)
    record(ledger, office.post_public_list(days=2))
    record(ledger, office.correct_notice("N1", "2026-09-02", points=5, by="D01"))
    record(ledger, office.correct_public_list())
    found = posted(ledger)
    assert found["rows"][0]["points"] == 5
    assert found["corrections"][0]["lowered"] == [{"employee": "E001", "points": 5, "repeats": []}]

    clock.day += timedelta(days=3)
    assert posted(ledger)["status"] == "expired"
    assert waiting(ledger, "list_expiry")[0]["due_on"] == "2026-09-05"

    record(ledger, office.take_down_public_list(on="2026-09-05", reason="期滿"))
    assert posted(ledger)["status"] == "taken_down"
    assert waiting(ledger, "list_expiry") == []


def test_without_consent_somebody_is_a_mere_count_and_a_withdrawn_consent_takes_the_row_off(
    ledger: Ledger,
) -> None:
    begin(ledger, rules(basis="consent"), office.record_consent("E001"), office.record_consent("E002"))
    record(ledger, office.post_public_list())
    assert (people(posted(ledger)), posted(ledger)["unnamed"]) == (["E001", "E002"], 1)

    record(ledger, office.record_consent("E002", given=False))
    assert [row["employee"] for row in waiting(ledger, "list_correction")] == ["E002"]
    record(ledger, office.correct_public_list())
    assert (people(posted(ledger)), posted(ledger)["unnamed"]) == (["E001"], 2)
    assert ledger.proofs.verify(deep=True, sheets=True).faults == []


def test_a_list_of_numbers_has_no_names_and_one_of_counts_no_people(tmp_path: Path) -> None:
    for mode in ("numbers", "counts"):
        with open_ledger(tmp_path / f"{mode}.db", office.NOW) as ledger:
            begin(ledger, rules(mode=mode, count_floor=2))
            record(ledger, office.post_public_list())
            found = posted(ledger)
            if mode == "numbers":
                assert [row["name"] for row in found["rows"]] == [None] * 3
            else:
                assert found["rows"] == []
                assert {count["people"] for count in found["counts"]} == {None}, "each is fewer than two"


@pytest.mark.parametrize(
    "rule",
    [{}, {"mode": "numbers"}, {"mode": "counts", "count_floor": 2}, {"basis": "consent"}],
    ids=["masked", "numbers", "counts", "consent"],
)
def test_a_draft_shows_what_is_then_posted_and_no_more(rule: dict[str, Any], ledger: Ledger) -> None:
    begin(ledger, rules(**rule), office.record_consent("E001"))
    with ledger.look() as look:
        draft = look.list_to_post(MONTH)
    assert (draft["status"], draft["position"]) == ("not_posted", None)
    record(ledger, office.post_public_list())

    found, shown = posted(ledger), ("mode", "rows", "unnamed", "counts", "appealable_until")
    assert {name: draft[name] for name in shown} == {name: found[name] for name in shown}
    assert any(draft[name] for name in ("rows", "unnamed", "counts"))


def test_a_list_that_is_not_to_be_posted_has_an_empty_draft(ledger: Ledger) -> None:
    begin(ledger, rules(mode="off"))
    with ledger.look() as look:
        draft = look.list_to_post(MONTH)
    assert (draft["mode"], draft["rows"], draft["counts"], draft["unnamed"]) == ("off", [], [], 0)


def test_a_supplement_adds_whom_a_dismissed_appeal_puts_back_where_the_policy_lets_it(ledger: Ledger) -> None:
    appealed = office.file_appeal("A1", "E001", {"notice": "N1"}, on=f"{MONTH}-12")
    record(ledger, *office.office(), rules(supplement=True), *LISTED, appealed, office.close_month())
    record(ledger, office.post_public_list())
    assert people(posted(ledger)) == ["E002", "E003"]

    record(ledger, office.decide_appeal("A1", "dismissed", "H01", on="2026-09-02"))
    assert waiting(ledger, "list_correction") == []
    record(ledger, office.correct_public_list())

    assert people(posted(ledger)) == ["E001", "E002", "E003"]


def test_a_persons_export_says_what_they_consented_to_and_where_they_were_posted(ledger: Ledger) -> None:
    begin(ledger, rules(basis="consent"), office.record_consent("E003"))
    record(ledger, office.post_public_list())

    exported = ledger.people.export("E003", "en").values
    assert "consent_recorded" in {event["kind"] for event in exported["events"]}
    assert "public_list_posted" in {mention["kind"] for mention in exported["mentions"]}
