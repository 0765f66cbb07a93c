"""A later fact that undercuts standing notices is recorded, and told with the notices concerned (domain §2)."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from ledger.application.ledger import Ledger
from tests.support import office
from tests.support.story import open_ledger

Told = list[tuple[str, object]]


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    """An office where E001 has a notice of 10 and one of 20 August, and a third that was withdrawn."""
    with open_ledger(tmp_path / "kaoji.db", office.NOW) as ledger:
        late = {"occurred_at": "2026-08-20T10:00:00+08:00", "issued_on": "2026-08-20"}
        notices = [
            office.issue_notice("N1", "E001"),
            office.issue_notice("N2", "E001", clause="FD-02", **late),
            office.issue_notice("N3", "E001", clause="FD-03", **late),
            office.withdraw_notice("N3", on="2026-08-21"),
        ]
        ledger.record.apply(office.lines([*office.office(), *notices]))
        yield ledger


def told(ledger: Ledger, *commands: dict[str, object]) -> Told:
    applied = ledger.record.apply(office.lines(commands))
    return [(note.code, note.fields["notices"]) for note in applied.notes]


def test_a_departure_before_an_act_names_the_notice(ledger: Ledger) -> None:
    assert told(ledger, office.record_departure("E001", "2026-08-15")) == [
        ("departure_before_notices", "N2"),
        ("leaves_unserved", "N1"),
    ]


def test_a_departure_after_all_acts_undercuts_nothing(ledger: Ledger) -> None:
    assert told(ledger, office.record_departure("E001", "2026-08-20")) == [("leaves_unserved", "N1, N2")]


def test_a_move_names_the_notices_from_its_day_on(ledger: Ledger) -> None:
    moved = office.reassign_employee("E001", "2026-08-10", supervisor="L02")
    assert told(ledger, moved) == [("move_under_notices", "N1, N2")]


def test_another_name_or_post_says_nothing(ledger: Ledger) -> None:
    assert told(ledger, office.reassign_employee("E001", "2026-08-01", name="林小雅", post="領班")) == []
