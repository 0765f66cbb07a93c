"""Forms: what is typed by hand is recorded as the equal command of a file would be, and what was left out is found."""

import hashlib
import json
import os
import pty
import re
import select
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from click.shell_completion import ShellComplete

from cli.form_fields import fields_of
from cli.forms import values_of
from cli.main import kaoji as root
from cli.main import run
from ledger.application.ledger import Ledger
from ledger.commands import COMMANDS
from ledger.events import Event, write_fields
from ledger.labels.messages import load
from ledger.terms import LANGUAGES
from tests.support import office as of
from tests.support.typed import ISSUE_NOTICE

NOTICE = (
    *ISSUE_NOTICE,
    *("--points", "2"),
    *("--occurred-at", "2026-08-20T10:00:00+08:00", "--narrative", "未主動問候"),
    *("--issued-by", "I01", "--issued-on", "2026-08-20"),
)
PTY_LIMIT = 20
"""Seconds that a typed session may say nothing."""


class Done(NamedTuple):
    status: int
    out: str
    err: str

    def json(self) -> Any:
        return json.loads(self.out)


class Counter:
    """A counter at which command lines are typed, and the ledger behind it."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self.capsys = capsys

    def __call__(self, *arguments: str) -> Done:
        self.capsys.readouterr()
        status = run(list(arguments))
        printed = self.capsys.readouterr()
        return Done(status, printed.out, printed.err)

    def apply(self, *commands: dict[str, Any], ledger: str = "sqlite:///kaoji.db") -> int:
        """Applies commands; the ledger's position."""
        Path("commands.jsonl").write_bytes(b"".join(of.lines(commands)))
        done = self("apply", "commands.jsonl", "--ledger", ledger, "--json")
        assert done.status == 0, done.err
        return int(done.json()["position"])

    def position(self) -> int:
        with Ledger("sqlite:///kaoji.db") as ledger:
            return ledger.log.position()

    def fields(self, *arguments: str) -> dict[str, Any]:
        """The fields of the event that a form records."""
        done = self(*arguments, "--json")
        assert done.status == 0, done.err
        fields: dict[str, Any] = done.json()["events"][0]["fields"]
        return fields


@pytest.fixture
def kaoji(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Counter]:
    """An office in a folder of its own, in English, on 2 September 2026, off any terminal."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("KAOJI_OPERATOR", "tester")
    monkeypatch.setenv("KAOJI_LANG", "en")
    monkeypatch.delenv("KAOJI_LEDGER", raising=False)
    monkeypatch.setitem(Ledger.__init__.__kwdefaults__, "now", of.now)
    with Path(os.devnull).open() as nothing:
        monkeypatch.setattr(sys, "stdin", nothing)
        counter = Counter(capsys)
        counter.apply(*of.office())
        yield counter


# --- a form and its command -------------------------------------------------------------------------

PAIRS: dict[str, tuple[list[str], dict[str, Any]]] = {
    "notice issue": (
        [
            *("notice", "issue", "N7", "--employee", "E001", "--clause", "FD-01", "--points", "2"),
            *("--occurred-at", "2026-08-10 10:00", "--narrative", "對來訪者未主動問候"),
            *("--issued-by", "I01", "--issued-on", "2026-08-10"),
        ],
        of.issue_notice("N7", "E001", 2),
    ),
    "notice acknowledge": (
        [
            "notice",
            "acknowledge",
            "N1",
            "--how",
            "refused",
            "--witness",
            "I02",
            "--witness",
            "O01",
            "--on",
            "2026-08-12",
        ],
        of.acknowledge_notice("N1", "2026-08-12", how="refused", witnesses=["I02", "O01"]),
    ),
    "notice acknowledge by": (
        ["notice", "acknowledge", "N1", "--how", "signed", "--by", "H01", "--on", "2026-08-11"],
        of.acknowledge_notice("N1", by="H01"),
    ),
    "notice remark": (
        ["notice", "remark", "N1", "--text", "地點應為北門", "--by", "I01", "--on", "2026-08-12"],
        of.remark_notice("N1"),
    ),
    "finding record": (
        ["finding", "record", "N1", "--finding", "班前未交底", "--by", "D01", "--on", "2026-08-12"],
        of.find_responsibility("N1"),
    ),
    "appeal file": (
        [
            *("appeal", "file", "A7", "--notice", "N1", "--by", "E001", "--ground", "facts"),
            *("--statement", "當時不在崗位", "--on", "2026-08-12"),
        ],
        of.file_appeal("A7", "E001", {"notice": "N1"}),
    ),
    "reward grant": (
        [
            *("reward", "grant", "R7", "--employee", "E002", "--points", "1", "--occurred-on", "2026-08-15"),
            *("--reason", "拾金不昧", "--by", "L01", "--approved-by", "D01", "--on", "2026-08-16"),
        ],
        of.grant_reward("R7", "E002", on="2026-08-16"),
    ),
    "employee reassign": (
        ["employee", "reassign", "E003", "--from", "2026-08-20", "--no-supervisor", "--department", "order"],
        of.reassign_employee("E003", "2026-08-20", supervisor=None, department="order"),
    ),
    "wage record": (
        ["wage", "record", "E001", "2026-08", "--wage", "3200.00", "--minimum-wage", "2360.00"],
        of.record_wage("E001", "3200.00", "2360.00"),
    ),
    "month close": (["month", "close", "2026-08", "--by", "D01", "--on", "2026-09-02"], of.close_month()),
}


def _facts(ledger: Ledger) -> list[tuple[str, Event]]:
    """The events with everybody's words opened."""
    return [(r.stream, ledger.log.people.opened(r).event) for r in ledger.log.events()]


