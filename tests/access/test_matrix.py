"""Every question of a desk × every viewer: what each is answered, beside what a person has read and agreed to."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from ledger.application.desk.desk import Desk, Keeper
from ledger.application.desk.guarded import Guarded
from ledger.application.desk.guarded_look import GuardedLook
from ledger.application.desk.handed_parts import HandedParts
from ledger.application.desk.viewed_ledger import ViewedLedger
from ledger.application.ledger import Ledger
from ledger.application.reading.look import Look
from ledger.application.reading.look_appraisal import LookAtAppraisals
from ledger.application.reading.look_base import LookBase
from ledger.errors import LedgerError
from ledger.terms import SEALED
from tests.access.sample import QUESTIONS, VIEWERS, desk, fill
from tests.support.story import open_ledger

MATRIX = Path(__file__).with_name("matrix.tsv")
NOW = datetime(2026, 9, 10, 2, 0, tzinfo=UTC)
_HARMLESS = {"now", "position", "rows", "state", "standing"}


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    with open_ledger(tmp_path_factory.mktemp("office") / "kaoji.db", NOW) as opened:
        fill(opened)
        yield opened


def answer(at: Desk, name: str, number: int) -> Any:
    with at.look() as look:
        return QUESTIONS[name][number](look)


def told(at: Desk, name: str, number: int) -> str:
    """An answer in short: why not, or how many rows, withheld fields and sealed words it has."""
    try:
        found = answer(at, name, number)
    except LedgerError as error:
        return error.code
    text = json.dumps(found, ensure_ascii=False, default=str)
    rows = len(found) if isinstance(found, list) else 1
    return f"{rows} rows, {text.count('null')} withheld or empty, {text.count(SEALED)} sealed"


def public(cls: type) -> set[str]:
    return {name for name in vars(cls) if not name.startswith("_")}


def test_every_question_of_a_look_has_a_guard_and_is_asked_here() -> None:
    guards = [each for each in GuardedLook.__mro__ if issubclass(each, Guarded)]
    guarded = set().union(*map(public, guards))

    asked = public(Look) | public(LookAtAppraisals) | public(LookBase)

    assert asked - guarded - {"today"} == {"position"}
    assert set(QUESTIONS) == asked - {"position"}


def test_every_part_of_a_ledger_is_the_desks_own_or_harmless() -> None:
    asked_by_look = {"site", "timezone", "reports"}
    says_nothing = {"checked", "close", "position"}
    desks = public(Desk) | public(HandedParts) | public(ViewedLedger)

    assert public(Ledger) - desks == asked_by_look | says_nothing


def test_each_is_answered_as_agreed(ledger: Ledger) -> None:
    lines = [
        "\t".join((viewer, name, str(number), told(desk(ledger, viewer), name, number)))
        for viewer in VIEWERS
        for name, asked in QUESTIONS.items()
        for number in range(len(asked))
    ]

    found = "\n".join(lines) + "\n"
    if not MATRIX.exists():  # taken down for being made anew: it is read by a person before it is committed
        MATRIX.write_text(found, "utf-8")
    assert found == MATRIX.read_text("utf-8")


@pytest.mark.parametrize("name", QUESTIONS)
def test_whoever_keeps_the_files_is_answered_as_the_ledger_does(name: str, ledger: Ledger) -> None:
    for number in range(len(QUESTIONS[name])):
        with ledger.look() as look:
            try:
                plain = QUESTIONS[name][number](look)
            except LedgerError as error:
                plain = error.code
        try:
            found = answer(Desk.at(ledger, Keeper()), name, number)
        except LedgerError as error:
            found = error.code
        assert found == plain


@pytest.mark.parametrize("name", ["monthly", "notices", "appeals", "due", "rewards", "joint_liability"])
@pytest.mark.parametrize("viewer", VIEWERS)
def test_every_row_somebody_gets_is_one_of_the_ledger(viewer: str, name: str, ledger: Ledger) -> None:
    rows = answer(Desk.at(ledger, Keeper()), name, 0)
    try:
        seen = answer(desk(ledger, viewer), name, 0)
    except LedgerError:
        return
    known = [{key: json.dumps(value) for key, value in row.items()} for row in rows]
    for row in seen:
        shown = {key: json.dumps(value) for key, value in row.items() if value is not None}
        shown.pop("performance", None)
        assert any(shown.items() <= each.items() for each in known)


@pytest.mark.parametrize("viewer", ["E06", "I02", "H02", "D01", "F01"])
def test_rights_are_those_of_today_whatever_past_is_shown(viewer: str, ledger: Ledger) -> None:
    position = ledger.position()
    with desk(ledger, viewer).look() as now, desk(ledger, viewer).look(position) as then:
        assert now.monthly("2026-07") == then.monthly("2026-07")
        assert now.notices() == then.notices()
        assert now.due() == then.due()
