"""The table of attacks in docs/integrity.md, carried out: each gets the codes that stand there, and each stands there."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from ledger.application.ledger import Ledger
from ledger.errors import StoreError
from ledger.terms import SEALED
from tests.support import office
from tests.tamper import attacker, attacker_beside, attacker_rows, attacker_server

PAGE = Path(__file__).parents[2] / "docs" / "integrity.md"
_CODE = re.compile(r"`(\w+)`")


class Row(NamedTuple):
    """A row of the table."""

    attack: str
    on: str
    reads: set[str]
    verifies: set[str]


def rows() -> Iterator[Row]:
    for line in PAGE.read_text("utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) == 4 and cells[0].startswith("`"):
            codes = [set(_CODE.findall(cell)) for cell in cells]
            yield Row(cells[0].split("`")[1], cells[1], codes[2], codes[3])


ATTACKS = {
    name: made
    for module in (attacker, attacker_beside, attacker_rows, attacker_server)
    for name, made in vars(module).items()
    if getattr(made, "__module__", "") == module.__name__
    and getattr(made, "__annotations__", {}) == {"url": str, "return": None}
}
CASES = [(row, on) for row in rows() for on in ("SQLite", "PostgreSQL") if row.on in ("both", on)]


@pytest.mark.parametrize(("row", "on"), CASES, ids=lambda value: getattr(value, "attack", value))
def test_an_attack_gets_the_codes_of_the_page(row: Row, on: str, request: pytest.FixtureRequest) -> None:
    url: str = request.getfixturevalue("sqlite_url" if on == "SQLite" else "pg_url")
    with Ledger(url, now=office.now, operator=lambda: "tester") as ledger:
        ledger.record.apply(office.lines(office.a_busy_month()))
        ledger.record.apply(office.lines([office.register_site(f"S{n}") for n in range(260)]))
        ledger.record.apply(office.lines([office.grant_reward("R9", "E002", 1)]))
        shown = ledger.review.explain("E002", office.MONTH)
    ATTACKS[row.attack](url)
    with Ledger(url, now=office.now) as ledger:
        try:
            now = ledger.review.explain("E002", office.MONTH)
            read = {"sealed"} if _differ_in_words(now, shown) else set()
        except StoreError as error:
            read = {error.code}
        found = {fault.code for fault in ledger.proofs.verify().faults} - {"guards_missing"}
    assert (read, found) == (row.reads, row.verifies)


def _differ_in_words(now: Any, before: Any) -> bool:
    """Whether words that stood there are shown as sealed. Whatever else differs is an error."""
    if isinstance(before, dict):
        assert now.keys() == before.keys()
        differing = [_differ_in_words(now[key], before[key]) for key in before]
        return any(differing)
    if isinstance(before, list):
        assert len(now) == len(before)
        differing = [_differ_in_words(*pair) for pair in zip(now, before, strict=True)]
        return any(differing)
    assert now in (before, SEALED)
    return bool(now != before)


def test_every_attack_stands_on_the_page() -> None:
    names_only = {"bytes_and_leaf_of_a_name_changed"}  # a way of `bytes_and_leaf_changed`
    assert ATTACKS.keys() - names_only == {row.attack for row in rows()}


def test_every_test_that_the_page_names_is_there() -> None:
    named = re.findall(r"`(tests/\S+\.py)::(\w+)`", PAGE.read_text("utf-8"))
    assert len(named) >= 8
    for file, test in named:
        assert f"def {test}(" in (PAGE.parents[1] / file).read_text("utf-8"), test
