"""Names, departments and posts are kept without outer blanks and in one spelling of each character (domain §1)."""

from pathlib import Path

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
