"""Two offices in which everything occurs, word for word: each event, each card and each row is as a person has agreed.

What a decision writes, a fold keeps or a card shows differently is seen here as a changed line. Where that is meant, the
file is taken down, this is run to make it anew, and the difference is read before it is committed.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ledger.application.ledger import Ledger
from ledger.application.recording.imports import Asked, load_map
from ledger.events import kinds, write_fields
from ledger.subjects import SUBJECTS
from tests.completeness.in_full import NORTH, in_full
from tests.completeness.scene import WAGES, everything
from tests.support import office
from tests.support.story import open_ledger, sheet_rows

HERE = Path(__file__).parent
_MAP = b'format = "kaoji.import-map/v1"\n[columns]\nemployee = 1\n'
NOT_SAID = {
    ("clock_vouched", "clock"),
    ("clock_vouched", "last"),
    ("finding_rectified", "employee"),
    ("keys_bound", "checks"),
}
"""Fields that no office says: what a clock and a key ring say of themselves, and whom a finding of the site's names."""


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    with open_ledger(tmp_path_factory.mktemp("told") / "kaoji.db", office.NOW) as opened:
        opened.record.apply(office.lines([*everything(), *in_full()]))
        opened.imports.run(
            "wages", WAGES.encode(), Asked(site=office.SITE, month="2026-09", map=load_map(_MAP))
        )
        opened.proofs.rotate_key({"on": "2026-09-02", "by": "M01"})
        yield opened


def agreed(name: str, told: Iterable[dict[str, Any]]) -> None:
    """Asserts that a file beside this one holds these lines; where there is none it is written."""
    file = HERE / name
    lines = [json.dumps(each, ensure_ascii=False, default=str) for each in told]
    if not file.exists():  # taken down for being made anew: it is read by a person before it is committed
        file.write_text("\n".join(lines) + "\n", "utf-8")
    assert lines == file.read_text("utf-8").splitlines(), (
        f"take {name} down, run this, and read its difference"
    )


def _in_short(fields: dict[str, Any]) -> dict[str, Any]:
    """Without a document of rules or questions, of which the version says enough, and without the keys of this run."""
    spared = {"document", "digest"} if {"document", "bank"} & set(fields) else {"replaced", "new_key"}
    return {name: value for name, value in fields.items() if name not in spared}


def test_each_event_says_what_was_agreed(ledger: Ledger) -> None:
    opened = [ledger.log.people.opened(recorded) for recorded in ledger.log.events()]
    agreed(
        "events.jsonl",
        (
            {"stream": each.stream, "kind": each.event.kind} | _in_short(write_fields(each.event))
            for each in opened
        ),
    )


def test_each_card_says_what_was_agreed(ledger: Ledger) -> None:
    agreed(
        "cards.jsonl",
        (
            {"card": subject.kind, **ledger.review.card(subject.kind, name)}
            for subject in SUBJECTS
            for name in ledger.ids(subject.kind, "")
        ),
    )


def test_each_row_says_what_was_agreed(ledger: Ledger) -> None:
    drawn = {table: rows for table, rows in sheet_rows(ledger).items() if table != "sheets_drawn"}
    agreed("rows.jsonl", ({"table": table, **row} for table, rows in drawn.items() for row in rows))


def test_each_figure_is_explained_as_agreed(ledger: Ledger) -> None:
    with ledger.look() as look:
        agreed(
            "explained.jsonl",
            (
                {"employee": employee, "month": month, "figures": look.explain(employee, month)["figures"]}
                for month in ("2026-07", "2026-08")
                for site in (office.SITE, NORTH)
                for employee in sorted(row["employee"] for row in look.monthly(month, site))
            ),
        )


def test_each_sheet_and_paper_says_what_was_agreed(ledger: Ledger) -> None:
    with ledger.look() as look:
        sheets = [
            look.appraisal_sheet(name, "2026-07") for name in ("E001", "E003", "nE003", "nE009", "nE001")
        ]
        agreed("sheets.jsonl", [*sheets, *map(look.examination, ("K1", "nK1", "nK2"))])


def test_each_field_of_each_event_is_said_once(ledger: Ledger) -> None:
    said: defaultdict[str, set[str]] = defaultdict(set)
    for recorded in ledger.log.events():
        event = recorded.event
        for name, field in type(event).model_fields.items():
            if field.is_required() or getattr(event, name) != field.get_default(call_default_factory=True):
                said[event.kind].add(name)
    unsaid = {
        (kind, name) for kind, event in kinds().items() for name in set(event.model_fields) - said[kind]
    }
    assert unsaid == NOT_SAID, "tests/completeness/in_full.py: a command that says it"