@pytest.mark.parametrize("name", PAIRS)
def test_a_form_records_what_the_equal_command_of_a_file_records(kaoji: Counter, name: str) -> None:
    words, command = PAIRS[name]
    kaoji.apply(of.issue_notice("N1", "E001", 3, clause="FD-03"))
    other = "sqlite:///other.db"
    kaoji.apply(*of.office(), of.issue_notice("N1", "E001", 3, clause="FD-03"), command, ledger=other)
    typed = kaoji(*words, "--json")
    assert typed.status == 0, typed.err
    with Ledger(other) as ledger, Ledger("sqlite:///kaoji.db") as mine:
        applied = _facts(ledger)
        assert _facts(mine) == applied
    assert typed.json()["position"] == len(applied)


def test_ids_left_out_are_numbered_in_the_year_of_the_thing(kaoji: Counter) -> None:
    assert kaoji.fields(*NOTICE)["notice"] == "N2026-0001"
    assert kaoji.fields(*NOTICE, "--distinct-because", "另一位訪客")["notice"] == "N2026-0002"
    kaoji.apply(of.issue_notice("N2026-0041", "E002"), of.issue_notice("N2026-0x", "E003"))
    assert kaoji.fields(*NOTICE, "--distinct-because", "第三位訪客")["notice"] == "N2026-0042"
    filed = kaoji.fields(
        *("appeal", "file", "--notice", "N2026-0041", "--by", "E002"),
        *("--ground", "facts", "--statement", "當時在崗", "--on", "2026-08-12"),
    )
    assert filed["appeal"] == "A2026-0001"


def test_a_prefix_that_means_one_thing_is_enough(kaoji: Counter) -> None:
    kaoji.apply(of.issue_notice("N2026-0001", "E001"), of.issue_notice("N2026-0012", "E002"))
    withdrawn = ["notice", "withdraw", "N2026-001", "--reason", "認錯人", "--by", "I01", "--on", "2026-08-12"]
    assert kaoji.fields(*withdrawn)["notice"] == "N2026-0012"


def test_a_replaced_notice_may_be_named_by_its_beginning(kaoji: Counter) -> None:
    kaoji.apply(of.issue_notice("N2026-0001", "E001"), of.withdraw_notice("N2026-0001"))
    issued = kaoji.fields(*NOTICE, "--replaces", "N2026-")
    assert (issued["notice"], issued["replaces"]) == ("N2026-0002", "N2026-0001")


