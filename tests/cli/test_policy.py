"""`kaoji policy …` at the command line: what is printed, on which stream, and with which exit status."""

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from cli.main import run
from ledger.policy.loading import house_rules, house_text
from tests.support.office import SITE, issue_notice, lines, office


class Done(NamedTuple):
    status: int
    out: str
    err: str

    def json(self) -> Any:
        return json.loads(self.out)


Kaoji = Callable[..., Done]


@pytest.fixture
def kaoji(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., Done]:
    """Runs a command line in a folder of its own, in English."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("KAOJI_OPERATOR", "tester")
    monkeypatch.setenv("KAOJI_LANG", "en")
    monkeypatch.delenv("KAOJI_LEDGER", raising=False)

    def typed(*arguments: str) -> Done:
        capsys.readouterr()
        status = run(list(arguments))
        printed = capsys.readouterr()
        return Done(status, printed.out, printed.err)

    return typed


def write(name: str, text: str) -> None:
    Path(name).write_text(text, "utf-8")


def own_toml(version: str = "own-1", start: str = "2026-12-01", **replaced: str) -> str:
    """The house rules as TOML under a name of their own; a keyword replaces the first value of that key."""
    text = house_text().replace('version = "house-2"', f'version = "{version}"\neffective_from = {start}', 1)
    for old, new in replaced.items():
        key = f"{old} = "
        line = next(line for line in text.split("\n") if line.startswith(key))
        text = text.replace(line, key + new, 1)
    return text


# --- check ------------------------------------------------------------------------------------------


def test_the_template_checks_without_errors(kaoji: Kaoji) -> None:
    template = kaoji("policy", "template")
    assert template.out == house_text()
    write("own.toml", template.out)
    checked = kaoji("policy", "check", "own.toml")
    assert checked.status == 0
    assert "own.toml:37: warning: surcharge.to_points: 10 points cost 70.00" in checked.out
    assert "bands[16-19].reading: 16-19 points rest on a reading" in checked.out
    assert checked.err  # there is no ledger to hold it against, and that is said
    assert not Path("kaoji.db").exists()


def test_an_error_makes_the_exit_status_1_and_all_are_listed(kaoji: Kaoji) -> None:
    write("own.toml", own_toml(notices="1", window_working_days="0", start="2026-12-02"))
    checked = kaoji("policy", "check", "own.toml")
    assert checked.status == 1
    errors = [line for line in checked.out.split("\n") if ": error: " in line]
    assert [line.split(": ")[:3] for line in errors] == [
        ["own.toml:11", "error", "effective_from"],
        ["own.toml:63", "error", "repeats.notices"],
        ["own.toml:100", "error", "appeals.window_working_days"],
    ]
    assert checked.out.count("    hint: ") == checked.out.count("\nown.toml:") + 1


def test_findings_as_json_have_words_in_the_language_asked_for(kaoji: Kaoji) -> None:
    write("own.toml", own_toml(notices="1"))
    (error,) = [
        finding
        for finding in kaoji("policy", "check", "own.toml", "--json", "--lang", "zh-Hant").json()
        if finding["severity"] == "error"
    ]
    assert error["what"].startswith("一張通知單不算重複")
    assert error["hint"].startswith("填 2 或以上")
    del error["what"], error["hint"]
    assert error == {
        "severity": "error",
        "code": "repeat_of_one",
        "file": "own.toml",
        "path": "repeats.notices",
        "line": 63,
    }


def test_a_json_file_is_checked_without_lines(kaoji: Kaoji) -> None:
    document = copy.deepcopy(house_rules()) | {"version": "own-1", "effective_from": "2026-12-01"}
    document["repeats"] = {"notices": 1}
    write("own.json", json.dumps(document))
    checked = kaoji("policy", "check", "own.json")
    assert checked.status == 1
    assert "own.json: error: repeats.notices: " in checked.out
    assert "own.json: error: repeats.source: " in checked.out


@pytest.mark.parametrize("text", ["version = ", '{"version": }', "[1, 2]"])
def test_what_is_no_toml_and_no_json_is_exit_status_2(kaoji: Kaoji, text: str) -> None:
    write("own.toml", text)
    for command in ("check", "adopt"):
        done = kaoji("policy", command, "own.toml")
        assert (done.status, done.out) == (2, "")
        assert done.err.startswith("error: the file is not ")
    assert not Path("kaoji.db").exists()


def test_a_file_that_is_not_there_is_exit_status_2(kaoji: Kaoji) -> None:
    assert kaoji("policy", "check", "own.toml").status == 2
    assert kaoji("policy", "diff", "house", "own.toml").status == 3


def test_hostile_names_in_a_file_are_made_harmless(kaoji: Kaoji) -> None:
    write("own.toml", own_toml() + '\n["\\u001b[31m\\u202eevil"]\nx = 1\n')
    checked = kaoji("policy", "check", "own.toml")
    assert checked.status == 1
    assert "\x1b" not in checked.out and "\u202e" not in checked.out


# --- adopt ------------------------------------------------------------------------------------------


@pytest.fixture
def ledger(kaoji: Kaoji) -> None:
    """An office with one notice in August 2026."""
    Path("people.jsonl").write_bytes(b"".join(lines([*office(staff=1), issue_notice("N1", "E001", 3)])))
    assert kaoji("apply", "people.jsonl").status == 0


@pytest.mark.usefixtures("ledger")
def test_a_version_is_adopted_with_its_warnings_on_stderr(kaoji: Kaoji) -> None:
    write("own.toml", own_toml(point_value='"6.00"', start="2027-06-01"))
    done = kaoji("policy", "adopt", "own.toml", "--by", "C01", "--on", "2026-09-01")
    assert done.status == 0
    assert done.out.count("\n") == 1 and "own-1" in done.out
    assert "warning: surcharge.to_points" in done.err
    assert "warning: calendar.published_through" in done.err
    assert "remark" not in done.err
    listed = kaoji("policy", "list", "--json").json()
    assert [(v["version"], v["effective_from"], v["by"], v["on"]) for v in listed][1:] == [
        ("own-1", "2027-06-01", "C01", "2026-09-01")
    ]
    assert kaoji("policy", "show", "--on", "2027-06-30", "--json").json()["version"] == "own-1"


@pytest.mark.usefixtures("ledger")
def test_a_version_for_one_site_is_adopted_for_that_site(kaoji: Kaoji) -> None:
    write("own.toml", own_toml(start="2027-06-01"))
    done = kaoji("policy", "adopt", "own.toml", "--site", SITE, "--json").json()
    assert done["version"] == "own-1"
    assert kaoji("policy", "list", "--json").json()[1]["site"] == SITE
    assert kaoji("policy", "list", "--json").json()[1]["position"] == done["position"]


@pytest.mark.usefixtures("ledger")
def test_errors_refuse_an_adoption_with_exit_status_3_and_are_named(kaoji: Kaoji) -> None:
    write("own.toml", own_toml(notices="1"))
    done = kaoji("policy", "adopt", "own.toml")
    assert (done.status, done.out) == (3, "")
    assert "own.toml:63: error: repeats.notices: one notice is no repeat" in done.err
    assert [v["version"] for v in kaoji("policy", "list", "--json").json()] == ["house-2"]


@pytest.mark.usefixtures("ledger")
def test_a_version_cannot_be_adopted_twice(kaoji: Kaoji) -> None:
    write("own.toml", own_toml(start="2027-06-01"))
    assert kaoji("policy", "adopt", "own.toml").status == 0
    again = kaoji("policy", "adopt", "own.toml")
    assert again.status == 3
    assert "error: version: a version own-1 has been adopted already" in again.err


@pytest.mark.usefixtures("ledger")
def test_a_dry_run_shows_the_difference_and_the_figures_and_records_nothing(kaoji: Kaoji) -> None:
    write("own.toml", own_toml(point_value='"4.00"', start="2026-08-01"))
    before = kaoji("policy", "list", "--json").out
    done = kaoji("policy", "adopt", "own.toml", "--dry-run")
    assert done.status == 0
    assert "schemes.service_quality.point_value" in done.out
    assert "15.00" in done.out and "12.00" in done.out
    assert done.out.rstrip().endswith("nothing has been recorded")
    as_json = kaoji("policy", "adopt", "own.toml", "--dry-run", "--json").json()
    assert as_json["position"] is None
    assert [against["version"] for against in as_json["against"]] == ["house-2"]
    assert kaoji("policy", "list", "--json").out == before


# --- show, list, diff -------------------------------------------------------------------------------


@pytest.mark.usefixtures("ledger")
def test_a_version_is_shown_with_sources_and_provisional_days(kaoji: Kaoji) -> None:
    shown = kaoji("policy", "show")
    assert shown.status == 0
    for said in (
        "house-2",
        "schemes.service_quality.point_value",
        "Doc. 3 §4.2.1",
        "Phone answered within three rings",
        "days before 2020 and after 2026 are provisional: Monday to Friday",
    ):
        assert said in shown.out
    assert "電話三聲內接聽" in kaoji("policy", "show", "--lang", "zh-Hant").out
    as_json = kaoji("policy", "show", "--json").json()
    assert as_json["policy"] == house_rules()
    assert (as_json["published_from"], as_json["published_through"]) == (2020, 2026)


CONSULTED = """
[consulted]
on = 2026-10-20
how = "職工代表大會討論"
told_on = 2026-11-20
told_how = "張貼並逐人簽收"
"""


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("zh-Hant", ["聽取員工意見日期", "聽取意見方式", "告知員工日期", "告知方式"]),
        ("zh-Hans", ["听取员工意见日期", "听取意见方式", "告知员工日期", "告知方式"]),
    ],
)
def test_when_and_how_staff_were_consulted_is_shown_with_the_version(
    kaoji: Kaoji, lang: str, words: list[str]
) -> None:
    """勞動合同法 §4; a version that says nothing of it shows nothing."""
    write("office.jsonl", "\n".join(map(json.dumps, office())))
    assert kaoji("apply", "office.jsonl").status == 0
    write("own.toml", own_toml() + CONSULTED)
    assert kaoji("policy", "adopt", "own.toml", "--on", "2026-11-21").status == 0
    shown = kaoji("policy", "show", "--version", "own-1", "--lang", lang).out
    for word in (*words, "2026-10-20", "職工代表大會討論", "2026-11-20", "張貼並逐人簽收"):
        assert word in shown, word
    assert words[0] not in kaoji("policy", "show", "--version", "house-2", "--lang", lang).out
    assert (
        kaoji("policy", "show", "--version", "own-1", "--json").json()["policy"]["consulted"]["told_on"]
        == "2026-11-20"
    )


@pytest.mark.parametrize("wrong", ['on = "soon"', "on = 2026-10-20\nhow = ''", "how = 'told'"])
def test_a_consultation_says_its_day_and_its_way(kaoji: Kaoji, wrong: str) -> None:
    write("own.toml", own_toml() + f"\n[consulted]\n{wrong}\n")
    done = kaoji("policy", "check", "own.toml")
    assert done.status == 1 and "consulted" in done.out + done.err


@pytest.mark.parametrize("word", ["phone", "電話", "电话", "FD-08", "Rings"])
def test_clauses_are_found_by_a_word_of_any_language(kaoji: Kaoji, word: str) -> None:
    found = kaoji("policy", "clauses", word, "--json").json()
    assert "FD-08" in {clause["clause"] for clause in found} and len(found) < 4
    shown = kaoji("policy", "clauses", word, "--lang", "zh-Hans").out
    assert "FD-08  电话三声内接听、用语文明" in shown
    assert "三声以内 · 用语礼貌 · 语气亲切" in shown and "言行 · 篇1 一·8" in shown


def test_without_a_word_all_clauses_are_listed_and_a_word_that_none_holds_is_told(kaoji: Kaoji) -> None:
    assert len(kaoji("policy", "clauses", "--json").json()) == 36
    assert "no clause in force holds parrot" in kaoji("policy", "clauses", "parrot").out


@pytest.mark.usefixtures("ledger")
def test_a_day_and_a_version_exclude_each_other(kaoji: Kaoji) -> None:
    assert kaoji("policy", "show", "--on", "2026-08-01", "--version", "house-2").status == 2
    assert kaoji("policy", "show", "--on", "yesterday").status == 2
    assert kaoji("policy", "show", "--version", "own-7").status == 3


def test_without_a_ledger_the_book_is_refused(kaoji: Kaoji) -> None:
    assert kaoji("policy", "show").status == 3
    assert kaoji("policy", "list").status == 3
    assert not Path("kaoji.db").exists()


def test_files_are_compared_without_a_ledger(kaoji: Kaoji) -> None:
    write("own.toml", own_toml(share_percent="20"))
    assert "nothing differs" in kaoji("policy", "diff", "house", "house").out
    done = kaoji("policy", "diff", "house", "own.toml")
    assert done.status == 0
    row = next(line for line in done.out.split("\n") if line.startswith("joint_liability.share_percent"))
    assert row.split()[:3] == ["joint_liability.share_percent", "30", "20"]
    (change,) = [
        change
        for change in kaoji("policy", "diff", "house", "own.toml", "--json").json()
        if change["path"].startswith("joint")
    ]
    assert (change["old"], change["new"]) == (30, 20)
    assert change["old_source"].startswith("篇3 4.2.6")


def test_days_of_the_calendar_are_summed_up_in_a_comparison(kaoji: Kaoji) -> None:
    text = own_toml().replace("    2026-10-01, 2026-10-02, ", "    2026-10-01, 2027-01-01, 2027-02-08, ")
    write("own.toml", text)
    done = kaoji("policy", "diff", "house", "own.toml")
    assert "calendar.days_off[2026]" in done.out and "(+0 −1)" in done.out
    assert "calendar.days_off[2027]" in done.out and "(+2 −0)" in done.out
    changes = kaoji("policy", "diff", "house", "own.toml", "--json").json()
    (of_2027,) = [change for change in changes if change["path"] == "calendar.days_off[2027]"]
    assert of_2027["added"] == ["2027-01-01", "2027-02-08"]
