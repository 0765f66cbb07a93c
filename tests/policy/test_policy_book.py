"""The policy book of a real ledger: what is adopted, what governs, and what the linter finds against it."""

import copy
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from ledger.application import policy_documents as policies
from ledger.application.ledger import Ledger
from ledger.application.policy_documents import Document, Side, read
from ledger.errors import InputError, Refusal, Unknown, WrongTime
from ledger.policy.loading import house_rules, house_text
from tests.support.office import SITE, close_month, issue_notice, lines, office
from tests.support.story import everything

NOVEMBER = datetime(2026, 11, 5, 1, 0, tzinfo=UTC)


@pytest.fixture
def ledger(sqlite_url: str) -> Iterator[Ledger]:
    """An office with notices in August and October, and August closed."""
    with Ledger(sqlite_url, now=lambda: NOVEMBER, operator=lambda: "tester") as ledger:
        october = {"occurred_at": "2026-10-12T10:00:00+08:00", "issued_on": "2026-10-12"}
        ledger.record.apply(
            lines(
                [
                    *office(),
                    issue_notice("N1", "E001", 3),
                    issue_notice("N2", "E002", 6),
                    close_month(on="2026-09-02"),
                    issue_notice("N3", "E001", 4, **october),
                    issue_notice("N4", "E002", 11, **october),
                ]
            )
        )
        yield ledger


def own(version: str = "own-1", start: str | None = "2026-10-01", **changes: Any) -> Document:
    """The house rules with other tables, as somebody's own version."""
    values = copy.deepcopy(house_rules()) | {"version": version} | copy.deepcopy(changes)
    if start is not None:
        values["effective_from"] = start
    return Document(values, {})


def cheaper() -> Document:
    document = own()
    document.values["schemes"]["service_quality"]["point_value"] = "4.00"
    return document


def findings(ledger: Ledger, document: Document, site: str | None = None) -> dict[str, Any]:
    return {finding.code: finding.fields for finding in ledger.policies.check(document, site).findings}


# --- adopting ---------------------------------------------------------------------------------------


def test_a_new_point_value_counts_from_its_month_and_leaves_earlier_months_as_they_were(
    ledger: Ledger,
) -> None:
    earlier = ["2026-08", "2026-09"]
    before = everything(ledger, [SITE], earlier)
    _, applied = ledger.policies.adopt(cheaper(), {"by": "C01"})
    assert applied is not None and applied.recorded == 1
    assert everything(ledger, [SITE], earlier) == before
    assert {row["policy"] for row in ledger.reports.monthly("2026-08")} == {"house-2"}
    assert {row["employee"]: row["base_fine"] for row in ledger.reports.monthly("2026-08")} == {
        "E001": "15.00",
        "E002": "30.00",
    }
    october = {
        row["employee"]: (row["policy"], row["base_fine"]) for row in ledger.reports.monthly("2026-10")
    }
    assert october == {"E001": ("own-1", "16.00"), "E002": ("own-1", "44.00")}
    before_it = applied.position - 1
    assert {row["base_fine"] for row in ledger.reports.monthly("2026-10", as_of=before_it)} == {
        "20.00",
        "55.00",
    }


def test_an_adopted_version_is_recorded_with_its_whole_text(ledger: Ledger) -> None:
    document = cheaper()
    ledger.policies.adopt(document, {"by": "C01", "on": "2026-11-04"})
    shown = ledger.policies.show(None, "own-1", None)
    assert shown["policy"] == document.values
    assert (shown["by"], shown["on"], shown["operator"]) == ("C01", "2026-11-04", "tester")


def test_left_out_on_is_today_at_the_site(ledger: Ledger) -> None:
    ledger.policies.adopt(cheaper(), {})
    assert ledger.policies.show(None, "own-1", None)["on"] == "2026-11-05"