def test_a_reply_and_an_appeal_are_typed_with_their_files(kaoji: Counter) -> None:
    Path("photo.jpg").write_bytes(b"x")
    kaoji.apply(of.issue_notice("N1", "E001"))
    digest = hashlib.sha256(b"x").hexdigest()
    filed = kaoji.fields(
        *("appeal", "file", "A1", "--notice", "N1", "--by", "E001", "--ground", "facts"),
        *("--statement", "當時在崗", "--on", "2026-08-12", "--evidence", "photo.jpg"),
    )
    replied = kaoji.fields(
        *("appeal", "reply", "A1", "--statement", "無人在崗", "--by", "I01", "--on", "2026-08-12"),
        *("--evidence", "photo.jpg"),
    )
    assert filed["evidence"] == replied["evidence"] == [{"name": "photo.jpg", "sha256": digest}]


def test_a_prefix_that_means_several_is_refused_with_the_candidates(kaoji: Counter) -> None:
    kaoji.apply(of.issue_notice("N2026-0001", "E001"), of.issue_notice("N2026-0012", "E002"))
    before = kaoji.position()
    refused = kaoji(
        *["notice", "withdraw", "N2026-00", "--reason", "認錯人", "--by", "I01", "--on", "2026-08-12"]
    )
    assert refused.status == 2
    assert refused.out == ""
    assert "error: field notice: N2026-00 " in refused.err
    assert "N2026-0001, N2026-0012" in refused.err
    assert kaoji.position() == before


def test_an_exact_id_is_never_taken_for_a_prefix(kaoji: Counter) -> None:
    kaoji.apply(of.issue_notice("N1", "E001"), of.issue_notice("N12", "E002"))
    withdrawn = ["notice", "withdraw", "N1", "--reason", "認錯人", "--by", "I01", "--on", "2026-08-12"]
    assert kaoji.fields(*withdrawn)["notice"] == "N1"


@pytest.mark.parametrize("missing", ["employee", "clause", "points", "occurred-at", "narrative", "issued-by"])
def test_off_a_terminal_a_missing_field_is_refused_by_name(kaoji: Counter, missing: str) -> None:
    words = list(NOTICE)
    at = words.index(f"--{missing}")
    del words[at : at + 2]
    before = kaoji.position()
    refused = kaoji(*words)
    assert refused.status == 2
    assert f"error: field {missing.replace('-', '_')}: " in refused.err
    assert kaoji.position() == before


