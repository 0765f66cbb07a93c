"""Who has read what, a page at a time: found by an index, and held against its hashes as far as it is shown."""

import re
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ledger.store.readings import Readings
from ledger.terms import LANGUAGES
from tests.web.served import NOW, Served
from web.pages import readings
from web.spoken import own_words


def noted(site: Served, count: int, subject: str = "E06") -> None:
    read = [("fact", subject, f"notice N{number}") for number in range(count)]
    site.console.readings.note_each(NOW, "D01", read, None, 7)


def past_us(folder: Path, statement: str) -> None:
    with sqlite3.connect(folder / "kaoji.desk.db") as file:
        for trigger in ("readings_stay", "readings_are_kept"):
            file.execute(f"DROP TRIGGER IF EXISTS {trigger}")
        file.execute(statement)


def rows(text: str) -> int:
    return text.count('scope="row"')


@pytest.mark.parametrize(("viewer", "path"), [("E06", "/me/readings"), ("AU1", "/readings?subject=E06")])
def test_a_page_has_a_hundred_and_leads_to_those_before(viewer: str, path: str, site: Served) -> None:
    noted(site, 120)
    noted(site, 30, "E04")
    browser = site.signed_in(viewer)
    first = browser.open(path).text
    further = re.search('href="([^"]+before=[^"]+)"', first)
    assert rows(first) == readings._SHOWN and further is not None
    second = browser.open(further[1].replace("&amp;", "&")).text
    assert rows(second) == 20 and own_words("en")["readings_earlier"] not in second
    assert "N119" in first and "N19" in second and "N20<" not in second


@pytest.mark.parametrize("viewer", ["E06", "AU1"])
def test_no_page_walks_the_log(viewer: str, site: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    noted(site, 3)

    def walked(*_: object) -> None:
        raise AssertionError("the whole log was looked through")

    monkeypatch.setattr(Readings, "first_broken", walked)
    for path in ("/me/readings", *(["/readings", "/readings?viewer=D01"] if viewer == "AU1" else [])):
        assert site.signed_in(viewer).open(path).status == 200


@pytest.mark.parametrize("subject", ["E06", None])
@pytest.mark.parametrize("viewer", ["D01", None])
def test_readings_are_found_by_an_index(subject: str | None, viewer: str | None, site: Served) -> None:
    noted(site, 3)
    told: list[str] = []
    with site.console.readings._beside.open() as opened:
        opened._driver.set_trace_callback(told.append)
    site.console.readings.of(subject, viewer, before=3)
    (asked,) = [statement for statement in told if "ORDER BY number DESC" in statement]
    with site.console.readings._beside.open() as opened:
        plan = [row["detail"] for row in opened.execute(f"EXPLAIN QUERY PLAN {asked}").fetchall()]
    assert len(plan) == 1 and plan[0].startswith("SEARCH"), plan


@pytest.mark.parametrize(("viewer", "path"), [("E06", "/me/readings"), ("AU1", "/readings")])
@pytest.mark.parametrize(
    ("statement", "number"),
    [
        ("UPDATE readings SET viewer = 'M01' WHERE number = 3", 3),
        ("DELETE FROM readings WHERE number = 2", 3),
        ("DELETE FROM readings WHERE number > 3", 4),
    ],
)
def test_a_row_that_was_changed_and_an_end_cut_off_are_told_where_they_are_shown(
    statement: str, number: int, viewer: str, path: str, site: Served, tmp_path: Path
) -> None:
    noted(site, 5)
    browser = site.signed_in(viewer)
    words = own_words("en")["chain_broken"]
    assert words.format(number=number) not in browser.open(path).text
    past_us(tmp_path, statement)
    assert words.format(number=number) in browser.open(path).text


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_check_looks_through_all_of_the_log(language: str, site: Served, tmp_path: Path) -> None:
    noted(site, 150)
    words, auditor = own_words(language), site.signed_in("AU1", language)

    def checked() -> str:
        return auditor.waited(auditor.go_on(auditor.open("/audit"), "/audit/verify")).text

    assert words["chain_holds"] in checked()
    past_us(tmp_path, "UPDATE readings SET viewer = 'M01' WHERE number = 2")
    assert words["chain_rows_hold"] in auditor.open("/readings").text, "it is not among those shown"
    assert words["chain_broken"].format(number=2) in checked()


def test_a_log_that_an_earlier_kaoji_made_gets_its_index(site: Served, tmp_path: Path) -> None:
    noted(site, 2)
    past_us(tmp_path, "DROP INDEX readings_of_both")
    assert len(site.console.readings.of("E06", "D01")) == 2
    with sqlite3.connect(tmp_path / "kaoji.desk.db") as file:
        assert file.execute("SELECT 1 FROM sqlite_master WHERE name = 'readings_of_both'").fetchone()


# --- what is too old ------------------------------------------------------------------------------------

LONG_AGO = datetime(2020, 1, 31, 12, tzinfo=UTC)


def old_and_young(site: Served) -> None:
    log = site.console.readings
    for at in (LONG_AGO, LONG_AGO, NOW):
        log.note(at, "D01", "fact", "E06", "notice N1", None, 7)


@pytest.mark.parametrize("language", LANGUAGES)
def test_that_old_readings_went_is_told_where_they_are_read(language: str, site: Served) -> None:
    old_and_young(site)
    words, auditor = own_words(language), site.signed_in("AU1", language)
    kept = words["readings_kept"].format(day="2020-01-31")
    assert kept not in site.signed_in("E06", language).open("/me/readings").text
    gone = site.console.readings.prune()
    assert gone is not None
    told = words["chain_pruned"].format(number=2, day="2020-01-31", count=2, leaf=gone.leaf[:32])
    page = auditor.open("/readings").text
    assert told in page and words["chain_rows_hold"] in page and rows(page) == 1
    checked = auditor.waited(auditor.go_on(auditor.open("/audit"), "/audit/verify")).text
    assert words["chain_holds"] in checked and told in checked
    page = site.signed_in("E06", language).open("/me/readings").text
    assert kept in page and rows(page) == 1


def test_no_page_lets_readings_go(site: Served) -> None:
    old_and_young(site)
    auditor = site.signed_in("AU1")
    for path in ("/readings", "/me/readings", "/audit", "/proposals"):
        assert auditor.open(path).status == 200
    auditor.waited(auditor.go_on(auditor.open("/audit"), "/audit/verify"))
    assert site.console.readings.pruned() is None