def test_today_is_the_day_it_is_at_every_site(ledger: Ledger) -> None:
    ledger.record.apply(
        lines([{"do": "register_site", "site": "west", "name": "西", "timezone": "America/Lima"}])
    )
    ledger.policies.adopt(cheaper(), {})
    assert ledger.policies.show(SITE, "own-1", None)["on"] == "2026-11-04"


def test_a_version_with_errors_is_refused_naming_them(ledger: Ledger) -> None:
    faulty = own()
    faulty.values["repeats"]["notices"] = 1
    faulty.values["appeals"]["window_working_days"] = 0
    position = ledger.position_of("999")
    with pytest.raises(Refusal) as refused:
        ledger.policies.adopt(faulty, {})
    assert refused.value.code == "policy_faulty"
    assert refused.value.fields["errors"] == 2
    assert refused.value.fields["keys"] == "appeals.window_working_days, repeats.notices"
    assert ledger.position_of("999") == position


def test_what_the_linter_does_not_know_the_counter_still_refuses(ledger: Ledger) -> None:
    with pytest.raises(Unknown):
        ledger.policies.adopt(cheaper(), {"by": "nobody"})
    with pytest.raises(WrongTime):
        ledger.policies.adopt(cheaper(), {"on": "2026-11-06"})


def test_a_dry_run_shows_what_changes_and_records_nothing(ledger: Ledger) -> None:
    position = ledger.position_of("999")
    against, applied = ledger.policies.adopt(cheaper(), {}, dry_run=True)
    ((version, changes),) = against
    assert version == "house-2"
    assert [change["path"] for change in changes] == [
        "version",
        "schemes.service_quality.point_value",
        "effective_from",
    ]
    assert ledger.position_of("999") == position
    assert applied is not None and applied.impact is not None
    moved = {
        (row["employee"], row["after"]) for row in applied.impact.difference if row["field"] == "base_fine"
    }
    assert moved == {("E001", "16.00"), ("E002", "44.00")}


def test_a_dry_run_compares_with_each_version_in_force_then(ledger: Ledger) -> None:
    ledger.record.apply(lines([{"do": "register_site", "site": "west", "name": "西"}]))
    ledger.policies.adopt(own("jinse-1"), {"site": SITE})
    against, _ = ledger.policies.adopt(own("all-1", "2026-11-01"), {}, dry_run=True)
    assert sorted(version for version, _ in against) == ["house-2", "jinse-1"]


def test_without_a_ledger_a_dry_run_compares_with_the_house_rules_and_makes_none(
    sqlite_url: str, tmp_path: Path
) -> None:
    with Ledger(sqlite_url, now=lambda: NOVEMBER) as ledger:
        against, applied = ledger.policies.adopt(cheaper(), {}, dry_run=True)
    assert [version for version, _ in against] == ["house-2"]
    assert applied is None
    assert list(tmp_path.iterdir()) == []


def test_the_first_adoption_makes_the_ledger_with_the_house_rules(sqlite_url: str) -> None:
    with Ledger(sqlite_url, now=lambda: NOVEMBER, operator=lambda: "tester") as ledger:
        ledger.policies.adopt(cheaper(), {})
        assert [row["version"] for row in ledger.policies.versions()] == ["house-2", "own-1"]
        assert ledger.policies.show(None, None, date(2026, 10, 1))["version"] == "own-1"


# --- what governs -----------------------------------------------------------------------------------


def test_the_version_in_force_on_a_day_is_shown(ledger: Ledger) -> None:
    ledger.policies.adopt(own(start="2026-12-01"), {})
    assert ledger.policies.show(None, None, None)["version"] == "house-2"
    assert ledger.policies.show(None, None, date(2026, 11, 30))["version"] == "house-2"
    assert ledger.policies.show(None, None, date(2026, 12, 1))["version"] == "own-1"


