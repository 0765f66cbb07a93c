"""At a desk everybody records in their own name, and what was shown is what is recorded."""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ledger.application.desk.desk import Desk, Person
from ledger.application.ledger import Ledger
from ledger.application.recording.previewed import digest_of
from ledger.errors import LedgerError, NotEntitled
from tests.support import office
from tests.support.office import lines
from tests.support.story import open_ledger


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with open_ledger(tmp_path / "kaoji.db", office.NOW) as opened:
        opened.record.apply(lines([*office.office(), office.issue_notice("N1", "E001")]))
        yield opened


def desk(ledger: Ledger, person: str) -> Desk:
    return Desk.at(ledger, Person(person), operator=f"{person}@web/00000000")


def code_of(desk: Desk, values: dict[str, Any]) -> str:
    with pytest.raises(LedgerError) as caught:
        desk.submit(values)
    return caught.value.code


def test_a_notice_is_issued_in_ones_own_name_and_says_who_typed(ledger: Ledger) -> None:
    made = desk(ledger, "I01").submit(office.issue_notice("N2", "E002"))

    (recorded,) = made.events
    assert (recorded.event.issued_by, recorded.operator) == ("I01", "I01@web/00000000")  # type: ignore[attr-defined]


def test_nobody_records_in_somebody_elses_name(ledger: Ledger) -> None:
    assert code_of(desk(ledger, "E001"), office.issue_notice("N2", "E002")) == "not_yours_to_do"
    assert code_of(desk(ledger, "I02"), office.issue_notice("N2", "E002")) == "not_yours_to_do"


def test_who_is_entitled_is_asked_of_whatever_decides(ledger: Ledger) -> None:
    assert (
        code_of(desk(ledger, "E001"), office.issue_notice("N2", "E002", issued_by="E001"))
        == "notice_not_entitled"
    )
    assert desk(ledger, "I01").could(office.issue_notice("N2", "E002"))
    assert not desk(ledger, "E001").could(office.issue_notice("N2", "E002"))


def test_a_file_of_commands_is_for_whoever_keeps_the_files(ledger: Ledger) -> None:
    with pytest.raises(NotEntitled, match="not_yours_to_do"):
        desk(ledger, "D01").record.apply(lines([office.issue_notice("N2", "E002")]))


@pytest.mark.parametrize(
    "values",
    [
        office.grant_reward("R1", "E001"),
        office.appoint("director", "E001"),
        office.erase_employee("E001"),
        office.register_site("another"),
        {
            "do": "impose_sanction",
            "sanction": "S1",
            "employee": "E001",
            "month": "2026-08",
            "kind": "dismissal",
        },
    ],
    ids=lambda values: str(values["do"]),
)
def test_what_takes_a_second_person_is_not_recorded_by_one(values: dict[str, Any], ledger: Ledger) -> None:
    assert code_of(desk(ledger, "M01"), values) == "second_person_needed"


def test_an_employee_acknowledges_their_own_notice_and_nobody_elses(ledger: Ledger) -> None:
    mine = {"do": "acknowledge_notice", "notice": "N1", "how": "signed", "on": "2026-09-02"}

    assert not desk(ledger, "E002").could(mine)
    (recorded, *_) = desk(ledger, "E001").submit(mine).events
    assert recorded.event.by is None  # type: ignore[attr-defined]


def test_what_was_previewed_is_recorded(ledger: Ledger) -> None:
    at, values = desk(ledger, "I01"), office.issue_notice("N2", "E001", 4, clause="FD-02")
    tried, seen = at.preview(values)
    before = ledger.position()

    assert tried.impact is not None
    assert tried.impact.difference
    assert ledger.position() == before
    assert at.submit(values, seen).recorded == 1


def test_what_would_change_something_else_meanwhile_is_not_recorded(ledger: Ledger) -> None:
    at, values = desk(ledger, "I01"), office.issue_notice("N2", "E001", 4, clause="FD-02")
    _, seen = at.preview(values)
    ledger.record.apply(lines([office.issue_notice("N3", "E001", 4, clause="FD-03", issued_by="I02")]))

    with pytest.raises(LedgerError, match="impact_changed"):
        at.submit(values, seen)


