"""Printed forms: every field stands in the text, the code can be read, and equal values make equal bytes anywhere."""

import io
import os
import re
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pypdf
import pypdfium2
import pytest
import zxingcpp

from cli.main import run
from ledger.application.ledger import Ledger
from ledger.application.papers import How, Paper
from ledger.documents.forms import typeset
from ledger.documents.forms.capitals import money, whole
from ledger.documents.forms.glyphs import FAMILIES, characters, printable
from ledger.errors import InputError, WrongState
from ledger.labels.messages import load
from ledger.proofs import Receipt, Verifier, verify_receipt
from ledger.terms import LANGUAGES, Language
from tests.completeness.scene import appraisal_of_july
from tests.support import office
from tests.support.office import lines
from tests.support.story import open_ledger

MONTH = office.MONTH
LONG = "巡查記錄詳見附頁，逐條說明如下。" * 1_250
RUN = "W" * 3_000
FORMS = (
    "notice",
    "decision",
    "summary",
    "register",
    "handoff",
    "public-list",
    "deduction-notice",
    "checklist",
    "appraisal",
    "daily-check",
    "examination",
    "examination-result",
)


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    with open_ledger(tmp_path_factory.mktemp("office") / "kaoji.db", office.NOW) as opened:
        opened.record.apply(lines(_recorded()))
        opened.proofs.checkpoint()
        yield opened


def _recorded() -> office.Commands:
    file = {"name": "門崗錄像.mp4", "sha256": "5f" * 32}
    return [
        *office.office(),
        *appraisal_of_july(),
        *office.sitting("K1"),
        office.issue_notice("N1", "E001", 6, place="一號門崗", evidence=[file]),
        office.acknowledge_notice("N1", how="refused", witnesses=["林見證", "王見證"], by="O01"),
        office.rectify_notice("N1"),
        office.issue_notice("N2", "E002", 3, clause="FD-02", narrative=LONG),
        office.issue_notice("N3", "E003", 2, clause="FD-03", narrative=RUN),
        office.issue_notice("N4", "E004", 2, clause="FD-04"),
        office.acknowledge_notice("N4"),
        office.file_appeal("A1", "E004", {"notice": "N4"}),
        office.reply_to_appeal("A1"),
        office.decide_appeal("A1", "reduced", "H02", points=1),
        office.grant_reward("R1", "E004", 2),
        office.issue_notice("N5", "E002", 1, clause="FD-05"),
        office.withdraw_notice("N5"),
        office.close_month(),
        office.post_public_list(places=["員工通道公告欄"]),
    ]


def printed(ledger: Ledger, form: str, language: Language = "zh-Hant", **how: bool) -> Paper:
    papers, asked = ledger.papers, How(load(language), **how)
    if form == "notice":
        return papers.notice("N1", asked)
    if form == "decision":
        return papers.decision("A1", asked)
    if form == "checklist":
        return papers.checklist("FD", None, asked)
    if form == "appraisal":
        return papers.appraisal("2026-07", None, "front-desk", asked)
    if form == "daily-check":
        return papers.day_sheet(date(2026, 7, 6), "front-desk", None, asked)
    if form == "examination":
        return papers.examination("K1", None, asked)
    if form == "examination-result":
        return papers.examination_result("K1", asked)
    if form == "deduction-notice":
        return papers.deduction_notice(MONTH, None, None, asked)
    if form == "summary":
        return papers.summary(MONTH, None, None, asked)
    asking = {"register": papers.register}
    asking |= {"handoff": papers.handoff, "public-list": papers.public_list}
    return asking[form](MONTH, None, asked)


def pages(paper: Paper) -> list[str]:
    return [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(paper.content)).pages]


def flat(text: str) -> str:
    return re.sub(r"[\s\u200b]", "", text)


