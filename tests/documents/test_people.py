"""Who is meant on a form: as they were on the day, in whichever order it was told."""

from datetime import date
from pathlib import Path

from ledger.documents.forms.people import People
from ledger.labels.messages import load
from tests.support import office
from tests.support.story import open_ledger


def test_a_post_is_that_of_the_day_though_an_earlier_change_was_told_later(tmp_path: Path) -> None:
    changes = [
        office.reassign_employee("E001", "2026-08-01", post="領班"),
        office.reassign_employee("E001", "2026-06-01", post="保安員"),
    ]
    with open_ledger(tmp_path / "kaoji.db", office.NOW) as ledger:
        ledger.record.apply(office.lines([*office.office(), *changes]))
        with ledger.look() as look:
            people = People(look.state, load("zh-Hant"))
            days = [date(2026, month, 10) for month in (5, 6, 8)]
            assert [people.post("E001", day) for day in days] == ["", "保安員", "領班"]
