"""Accounts, sessions, tokens, kept answers, proposals and papers once more, in a schema of their own on PostgreSQL."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from ledger.application.desk.desk import Desk, Person
from tests.support import postgres
from tests.web import test_api_recording, test_door, test_proposals, test_typing
from tests.web.conftest import copied
from tests.web.served import PASSWORD, Served, served
from tests.web.test_rules_tried import MILDER
from web.child_tasks import Check, DeskAddress, PolicyReport
from web.serve import Serving, console_of

KEPT = (
    test_door.test_a_code_becomes_a_password_once,
    test_door.test_after_five_wrong_tries_one_waits_and_never_for_good,
    test_door.test_a_session_gets_a_new_id_at_sign_in_and_ends_with_it,
    test_door.test_signing_out_ends_the_session_where_it_is_kept,
    test_door.test_nobody_who_was_erased_gets_in_again,
    test_proposals.test_what_was_confirmed_twice_at_once_is_recorded_once,
    test_proposals.test_a_proposal_is_too_old_after_seven_days,
    test_typing.test_what_is_said_not_to_be_ones_own_is_told_to_manager_and_auditor_and_records_nothing,
    test_api_recording.test_the_same_key_and_body_are_answered_alike_and_recorded_once,
    test_api_recording.test_what_runs_still_is_not_begun_again,
    test_api_recording.test_whatever_is_sent_at_once_under_one_key_is_recorded_once,
    test_api_recording.test_a_token_is_over_with_its_days,
    test_api_recording.test_a_password_set_anew_ends_the_tokens,
)


@pytest.fixture
def site(office_file: Path, pg_url: str, tmp_path: Path) -> Iterator[Served]:
    """A console whose accounts are on a server."""
    with served(copied(office_file, tmp_path), tmp_path, beside=pg_url) as console:
        yield console


@pytest.mark.parametrize("kept", KEPT, ids=lambda test: test.__name__.removeprefix("test_"))
def test_it_is_kept_there_too(kept: object, site: Served) -> None:
    assert callable(kept)
    kept(site)


def test_a_server_that_was_away_for_a_moment_is_asked_again(pg_url: str, site: Served) -> None:
    director = site.signed_in("D01")
    assert director.open("/about").status == 200
    postgres.send_away(pg_url)

    assert director.open("/about").status == 200


def test_a_ledger_on_a_server_has_its_accounts_and_readings_there(pg_url: str, tmp_path: Path) -> None:
    console = console_of(Serving(pg_url, sample=True))
    code = console.accounts.enrol_code("D01", "test")

    assert console.accounts.enrol(code, PASSWORD) == "D01"
    assert console.accounts.is_right("D01", PASSWORD)
    assert console.readings.end()[0] == 0
    assert list(tmp_path.iterdir()) == []


def test_a_ledger_on_a_server_is_checked_and_rules_are_tried_on_it(pg_url: str, tmp_path: Path) -> None:
    """In processes of their own, which reach it by themselves."""
    console = console_of(Serving(pg_url, sample=True))
    jobs, ledger = console.jobs, console.ledger
    place = DeskAddress.of(Desk.at(ledger, Person("D01")))
    of_all = DeskAddress.of(ledger)
    check = jobs.begin("check", "AU1", {}, Check(of_all, console.database.place, None, True, True, None))
    trial = jobs.begin("trial", "D01", {}, PolicyReport(place, MILDER.encode(), None, "2026-07", None))
    assert check is not None and trial is not None
    checked = check.answer()
    assert (checked.size, checked.count, checked.broken) == (ledger.position(), 0, None)
    assert trial.answer() == ledger.review.try_policy(MILDER.encode(), "jinse", "2026-07")
    jobs.stop()