def test_today_and_the_only_site_are_filled_in(kaoji: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is 2 September in Shanghai, and still the 1st in UTC."""
    early = of.NOW.replace(day=1, hour=17)
    monkeypatch.setitem(Ledger.__init__.__kwdefaults__, "now", lambda: early)
    closed = kaoji.fields("month", "close", "2026-08", "--by", "D01", "--clock-is-right")
    assert (closed["site"], closed["on"]) == (of.SITE, "2026-09-02")


# --- dry runs ---------------------------------------------------------------------------------------


def _figures(kaoji: Counter) -> dict[tuple[str, str], Any]:
    """August's rows of two reports, each with its name and whose it is."""
    monthly = kaoji("report", "monthly", of.MONTH, "--json").json()
    shares = kaoji("report", "joint-liability", of.MONTH, "--json").json()
    return {("monthly", row["employee"]): row for row in monthly} | {
        ("joint_liability", row["notice"]): row for row in shares
    }


@pytest.mark.parametrize(
    "words",
    [
        "notice correct N1 --points 1 --reason 筆誤 --by I01 --on 2026-08-12",
        "notice withdraw N1 --reason 認錯人 --by I01 --on 2026-08-12",
        "finding record N2 --finding 班前未交底 --by D01 --on 2026-08-12",
        "appeal decide A1 --outcome reduced --points 1 --reasons 查閱監控 --by H01 --on 2026-08-13",
        "appeal file A2 --notice N2 --by E002 --ground facts --statement 不服 --on 2026-08-13",
    ],
)
def test_a_dry_run_records_nothing_and_says_what_then_moves(kaoji: Counter, words: str) -> None:
    kaoji.apply(
        of.issue_notice("N1", "E001", 5),
        of.issue_notice("N2", "E002", 3),
        of.find_responsibility("N1"),
        of.file_appeal("A1", "E001", {"notice": "N1"}),
    )
    before, stood = _figures(kaoji), kaoji.position()
    dry = kaoji(*words.split(), "--dry-run", "--json")
    assert dry.status == 0, dry.err
    assert (kaoji.position(), _figures(kaoji)) == (stood, before)

    done = kaoji(*words.split(), "--json")
    assert done.json()["events"] == dry.json()["events"]
    after = _figures(kaoji)
    told = {
        (row["report"], row["notice" if row["report"] == "joint_liability" else "employee"], row["field"]): (
            _row(row["before"]),
            _row(row["after"]),
        )
        for row in dry.json()["difference"]
        if row["report"] in ("monthly", "joint_liability")
    }
    assert told == _moved(before, after)
    assert told


def _row(value: Any) -> Any:
    """A row of a report as the report has it; a difference says in it which month it is of."""
    return (
        {name: part for name, part in value.items() if name != "month"} if isinstance(value, dict) else value
    )


def _moved(before: dict[tuple[str, str], Any], after: dict[tuple[str, str], Any]) -> dict[Any, Any]:
    """Which fields of which rows differ; a row that is on one side only differs as a whole."""
    moved: dict[Any, Any] = {}
    for key in before.keys() | after.keys():
        old, new = before.get(key), after.get(key)
        if old is None or new is None:
            moved[(*key, None)] = (old, new)
            continue
        moved |= {(*key, name): (old[name], new[name]) for name in old if old[name] != new[name]}
    return moved


def test_a_dry_run_as_people_read_it_says_that_nothing_is_recorded(kaoji: Counter) -> None:
    before = kaoji.position()
    dry = kaoji(*NOTICE, "--dry-run")
    assert dry.status == 0
    assert "N2026-0001" in dry.out
    assert dry.out.rstrip().endswith("nothing has been recorded")
    assert kaoji.position() == before


# --- times and files --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "recorded"),
    [
        ("2026-09-02 08:30", "2026-09-02T00:30:00Z"),
        ("2026-09-02T08:30", "2026-09-02T00:30:00Z"),
        ("2026-09-02 8:30", "2026-09-02T00:30:00Z"),
        ("2026-09-02T08:30:00+00:00", None),
    ],
)
def test_a_local_time_is_the_site_s(kaoji: Counter, typed: str, recorded: str | None) -> None:
    words = [*NOTICE[:9], typed, *NOTICE[10:-1], "2026-09-02"]
    if recorded is None:
        refused = kaoji(*words)
        assert (refused.status, "error:" in refused.err) == (3, True)  # 08:30 UTC is still to come
    else:
        assert kaoji.fields(*words)["occurred_at"] == recorded


def test_a_local_time_is_that_of_the_employee_s_site(kaoji: Counter) -> None:
    kaoji.apply(
        of.register_site("urumqi", timezone="Asia/Urumqi"),
        of.register_employee("U01", site="urumqi", department="quality"),
        of.register_employee("U02", site="urumqi"),
        of.appoint("inspector", "U01", site="urumqi"),
    )
    words = [*NOTICE[:9], "2026-08-03 09:30", *NOTICE[10:]]
    words[words.index("E001")], words[words.index("I01")] = "U02", "U01"
    assert kaoji.fields(*words)["occurred_at"] == "2026-08-03T03:30:00Z"


def test_evidence_is_the_name_and_hash_of_each_file(kaoji: Counter) -> None:
    Path("pictures").mkdir()
    Path("pictures/photo.jpg").write_bytes(b"\xff\xd8photo")
    Path("note.txt").write_bytes(b"")
    issued = kaoji.fields(*NOTICE, "--evidence", "pictures/photo.jpg", "--evidence", "note.txt")
    assert issued["evidence"] == [
        {"name": "photo.jpg", "sha256": hashlib.sha256(b"\xff\xd8photo").hexdigest()},
        {"name": "note.txt", "sha256": hashlib.sha256(b"").hexdigest()},
    ]


def test_evidence_that_cannot_be_read_is_refused(kaoji: Counter) -> None:
    before = kaoji.position()
    refused = kaoji(*NOTICE, "--evidence", "nowhere.jpg")
    assert refused.status == 2
    assert "error: field evidence: " in refused.err
    assert "nowhere.jpg" in refused.err
    assert kaoji.position() == before


