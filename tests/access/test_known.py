"""What somebody is not to know of tells nothing of itself: not by a short id, and not by what is refused about it."""

from collections.abc import Iterator
from typing import Any

import pytest

from ledger.application.ledger import Ledger
from ledger.errors import InputError, LedgerError, NotEntitled, Unknown
from tests.access.sample import desk, fill
from tests.access.test_matrix import NOW
from tests.support.office import lines, register_employee
from tests.support.story import open_ledger

ON = {"on": "2026-09-10"}
ELSEWHERE: dict[str, dict[str, Any]] = {
    "employee": {"do": "record_departure", "employee": "E06"},
    "notice": {"do": "rectify_notice", "notice": "N701", "action": "x"},
    "appeal": {"do": "withdraw_appeal", "appeal": "A04"},
    "finding": {"do": "rectify_finding", "finding": "F2", "action": "x"},
    "action": {"do": "complete_action", "action": "AC1", "done": "x"},
    "sitting": {"do": "declare_results", "sitting": "K1"},
    "site": {"do": "close_month", "site": "jinse", "month": "2026-07"},
}
"""A command about each, which lies at a site that somebody of another site knows nothing of."""

NOT_THERE = {
    "employee": "E99",
    "notice": "N999",
    "appeal": "A99",
    "finding": "F9",
    "action": "AC9",
    "sitting": "K9",
    "site": "none",
}
AT_HOME: list[dict[str, Any]] = [
    {"do": "clear_responsibility", "notice": "N701", "reason": "x"},
    {"do": "decide_appeal", "appeal": "A04", "outcome": "dismissed", "reasons": "x"},
    {"do": "reply_to_appeal", "appeal": "A09", "statement": "x"},
    {"do": "escalate_appeal", "appeal": "A04", "statement": "x"},
    {"do": "file_appeal", "against": {"liability": "N703"}, "ground": "facts", "statement": "x"},
    {"do": "rectify_finding", "finding": "F2", "action": "x"},
    {"do": "complete_action", "action": "AC2", "done": "x"},
    {"do": "refer_to_handbook", "case": "HC1", "notice": "N701", "reason": "x"},
]
"""Commands about what is there, and whose facts are no colleague's: a refusal would say where it stands, or whose it is."""


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    with open_ledger(tmp_path_factory.mktemp("office") / "kaoji.db", NOW) as opened:
        fill(opened)
        namesake = register_employee("Y02", name="林小雅", site="other", **{"from": "2026-01-05"})
        opened.record.apply(lines([namesake]))
        yield opened


def refused(ledger: Ledger, viewer: str, values: dict[str, Any]) -> LedgerError:
    with pytest.raises(LedgerError) as told:
        desk(ledger, viewer).record.typed({**values, **ON}, dry_run=True)
    return told.value


@pytest.mark.parametrize("kind", ELSEWHERE)
def test_what_lies_elsewhere_is_refused_as_if_it_were_not_there(kind: str, ledger: Ledger) -> None:
    asked = ELSEWHERE[kind]
    there = refused(ledger, "X01", asked)
    not_there = refused(ledger, "X01", {**asked, kind: NOT_THERE[kind]})

    assert type(there) is type(not_there) is Unknown
    assert there.code == not_there.code == f"{kind}_unknown"
    assert there.fields == {kind: asked[kind]}


@pytest.mark.parametrize("asked", AT_HOME, ids=lambda asked: str(asked["do"]))
def test_a_refusal_says_no_more_than_the_page_of_what_it_is_about(
    asked: dict[str, Any], ledger: Ledger
) -> None:
    told = refused(ledger, "E10", asked)

    assert (type(told), told.code) == (NotEntitled, "not_yours_to_read")
    assert set(told.fields) == {"by", "id"}


def test_each_line_of_a_file_is_refused_so_too(ledger: Ledger) -> None:
    line = b'{"do": "withdraw_appeal", "appeal": "A04", "on": "2026-09-10"}\n'
    with pytest.raises(LedgerError) as told:
        desk(ledger, "X01").record_each([line, line.replace(b"A04", b"A01")], lambda values: None, True)

    faults = [told.value, *told.value.others]
    assert [(each.code, each.place) for each in faults] == [
        ("appeal_unknown", {"line": 1}),
        ("appeal_unknown", {"line": 2}),
    ]


