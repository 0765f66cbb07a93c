"""Whatever a desk hands anybody of others is noted as read: every question and every part is asked for it."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from ledger.application.desk.desk import Desk, Person
from ledger.application.desk.handed_parts import HandedParts
from ledger.application.desk.impact import seen_impact
from ledger.application.ledger import Ledger
from ledger.application.part import Part
from ledger.application.reading.look import Look
from ledger.errors import LedgerError, NotEntitled, StoreError
from ledger.labels.messages import Labels
from ledger.policy.loading import house_text
from ledger.store.readings import Readings
from tests.access.sample import MONTH, QUESTIONS, fill
from tests.support.story import open_ledger

NOW = datetime(2026, 9, 10, 2, tzinfo=UTC)
_DIRECTORY = "the directory, which everybody of a site reads"
_WALL = "it hangs on the wall"
UNNOTED: dict[tuple[str, int], str] = {
    ("employee_id", 0): _DIRECTORY,
    ("employee_id", 1): _DIRECTORY,
    ("thing", 1): _DIRECTORY,
    ("employees", 0): _DIRECTORY,
    ("sites", 0): _DIRECTORY,
    ("card", 4): _DIRECTORY,
    ("card", 5): _DIRECTORY,
    ("opens", 3): _DIRECTORY,
    ("opens", 6): _DIRECTORY,
    ("news", 0): "one's own record, with who acted on it",
    ("of_month", 0): _WALL,
    ("posted_list", 0): _WALL,
    ("list_to_post", 0): _WALL,
}
"""What names others and is no reading: why."""


class Kept(Readings):
    """A log of readings that is looked at by a test alone."""

    def __init__(self) -> None:
        super().__init__(Path("nowhere"))
        self.rows: list[tuple[str, str, str]] = []

    def note_each(
        self,
        at: datetime,
        viewer: str,
        read: Iterable[tuple[str, str, str]],
        purpose: str | None,
        position: int,
    ) -> None:
        self.rows += read

    def desk(self, ledger: Ledger, viewer: str) -> Desk:
        """Somebody's desk whose readings are kept here."""
        return Desk.at(ledger, Person(viewer), purpose="核對", readings=self)


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    with open_ledger(tmp_path_factory.mktemp("noted") / "kaoji.db", NOW) as opened:
        fill(opened)
        yield opened


@pytest.fixture(scope="module")
def people(ledger: Ledger) -> set[str]:
    with ledger.look_at_log() as look:
        return set(look.state.everybody())


_ACTED = {
    "by",
    "issued_by",
    "approved_by",
    "respondent",
    "reviewer",
    "conflicted",
    "holder",
    "supervisor",
    "who",
}
"""The fields that say who acted on a record or waits for it, which is told to whose it is."""


def named_in(value: Any, people: set[str]) -> set[str]:
    """Of whom an answer tells, besides who acted."""
    if isinstance(value, dict):
        parts = [each for field, each in value.items() if field not in _ACTED]
        return set().union(*(named_in(each, people) for each in parts))
    if isinstance(value, list | tuple):
        return set().union(*(named_in(each, people) for each in value))
    return set(re.findall(r"[A-Z]+[0-9]+", str(value))) & people


@pytest.mark.parametrize("viewer", ["E06", "S03", "I01", "H02", "D01", "F01", "C01", "AU1"])
def test_every_question_notes_of_whom_it_tells(viewer: str, ledger: Ledger, people: set[str]) -> None:
    silent = []
    for name, asked in QUESTIONS.items():
        for number, ask in enumerate(asked):
            kept = Kept()
            try:
                with kept.desk(ledger, viewer).look() as look:
                    told = ask(look)
            except LedgerError:
                continue
            if named_in(told, people) - {viewer} and not kept.rows and (name, number) not in UNNOTED:
                silent.append((name, number))
    assert silent == []