def test_others_wait_while_it_is_compared(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    at, values = desk(ledger, "I01"), office.issue_notice("N2", "E001", 4, clause="FD-02")
    _, seen = at.preview(values)
    other = lines([office.issue_notice("N3", "E001", 4, clause="FD-03", issued_by="I02")])
    others = [threading.Thread(target=ledger.record.apply, args=(other,))]

    def digested(tried: Any) -> str:
        others[0].start()
        others[0].join(0.2)
        return digest_of(tried)

    monkeypatch.setattr("ledger.application.desk.desk.digest_of", digested)
    (recorded,) = at.submit(values, seen).events
    others[0].join()

    assert ledger.log.registry.stream_of("notice", "N3") is not None
    assert ledger.log.position() == recorded.position + 1


def test_of_many_who_record_at_once_what_they_were_shown_none_is_sent_back(ledger: Ledger) -> None:
    more = [office.register_employee(f"E10{number}", department="order") for number in range(8)]
    ledger.record.apply(lines(more))

    def record(number: int) -> None:
        by = "I02" if number % 2 else "I01"
        at, values = desk(ledger, by), office.issue_notice(f"N1{number}", f"E10{number}", issued_by=by)
        _, seen = at.preview(values)
        shown.wait()
        recorded.append(at.submit(values, seen).recorded)

    recorded, shown = list[int](), threading.Barrier(8)
    people = [threading.Thread(target=record, args=(number,)) for number in range(8)]
    for person in people:
        person.start()
    for person in people:
        person.join()
    assert recorded == [1] * 8


def test_the_same_form_sent_twice_is_recorded_once(ledger: Ledger) -> None:
    at = desk(ledger, "I01")
    values = {**office.issue_notice("N2", "E001", 4, clause="FD-02"), "key": "a form"}
    _, seen = at.preview(values)

    first, again = at.submit(values, seen), at.submit(values, seen)
    assert (first.recorded, again.recorded, again.skipped) == (1, 0, 1)


# --- a close of many lines ------------------------------------------------------------------------------

CLOSE = {"do": "close_month", "site": office.SITE, "month": office.MONTH, "on": "2026-09-02"}


@pytest.fixture
def many(ledger: Ledger) -> Ledger:
    """The office with three lines to hand over."""
    notices = [office.issue_notice(f"N{n}", f"E00{n}", 2, clause="FD-02") for n in (2, 3)]
    ledger.record.apply(lines(notices))
    return ledger


def over(ledger: Ledger, person: str, most: int) -> Desk:
    at = desk(ledger, person)
    at.second_above = most
    return at


def test_a_close_of_more_lines_than_one_person_hands_over_takes_a_second(many: Ledger) -> None:
    with pytest.raises(NotEntitled, match="second_person_needed"):
        over(many, "D01", 2).preview(CLOSE)
    assert code_of(over(many, "D01", 2), CLOSE) == "second_person_needed"
    line = lines([{**CLOSE, "by": "D01"}])
    with pytest.raises(LedgerError, match="second_person_needed"):
        over(many, "D01", 2).record_each(line, lambda values: None)
    assert many.log.position() == len(office.office()) + 4

    assert over(many, "D01", 3).submit(CLOSE).recorded == 1


@pytest.mark.parametrize(
    ("proposer", "decider"), [("D01", "O01"), ("O01", "M01"), ("M01", "D01"), ("O01", "D01")]
)
def test_one_proposes_the_close_and_another_confirms_it(proposer: str, decider: str, many: Ledger) -> None:
    tried, figures = over(many, proposer, 2).proposing.preview(CLOSE)
    at = over(many, decider, 2).proposing
    _, seen, now = at.confirmable(CLOSE, proposer)
    (recorded,) = at.confirm(CLOSE, proposer, "k", seen, figures).events

    assert figures == now
    assert tried.made()[0]["fields"]["digest"] == recorded.event.digest  # type: ignore[attr-defined]
    assert recorded.event.by == decider  # type: ignore[attr-defined]
    assert recorded.operator == f"{decider}@web/00000000 +{proposer}"


@pytest.mark.parametrize("person", ["E001", "I01", "H01", "Q01", "C01"])
def test_whoever_may_close_nothing_neither_proposes_nor_confirms_it(person: str, many: Ledger) -> None:
    at = over(many, person, 2).proposing

    assert not at.may_confirm(CLOSE, "D01")
    for asked in (lambda: at.preview(CLOSE), lambda: at.confirm(CLOSE, "D01", "k", None)):
        with pytest.raises(NotEntitled, match="not_yours_to_do"):
            asked()


def test_nobody_confirms_their_own_close(many: Ledger) -> None:
    with pytest.raises(NotEntitled, match="not_yours_to_do"):
        over(many, "D01", 2).proposing.confirm(CLOSE, "D01", "k", None)


def test_a_close_that_hands_over_other_lines_by_now_is_confirmed_by_nobody(many: Ledger) -> None:
    _, figures = over(many, "D01", 2).proposing.preview(CLOSE)
    at = over(many, "O01", 2).proposing
    _, seen, _ = at.confirmable(CLOSE, "D01")
    many.record.apply(lines([office.issue_notice("N9", "E004", 4, clause="FD-03", issued_by="I02")]))

    for looked in (seen, at.confirmable(CLOSE, "D01")[1]):
        with pytest.raises(LedgerError, match="impact_changed"):
            at.confirm(CLOSE, "D01", "k", looked, figures)


def test_a_close_by_one_person_is_of_the_lines_that_were_shown(many: Ledger) -> None:
    at = desk(many, "D01")
    _, seen = at.preview(CLOSE)
    many.record.apply(lines([office.issue_notice("N9", "E004", 4, clause="FD-03", issued_by="I02")]))

    with pytest.raises(LedgerError, match="impact_changed"):
        at.submit(CLOSE, seen)
