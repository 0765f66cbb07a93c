"""What a person is handed: all of theirs, nobody else's words, and proofs of it; and that it is remembered."""

import json
import re
import sqlite3
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from cli.main import run
from ledger.application.ledger import Ledger
from ledger.application.people import People
from ledger.proofs import verify_receipt
from ledger.store.log import Log
from ledger.terms import ERASED, SEALED
from tests.privacy import scene
from tests.privacy.conftest import Everywhere
from tests.privacy.scene import LATER_NAME, NAME, OTHERS_WORDS, WHO, WORDS, erase
from tests.support import office
from tests.support.office import MONTH, SITE


def exported(ledger: Ledger, employee: str = WHO) -> dict[str, Any]:
    return ledger.people.export(employee, "en").values


# --- what is in it ----------------------------------------------------------------------------------------


def test_every_word_of_the_person_is_in_it_and_on_the_page(ledger: Ledger) -> None:
    held = ledger.people.export(WHO, "zh-Hant")
    text = json.dumps(held.values, ensure_ascii=False)

    assert [word for word in WORDS if word not in text] == []
    assert [word for word in WORDS if word not in held.page] == []


def test_what_somebody_else_said_about_them_is_sealed_and_nobody_else_is_named(ledger: Ledger) -> None:
    held = ledger.people.export(WHO, "en")

    filed = next(e for e in held.values["events"] if e["fields"].get("appeal") == "A2")
    assert (filed["by"], filed["fields"]["statement"]) == ("L01", SEALED)
    for text in (json.dumps(held.values, ensure_ascii=False), held.page):
        assert OTHERS_WORDS not in text
        assert not re.search("員工[A-Z][0-9]", text)  # as everybody else of the office is called


def test_what_they_said_on_somebody_elses_record_is_in_it(ledger: Ledger) -> None:
    events = {(e["kind"], e["fields"].get("appeal")): e["fields"] for e in exported(ledger)["events"]}

    assert events["appeal_filed", "A3"]["statement"] == scene.mark(16)
    assert events["appeal_decided", "A3"]["reasons"] == SEALED


def test_the_figures_are_those_of_the_reports(ledger: Ledger) -> None:
    values = exported(ledger)
    month = next(row for row in values["months"] if row["month"] == MONTH)
    report = next(row for row in ledger.reports.monthly(MONTH, SITE) if row["employee"] == WHO)

    assert {k: month[k] for k in report if k not in ("employee", "name")} == {
        k: v for k, v in report.items() if k not in ("employee", "name")
    }
    assert [share["notice"] for share in month["borne_for_others"]] == ["N4"]
    close = ledger.reports.payroll(MONTH, SITE)
    assert values["payroll"][0]["lines"] == [line for line in close["lines"] if line["employee"] == WHO]


def test_what_they_did_is_told_by_position_and_place_and_not_in_words(ledger: Ledger) -> None:
    mentions = exported(ledger, "I01")["mentions"]
    issued = [m for m in mentions if m["kind"] == "notice_issued"]

    assert [m["stream"] for m in issued] == ["employee/E001"] * 3 + ["employee/E003"]
    assert all(m["as"] == ["issued_by"] for m in issued)
    assert any(m["kind"] == "appeal_filed" and "respondent" in m["as"] for m in mentions)
    assert [word for word in WORDS if word in json.dumps(mentions, ensure_ascii=False)] == []


def test_an_office_held_is_in_it(ledger: Ledger) -> None:
    values = exported(ledger, "I01")
    assert [held["office"] for held in values["person"]["offices"]] == ["inspector"]
    assert "office_appointed" in [event["kind"] for event in values["events"]]


def test_every_event_has_a_receipt_that_opens_the_words_of_this_person_alone(ledger: Ledger) -> None:
    held = ledger.people.export(WHO, "en")
    keys = ledger.proofs.public_keys()
    opened = ""

    assert sorted(held.receipts) == [event["position"] for event in held.values["events"]]
    for position, receipt in held.receipts.items():
        reading = verify_receipt(receipt, keys)
        assert reading.proven and reading.envelope.position == position
        opened += json.dumps(reading.content.value, ensure_ascii=False)
    assert [word for word in WORDS if word not in opened] == []
    assert OTHERS_WORDS not in opened


def test_after_the_erasure_figures_are_handed_out_and_no_words(ledger: Ledger) -> None:
    before = exported(ledger)
    erase(ledger)

    held = ledger.people.export(WHO, "en")
    text = json.dumps(held.values, ensure_ascii=False) + held.page
    assert [word for word in WORDS if word in text] == []
    assert held.values["person"]["name"] == ERASED
    assert held.values["months"] == before["months"]
    for receipt in held.receipts.values():
        assert verify_receipt(receipt, ledger.proofs.public_keys()).proven


def test_a_copy_without_the_signing_key_hands_out_no_receipts(ledger: Ledger, tmp_path: Path) -> None:
    (tmp_path / "signing.key").unlink()
    assert ledger.people.export(WHO, "en").receipts == {}