SEEN: list[tuple[str, str, str, str, Callable[[Look], Any]]] = [
    ("D01", "fairness", "site:jinse", f"fairness {MONTH}", lambda look: look.fairness(MONTH, "jinse")),
    ("D01", "fact", "site:jinse", f"analyses {MONTH}", lambda look: look.analyses(MONTH, "jinse")),
    ("D01", "fact", "site:jinse", "actions", lambda look: look.actions(site="jinse")),
    ("D01", "fact", "site:jinse", "sittings", lambda look: look.sittings("jinse")),
    ("D01", "fact", "site:jinse", "inspections 2026-08", lambda look: look.inspections("2026-08", "jinse")),
    ("D01", "fact", "site:jinse", f"causes {MONTH}", lambda look: look.causes(MONTH, "place", site="jinse")),
    ("D01", "fact", "site:jinse", "sheet DS1", lambda look: look.card("sheet", "DS1")),
    ("D01", "fact", "site:jinse", "log sheet DS1", lambda look: look.history("sheet:DS1")),
    (
        "D01",
        "figures",
        "site:jinse",
        f"public-list {MONTH}",
        lambda look: look.of_month("public-list", MONTH),
    ),
    ("F01", "pay", "site:jinse", f"payroll {MONTH}", lambda look: look.without_wage(MONTH, "jinse")),
    ("D01", "raw", "site:jinse", "#{}", lambda look: look.event_at(_position(look, "month_closed"))),
    ("D01", "raw", "site:jinse", "#{}", lambda look: look.event_at(_position(look, "day_sheet_recorded"))),
    (
        "D01",
        "raw",
        "inspection:INS-1",
        "#{}",
        lambda look: look.event_at(_position(look, "inspection_recorded")),
    ),
]


def _position(look: Look, kind: str) -> int:
    """Where the last event of a kind stands."""
    found = (each for each in look.state.log.events(0, look.position) if each.event.kind == kind)
    return max(each.position for each in found)


@pytest.mark.parametrize(("viewer", "info", "subject", "what", "ask"), SEEN)
def test_what_tells_of_people_by_their_work_is_noted(
    viewer: str, info: str, subject: str, what: str, ask: Callable[[Look], Any], ledger: Ledger
) -> None:
    kept = Kept()
    with kept.desk(ledger, viewer).look() as look:
        told = ask(look)
    position = told[0].get("position") if what == "#{}" else None
    assert (info, subject, what.format(position)) in kept.rows


# --- parts ----------------------------------------------------------------------------------------------

LOOK = "asks by a look, whose questions are asked above"
RECORDS = "records; what it would change is told by `seen_impact`"
NOBODY = "tells of nobody"
OWN = "tells everybody of themselves alone"
GIVEN = "tells what is in the file that is handed in"
CLOSES = ("2026-07", "jinse", "none")
TELLS: dict[str, Callable[[Desk], Any]] = {
    "review.what_if": lambda desk: desk.review.what_if(without=["N807"]),
    "review.what_if_policy": lambda desk: desk.review.what_if_policy(house_text().encode(), None, "jinse"),
    "exports.handoff": lambda desk: desk.exports.handoff(*CLOSES, Labels("en")),
    "exports.books": lambda desk: desk.exports.books("hledger", defaultdict(str)),
    "exports.analysis": lambda desk: desk.exports.analysis(),
    "exports.cloudevents": lambda desk: desk.exports.cloudevents(),
}
"""What tells of others without a look, as it is asked."""
SILENT: dict[str, tuple[str, ...]] = {
    LOOK: (
        *(f"review.{each}" for each in ("card", "case_file", "compare", "dossier", "employees", "explain")),
        *(f"review.{each}" for each in ("history", "journal", "month_card", "sites")),
        *(f"evidence.{each}" for each in ("files", "get", "of_case", "references", "verify")),
        "exports.calendar",
    ),
    RECORDS: (
        *(f"record.{each}" for each in ("apply", "as_seen", "check_field", "each", "execute", "high_points")),
        *("record.known", "record.typed", "record.unit", "evidence.attach", "imports.run", "imports.round"),
        *("proposing.confirm", "proposing.confirmable", "proposing.preview"),
        *("transcribing.preview", "transcribing.record"),
    ),
    OWN: ("people.export", "people.handouts", "proofs.receipt", "proofs.hands_out"),
    GIVEN: (
        *(f"exports.{each}" for each in ("csv", "misread_ids", "stands_alone", "workbook")),
        *("evidence.gone", "imports.asked", "imports.rejects", "people.in_receipt", "review.changed_csv"),
        *(f"proofs.{each}" for each in ("check_checkpoint", "check_code", "check_receipt", "checkpoint_in")),
    ),
    "noted: tests/web/test_files.py": ("exports.check_handoff",),
    "notes what is shown: tests/web/test_proposals.py": ("proposing.note_read",),
    "noted where it is shown: tests/web/test_rules_tried.py": ("review.try_policy", "review.changed_figures"),
    NOBODY: (
        *(f"examination.{each}" for each in ("adopt", "banks", "check", "questions")),
        *(f"policies.{each}" for each in ("adopt", "causes", "check", "clauses", "diff", "find_clauses")),
        *("policies.show", "policies.versions", "imports.may_return", "imports.require_return"),
        *(f"proofs.{each}" for each in ("anchor", "checkpoint", "checkpoint_to", "covered", "export_tiles")),
        *(f"proofs.{each}" for each in ("keep", "keys", "new_key", "own_keys", "public_keys", "rotate_key")),
        *("proofs.signed", "proofs.size_of", "proofs.verify", "exports.round_sheet", "evidence.keep_in"),
        *("people.note_handout", "people.takes_notes", "review.require_trial", "review.unstated"),
        *(f"proposing.{each}" for each in ("in_full", "is_outdated", "may_confirm", "may_propose", "named")),
        *(f"transcribing.{each}" for each in ("author", "hears", "is_of_own_sheet", "may")),
        *(f"witness.{each}" for each in ("cosigned", "kept", "request", "take")),
    ),
}
"""Why what parts of a desk tell is no reading of its own."""


