"""What differs between two policy documents: by key, matched by code and range, with the sources of both sides."""

import copy
from typing import Any

from ledger.policy.difference import Change, days_by_year, difference, leaves
from ledger.policy.loading import house_rules


def changed() -> dict[str, Any]:
    return copy.deepcopy(house_rules())


def only(document: dict[str, Any]) -> Change:
    (change,) = difference(house_rules(), document)
    return change


def test_nothing_differs_from_itself() -> None:
    assert difference(house_rules(), changed()) == []


def test_a_changed_value_names_its_key_both_values_and_both_sources() -> None:
    document = changed()
    document["surcharge"] |= {"amount": "15.00", "source": "篇3 4.2.2 (2027)"}
    amount, source = difference(house_rules(), document)
    assert amount == Change("surcharge.amount", "20.00", "15.00", "篇3 4.2.2", "篇3 4.2.2 (2027)")
    assert (source.key, source.old, source.new) == ("surcharge.source", "篇3 4.2.2", "篇3 4.2.2 (2027)")


def test_a_value_with_a_source_of_its_own_rests_on_that_one() -> None:
    document = changed()
    document["schemes"]["service_quality"]["late"] = "in_full"
    document["appeals"]["retaliation_starts_at"] = "manager"
    document["joint_liability"]["vacant"] = "stays_with_employee"
    sources = {change.key: change.old_source or "" for change in difference(house_rules(), document)}
    assert sources == {
        "schemes.service_quality.late": "reading 1",
        "appeals.retaliation_starts_at": "reading 10",
        "joint_liability.vacant": "reading 7",
    }


def test_a_value_of_a_table_without_a_source_of_its_own_rests_on_the_others() -> None:
    document = changed()
    document["joint_liability"]["share_percent"] = 20
    assert only(document).old_source == "篇3 4.2.6; reading 6; 篇3 4.2.7"


def test_a_title_rests_on_the_source_of_its_clause() -> None:
    document = changed()
    document["clauses"][0]["title"]["en"] = "Greeted"
    change = only(document)
    assert (change.key, change.new_source) == ("clauses[FD-01].title.en", "篇1 一·1")


def test_clauses_are_matched_by_code_and_not_by_their_place() -> None:
    document = changed()
    document["clauses"].reverse()
    assert difference(house_rules(), document) == []
    document["clauses"][-1]["max_points"] = 3
    change = only(document)
    assert (change.key, change.old, change.new) == ("clauses[FD-01].max_points", None, 3)


def test_a_clause_that_comes_or_goes_is_one_change() -> None:
    document = changed()
    gone = document["clauses"].pop(0)
    document["clauses"].append(gone | {"code": "FD-13"})
    first, second = difference(house_rules(), document)
    assert (first.key, first.new, first.old["scheme"]) == ("clauses[FD-01]", None, "service_quality")
    assert (second.key, second.old, second.new_source) == ("clauses[FD-13]", None, gone["source"])
    assert "source" not in second.new


def test_bands_are_matched_by_their_range() -> None:
    document = changed()
    document["bands"][1] |= {"from_points": 17}
    document["bands"][2]["band"] = "administrative"
    document["bands"].reverse()
    changes = {change.key: (change.old, change.new) for change in difference(house_rules(), document)}
    assert changes["bands[20+].band"] == ("dismissal", "administrative")
    assert changes["bands[16-19]"][1] is None
    assert changes["bands[17-19]"] == (
        None,
        {"band": "administrative", "from_points": 17, "to_points": 19, "reading": "gap_rule"},
    )
    assert set(changes) == {"bands[20+].band", "bands[16-19]", "bands[17-19]"}


def test_the_calendars_days_are_counted_by_year() -> None:
    document = changed()
    calendar = document["calendar"]
    calendar["days_off"] = [*calendar["days_off"][1:], "2027-01-01", "2027-02-08"]
    calendar["days_worked"] = ["2027-02-06", *calendar["days_worked"]]
    changes = {change.key: change for change in difference(house_rules(), document)}
    assert set(changes) == {
        "calendar.days_off[2020]",
        "calendar.days_off[2027]",
        "calendar.days_worked[2027]",
    }
    of_2020 = changes["calendar.days_off[2020]"]
    assert (of_2020.old, of_2020.new, of_2020.removed) == (19, 18, ("2020-01-01",))
    of_2027 = changes["calendar.days_off[2027]"]
    assert (of_2027.old, of_2027.new, of_2027.added) == (0, 2, ("2027-01-01", "2027-02-08"))
    assert days_by_year(document)["2027"] == {"days_off": 2, "days_worked": 1}


def test_changes_stand_in_the_order_of_the_new_document() -> None:
    document = {"version": "own-1", "effective_from": "2027-01-01", **house_rules(), "close": {"due_day": 4}}
    document["version"] = "own-1"
    tables = [change.key.partition(".")[0] for change in difference(house_rules(), document)]
    assert tables == ["version", "effective_from", "close", "close"]


def test_a_yes_is_not_a_one() -> None:
    document = changed()
    document["no_worse"]["enabled"] = 1
    assert only(document).key == "no_worse.enabled"


def test_equal_names_in_one_list_do_not_hide_each_other() -> None:
    document = changed()
    document["clauses"].append(copy.deepcopy(document["clauses"][0]) | {"max_points": 2})
    change = only(document)
    assert (change.key, change.new["max_points"]) == ("clauses[FD-01 (2)]", 2)


def test_every_value_of_the_house_rules_rests_on_a_source() -> None:
    without = {key for key, leaf in leaves(house_rules()).items() if leaf.source is None}
    assert {key for key in without if not key.endswith("source")} == {
        "version",
        "title.zh-Hant",
        "title.zh-Hans",
        "title.en",
    }