def test_an_earlier_stand_of_the_ledger_knows_no_later_version(ledger: Ledger) -> None:
    position = ledger.position_of("999")
    ledger.policies.adopt(cheaper(), {})
    assert ledger.policies.show(None, None, date(2026, 10, 1), position)["version"] == "house-2"
    assert [row["version"] for row in ledger.policies.versions(None, position)] == ["house-2"]
    with pytest.raises(Unknown, match="version_unknown"):
        ledger.policies.show(None, "own-1", None, position)
    with pytest.raises(Unknown, match="version_none"):
        ledger.policies.show(None, None, None, 0)


def test_each_version_lists_the_months_it_governs_site_by_site(ledger: Ledger) -> None:
    ledger.record.apply(lines([{"do": "register_site", "site": "west", "name": "西"}]))
    ledger.policies.adopt(own("jinse-1"), {"site": SITE})
    ledger.policies.adopt(own("all-1", "2026-12-01"), {})
    governs = {row["version"]: row["governs"] for row in ledger.policies.versions()}
    assert governs == {
        "house-2": [
            {"site": SITE, "from": None, "through": "2026-09"},
            {"site": "west", "from": None, "through": "2026-11"},
        ],
        "jinse-1": [{"site": SITE, "from": "2026-10", "through": "2026-11"}],
        "all-1": [
            {"site": SITE, "from": "2026-12", "through": None},
            {"site": "west", "from": "2026-12", "through": None},
        ],
    }
    assert [row["version"] for row in ledger.policies.versions("west")] == ["house-2", "all-1"]


def test_where_there_are_several_sites_the_site_must_be_said(ledger: Ledger) -> None:
    ledger.record.apply(lines([{"do": "register_site", "site": "west", "name": "西"}]))
    with pytest.raises(InputError, match="site_needed"):
        ledger.policies.show(None, None, None)
    assert ledger.policies.show("west", None, None)["version"] == "house-2"
    assert ledger.policies.show(None, "house-2", None)["version"] == "house-2"


def test_clauses_are_those_of_one_site_where_sites_have_different_rules(ledger: Ledger) -> None:
    ledger.record.apply(lines([{"do": "register_site", "site": "west", "name": "西"}]))
    assert ledger.policies.find_clauses("FD-01") != []
    clauses = copy.deepcopy(house_rules()["clauses"])
    clauses = [clause for clause in clauses if clause["code"] != "FD-01"]
    ledger.policies.adopt(own("west-1", clauses=clauses), {"site": "west"})
    with pytest.raises(InputError, match="site_needed"):
        ledger.policies.find_clauses("FD-01")
    assert ledger.policies.find_clauses("FD-01", SITE) != []
    assert ledger.policies.find_clauses("FD-01", "west") == []


# --- what the linter finds against the book ---------------------------------------------------------


def test_a_version_for_a_month_to_come_is_found_faultless(ledger: Ledger) -> None:
    codes = set(findings(ledger, own(start="2026-12-01")))
    assert codes == {
        *("total_falls", "gap_read", "calendar_ends", "fine_has_weak_ground"),
        "public_list_without_consent",
    }


def test_a_version_of_a_name_that_is_taken_is_found(ledger: Ledger) -> None:
    assert findings(ledger, own("house-2"))["version_taken"] == {"version": "house-2", "position": 1}
    with pytest.raises(Refusal, match="policy_faulty"):
        ledger.policies.adopt(own("house-2"), {})


def test_a_version_that_begins_in_a_month_some_site_has_closed_is_found(ledger: Ledger) -> None:
    ledger.record.apply(lines([{"do": "register_site", "site": "west", "name": "西"}]))
    closed = findings(ledger, own(start="2026-08-01"))["starts_in_closed_month"]
    assert closed == {"month": "2026-08", "site": SITE, "last": "2026-08"}
    assert "starts_in_closed_month" not in findings(ledger, own(start="2026-09-01"))
    assert "starts_in_closed_month" not in findings(ledger, own(start="2026-08-01"), "west")


def test_a_version_without_a_first_month_is_found_where_months_are_closed(ledger: Ledger) -> None:
    assert findings(ledger, own(start=None))["starts_before_closed_months"]["last"] == "2026-08"