def test_no_part_of_a_desk_is_forgotten(ledger: Ledger) -> None:
    desk, found = Desk.at(ledger, Person("C01")), set[str]()
    for name in (each for each in vars(HandedParts) if not each.startswith("_")):
        try:
            part = getattr(desk, name)
        except NotEntitled:
            continue  # whoever keeps the files alone has it
        if isinstance(part, Part):
            of = type(part)
            found |= {f"{name}.{each}" for each in dir(of) if each[0] != "_" and callable(getattr(of, each))}
    told = [*TELLS, *(each for names in SILENT.values() for each in names)]
    assert sorted(told) == sorted(found)


@pytest.mark.parametrize("name", TELLS)
def test_what_a_part_tells_of_others_is_noted(name: str, ledger: Ledger) -> None:
    kept = Kept()
    assert TELLS[name](kept.desk(ledger, "AU1" if name == "exports.cloudevents" else "C01"))
    assert kept.rows


def test_whoever_takes_all_events_is_noted_at_each_site(ledger: Ledger) -> None:
    kept = Kept()
    kept.desk(ledger, "AU1").exports.cloudevents()
    assert kept.rows == [("raw", "site:jinse", "log"), ("raw", "site:other", "log")]


# --- what would be --------------------------------------------------------------------------------------


def test_what_if_is_a_reading_of_whose_figures_would_change(ledger: Ledger) -> None:
    kept = Kept()
    review = kept.desk(ledger, "D01").review
    review.what_if(without=["N92"])
    review.what_if_policy(house_text().encode(), "E06", month=MONTH)
    review.what_if_policy(house_text().encode(), None, "jinse", MONTH)
    assert kept.rows == [
        *(("figures", "E11", "what-if"), ("figures", "H04", "what-if"), ("pay", "E11", "what-if")),
        *((info, each, f"trial {MONTH}/{MONTH}") for info in ("figures", "pay") for each in ("E06", "S03")),
        *((info, "site:jinse", f"trial {MONTH}/{MONTH}") for info in ("figures", "pay")),
    ]


def test_what_would_be_of_oneself_is_nobodys_business(ledger: Ledger) -> None:
    kept = Kept()
    kept.desk(ledger, "E10").review.what_if_policy(house_text().encode(), "E10", month=MONTH)
    assert kept.rows == []


def test_what_a_command_would_change_is_a_reading_once_it_is_shown(ledger: Ledger) -> None:
    kept = Kept()
    desk = kept.desk(ledger, "D01")
    tried, _ = desk.preview({"do": "withdraw_notice", "notice": "N92", "reason": "誤開"})
    assert kept.rows == []
    assert seen_impact(desk, tried) is not None
    read = [("figures", "E11"), ("figures", "H04"), ("pay", "E11")]
    assert kept.rows == [(*each, "preview notice_withdrawn") for each in read]


def test_where_it_cannot_be_noted_nothing_is_told(ledger: Ledger, tmp_path: Path) -> None:
    nowhere = Readings(tmp_path / "no such folder" / "kaoji.desk.db")
    review = Desk.at(ledger, Person("D01"), readings=nowhere).review
    with pytest.raises(StoreError, match="reading_not_noted"):
        review.what_if(without=["N92"])
