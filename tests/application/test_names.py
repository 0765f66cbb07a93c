"""Names, departments and posts are kept without outer blanks and in one spelling of each character (domain §1)."""

from pathlib import Path

import pytest

from ledger.application.ledger import Ledger
from ledger.errors import StoreError, Taken
from ledger.state.log_reader import LogReader
from tests.support import office
from tests.support.story import open_ledger

DECOMPOSED, COMPOSED = "Cafe\u0301", "Caf\u00e9"


def test_a_department_typed_with_blanks_is_the_department(tmp_path: Path) -> None:
    with open_ledger(tmp_path / "kaoji.db", office.NOW) as ledger:
        head = office.appoint("department_head", "L01", department=f" {COMPOSED} ")
        person = office.register_employee("E901", name=f"  {DECOMPOSED}\u3000", department=f"{DECOMPOSED} ")
        ledger.record.apply(office.lines([*office.office(), person, head]))
        card = ledger.review.card("employee", "E901")
        assert (card["name"], card["department"]) == (COMPOSED, COMPOSED)
        (held,) = (
            o for o in ledger.review.card("site", office.SITE)["offices"] if o["department"] == COMPOSED
        )
        assert held["employee"].startswith("L01")


def test_what_nobody_sees_is_no_part_of_a_name_and_is_not_masked(tmp_path: Path) -> None:
    names = {"E901": " \u200b王小明\ufeff", "E902": "葛\U000e0100城", "E903": "สมชาย"}
    people = [office.register_employee(employee, name=name) for employee, name in names.items()]
    notices = [office.issue_notice(f"N{employee}", employee, points=6) for employee in names]
    with open_ledger(tmp_path / "kaoji.db", office.NOW) as ledger:
        ledger.record.apply(office.lines([*office.office(), *people, *notices]))
        posted = {
            row["employee"]: row["name"] for row in ledger.reports.of_month("public-list", office.MONTH)
        }
    assert posted == {"E901": "王**", "E902": "葛*", "E903": "ส****"}


def told(ledger: Ledger, *commands: dict[str, object]) -> list[tuple[str, object]]:
    """Codes of what is said at once, with whom or what it names."""
    notes = ledger.record.apply(office.lines(commands)).notes
    return [(note.code, note.fields.get("department") or note.fields.get("alike")) for note in notes]


def test_a_department_without_head_or_people_is_named_when_all_of_a_file_is_recorded(tmp_path: Path) -> None:
    with open_ledger(tmp_path / "kaoji.db", office.NOW) as ledger:
        ledger.record.apply(office.lines(office.office()))
        moved = office.reassign_employee("E001", "2026-08-20", department="patrol")
        head = office.appoint("department_head", "H02", department="patrol")
        assert told(ledger, moved) == [("department_without_head", "patrol")]
        assert told(ledger, head) == [("department_without_people", "patrol")]
        later = office.appoint("department_head", "H02", department="patrol", from_="2026-08-20")
        assert told(ledger, later) == []
        both = [office.appoint("department_head", "H02", department="gate", from_="2026-08-21")]
        both.append(office.reassign_employee("E002", "2026-08-21", department="gate"))
        assert told(ledger, *both) == []


@pytest.mark.parametrize("number", ["e001", "E1", "E0001", "EOO1"])
def test_a_number_that_looks_like_another_is_told_from_a_file_and_refused_by_hand(
    number: str, tmp_path: Path
) -> None:
    register = office.register_employee(number)
    with open_ledger(tmp_path / "kaoji.db", office.NOW) as ledger:
        ledger.record.apply(office.lines(office.office()))
        with pytest.raises(Taken) as refused:
            ledger.record.typed(register)
        assert (refused.value.code, refused.value.fields["alike"]) == ("id_like_another", "E001")
        assert told(ledger, register) == [("id_looks_like", "E001")]
        assert told(ledger, office.register_employee("E011")) == []


def test_departments_that_could_not_be_read_are_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_ledger(tmp_path / "kaoji.db", office.NOW) as ledger:
        ledger.record.apply(office.lines(office.office()))
        with ledger.look_at_log() as look:
            with monkeypatch.context() as broken, pytest.raises(StoreError):
                broken.setattr(LogReader, "load_places", unreadable)
                look.state.departments.of(look.state, office.SITE)
            found = look.state.departments.of(look.state, office.SITE)
    assert set(found["order"]) == {"H02", "L02", "E002", "E004"}


def unreadable(*_: object) -> None:
    raise StoreError("database_busy")
