"""Every page × every viewer: its status as agreed, no word that is not theirs, and JSON as the command line prints it."""

import re
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from cli.main import run
from ledger.store.keyring_schema import handouts
from ledger.store.readings import Readings
from tests.access.sample import VIEWERS
from tests.access.test_words import ALLOWED
from tests.web.agreed import assert_agreed
from tests.web.served import MEANWHILE, Served, hidden
from web import drawn
from web.routes import routes

MATRIX = Path(__file__).with_name("matrix.tsv")
PARTS = {
    "notice": ("N702", "N807"),
    "inspection": ("INS-1",),
    "finding": ("F1", "F2"),
    "action": ("AC1", "AC3"),
    "analysis": ("AN1",),
    "sitting": ("K1",),
    "number": ("P-1", "P-2"),
    "question": ("SC-01",),
    "sanction": ("S1",),
    "case": ("HC1",),
    "sheet": ("DS1",),
    "day": ("2026-09-04", "2026-09-09"),
    "week": ("2026-08-31",),
    "appeal": ("A09", "A04"),
    "employee": ("E06", "X01"),
    "month": ("2026-07",),
    "appraised": ("2026-08",),
    "quarter": ("2026-Q3",),
    "objection": ("O1", "O2"),
    "check": ("C1", "C3"),
    "position": ("93", "168"),
    "version": ("house-2", "none"),
    "name": ("notice:N807",),
    "do": ("grant_reward", "appoint", "none"),
    "proposal": ("000000000001",),
    "trial": ("none",),
    "verification": ("none",),
    "checkpoint": ("1", "999"),
    "paper": ("issue_notice", "file_appeal", "none"),
    "sha256": ("c3" * 32, "a1" * 32),
}
"""What stands for the parts of a path."""
_CHANGES_NOTHING = {"/sign-out"}


def paths() -> list[str]:
    """An address of every route, found and not listed; a part that is not known here fails."""
    found: list[str] = []
    for route in routes():
        wanted = [route.path]
        for part in re.findall(r"{(\w+)}", route.path):
            wanted = [path.replace(f"{{{part}}}", value) for path in wanted for value in PARTS[part]]
        found += wanted + ([f"{path}.json" for path in wanted] if route.twin else [])
    return [path for path in found if path not in _CHANGES_NOTHING]


def kept(read: Served) -> tuple[int, list[dict[str, object]]]:
    """What no page that is read may change: the log, and what the keyring says was handed out."""
    log = read.console.ledger.log
    with log.keyring.engine.begin() as connection:
        return log.position(), [dict(row) for row in connection.execute(select(handouts)).mappings()]


NONSENSE = ("0000-00", "9999-12", "2026-13", "%C2%B2", "9" * 5000, "-1", "%00", "%ff", "..", "2026-07%0A")


@pytest.mark.parametrize("given", NONSENSE, ids=range(len(NONSENSE)))
def test_what_is_no_such_thing_is_refused_in_words_wherever_an_address_names_one(
    given: str, read: Served
) -> None:
    browser = read.signed_in("C01")
    asked = [re.sub(r"{\w+}", given, route.path) for route in routes() if "{" in route.path]
    asked += [f"/people/E06/months/{given}", f"/people/E06/months/2026-07?then={given}"]
    asked += [f"/{page}={given}" for page in ("notices?month", "due?as_of", "due?site", "readings?subject")]
    found = {path: browser.open(path).status for path in asked}
    assert {path: status for path, status in found.items() if status >= 500} == {}
    assert browser.open(f"/people/E06/months/{given}").status in (404, 422)


@pytest.mark.parametrize("step", ["²", "9" * 5000, "back:²", "back:" + "9" * 5000])
def test_a_step_that_is_no_number_is_no_fault_of_ours(step: str, read: Served) -> None:
    browser = read.signed_in("E06")
    shown = browser.open("/appeals/new?against=notice:N807")
    assert browser.open("/appeals/new?against=notice:N807", {**hidden(shown.text), "step": step}).status < 500


def test_a_file_is_handed_out_by_a_form_of_ours_and_kept(site: Served) -> None:
    browser = site.signed_in("E06")
    before = kept(site)
    assert "attachment" not in browser.open("/me/export").headers.get("Content-Disposition", "")
    form = hidden(browser.open("/me/export").text)
    assert browser.open("/me/export", {**form, "csrf": "x.y"}).status == 403
    assert browser.open("/me/export", form, Sec_Fetch_Site="cross-site").status == 403
    assert kept(site) == before
    assert "attachment" in browser.open("/me/export", form).headers["Content-Disposition"]
    assert len(kept(site)[1]) == len(before[1]) + 1


@pytest.mark.parametrize("viewer", VIEWERS)
def test_each_page_answers_each_viewer_as_agreed(viewer: str, read: Served) -> None:
    before, browser, rows = kept(read), read.signed_in(viewer), []
    for path in paths():
        asked = f"{path}?against=notice:N807" if path == "/appeals/new" else path
        rows.append(f"{viewer}\t{asked}\t{browser.open(asked).status}")

    assert_agreed(MATRIX, viewer, rows)
    assert kept(read) == before
    assert not [row for row in rows if row.endswith("\t500")]


