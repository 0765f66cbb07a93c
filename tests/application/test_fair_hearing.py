"""What is said beside a case is shown to whoever decides it and changes no figure (domain §§1, 2, 6)."""

import json
from pathlib import Path
from typing import Any

import pytest

from cli.main import run
from ledger.application.ledger import Ledger
from ledger.events import Event, Recorded, write_fields
from ledger.events.appeals import AppealEscalated, AppealFiled, AppealWithdrawn
from ledger.events.notices import NoticeAcknowledged, NoticeIssued
from ledger.state.ledger_state import LedgerState
from ledger.terms import LANGUAGES
from tests.support import office
from tests.support.office import MONTH, SITE, lines
from tests.support.story import everything

PHOTO = {"name": "監控截圖.jpg", "sha256": "ab" * 32}
SHIFTS = {"name": "排班表.pdf", "sha256": "cd" * 32}


def record(ledger: Ledger, *commands: dict[str, Any]) -> None:
    ledger.record.apply(lines(commands))


def figures(ledger: Ledger) -> dict[str, Any]:
    return everything(ledger, [SITE], [MONTH])


# --- remarks ------------------------------------------------------------------------------------------


def test_a_remark_after_the_close_stands_on_the_notice_and_changes_no_figure(ledger: Ledger) -> None:
    record(ledger, office.issue_notice("N1", "E001", 5), office.close_month())
    before = figures(ledger)

    record(ledger, office.remark_notice("N1", "2026-09-02", text="地點應為北門"))

    assert figures(ledger) == before
    card = ledger.review.card("notice", "N1")
    assert card["remarks"] == [{"on": "2026-09-02", "by": "I01 員工I01", "text": "地點應為北門"}]
    assert card["narrative"] == "對來訪者未主動問候"
    assert ledger.review.history("N1")[-1]["kind"] == "notice_remarked"


def test_a_notice_without_remark_or_replacement_shows_no_place_for_them(ledger: Ledger) -> None:
    record(ledger, office.issue_notice("N1", "E001"))

    assert not {"remarks", "replaces", "replaced_by"} & set(ledger.review.card("notice", "N1"))


def test_a_remark_stands_in_the_dossier_of_an_appeal_against_the_notice(ledger: Ledger) -> None:
    record(
        ledger,
        office.issue_notice("N1", "E001"),
        office.file_appeal("A1", "E001", {"notice": "N1"}),
        office.remark_notice("N1", text="地點應為北門"),
    )

    assert ledger.review.case_file("A1")["object"]["remarks"][0]["text"] == "地點應為北門"
    for language in LANGUAGES:
        assert ledger.review.dossier("A1", language)[0].count("地點應為北門") == len(LANGUAGES)


# --- replacements -------------------------------------------------------------------------------------


def test_a_replaced_notice_and_its_successor_name_each_other_though_they_are_of_two_people(
    ledger: Ledger,
) -> None:
    record(
        ledger,
        office.issue_notice("N1", "E001"),
        office.withdraw_notice("N1"),
        office.issue_notice("N2", "E002", issued_on=f"{MONTH}-12", replaces="N1"),
    )

    assert ledger.review.card("notice", "N1")["replaced_by"] == "N2"
    assert ledger.review.card("notice", "N2")["replaces"] == "N1"
    told = ledger.review.history("N1")[-1]
    assert (told["kind"], told["by"], told["fields"]["replaced_by"]) == ("notice_replaced", "I01", "N2")
    exported = ledger.people.export("E001", "en").values
    assert exported["notices"][0]["replaced_by"] == "N2"
    assert "E002" not in json.dumps(exported)
    assert ledger.people.export("E002", "en").values["notices"][0]["replaces"] == "N1"


def test_a_replacement_costs_what_it_would_cost_by_itself(ledger: Ledger) -> None:
    record(ledger, office.issue_notice("N1", "E001", 5), office.withdraw_notice("N1"))
    alone = ledger.reports.monthly(MONTH)

    record(ledger, office.issue_notice("N2", "E002", 3, issued_on=f"{MONTH}-12", replaces="N1"))

    assert [row for row in ledger.reports.monthly(MONTH) if row["employee"] == "E001"] == alone
    (row,) = [row for row in ledger.reports.monthly(MONTH) if row["employee"] == "E002"]
    assert (row["points"], row["deduction"]) == (3, "15.00")


# --- replies and evidence -----------------------------------------------------------------------------