# --- the files --------------------------------------------------------------------------------------------


@pytest.fixture
def desk(ledger: Ledger, ledger_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The command line, in a folder beside the ledger's."""
    out = tmp_path / "out"
    out.mkdir()
    monkeypatch.chdir(out)
    monkeypatch.setenv("KAOJI_LEDGER", ledger_url)
    monkeypatch.setenv("KAOJI_LANG", "en")
    monkeypatch.setitem(Ledger.__init__.__kwdefaults__, "now", office.now)
    return lambda line: run(line.split())


def test_a_file_is_well_formed_and_noted(desk: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert desk("employee export E001 --out E001.json") == 0
    assert capsys.readouterr().out == "what is held on E001 is in E001.json\n"

    values = json.loads(Path("E001.json").read_text("utf-8"))
    assert values["export"] == "kaoji.person/v1"
    assert len(values["receipts"]) == len(values["events"])
    assert desk("employee handouts E001 --json") == 0
    noted = json.loads(capsys.readouterr().out)
    assert [(row["what"], row["file"]) for row in noted] == [("export", str(Path("E001.json").absolute()))]


def test_a_folder_has_a_page_and_receipts_that_the_verifier_reads(
    desk: Any, ledger: Ledger, capsys: pytest.CaptureFixture[str]
) -> None:
    assert desk("employee export E001 --out data") == 0
    assert LATER_NAME in Path("data/page.html").read_text("utf-8")
    assert json.loads(Path("data/person.json").read_text("utf-8"))["employee"] == WHO
    receipts = sorted(Path("data/receipts").iterdir())
    vkey = ledger.proofs.public_keys()[0]
    assert len(receipts) == len(ledger.people.export(WHO, "en").receipts)
    capsys.readouterr()
    assert run(["verify", "--receipt", str(receipts[0]), "--vkey", vkey]) == 0
    assert NAME in capsys.readouterr().out
    assert run(["verify", "--receipt", str(receipts[0]), "--vkey", vkey, "--json"]) == 0
    checked = json.loads(capsys.readouterr().out)
    assert checked["ok"] and NAME in "\n".join(checked["lines"])


def test_a_file_that_is_there_is_not_replaced_and_nothing_is_noted(
    desk: Any, ledger: Ledger, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("E001.json").write_text("mine")

    assert desk("employee export E001 --out E001.json") == 2
    assert "is there already" in capsys.readouterr().err
    assert Path("E001.json").read_text() == "mine"
    assert ledger.people.handouts(WHO) == []
    assert desk("employee export E001 --out E001.json --force") == 0


def test_without_a_file_it_is_printed(desk: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert desk("employee export E001") == 0
    assert json.loads(capsys.readouterr().out)["employee"] == WHO


# --- what is remembered of it -----------------------------------------------------------------------------


def test_a_dossier_is_noted_for_everybody_it_names(desk: Any, ledger: Ledger) -> None:
    assert desk("appeal dossier A2 --out A2.html") == 0

    page = Path("A2.html").read_text("utf-8")
    for employee in ("E001", "L01", "I01", "M01", "D01", "H01"):
        assert ledger.names([employee])[employee] in page
        assert [row["what"] for row in ledger.people.handouts(employee)] == ["dossier"]
    assert ledger.people.handouts("E004") == []


def test_at_the_erasure_the_files_beyond_it_are_told(
    desk: Any, ledger: Ledger, capsys: pytest.CaptureFixture[str]
) -> None:
    desk("employee export E001 --out E001.json")
    desk("appeal dossier A1 --out A1.html")
    capsys.readouterr()

    assert desk("employee erase E001 --ground service_ended --by O01") == 0

    said = capsys.readouterr().err.splitlines()
    assert len(said) == 2 and "E001.json" in said[0] and "A1.html" in said[1]
    assert [(row["what"], row["file"]) for row in ledger.people.handouts(WHO)] == [
        ("export", ERASED),
        ("dossier", ERASED),
    ]


@pytest.mark.parametrize("name", [LATER_NAME, "楊修穎canary", "data of 楊秀英 CANARY", "秀英", "修穎"])
def test_a_file_called_by_the_name_is_listed_until_the_erasure_and_found_nowhere_after_it(
    ledger: Ledger, everywhere: Everywhere, name: str
) -> None:
    ledger.people.note_handout([WHO, "L01"], "export", f"/files/{name}.json")
    assert [row["file"] for row in ledger.people.handouts(WHO)] == [f"/files/{name}.json"]

    erase(ledger)

    assert [row["file"] for row in ledger.people.handouts(WHO)] == [ERASED]
    assert scene.places(scene.spellings(name), everywhere()) == []


def test_a_receipt_is_noted_for_whom_it_opens(desk: Any, ledger: Ledger) -> None:
    assert desk("receipt N4 --out N4.receipt") == 0
    assert desk("receipt N1 --out -") == 0
    assert [(row["what"], Path(row["file"]).name) for row in ledger.people.handouts("E003")] == [
        ("receipt", "N4.receipt")
    ]
    assert [(row["what"], row["file"]) for row in ledger.people.handouts(WHO)] == [("receipt", "-")]
    erase(ledger)
    assert desk("receipt N1 --out N1.receipt") == 0
    assert len(ledger.people.handouts(WHO)) == 1


def test_a_copy_of_the_keyring_is_noted_for_everybody_in_it(
    desk: Any, ledger: Ledger, capsys: pytest.CaptureFixture[str]
) -> None:
    assert desk("backup copy --keyring keys") == 0
    ledger.now = lambda: office.NOW + timedelta(minutes=1)
    ledger.record.apply(office.lines([office.register_employee("E090")]))
    copy = ("keyring_copy", str(Path("keys/keyring.db").absolute()))
    for employee in (WHO, "E002"):
        assert [(row["what"], row["file"]) for row in ledger.people.handouts(employee)] == [copy]
    assert ledger.people.handouts("E090") == []
    capsys.readouterr()

    assert desk("employee erase E001 --ground service_ended --by O01") == 0
    assert "copy of the keyring" in capsys.readouterr().err
    assert [(row["what"], row["file"]) for row in ledger.people.handouts(WHO)] == [copy]


@pytest.mark.parametrize("force", ["", " --force"])
def test_files_with_words_are_their_owners_alone(desk: Any, force: str) -> None:
    names = ["E001.json", "A1.html", "N1.receipt", "all/person.json", "all/page.html"]
    if force:
        Path("all").mkdir()
        for name in names:
            Path(name).touch(mode=0o644)
    assert desk("employee export E001 --out E001.json" + force) == 0
    assert desk("employee export E001 --out all" + force) == 0
    assert desk("appeal dossier A1 --out A1.html" + force) == 0
    assert desk("receipt N1 --out N1.receipt" + force) == 0
    assert {name: Path(name).stat().st_mode & 0o777 for name in names} == dict.fromkeys(names, 0o600)


def test_what_cannot_be_noted_is_not_handed_out(
    tmp_path: Path, sqlite_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("KAOJI_KEY", str(tmp_path / "signing.key"))
    monkeypatch.setenv("KAOJI_LEDGER", sqlite_url)
    with Ledger(sqlite_url, now=office.now) as ledger:
        ledger.record.apply(office.lines(scene.life()))
    with sqlite3.connect(tmp_path / "kaoji.keys.db") as keyring:
        keyring.execute(
            "CREATE TRIGGER stuck BEFORE INSERT ON keyring_handouts BEGIN SELECT RAISE(ABORT, 'stuck'); END"
        )
    out = tmp_path / "E001.json"
    assert run(["employee", "export", WHO, "--out", str(out), "--lang", "en"]) == 3
    assert (
        "cannot keep that this was handed out: stuck in the keyring is not what the program makes"
        in capsys.readouterr().err
    )
    assert not out.exists()
    assert run(["backup", str(tmp_path / "copy"), "--keyring", str(tmp_path / "keys")]) == 3
    assert not (tmp_path / "keys").exists()

    monkeypatch.setattr(Log, "is_laid_away", lambda _: True)
    assert run(["employee", "export", WHO, "--out", str(out), "--lang", "en"]) == 0
    assert (
        "cannot keep that this was handed out: stuck in the keyring is not what the program makes"
        in capsys.readouterr().err
    )
    assert out.exists()


def test_who_is_erased_while_their_words_are_read_is_not_handed_out(
    desk: Any, ledger: Ledger, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    export = People.export

    def slow(self: People, *asked: Any) -> Any:
        held = export(self, *asked)
        erase(ledger)
        return held

    monkeypatch.setattr(People, "export", slow)
    assert desk("employee export E001 --out E001.json") == 3
    assert "the words of E001 were erased" in capsys.readouterr().err
    assert not Path("E001.json").exists()


def test_a_hundred_handouts_in_one_instant_are_a_hundred(ledger: Ledger) -> None:
    for n in range(100):
        ledger.people.note_handout([WHO], "export", f"/files/{n}.json")
    assert [row["file"] for row in ledger.people.handouts(WHO)] == [f"/files/{n}.json" for n in range(100)]


def test_a_page_calls_sites_and_departments_by_their_names_and_no_command_of_a_terminal(
    ledger: Ledger,
) -> None:
    held = ledger.people.export(WHO, "zh-Hant")
    with ledger.look() as look:
        site = look.site(None)
        named = look.state.site(site).name
    page = held.page.partition('<main lang="zh-Hant">')[2].partition("</main>")[0]
    first = page.partition("</section>")[0]
    department = held.values["person"]["departments"][0]
    assert named in first and site not in first.replace(named, "")
    assert f"（{department['from']}）" in first and department["value"] not in first
    assert "kaoji explain" not in page
