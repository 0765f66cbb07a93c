"""Where what a command names lies: asked of the fields that name things, and never of somebody's words."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from ledger.application.desk.scope import sites_named
from ledger.application.ledger import Ledger
from ledger.commands import COMMANDS, REFERENCES, parts_of, references_of, rows_of
from tests.access.sample import desk, fill
from tests.support.story import open_ledger


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    with open_ledger(
        tmp_path_factory.mktemp("named") / "kaoji.db", datetime(2026, 9, 10, 2, tzinfo=UTC)
    ) as made:
        fill(made)
        yield made


WORDS = [
    ({"do": "decide_appeal", "appeal": "A09", "outcome": "dismissed"}, "reasons"),
    ({"do": "rectify_notice", "notice": "N807"}, "action"),
    ({"do": "find_responsibility", "notice": "N807"}, "finding"),
    ({"do": "verify_action", "action": "AC1"}, "finding"),
    ({"do": "impose_sanction", "employee": "E06", "kind": "warning"}, "reasons"),
]


@pytest.mark.parametrize(("command", "field"), WORDS, ids=lambda value: str(value)[:40])
@pytest.mark.parametrize("said", ["X01", "E0", "A", "x"])
def test_words_are_no_ids(command: dict[str, Any], field: str, said: str, ledger: Ledger) -> None:
    """X01 is of another site, and E0 and A begin many ids."""
    at = desk(ledger, "C01")
    assert sites_named(at, command | {field: said}) == sites_named(at, command) == {"jinse"}


@pytest.mark.parametrize(
    "command",
    [
        {"do": "issue_notice", "employee": "X01"},
        {"do": "file_appeal", "by": "X01", "against": {"notice": "N807"}},
        {"do": "record_payroll", "month": "2026-07", "deducted": {"X01": "1.00"}},
        {"do": "record_payroll", "month": "2026-07", "reasons": {"X01": "other"}},
        {"do": "record_inspection", "with": ["I01", "X01"]},
        {"do": "record_inspection", "findings": [{"clause": "FD-01"}, {"employee": "X01"}]},
        {"do": "record_day_sheet", "rows": [{"employee": "X01"}]},
        {"do": "register_employee", "employee": "E99", "site": "other"},
    ],
    ids=str,
)
def test_whatever_names_a_thing_does(command: dict[str, Any], ledger: Ledger) -> None:
    assert "other" in sites_named(desk(ledger, "C01"), command)


@pytest.mark.parametrize("notice", ["N807", "N8", "N99999"])
def test_what_a_command_makes_lies_nowhere_yet(notice: str, ledger: Ledger) -> None:
    """N807 is of another site than X01, and N8 begins the ids of several."""
    command = {"do": "issue_notice", "notice": notice, "employee": "X01"}
    assert sites_named(desk(ledger, "C01"), command) == {"other"}


def test_what_names_nothing_that_is_recorded_is_of_whoever_gives_it(ledger: Ledger) -> None:
    for command in ({"do": "nothing", "employee": "X01"}, {"do": "issue_notice", "employee": 1}, {}):
        assert sites_named(desk(ledger, "C01"), command) == {"jinse"}


def test_fields_of_one_name_hold_ids_in_one_command_and_words_in_another() -> None:
    """Why a field is asked with its command."""
    told = {(field, field in references_of(model)) for model in _models() for field in model.model_fields}
    mixed = {field for field, is_id in told if is_id} & {field for field, is_id in told if not is_id}
    assert mixed == {"action", "finding", "inspection", "reasons"} and mixed <= REFERENCES.keys()


def _models() -> list[Any]:
    found = list(COMMANDS.values())
    for model in found:
        found += {*parts_of(model).values(), *rows_of(model).values()} - {*found}
    return found