def appealed(ledger: Ledger) -> None:
    record(
        ledger,
        office.issue_notice("N1", "E001"),
        office.file_appeal("A1", "E001", {"notice": "N1"}, evidence=[SHIFTS]),
        office.reply_to_appeal("A1", statement="巡查時無人在崗", evidence=[PHOTO]),
        {"do": "record_hearing", "about": {"appeal": "A1"}, "summary": "兩造到場", "by": "H01"}
        | {"on": f"{MONTH}-12", "evidence": [{"name": "筆錄.pdf", "sha256": "ef" * 32}]},
    )


def test_a_case_file_opens_the_words_of_its_own_case_alone(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    appealed(ledger)
    record(ledger, office.issue_notice("N2", "E001", 4, clause="FD-05"))
    opened: list[Event] = []
    plain = LedgerState.opened

    def noted(self: LedgerState, recorded: Recorded) -> Recorded:
        opened.append(recorded.event)
        return plain(self, recorded)

    monkeypatch.setattr(LedgerState, "opened", noted)
    ledger.review.case_file("A1")

    assert opened
    assert [event for event in opened if {"A1", "N1"}.isdisjoint(map(str, vars(event).values()))] == []


def test_the_reply_and_both_sides_evidence_stand_in_the_case_file(ledger: Ledger) -> None:
    appealed(ledger)

    said = {one["kind"]: one for one in ledger.review.case_file("A1")["statements"]}

    reply = said["appeal_replied"]
    assert (reply["side"], reply["by"], reply["text"]) == ("respondent", "I01", "巡查時無人在崗")
    assert reply["evidence"] == [f"監控截圖.jpg sha256:{'ab' * 32}"]
    assert said["appeal_filed"]["evidence"] == [f"排班表.pdf sha256:{'cd' * 32}"]
    assert said["hearing_recorded"]["evidence"] == [f"筆錄.pdf sha256:{'ef' * 32}"]
    assert "evidence" not in said["notice_issued"]
    assert ledger.review.card("appeal", "A1")["evidence"] == [f"排班表.pdf sha256:{'cd' * 32}"]


def test_the_reply_and_both_sides_evidence_stand_in_the_dossier_in_every_language(ledger: Ledger) -> None:
    appealed(ledger)

    page, people = ledger.review.dossier("A1", "zh-Hans")

    for text in ("巡查時無人在崗", "監控截圖.jpg", "排班表.pdf", "筆錄.pdf"):
        assert page.count(text) == len(LANGUAGES), text
    assert "I01" in people


def test_a_reply_changes_no_figure_and_leaves_the_appeal_waiting(ledger: Ledger) -> None:
    record(ledger, office.issue_notice("N1", "E001"), office.file_appeal("A1", "E001", {"notice": "N1"}))
    before = figures(ledger)

    record(ledger, office.reply_to_appeal("A1"))

    assert figures(ledger) == before


# --- whoever is said to act ---------------------------------------------------------------------------


def whoever_acts(**by: Any) -> office.Commands:
    return [
        office.issue_notice("N1", "E001"),
        office.acknowledge_notice("N1", **by),
        office.file_appeal("A1", "E001", {"notice": "N1"}),
        office.decide_appeal("A1", "dismissed", "H01"),
        office.escalate_appeal("A1", **by),
        office.withdraw_appeal("A1", **by),
    ]


@pytest.mark.parametrize("by", [{}, {"by": "E001"}], ids=["unstated", "stated"])
def test_whether_somebody_is_stated_is_kept_and_decided_again_so(ledger: Ledger, by: dict[str, str]) -> None:
    end = ledger.position()
    record(ledger, *whoever_acts(**by))

    assert ledger.proofs.verify(deep=True).faults == []
    unstated = [entry["kind"] for entry in ledger.review.journal(after=end, unstated=True)]
    acts = ["notice_acknowledged", "appeal_escalated", "appeal_withdrawn"]
    assert unstated == ([] if by else acts)


def test_the_journal_lists_everything_after_a_position_in_order(ledger: Ledger) -> None:
    end = ledger.position()
    record(ledger, *whoever_acts())

    entries = ledger.review.journal(after=end)

    assert [entry["position"] for entry in entries] == list(range(end + 1, end + 7))
    assert entries[0]["fields"]["narrative"] == "對來訪者未主動問候"
    assert entries == ledger.review.history("E001")[-6:]


def test_appointments_without_a_name_are_unstated_and_the_ledgers_own_rules_are_not(ledger: Ledger) -> None:
    kinds = {entry["kind"] for entry in ledger.review.journal(unstated=True)}

    assert kinds == {"site_registered", "employee_registered", "office_appointed"}
    assert ledger.review.journal()[0]["kind"] == "policy_adopted"


def test_the_journal_as_of_a_position_ends_there(ledger: Ledger) -> None:
    assert [entry["position"] for entry in ledger.review.journal(after=2, as_of=4)] == [3, 4]


def test_the_journal_is_shown_and_its_options_go_with_no_id(
    ledger: Ledger, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    record(ledger, *whoever_acts())
    url = f"sqlite:///{tmp_path / 'kaoji.db'}"

    assert run(["log", "--unstated", "--ledger", url, "--lang", "zh-Hant"]) == 0
    printed = capsys.readouterr().out
    assert "簽收通知單" in printed and "提出申訴" not in printed
    assert run(["log", "E001", "--unstated", "--ledger", url]) == 2
    assert "leave out E001" in capsys.readouterr().err


def test_the_journal_is_narrowed_by_what_was_late_backdated_or_somebodys(
    ledger: Ledger, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    note = tmp_path / "checkpoint"
    note.write_bytes(ledger.proofs.checkpoint())
    start = ledger.position()
    record(
        ledger,
        office.issue_notice("N7", "E002", issued_by="I02"),
        office.close_month(),
        office.issue_notice("N8", "E002", clause="FD-02", issued_by="I02"),
    )
    url = f"sqlite:///{tmp_path / 'kaoji.db'}"

    def positions(*options: str) -> list[int]:
        assert run(["log", "--since", str(note), *options, "--json", "--ledger", url]) == 0
        return [entry["position"] - start for entry in json.loads(capsys.readouterr().out)]

    assert positions() == [1, 2, 3]
    assert positions("--by", "I02") == [1, 3]
    assert positions("--late") == [3]
    assert positions("--backdated", "--by", "I02") == [1, 3]
    assert positions("--by", "D01", "--backdated") == []


@pytest.mark.parametrize("name", ["#3", "3"])
def test_one_event_is_shown_by_its_position(
    ledger: Ledger, tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    url = f"sqlite:///{tmp_path / 'kaoji.db'}"
    assert run(["log", name, "--json", "--ledger", url]) == 0
    (entry,) = json.loads(capsys.readouterr().out)
    assert entry["position"] == 3
    assert run(["log", "#999", "--ledger", url, "--lang", "en"]) == 3
    assert "no event at position 999" in capsys.readouterr().err


# --- events of before ---------------------------------------------------------------------------------


def test_events_that_say_nothing_new_are_stored_as_before() -> None:
    common = {"employee": "E1", "month": MONTH}
    notice = {"notice": "N1", **common}
    appeal = {"appeal": "A1", **common, "against": "notice", "target": "N1"}
    on = f"{MONTH}-10"
    fixed = {"occurred_at": f"{on}T02:00:00Z", "occurred_on": on, "issued_by": "I1", "issued_on": on}
    old: list[tuple[Any, dict[str, Any]]] = [
        (
            NoticeIssued,
            {**notice, "scheme": "performance", "clause": "PF-A", "points": 1, "narrative": "x"} | fixed,
        ),
        (NoticeAcknowledged, {**notice, "on": on, "how": "signed"}),
        (
            AppealEscalated,
            {**appeal, "by": "E1", "statement": "x", "on": on, "level": "company", "due_on": on},
        ),
        (AppealWithdrawn, {**appeal, "on": on}),
        (
            AppealFiled,
            {**appeal, "by": "E1", "ground": "facts", "respondent": "I1", "statement": "x", "on": on}
            | {"route": [], "conflicted": [], "due_on": on},
        ),
    ]
    for cls, fields in old:
        assert cls.schema_version == 1
        assert write_fields(cls.model_validate(fields)) == fields


def test_an_escalation_of_before_was_not_stated() -> None:
    appeal = {"appeal": "A1", "employee": "E1", "month": MONTH, "against": "notice", "target": "N1"}
    day = f"{MONTH}-10"
    old = {**appeal, "by": "E1", "statement": "x", "on": day, "level": "company", "due_on": day}

    assert AppealEscalated.model_validate(old).stated is False


def test_every_command_with_somebody_to_state_is_in_the_journals_list() -> None:
    from ledger.review.journal import _MAY_BE_STATED

    assert {"notice_acknowledged", "appeal_escalated", "appeal_withdrawn"} <= _MAY_BE_STATED
    assert "notice_remarked" not in _MAY_BE_STATED