def code_on(paper: Paper) -> list[str]:
    """What a scanner reads from the first page, printed with 150 dots an inch."""
    document = pypdfium2.PdfDocument(paper.content)
    picture = document[0].render(scale=150 / 72).to_pil()
    document.close()
    return [found.text for found in zxingcpp.read_barcodes(picture)]


FIELDS = {
    "notice": [
        "E001",
        "一號門崗",
        "FD-01",
        "I01",
        "林見證",
        "王見證",
        "門崗錄像.mp4",
        "5f5f5f5f",
        "2026-08-11",
        "L01",
    ],
    "decision": [
        "E004",
        "I01",
        "N4",
        "當時不在崗位",
        "巡查時無人在崗",
        "查閱監控",
        "H02",
        "2026-08-13",
        "10.00",
        "5.00",
    ],
    "summary": ["E001", "E002", "N1", "FD-02", "department:front-desk", "department:order", "30.00", "20.00"],
    "register": ["N1", "R1", "E004", "-20.00", "I01"],
    "handoff": ["2026-09-02", "D01"],
    "public-list": ["E001", "員*", "2026-09-09", "kaoji/"],
    "deduction-notice": ["E001", "E002", "N1", "N2", "FD-02", "50.00", "2026-08-10"],
    "checklist": ["area:FD", "FD-01", "FD-12"],
    "appraisal": ["E001", "CK1", "CK2", "OB1", "97", "98", "2026-07-31", "H01", "O01", "M01", "見記錄"],
    "daily-check": ["department:front-desk", "2026-07-06", "DS1", "E001", "E003", "-2", "見記錄", "H01"],
    "examination": ["K1", "P-1", "P-2", "10", "先出示合同，再說明"],
    "examination-result": ["K1", "P-1", "E002", "SC-01", "7.0", "70.0", "D01", "Q01", "M01"],
}


def _said(field: str, language: Language) -> str:
    """A field as a form says it: a department by its usual name, an area with what it is about."""
    kind, colon, code = field.partition(":")
    labels = load(language)
    named = {"department": labels.department, "area": labels.area}
    return named[kind](code) if colon and kind in named else field


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("form", FORMS)
def test_every_field_stands_in_the_text_in_every_language(
    form: str, language: Language, ledger: Ledger
) -> None:
    text = flat("".join(pages(printed(ledger, form, language))))
    missing = [field for field in FIELDS[form] if flat(_said(field, language)) not in text]
    assert missing == []


@pytest.mark.parametrize(
    ("form", "told"),
    [
        ("summary", "金額單位：元"),
        ("register", "金額單位：元"),
        ("decision", "現應扣（元）"),
        ("deduction-notice", "金額（元）"),
        ("deduction-notice", "元大寫"),
        ("handoff", "元大寫"),
    ],
)
def test_a_form_says_in_what_money_is_counted(form: str, told: str, ledger: Ledger) -> None:
    assert told in flat("".join(pages(printed(ledger, form))))


@pytest.mark.parametrize("form", ["deduction-notice", "handoff"])
def test_an_english_amount_says_in_what_it_is_counted(form: str, ledger: Ledger) -> None:
    assert re.search(r"RMB\d+\.\d\d", flat("".join(pages(printed(ledger, form, "en")))))


@pytest.mark.parametrize(
    ("form", "told"),
    [
        ("appraisal", "計入分"),
        ("daily-check", "編號DS1"),
        ("decision", "決定日期"),
        ("deduction-notice", "FD-02牆面門窗"),
        ("examination", "編號K1"),
        ("examination-result", "編號K1"),
        ("examination-result", "得分率（%）"),
    ],
)
def test_codes_dates_and_figures_say_what_they_are(form: str, told: str, ledger: Ledger) -> None:
    assert told in flat("".join(pages(printed(ledger, form))))


