"""Which version governs a site from when to when."""

import copy
from datetime import date

from ledger.policy.book import Adopted, PolicyBook
from ledger.policy.loading import house_rules, parse


def adopted(position: int, version: str, start: str | None, site: str | None = None) -> Adopted:
    document = copy.deepcopy(house_rules()) | {"version": version}
    if start is not None:
        document["effective_from"] = start
    return Adopted(parse(document), site, position, "0" * 64)


def book(*entries: Adopted) -> PolicyBook:
    return PolicyBook(entries)


def reigns(book: PolicyBook, site: str) -> list[tuple[str, str | None, str | None]]:
    return [
        (
            reign.entry.policy.version,
            None if reign.start is None else reign.start.isoformat(),
            None if reign.until is None else reign.until.isoformat(),
        )
        for reign in book.reigns(site)
    ]


HOUSE = adopted(1, "house-2", None)


def test_the_only_version_governs_from_beginning_to_end() -> None:
    assert reigns(book(HOUSE), "S1") == [("house-2", None, None)]


def test_a_later_version_ends_the_one_before() -> None:
    two = book(HOUSE, adopted(5, "own-1", "2026-09-01"))
    assert reigns(two, "S1") == [("house-2", None, "2026-09-01"), ("own-1", "2026-09-01", None)]


def test_a_version_adopted_later_for_the_same_month_takes_its_place() -> None:
    three = book(HOUSE, adopted(5, "own-1", "2026-09-01"), adopted(6, "own-2", "2026-09-01"))
    assert [version for version, _, _ in reigns(three, "S1")] == ["house-2", "own-2"]


def test_a_sites_own_version_goes_before_one_for_all_of_the_same_month() -> None:
    both = book(HOUSE, adopted(5, "s1-1", "2026-09-01", "S1"), adopted(6, "all-1", "2026-09-01"))
    assert [version for version, _, _ in reigns(both, "S1")] == ["house-2", "s1-1"]
    assert [version for version, _, _ in reigns(both, "S2")] == ["house-2", "all-1"]


def test_reigns_agree_with_the_version_of_each_day() -> None:
    several = book(
        HOUSE,
        adopted(4, "a", "2026-03-01"),
        adopted(5, "b", "2026-02-01", "S1"),
        adopted(6, "c", "2026-03-01", "S1"),
        adopted(7, "d", "2026-05-01"),
        adopted(8, "e", None),
    )
    for site in ("S1", "S2"):
        for month in range(1, 8):
            day = date(2026, month, 1)
            (reign,) = [
                r
                for r in several.reigns(site)
                if (r.start is None or r.start <= day) and (r.until is None or day < r.until)
            ]
            assert reign.entry is several.entry_on(site, day)


def test_a_version_is_found_by_its_name() -> None:
    assert book(HOUSE).named("house-2") is HOUSE
    assert book(HOUSE).named("house-3") is None