# --- on a terminal ----------------------------------------------------------------------------------


def _talk_on_a_terminal(arguments: list[str], answers: list[str]) -> tuple[int, str]:
    """Runs kaoji on a terminal of its own, answering each time it waits; the exit status and what it showed."""
    child, terminal = pty.fork()
    if child == 0:
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # ignored where the tests run in the background
        os.execv(sys.executable, [sys.executable, "-m", "cli", *arguments])
    shown, said, key = b"", 0, b""
    until = time.monotonic() + PTY_LIMIT
    try:
        while time.monotonic() < until:
            if not select.select([terminal], [], [], 3)[0]:
                os.write(terminal, key)  # a signal is lost on a prompt that is not being read yet
                continue
            try:
                piece = os.read(terminal, 4096)
            except OSError:
                break
            if not piece:
                break
            shown += piece
            if said < len(answers) and re.search("(: |：)$".encode(), shown):
                key = answers[said].encode() if answers[said] in ("\x03", "\x04") else b""
                time.sleep(0.5 if key else 0)
                os.write(terminal, key or answers[said].encode() + b"\n")
                said += 1
        else:
            os.kill(child, 9)
    finally:
        os.close(terminal)
        _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status), shown.decode()


def test_on_a_terminal_missing_fields_are_asked_for(
    kaoji: Counter, monkeypatch: pytest.MonkeyPatch, pytestconfig: pytest.Config
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(pytestconfig.rootpath))
    kaoji.apply(of.issue_notice("N1", "E001"))
    before = kaoji.position()
    status, shown = _talk_on_a_terminal(
        ["appeal", "file", "--by", "E001", "--on", "2026-08-12"], ["N1", "facts", "at my post", "y"]
    )
    assert status == 0, shown
    assert "1 facts, 2 points" in shown  # the words that are taken are named
    with Ledger("sqlite:///kaoji.db") as ledger:
        (filed,) = map(ledger.log.people.opened, ledger.log.events(after=before))
    fields = write_fields(filed.event)
    assert filed.event.kind == "appeal_filed"
    assert (fields["against"], fields["target"]) == ("notice", "N1")
    assert (fields["ground"], fields["statement"]) == ("facts", "at my post")


def test_on_a_terminal_a_choice_is_made_by_number_or_word_and_asked_for_until_it_is_one(
    kaoji: Counter, monkeypatch: pytest.MonkeyPatch, pytestconfig: pytest.Config
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(pytestconfig.rootpath))
    monkeypatch.setenv("KAOJI_LANG", "zh-Hant")
    kaoji.apply(of.issue_notice("N1", "E001"))
    before = kaoji.position()
    status, shown = _talk_on_a_terminal(
        ["appeal", "file", "--by", "E001", "--on", "2026-08-12"], ["N1", "不服", "１", "在崗", "是"]
    )
    assert status == 0, shown
    assert shown.count("1 事實不符、2 扣分不當") == 2
    with Ledger("sqlite:///kaoji.db") as ledger:
        (filed,) = map(ledger.log.people.opened, ledger.log.events(after=before))
    assert write_fields(filed.event)["ground"] == "facts"


@pytest.fixture
def typing(kaoji: Counter, monkeypatch: pytest.MonkeyPatch, pytestconfig: pytest.Config) -> Counter:
    """A terminal in Traditional Chinese."""
    monkeypatch.setenv("PYTHONPATH", str(pytestconfig.rootpath))
    monkeypatch.setenv("KAOJI_LANG", "zh-Hant")
    return kaoji


ISSUED = ["notice", "issue", "--place", "前臺"]


