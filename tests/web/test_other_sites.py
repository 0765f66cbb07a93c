"""An office at another site than one belongs to stands in the menu, and of which site a page is can be chosen."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support import office
from tests.support.office import appoint, issue_notice, lines, register_employee
from tests.support.story import open_ledger
from tests.web.served import Answer, Served, served

OTHER = "other"
HELD = {"U09": "union", "I09": "inspector", "O09": "office", "D01": "director", "F09": "finance"}
"""People of the first office, and what each holds at the other one."""


@pytest.fixture
def two(tmp_path: Path) -> Iterator[Served]:
    """Two offices served in one console, with somebody of the first in offices of the other."""
    people = [register_employee(person) for person in HELD if person != "D01"]
    held = [appoint(what, person, site=OTHER) for person, what in HELD.items()]
    said = [*office.office(), *office.office(OTHER, prefix="X", staff=1), *people, *held]
    late = {"occurred_at": "2026-08-10T10:00:00+08:00", "issued_on": "2026-08-10"}
    said += [issue_notice("N1", "E001", 2), issue_notice("XN1", "XE001", 3, issued_by="D01", **late)]
    with open_ledger(tmp_path / "kaoji.db", office.NOW) as ledger:
        ledger.record.apply(lines(said))
    with served(f"sqlite:///{tmp_path / 'kaoji.db'}", tmp_path) as console:
        console.clock.at = office.NOW
        yield console


def menu(page: Answer) -> list[str]:
    return re.findall(r'<li><a href="([^"]+)"', page.text.partition("</nav>")[0])


def choice(page: Answer) -> dict[str, bool]:
    """The sites that are offered, and whether it is that one's page."""
    found = re.findall(r'<option value="(\w+)"( selected)?>', page.text.partition("<h1")[0])
    return {site: bool(selected) for site, selected in found}


def twin(site: Served, viewer: str, path: str) -> Any:
    return json.loads(site.signed_in(viewer).open(path).text)


@pytest.mark.parametrize(
    ("viewer", "path"),
    [
        ("U09", "/fairness"),
        ("I09", "/notices/new"),
        ("I09", "/inspections"),
        ("O09", "/months"),
        ("O09", "/accounts"),
        ("O09", "/typing"),
        ("F09", "/payroll"),
    ],
)
def test_an_office_elsewhere_stands_in_the_menu(viewer: str, path: str, two: Served) -> None:
    assert path in menu(two.signed_in(viewer).open("/due"))
    assert path not in menu(two.signed_in("E001").open("/due"))


def test_a_page_is_of_the_site_where_one_has_use_for_it(two: Served) -> None:
    assert twin(two, "U09", "/fairness/2026-08.json")["site"] == OTHER
    found = two.signed_in("I09").send("/notices/new", find="1", find_person="員工").text
    assert "XE001" in found and ">E001 " not in found
    assert [row["employee"] for row in twin(two, "O09", "/months/2026-08/monthly.json")] == ["XE001"]
    assert twin(two, "E001", "/appeals.json") == []


def test_the_site_is_chosen_where_there_are_several(two: Served) -> None:
    director, plain = two.signed_in("D01"), two.signed_in("E001")
    assert choice(director.open("/months/2026-08")) == {"jinse": True, "other": False}
    assert choice(director.open("/months/2026-08?site=other")) == {"jinse": False, "other": True}
    assert choice(plain.open("/people")) == {}
    assert choice(two.signed_in("O09").open("/months")) == {}, "of use at one site alone"
    assert choice(two.signed_in("O09").open("/people")) == {"jinse": True, "other": False}
    assert choice(director.open("/notices/XN1")) == {}, "a thing lies where it lies"


def test_what_is_chosen_is_kept_by_the_links(two: Served) -> None:
    page = two.signed_in("D01").open("/months/2026-08?site=other").text
    inside = page[page.index("<main") : page.index("</main>")]
    leading = set(re.findall(r'href="(/(?:months|public-list|payroll|causes)[^"]*)"', inside))
    assert leading and all("site=other" in link for link in leading)
    assert "/months/2026-08/close?site=other" in leading
    assert "/fairness?site=other" in menu(two.signed_in("D01").open("/months?site=other"))
    assert 'name="site" value="other"' in page.partition("<main")[0], "looking back keeps it"


def test_what_is_not_said_leads_on_to_the_site_that_is_shown(two: Served) -> None:
    page = two.signed_in("O09").open("/months/2026-08").text
    assert 'href="/public-list/2026-08?site=other"' in page


def test_a_month_is_closed_at_the_site_that_was_chosen(two: Served) -> None:
    director = two.signed_in("D01")
    page = director.open("/months/2026-08/close/figures?site=other")
    seen = re.search(r"seen=([0-9a-f]{64})", page.text)
    assert seen is not None
    done = director.through(f"/months/2026-08/close/confirmation?site=other&seen={seen[1]}")
    assert done.status == 200
    with two.console.ledger.look_at_log() as look:
        closed = [look.card("site", each)["last_closed"] for each in ("jinse", OTHER)]
    assert closed == [None, "2026-08"]


@pytest.mark.parametrize(
    ("path", "employee", "status"),
    [
        ("/accounts", "XE001", 200),
        ("/accounts", "E001", 403),
        ("/accounts?site=jinse", "E001", 403),
        ("/accounts?site=nowhere", "E001", 403),
    ],
)
def test_an_office_elsewhere_is_none_at_home(path: str, employee: str, status: int, two: Served) -> None:
    office_there = two.signed_in("O09")
    page = office_there.open("/accounts")
    assert office_there.go_on(page, path, employee=employee).status == status


def test_a_site_of_which_nothing_is_to_be_known_is_not_there(two: Served) -> None:
    for path in ("/people?site=other", "/months/2026-08?site=other", "/people?site=nowhere"):
        assert two.signed_in("E001").open(path).status == 404, path


def test_what_waits_at_every_site_of_an_office_stands_on_my_day(two: Served) -> None:
    page = two.signed_in("D01").open("/due").text
    assert 'href="/notices/XN1"' in page and "other 管理處" in page
    assert "/months/2026-08/close?site=other" not in two.signed_in("I09").open("/due").text
    assert 'href="/notices/XN1"' not in two.signed_in("D01").open("/due?site=jinse").text


def test_instants_are_shown_by_the_clock_of_the_site_as_it_is_now(two: Served) -> None:
    assert "09:00" in two.signed_in("E001").open("/due").text
    west = [office.register_site("west", timezone="Asia/Urumqi"), register_employee("W01", site="west")]
    two.console.ledger.record.apply(lines([*west, appoint("auditor", "W01", site="west")]))
    page = two.signed_in("W01").open("/due").text
    assert "07:00" in page and "09:00" not in page
    assert "09:00" in two.signed_in("E001").open("/due").text
    assert "09:00" in two.signed_in("W01").open("/due?site=other").text