def test_whoever_may_know_of_it_is_told_why(ledger: Ledger) -> None:
    assert refused(ledger, "E03", AT_HOME[1]).code == "appeal_not_pending"
    assert refused(ledger, "M01", AT_HOME[0]).code == "no_finding"


@pytest.mark.parametrize("prefix", ["E", "E0", "I"])
def test_a_short_id_is_no_list_of_who_is_elsewhere(prefix: str, ledger: Ledger) -> None:
    asked = {"do": "record_departure", "employee": prefix}

    assert refused(ledger, "X01", asked).code == "employee_unknown"
    with desk(ledger, "X01").look_at_log() as look, pytest.raises(Unknown, match="employee_unknown"):
        look.card("employee", prefix)


def test_a_short_id_means_the_only_one_that_may_be_known(ledger: Ledger) -> None:
    with desk(ledger, "X01").look_at_log() as look:
        assert look.card("employee", "X0")["employee"].startswith("X01")
    with desk(ledger, "E06").look_at_log() as look:
        with pytest.raises(Unknown, match="employee_unknown"):
            look.card("employee", "X")
        with pytest.raises(InputError, match="prefix_of_several"):
            look.card("employee", "E0")


def test_a_name_that_somebody_elsewhere_bears_too_means_the_one_of_ones_own_site(ledger: Ledger) -> None:
    with desk(ledger, "E06").look_at_log() as look:
        assert look.card("employee", "林小雅")["employee"].startswith("E01")
    with desk(ledger, "X01").look_at_log() as look:
        assert look.card("employee", "林小雅")["employee"].startswith("Y02")
    with ledger.look_at_log() as look, pytest.raises(InputError, match="name_of_several"):
        look.card("employee", "林小雅")


@pytest.mark.parametrize("viewer", ["I01", "Q01", "M01", "D01", "S03", "AU1"])
def test_whose_a_paper_is_nobody_learns_before_the_results_are_declared(viewer: str, ledger: Ledger) -> None:
    kinds = {"answer_recorded", "answer_marked"}
    with ledger.look_at_log() as look:
        answers = [each["position"] for each in look.history("employee:E06") if each["kind"] in kinds]
    with desk(ledger, "E06").look_at_log() as look:
        assert [each["kind"] for each in look.history("employee:E06") if each["kind"] in kinds] == [
            "answer_recorded"
        ]
    with desk(ledger, viewer).look_at_log() as look:
        assert not kinds & {each["kind"] for each in look.history("employee:E06")}
        for position in answers:
            with pytest.raises(NotEntitled, match="not_yours_to_read"):
                look.event_at(position)

    assert len(answers) == 2


def test_nobody_imagines_what_lies_elsewhere(ledger: Ledger) -> None:
    for asked in ({"appeals": [("A09", "dismissed", None)]}, {"without": ["N701"]}):
        with pytest.raises(Unknown, match=r"(appeal|notice)_unknown"):
            desk(ledger, "X01").review.what_if(**asked)
    with pytest.raises(Unknown, match="appeal_unknown"):
        desk(ledger, "X01").review.what_if(appeals=[("A", "dismissed", None)])


@pytest.mark.parametrize("appeal", ["A04", "A09"])
def test_what_was_known_before_an_appeal_was_decided_tells_nobody_else_that_there_is_one(
    appeal: str, ledger: Ledger
) -> None:
    def asked(viewer: str, name: str) -> LedgerError:
        with pytest.raises(LedgerError) as told:
            desk(ledger, viewer).position_of(f"appeal:{name}")
        return told.value

    there, not_there = asked("X01", appeal), asked("X01", "A99")
    assert (type(there), there.code) == (type(not_there), not_there.code) == (Unknown, "appeal_unknown")
    assert set(there.fields) == set(not_there.fields)
    colleague = asked("E07", appeal)
    assert (type(colleague), colleague.code) == (NotEntitled, "not_yours_to_read")


def test_who_decided_an_appeal_looks_back_to_what_they_knew(ledger: Ledger) -> None:
    there = ledger.position_of("appeal:A04")
    assert [desk(ledger, viewer).position_of("appeal:A04") for viewer in ("M01", "E03", "D01")] == [there] * 3