@pytest.mark.parametrize("path", [path for path in paths() if path not in ("/sign-in", "/enrol")])
def test_nobody_who_is_not_signed_in_sees_anything(path: str, read: Served) -> None:
    from tests.web.served import Browser

    assert Browser(read.base).open(path).path.startswith("/sign-in")


# --- words ----------------------------------------------------------------------------------------------


def crawled(canaries: Served, viewer: str) -> str:
    """Whatever is reached by links from the first pages, as one text."""
    browser, seen, texts = canaries.signed_in(viewer), set[str](), list[str]()
    waiting = ["/due", "/due?who=all", "/me", "/notices", "/appeals", "/people", "/months/2026-08"]
    waiting += [
        "/notices/N1",
        "/notices/N2",
        "/appeals/A1",
        "/appeals/A2",
        "/appeals/A1.json",
        "/notices/N1.json",
        "/appraisals/2026-08/E001",
        "/checks/C1",
        "/objections/O1",
        "/objections/O1.json",
    ]
    waiting += [f"/log/{position}" for position in range(1, canaries.console.ledger.position() + 1)]
    while waiting and len(seen) < 90:
        path = waiting.pop(0)
        if path in seen:
            continue
        seen.add(path)
        answer = browser.open(path)
        texts.append(answer.text + str(answer.headers))
        links = re.findall(r'href="(/[^"?#]+)"', answer.text)
        waiting += [link for link in links if not link.startswith(("/static", "/sign-out", "/receipts"))]
    return "".join(texts)


@pytest.mark.parametrize("viewer", ["E001", "L01", "I01", "H01", "Q01", "O01", "F01", "C01"])
def test_no_page_shows_a_word_that_is_not_its_readers(viewer: str, canaries: Served) -> None:
    text = crawled(canaries, viewer)

    assert {token for token in ALLOWED if token in text} <= {
        token for token, readers in ALLOWED.items() if viewer in readers
    }
    if viewer in ("E001", "H01"):
        assert "appeal-words" in text


def test_what_is_kept_as_it_was_drawn_holds_no_word(canaries: Served) -> None:
    warm = canaries.console.ledger.warm
    assert warm is not None
    crawled(canaries, "H01")
    kept = b"".join(warm._drawn._found.values()).decode()

    assert "E001" in kept and 'role="table"' in kept and "data-who" not in kept
    assert not [token for token in ALLOWED if token in kept]


def test_a_table_is_drawn_once_and_noted_as_read_each_time(
    site: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    plain = drawn.finished
    monkeypatch.setattr(drawn, "finished", lambda ask, text: told.append(ask.here) or plain(ask, text))
    director, head = site.signed_in("D01"), site.signed_in("H01")
    path = "/notices"
    first = director.open(path).text
    again, others = director.open(path).text, head.open(path).text
    tables = [re.findall("<table.*?</table>", text, re.DOTALL) for text in (first, again, others)]
    assert tables[0] == tables[1] != tables[2]
    assert told.count(path) == 2
    assert [row["viewer"] for row in site.console.readings.of("site:jinse", "D01")] == ["D01", "D01"]
    assert director.open(f"{path}?lang=zh-Hant").text != first
    name = site.console.ledger.record.typed(MEANWHILE).made()[0]["fields"]["notice"]
    assert name not in first
    assert name in director.open(path).text


def test_what_a_summary_shows_of_others_is_noted_in_one_piece(
    site: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    pieces: list[int] = []
    plain = Readings.note_each

    def noted(self: Readings, at: Any, viewer: str, read: Any, *more: Any) -> None:
        pieces.append(len(found := list(read)))
        plain(self, at, viewer, found, *more)

    monkeypatch.setattr(Readings, "note_each", noted)
    site.signed_in("D01").open("/months/2026-07")
    assert pieces == [4]


# --- twins ------------------------------------------------------------------------------------------------

TWINS = {
    "/due.json": ["due"],
    "/appeals.json": ["report", "appeals"],
    "/months/2026-07/monthly.json": ["report", "monthly", "2026-07"],
    "/payroll/2026-07.json": ["report", "payroll", "2026-07"],
    "/payroll/2026-07/reconciliation.json": ["report", "reconciliation", "2026-07"],
    "/public-list/2026-07.json": ["report", "public-list", "2026-07"],
    "/people/E06/months/2026-07.json": ["explain", "E06", "2026-07"],
    "/notices/N807.json": ["notice", "show", "N807"],
    "/appeals/A04.json": ["appeal", "show", "A04"],
    "/log/93.json": ["log", "#93"],
    "/policy/house-2.json": ["policy", "show", "--version", "house-2"],
    "/policy/none.json": ["policy", "show", "--version", "none"],
}


@pytest.mark.parametrize("viewer", ["E06", "H02", "D01", "F01"])
@pytest.mark.parametrize("path", TWINS)
def test_json_is_what_the_command_line_prints(
    path: str, viewer: str, read: Served, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from ledger.application.ledger import Ledger

    monkeypatch.setitem(Ledger.__init__.__kwdefaults__, "now", read.console.ledger.now)
    answer = read.signed_in(viewer).open(path)
    status = run([*TWINS[path], "--json", "--as", viewer, "--ledger", read.url, "--lang", "en"])
    printed = capsys.readouterr().out

    assert (answer.status == 200) == (status == 0)
    if status == 0:
        assert answer.text == printed