def test_a_wrong_answer_is_asked_again_at_once_with_its_reason(typing: Counter) -> None:
    before = typing.position()
    answers = [
        "王五",
        "e００1",
        "ＦＤ-99",
        "微笑",
        "ｆｄ－０１",
        "兩",
        "２ ",
        "二〇二六",
        "２０２６／８／２０　９：30",
    ]
    answers += ["未主動問候", "E099", "ｉ01", "是"]
    status, shown = _talk_on_a_terminal(ISSUED, answers)
    assert status == 0, shown
    reasons = [
        "本臺賬沒有員工 王五",
        "  E001 員工E001",
        "沒有條款 FD-99",
        "沒有條款 微笑",
        "扣分有誤",
        "發生時間有誤",
        "本臺賬沒有員工 E099",
    ]
    places = [shown.index(reason) for reason in reasons]
    assert places == sorted(places)
    assert (
        "員工E001" in shown.split("確認登記")[0]
    )  # whom it is about, and what it costs, before the question
    assert "10.00" in shown.split("確認登記")[0]
    assert typing.position() == before + 1


def test_a_refusal_after_the_last_prompt_keeps_the_answers_and_asks_only_for_what_was_wrong(
    typing: Counter,
) -> None:
    before = typing.position()
    answers = ["E001", "FD-01", "2", "2026-08-20 9:30", "未主動問候", "E002", "I01", "是"]
    status, shown = _talk_on_a_terminal(ISSUED, answers)
    assert status == 0, shown
    assert "E002" in shown and "無權" in shown
    assert shown.count("未主動問候") == 1, "what was right is not asked for again"
    assert typing.position() == before + 1
    with Ledger("sqlite:///kaoji.db") as ledger:
        (issued,) = map(ledger.log.people.opened, ledger.log.events(after=before))
    fields = write_fields(issued.event)
    assert (fields["issued_by"], fields["narrative"], fields["points"]) == ("I01", "未主動問候", 2)


@pytest.mark.parametrize("answers", [["E001", "\x04"], ["E001", "\x03"], ["\x04"]], ids=repr)
def test_giving_up_at_a_prompt_says_that_nothing_was_recorded(typing: Counter, answers: list[str]) -> None:
    before = typing.position()
    status, shown = _talk_on_a_terminal(ISSUED, answers)
    assert status == 130
    assert shown.endswith("未作任何登記\r\n")
    assert typing.position() == before


def test_no_is_an_answer(typing: Counter) -> None:
    before = typing.position()
    filed = ["--employee", "E001", "--clause", "FD-01", "--points", "2", "--occurred-at", "2026-08-20 9:30"]
    status, shown = _talk_on_a_terminal([*ISSUED, *filed, "--narrative", "未主動問候"], ["I01", "也許", "否"])
    assert (status, typing.position()) == (130, before)
    assert shown.count("確認登記") == 2


@pytest.mark.parametrize(("answer", "recorded"), [("是", 1), ("否", 0)])
def test_points_that_reach_dismissal_are_asked_about_once_more(
    typing: Counter, answer: str, recorded: int
) -> None:
    before = typing.position()
    filed = [
        "--employee",
        "E001",
        "--clause",
        "FD-01",
        "--occurred-at",
        "2026-08-20 9:30",
        "--issued-by",
        "I01",
    ]
    words = [*ISSUED, *filed, "--narrative", "未主動問候", "--points"]
    status, shown = _talk_on_a_terminal([*words, "20"], [answer])
    assert "20 分已達開除檔次（20 分起）" in shown
    assert (status == 0) is bool(recorded)
    assert typing.position() == before + recorded
    status, shown = _talk_on_a_terminal([*words, "19", "--distinct-because", "另一事"], [])
    assert status == 0 and "開除" not in shown


def test_a_key_of_the_callers_makes_a_second_sending_harmless(kaoji: Counter) -> None:
    issued = (*ISSUE_NOTICE, "--points", "1", "--issued-by", "I01")
    issued += ("--occurred-at", "2026-08-20 09:30", "--narrative", "x", "--distinct-because", "y")
    first = kaoji.fields(*issued, "--key", "k1")
    position = kaoji.position()
    again = kaoji(*issued, "--key", "k1", "--json")
    assert (again.status, again.json()["events"], kaoji.position()) == (0, [], position)
    assert "recorded before under this key" in again.err
    assert kaoji.fields(*issued, "--key", "k2")["notice"] != first["notice"]
    assert kaoji.fields(*issued)["notice"] != first["notice"]


