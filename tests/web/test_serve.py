"""`kaoji serve --demo`: the sample office opens on its own day, again and again, and on a ledger that knows a later one."""

from datetime import UTC, datetime, timedelta
from importlib import resources
from pathlib import Path

from ledger.application.desk.desk import SECOND_ABOVE, Desk, Person
from tests.support import office
from web.serve import SAMPLE_DAY, Serving, console_of


def test_the_sample_opens_again_where_it_was_left(tmp_path: Path) -> None:
    serving = Serving(f"sqlite:///{tmp_path / 'kaoji.db'}", sample=True)
    first = console_of(serving)
    assert SAMPLE_DAY <= first.ledger.now() < SAMPLE_DAY + timedelta(minutes=5)
    later = first.ledger.acting(now=SAMPLE_DAY + timedelta(hours=2))
    later.record.apply(
        office.lines(
            [
                {
                    "do": "record_wage",
                    "employee": "E04",
                    "month": "2026-09",
                    "wage": "4000.00",
                    "minimum_wage": "2000.00",
                }
            ]
        )
    )
    recorded = first.ledger.position()
    again = console_of(serving)
    assert again.ledger.position() == recorded
    assert again.ledger.now() >= SAMPLE_DAY + timedelta(hours=2)


def test_the_sample_opens_on_a_ledger_that_was_recorded_later(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'kaoji.db'}"
    now = datetime(2027, 1, 4, 1, tzinfo=UTC)
    with (
        Desk(url, now=lambda: now) as ledger,
        resources.files("cli").joinpath("sample", "office.jsonl").open("rb") as sample,
    ):
        ledger.record.apply(sample)
    assert console_of(Serving(url, sample=True)).ledger.now() >= now


def test_how_many_lines_one_person_closes_is_said_where_it_is_served(tmp_path: Path) -> None:
    from cli.serve import serve

    said = next(option.default for option in serve.params if option.name == "second_above")
    assert said == Serving("").second_above == SECOND_ABOVE
    url = f"sqlite:///{tmp_path / 'kaoji.db'}"
    console = console_of(Serving(url, sample=True, second_above=3))
    assert Desk.at(console.ledger, Person("D01")).second_above == 3