@pytest.mark.parametrize("form", ["notice", "decision", "deduction-notice", "appraisal", "examination"])
def test_an_english_form_has_english_brackets_and_begins_its_sentences(form: str, ledger: Ledger) -> None:
    told = flat("".join(pages(printed(ledger, form, "en"))))
    assert not set(told) & set("（）")
    assert not any(
        each in told for each in map(flat, ("each point costs", "within 5 working days of service"))
    )


def test_the_font_is_looked_through_once_in_a_process(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = printed(ledger, "notice").content
    monkeypatch.setattr(typeset, "font_file", lambda: Path("nowhere") / "font.ttc")
    assert printed(ledger, "notice").content == before


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("form", FORMS)
def test_the_same_form_has_the_same_bytes_in_another_place(
    form: str, language: Language, ledger: Ledger, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    here = printed(ledger, form, language).content
    for name, value in (("TZ", "America/St_Johns"), ("LANG", "de_DE.UTF-8"), ("HOME", str(tmp_path))):
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    time.tzset()
    try:
        assert printed(ledger, form, language).content == here
    finally:
        os.environ.pop("TZ", None)
        time.tzset()


@pytest.mark.parametrize("form", [form for form in FORMS if form != "checklist"])
def test_the_code_is_read_from_a_print_and_agrees_with_the_ledger(form: str, ledger: Ledger) -> None:
    (code,) = code_on(printed(ledger, form))
    found = re.fullmatch(r"kaoji:1\?l=(.+)&p=(\d+)&h=([0-9a-f]{64})&c=(\d+)&r=(.+)", code)
    assert found is not None
    identity, position, state_hash, size, root = found.groups()
    assert identity == ledger.log.identity()
    assert ledger.log.hashes([int(position)])[int(position)] == state_hash
    assert ledger.proofs.checkpoint().decode().splitlines()[1:3] == [size, root]


def test_a_receipt_that_is_attached_is_the_receipt_and_proves_the_event(ledger: Ledger) -> None:
    paper = printed(ledger, "notice", receipt=True)
    ((name, contents),) = pypdf.PdfReader(io.BytesIO(paper.content)).attachments.items()
    (receipt,) = contents
    position = int(re.findall(r"\d+", name)[0])

    assert receipt == ledger.proofs.receipt(str(position))
    assert Receipt.parse(receipt).envelope.position == position
    reading = verify_receipt(receipt, [Verifier.parse_line(key) for key in ledger.proofs.public_keys()])
    assert reading.proven


def test_a_narrative_of_20000_characters_is_whole(ledger: Ledger) -> None:
    paper = ledger.papers.notice("N2", How(load("zh-Hant")))
    found = flat("".join(pages(paper)))
    assert len(LONG) == 20_000
    assert found.count("逐條說明如下") == 3 * LONG.count("逐條說明如下")


def test_a_run_of_3000_letters_stays_on_the_page(ledger: Ledger) -> None:
    paper = ledger.papers.notice("N3", How(load("en")))
    assert flat("".join(pages(paper))).count("W") >= 3 * len(RUN)
    assert beyond_margins(paper) == ""


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("form", FORMS)
def test_nothing_stands_beyond_the_margins(form: str, language: Language, ledger: Ledger) -> None:
    assert beyond_margins(printed(ledger, form, language)) == ""


def beyond_margins(paper: Paper) -> str:
    """The characters of all pages that stand less than 1.6 cm from a side."""
    margin, found = 1.6 / 2.54 * 72, ""
    document = pypdfium2.PdfDocument(paper.content)
    for page in document:
        text = page.get_textpage()
        for at in range(text.count_chars()):
            left, _, right, _ = text.get_charbox(at)
            if right > left and not (margin <= left and right <= page.get_width() - margin):
                found += text.get_text_range(at, 1)
    document.close()
    return found


def test_pages_are_counted_in_each_copy(ledger: Ledger) -> None:
    told = [
        re.findall(r"頁(\d+)/(\d+)", flat(page))[0]
        for page in pages(ledger.papers.notice("N2", How(load("zh-Hant"))))
    ]
    of = int(told[0][1])
    assert of > 5
    assert told == [(str(page), str(of)) for _ in range(3) for page in range(1, of + 1)]


def test_what_a_notice_became_lies_across_it(ledger: Ledger) -> None:
    assert "已撤回" in flat(pages(ledger.papers.notice("N5", How(load("zh-Hant"))))[0])
    assert "申訴減分" in flat(pages(ledger.papers.notice("N4", How(load("zh-Hant"))))[0])
    assert "已撤回" not in flat(pages(printed(ledger, "notice"))[0])


def test_no_amount_is_computed_on_a_notice(ledger: Ledger) -> None:
    text = flat(pages(printed(ledger, "notice"))[0])
    assert "5.00" in text
    assert "30.00" not in text


def test_a_list_that_was_not_posted_is_a_draft_without_a_code(ledger: Ledger) -> None:
    paper = ledger.papers.public_list("2026-07", None, How(load("zh-Hant")))
    assert "草稿" in flat(pages(paper)[0])
    assert code_on(paper) == []


def test_a_list_shows_what_was_posted_and_never_live_figures(tmp_path: Path) -> None:
    with open_ledger(tmp_path / "kaoji.db", office.NOW) as copy:
        copy.record.apply(lines(_recorded()))
        copy.record.apply(lines([office.withdraw_notice("N1", "2026-09-02", by="D01")]))
        assert "E001" in flat(pages(printed(copy, "public-list"))[0])
        copy.record.apply(lines([office.correct_public_list()]))
        text = flat(pages(printed(copy, "public-list"))[0])
    assert "E001" not in text
    assert "更正第1次" in text


def test_whoever_is_named_is_noted(ledger: Ledger) -> None:
    assert {"E001", "I01", "O01", "L01"} <= set(printed(ledger, "notice").people)
    assert printed(ledger, "checklist").people == ()


def test_names_are_masked_where_that_is_asked_for(ledger: Ledger) -> None:
    text = flat(pages(printed(ledger, "summary", mask=True))[0])
    assert "員工E001" not in text
    assert "員*" in text


def test_a_deduction_notice_is_a_page_a_person_with_what_the_run_takes(ledger: Ledger) -> None:
    taken = [line for line in ledger.reports.payroll(MONTH)["run"] if not line["deducted"].startswith("-")]
    found = pages(printed(ledger, "deduction-notice"))
    assert len(found) == len([line for line in taken if line["deducted"] != "0.00"]) > 2
    for line, page in zip(sorted(taken, key=lambda line: line["employee"]), found, strict=True):
        assert line["employee"] in flat(page)
        assert line["deducted"] in flat(page)
        assert "頁1/1" in flat(page)
    assert len(pages(ledger.papers.deduction_notice(MONTH, None, "E001", How(load("zh-Hant"))))) == 1


def test_whoever_the_run_takes_nothing_from_has_no_notice(ledger: Ledger) -> None:
    with pytest.raises(WrongState, match="run_takes_nothing"):
        ledger.papers.deduction_notice(MONTH, None, "C01", How(load("en")))


def test_notices_since_a_day_are_one_file_each_with_its_own_code_and_pages(ledger: Ledger) -> None:
    paper = ledger.papers.notices(date(2026, 8, 1), None, How(load("zh-Hant")))
    found = [flat(page) for page in pages(paper)]

    assert [name for name in ("N1", "N2", "N3", "N4", "N5") if f"編號{name}" in "".join(found)] == [
        *("N1", "N2", "N3", "N4", "N5")
    ]
    assert not any("編號P1" in page for page in found)
    positions = re.findall(r"事件#(\d+)", "".join(found))
    assert len(set(positions)) == 5
    assert sum("已撤回" in page for page in found) == 3


def test_no_notice_since_a_day_is_told(ledger: Ledger) -> None:
    with pytest.raises(WrongState, match="no_notices"):
        ledger.papers.notices(date(2026, 12, 1), None, How(load("en")))


def test_somebodys_sheet_is_the_latest_on_which_they_were_looked_at(ledger: Ledger) -> None:
    (page,) = pages(ledger.papers.appraisal("E001", None, None, How(load("zh-Hant"))))
    assert "2026年7月" in flat(page)


def test_a_paper_is_of_nobody_by_name_and_its_words_are_noted(ledger: Ledger) -> None:
    paper = printed(ledger, "examination")
    assert "E002" not in flat("".join(pages(paper)))
    assert paper.people == ("E002",)  # E003 answered nothing


def test_as_many_copies_are_printed_as_are_asked_for(ledger: Ledger) -> None:
    one = ledger.papers.notice("N1", How(load("zh-Hant"), copies=1))
    assert ["第一聯" in flat(page) for page in pages(one)] == [True]
    assert len(pages(ledger.papers.notice("N1", How(load("zh-Hant"), copies=4)))) == 4
    sheets = pages(ledger.papers.appraisal("E001", None, None, How(load("zh-Hant"), copies=2)))
    assert len(sheets) == 2


def test_a_summary_is_of_one_department_where_it_is_given(ledger: Ledger) -> None:
    text = flat("".join(pages(ledger.papers.summary(MONTH, None, "order", How(load("zh-Hant"))))))
    assert "秩序維護部小計" in text
    assert "客服部" not in text


def test_in_a_folder_a_form_is_called_by_what_it_is_of(ledger: Ledger, tmp_path: Path) -> None:
    url = f"{ledger.log.url}"
    assert run(["print", "notice", "N1", "--out", str(tmp_path), "--ledger", url, "--lang", "zh-Hant"]) == 0
    assert [file.name for file in tmp_path.iterdir()] == ["notice-N1.pdf"]


def test_an_undecided_appeal_has_no_letter(ledger: Ledger, tmp_path: Path) -> None:
    with open_ledger(tmp_path / "kaoji.db", office.NOW) as other:
        appeal = office.file_appeal("A1", "E001", {"notice": "N1"})
        other.record.apply(lines([*office.office(), office.issue_notice("N1", "E001"), appeal]))
        with pytest.raises(WrongState, match="appeal_undecided"):
            other.papers.decision("A1", How(load("en")))


def test_a_character_that_the_font_lacks_is_refused_by_name() -> None:
    with pytest.raises(InputError) as refused:
        printable({"label": "姓名", "value": "李\U0001f600"}, FAMILIES["zh-Hant"])
    assert refused.value.code == "name_has_no_glyph"
    assert refused.value.fields == {"character": "\U0001f600", "point": "U+1F600"}
    assert refused.value.place == {"field": "姓名"}


@pytest.mark.parametrize("family", sorted(set(FAMILIES.values())))
def test_the_font_has_the_characters_of_both_scripts(family: str) -> None:
    assert set(map(ord, "過失通知单违规□■壹A0")) <= characters(family)


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "零"),
        (6, "陸"),
        (10, "壹拾"),
        (105, "壹佰零伍"),
        (1020, "壹仟零貳拾"),
        (10_001, "壹萬零壹"),
        (120_000, "壹拾貳萬"),
    ],
)
def test_a_number_in_words(number: int, words: str) -> None:
    assert whole(number, "zh-Hant") == words


@pytest.mark.parametrize(
    ("fen", "words"),
    [
        (0, "零元整"),
        (2_200, "貳拾貳元整"),
        (1_050, "壹拾元伍角整"),
        (101, "壹元零壹分"),
        (60, "陸角整"),
        (5, "伍分"),
        (-123_456, "負壹仟貳佰叁拾肆元伍角陸分"),
        (100_000_000, "壹佰萬元整"),
    ],
)
def test_an_amount_in_words(fen: int, words: str) -> None:
    assert money(fen, "zh-Hant") == words