@pytest.mark.parametrize("word", ["revoked", "撤銷", "撤销", " 撤销 ", "Revoked"])
def test_a_choice_may_be_typed_in_any_language(kaoji: Counter, word: str) -> None:
    kaoji.apply(of.issue_notice("N1", "E001", 2), of.file_appeal("A1", "E001", {"notice": "N1"}))
    decided = ("appeal", "decide", "A1", "--outcome", word, "--reasons", "x", "--by", "H01")
    assert kaoji.fields(*decided, "--on", "2026-08-14")["outcome"] == "revoked"


@pytest.mark.parametrize("word", ["撤銷", "撤销"])
def test_an_outcome_is_tried_out_in_any_language(kaoji: Counter, word: str) -> None:
    kaoji.apply(of.issue_notice("N1", "E001", 2), of.file_appeal("A1", "E001", {"notice": "N1"}))
    done = kaoji("what-if", "A1", "--outcome", word, "--json")
    assert done.status == 0 and done == kaoji("what-if", "A1", "--outcome", "revoked", "--json")


def test_an_office_types_as_its_ime_gives_it(kaoji: Counter) -> None:
    typed = kaoji.fields(
        *("notice", "issue", "Ｎ９５ ", "--employee", "ｅ００１", "--clause", "ＦＤ-０１", "--points", "２"),
        *("--occurred-at", "２０２６／８／２０ ９：30", "--narrative", "未主動問候", "--issued-by", "i01 "),
        *("--issued-on", "2026年8月20日"),
    )
    assert (typed["notice"], typed["employee"], typed["clause"], typed["points"]) == (
        "N95",
        "E001",
        "FD-01",
        2,
    )
    assert (typed["occurred_at"], typed["issued_by"]) == ("2026-08-20T01:30:00Z", "I01")
    assert kaoji("log", "ｎ95").status == 0
    assert kaoji("report", "monthly", "２０２６／８").status == 0


def test_a_checklist_may_be_typed_in_words() -> None:
    typed = values_of(
        "impose_sanction", {"checklist": ("听取员工申辩=九月二日", "通知工會", "seriousness_reasoned")}
    )
    assert typed["checklist"] == {
        "employee_heard": "九月二日",
        "union_informed": True,
        "seriousness_reasoned": True,
    }


@pytest.mark.parametrize("do", COMMANDS)
def test_no_two_choices_of_a_field_have_one_word(do: str) -> None:
    for field in fields_of(do):
        for language in LANGUAGES:
            words = [load(language).word(code) for code in field.choices]
            assert len(words) == len(set(words))


# --- completion -------------------------------------------------------------------------------------


def _completed(words: str, incomplete: str) -> list[str]:
    complete = ShellComplete(root, {}, "kaoji", "_KAOJI_COMPLETE")
    return [item.value for item in complete.get_completions(words.split(), incomplete)]


@pytest.mark.parametrize(
    ("words", "incomplete", "offered"),
    [
        ("notice acknowledge", "N", ["N1", "N2"]),
        ("notice issue --employee", "E00", ["E001", "E002", "E003", "E004"]),
        ("notice issue --issued-by", "I", ["I01", "I02"]),
        ("appeal file --liability", "N2", ["N2"]),
        ("appeal file --ground", "f", ["facts"]),
        ("appeal decide --outcome", "re", ["reduced", "revoked"]),
        ("notice issue --employee", "X", []),
        ("", "no", ["notice"]),
        ("notice", "w", ["withdraw"]),
    ],
)
def test_ids_and_words_are_completed(kaoji: Counter, words: str, incomplete: str, offered: list[str]) -> None:
    kaoji.apply(of.issue_notice("N1", "E001"), of.issue_notice("N2", "E002"))
    assert sorted(_completed(words, incomplete)) == offered


def test_clauses_are_completed_from_the_policy(kaoji: Counter) -> None:
    clauses = _completed("notice issue --clause", "FD-")
    assert "FD-01" in clauses
    assert all(clause.startswith("FD-") for clause in clauses)


def test_without_a_ledger_nothing_is_completed(kaoji: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KAOJI_LEDGER", "sqlite:///nowhere.db")
    assert _completed("notice acknowledge", "N") == []
    assert not Path("nowhere.db").exists()
