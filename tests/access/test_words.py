"""Words that are somebody's: each a token, and who finds it in anything a desk shows. Facts are tried in `test_matrix`."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from ledger.access import event_rights
from ledger.access.standing import Standing
from ledger.application.desk.desk import Desk, Keeper, Person
from ledger.application.ledger import Ledger
from ledger.errors import LedgerError
from ledger.events.appeals import AppealDecided, AppealEvent
from ledger.events.employees import employee_of, employee_stream
from ledger.events.hearings import HearingRecorded
from ledger.state.ledger_context import LedgerContext
from ledger.state.ledger_state import LedgerState
from ledger.store.personal import is_personal
from tests.access.appraised import mark, objection, step
from tests.support import office
from tests.support.generator import Move, moves, office_commands, tell
from tests.support.office import lines
from tests.support.story import NOW, open_ledger

EVERYBODY = (
    *("E001", "E002", "L01", "L02", "I01", "I02", "H01", "H02"),
    *("Q01", "O01", "D01", "M01", "F01", "C01", "AU1"),
)
RUN = {"Q01", "D01", "M01"}
"""Who reads the words of every notice at the site."""
N1 = {"E001", "L01", "I01", "H01"} | RUN
"""Whose words of N1 are: whom it names, who bears a share of it, who issued it, whose department it lies in."""

ALLOWED = {
    "notice-words": N1,
    "notice-place": N1,
    "comment-words": N1,
    "finding-words": N1,
    "other-words": {"E002", "I02", "H02"} | RUN,
    "appeal-words": {"E001", "H01", "I01"},
    "reply-words": {"E001", "H01", "I01"},
    "reasons-words": {"E001", "H01", "I01", "L01", "Q01"},
    "share-words": {"L01", "H01"},
    "round-words": {"I01", "H01"} | RUN,
    "fault-words": {"I01", "H01"} | RUN,
    "mark-words": {"E001", "H01"} | RUN,
    "objection-words": {"E001"} | RUN,
}
"""Token → who reads it without saying a purpose.

E001 appealed against N1 of I01, and H01 decided: then I01 reads what was said. L01 appeals against the share, which Q01
found, and H01 has not decided yet. Whoever is in conflict reads the decision, and nothing that others have said.
H01 marked E001, and published the sheet to which E001 objects: what was said against it H01 does not read.
"""

WITH_PURPOSE = {"C01", "AU1"}


def commands() -> list[dict[str, Any]]:
    """One case with all its words, one pending appeal of the bearer's, and a notice of somebody else."""
    return [
        *office.office(staff=2),
        *(office.register_employee(name, department="office") for name in ("F01", "AU1")),
        office.appoint("finance", "F01"),
        office.appoint("auditor", "AU1"),
        office.issue_notice("N1", "E001", narrative="notice-words", place="notice-place", points=2),
        office.issue_notice("N2", "E002", narrative="other-words", issued_by="I02"),
        office.acknowledge_notice("N1", how="commented", statement="comment-words"),
        office.find_responsibility("N1", by="Q01", finding="finding-words"),
        office.file_appeal("A1", "E001", {"notice": "N1"}, on="2026-08-13", statement="appeal-words"),
        office.reply_to_appeal("A1", on="2026-08-13", statement="reply-words"),
        office.decide_appeal("A1", "dismissed", "H01", "2026-08-14", reasons="reasons-words"),
        office.record_inspection(
            "R1",
            {"FD-01": "fault"},
            [office.found("F1", "FD-01", narrative="fault-words")],
            answers=[{"clause": "FD-01", "result": "fault", "note": "round-words"}],
        ),
        office.file_appeal("A2", "L01", {"liability": "N1"}, on="2026-08-14", statement="share-words"),
        mark("C1", "E001", "d-1", "H01", "daily", "2026-08-20", "mark-words"),
        step("publish", "front-desk", "H01", "2026-08-31") | {"site": office.SITE},
        objection("O1", "E001", "d", "2026-09-01", "objection-words"),
    ]


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    with open_ledger(tmp_path_factory.mktemp("office") / "kaoji.db", office.NOW) as opened:
        opened.record.apply(lines(commands()))
        yield opened