def test_a_version_that_reaches_back_into_open_months_is_remarked(ledger: Ledger) -> None:
    assert findings(ledger, own())["starts_in_the_past"] == {"month": "2026-10", "now": "2026-11"}
    assert "starts_in_the_past" not in findings(ledger, own(start="2026-11-01"))


def test_a_version_for_all_that_ends_a_sites_own_is_remarked(ledger: Ledger) -> None:
    ledger.policies.adopt(own("jinse-1"), {"site": SITE})
    ended = findings(ledger, own("all-1", "2026-12-01"))["own_version_ends"]
    assert ended == {"site": SITE, "version": "jinse-1"}
    assert "own_version_ends" not in findings(ledger, own("jinse-2", "2026-12-01"), SITE)


def test_a_version_that_would_never_be_in_force_is_remarked(ledger: Ledger) -> None:
    ledger.policies.adopt(own("jinse-1", "2026-12-01"), {"site": SITE})
    assert findings(ledger, own("all-1", "2026-12-01"))["never_in_force"] == {"site": SITE, "by": "jinse-1"}


def test_a_site_that_is_not_there_is_refused(ledger: Ledger) -> None:
    with pytest.raises(Unknown, match="site_unknown"):
        ledger.policies.check(own(), "nowhere")


def test_without_a_ledger_the_document_alone_is_checked_and_no_ledger_made(
    sqlite_url: str, tmp_path: Path
) -> None:
    with Ledger(sqlite_url) as ledger:
        checked = ledger.policies.check(own("house-2"))
    assert not checked.in_book
    assert checked.count("error") == 0
    assert list(tmp_path.iterdir()) == []


# --- reading and comparing --------------------------------------------------------------------------


def test_toml_and_json_are_read_to_the_same_document() -> None:
    as_toml = read(house_text().encode())
    as_json = read(("\ufeff" + json.dumps(house_rules(), indent=1)).encode())
    assert as_toml.values == as_json.values == house_rules()
    assert as_toml.lines and not as_json.lines


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"version = ", "policy_not_toml"),
        (b"version = 1\nversion = 2\n", "policy_not_toml"),
        (b'{"version": 1,}', "policy_not_json"),
        (b'{"version": 1} 2', "policy_not_json"),
        (b'{"n": ' + b"9" * 5_000 + b"}", "policy_not_json"),
        (b'{"a": {"b": 1, "b": 2}}', "policy_key_twice"),
        (b"version = '\xff'", "policy_not_utf8"),
        (b'{"a":' * 100_000, "policy_nested_too_deep"),
        (b"a = " + b"[" * 100_000, "policy_nested_too_deep"),
    ],
)
def test_what_is_neither_toml_nor_json_is_refused(raw: bytes, code: str) -> None:
    with pytest.raises(InputError) as refused:
        read(raw)
    assert refused.value.code == code
    assert refused.value.exit_status == 2


def test_versions_files_and_the_house_are_compared(ledger: Ledger) -> None:
    ledger.policies.adopt(cheaper(), {})
    changes = ledger.policies.diff(Side("house"), Side("own-1"))
    assert {change["path"]: (change["old"], change["new"]) for change in changes} == {
        "version": ("house-2", "own-1"),
        "effective_from": (None, "2026-10-01"),
        "schemes.service_quality.point_value": ("5.00", "4.00"),
    }
    assert ledger.policies.diff(Side("house-2"), Side("house.toml", house_text().encode())) == []
    with pytest.raises(Unknown, match="version_unknown"):
        ledger.policies.diff(Side("house"), Side("own-2"))


def test_an_adopted_version_goes_before_a_file_of_its_name(ledger: Ledger) -> None:
    assert ledger.policies.diff(Side("house-2", b"version = 'x'"), Side("house")) == []
    assert ledger.policies.diff(Side("./house-2", b"version = 'x'"), Side("house")) != []


def test_the_template_is_the_house_rules_as_they_are_written() -> None:
    assert read(policies.template().encode()).values == house_rules()