def crawled(desk: Desk) -> str:
    """Everything a desk shows, as one text; what it refuses is left out."""
    found: list[Any] = []
    with desk.look() as look:
        asked: list[Any] = [
            lambda: look.journal(),
            *(lambda n=n: look.card("notice", n) for n in ("N1", "N2")),
            *(lambda a=a: look.card("appeal", a) for a in ("A1", "A2")),
            *(lambda a=a: look.case_file(a) for a in ("A1", "A2")),
            *(lambda p=p: look.history(f"employee:{p}") for p in EVERYBODY),
            *(lambda t=t: look.history(t) for t in ("notice:N1", "notice:N2", "appeal:A1", "appeal:A2")),
            *(lambda p=p: look.event_at(p) for p in range(1, look.position + 1)),
            *(lambda p=p: look.explain(p, office.MONTH) for p in EVERYBODY),
            lambda: look.card("check", "C1"),
            lambda: look.card("objection", "O1"),
            lambda: look.history("check:C1"),
            lambda: look.history("objection:O1"),
            lambda: look.appraisal_sheet("E001", office.MONTH),
            lambda: look.card("inspection", "R1"),
            lambda: look.card("finding", "F1"),
            lambda: look.history("inspection:R1"),
            lambda: look.inspection("R1"),
            lambda: look.inspections(office.MONTH),
            lambda: look.notices(),
            lambda: look.appeals(),
            lambda: look.due(),
            lambda: look.monthly(office.MONTH),
            lambda: look.rewards(office.MONTH),
        ]
        for ask in asked:
            try:
                found.append(ask())
            except LedgerError as error:
                found.append(error.fields)
    return json.dumps(found, ensure_ascii=False, default=str)


@pytest.mark.parametrize("viewer", EVERYBODY)
def test_somebody_finds_the_words_that_are_theirs_and_no_others(viewer: str, ledger: Ledger) -> None:
    text = crawled(Desk.at(ledger, Person(viewer)))

    assert {token for token in ALLOWED if token in text} == {
        token for token, readers in ALLOWED.items() if viewer in readers
    }


@pytest.mark.parametrize("viewer", EVERYBODY)
def test_a_purpose_opens_words_for_company_and_auditor_only(viewer: str, ledger: Ledger) -> None:
    text = crawled(Desk.at(ledger, Person(viewer), purpose="年度複核"))

    assert {token for token in ALLOWED if token in text} == {
        token for token, readers in ALLOWED.items() if viewer in readers | WITH_PURPOSE
    }


def test_a_keeper_finds_them_all(ledger: Ledger) -> None:
    text = crawled(Desk.at(ledger, Keeper()))

    assert all(token in text for token in ALLOWED)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(drawn=moves(5, 40))
def test_in_no_organisation_does_somebody_in_conflict_read_a_sealed_word_of_the_case(
    drawn: list[Move], tmp_path_factory: pytest.TempPathFactory
) -> None:
    with open_ledger(Path(tmp_path_factory.mktemp("by chance")) / "kaoji.db") as ledger:
        ledger.record.apply(lines(office_commands()))
        ledger.record.apply(lines(tell(ledger.log, drawn)))
        state = LedgerState(ledger.log)
        context = LedgerContext(state, NOW)
        people = [name for site in state.site_ids() for name in state.employee_ids(site)]
        for person in people:
            if state.employee(person).erased_on is None:
                assert_parties_read_no_more(Standing(person, context, purpose="為了查看"), state, people)


def assert_parties_read_no_more(standing: Standing, state: LedgerState, people: list[str]) -> None:
    """Of an appeal the appellant's opponent, and whoever may not decide it, reads own words and the decision alone."""
    for owner in map(state.employee, people):
        for recorded in state.stream(employee_stream(owner.employee)):
            event = recorded.event
            if not is_personal(event.kind) or not isinstance(event, AppealEvent | HearingRecorded):
                continue
            appeal = owner.appeals.get(event.appeal or "")
            if appeal is None or standing.person not in {*appeal.conflicted, appeal.respondent}:
                continue
            if standing.person == appeal.appellant or not event_rights.may_open(standing, owner, event):
                continue
            assert employee_of(recorded.stream) == owner.employee
            own = event.by == standing.person or isinstance(event, AppealDecided)
            heard = isinstance(event, HearingRecorded) and standing.person in event.present
            answered = standing.person == appeal.respondent and appeal.decided_on is not None
            assert own or heard or answered


def test_words_are_opened_through_the_gate_alone() -> None:
    """Whoever else asked the people of a log for words would show them to anybody."""
    root = Path(__file__).parents[2] / "ledger"
    found = {
        file.relative_to(root).as_posix()
        for file in root.rglob("*.py")
        if "people.opened(" in file.read_text("utf-8") and not file.is_relative_to(root / "store")
    }

    assert found == {
        "state/streams.py",
        "review/person_record.py",  # the person's own words, which are handed to them
        "application/upgrade.py",  # reads a name to see whether a key opens it, and shows nothing
    }
