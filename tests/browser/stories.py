"""What people come for, from the first page to the receipt; in whatever language, with scripts or without."""

import re
import struct
import zlib
from typing import Any

from tests.browser.tabs import PHONE, People, Tab
from tests.web.served import PASSWORD
from web.spoken import own_words


def photo(shade: int = 90) -> dict[str, Any]:
    """A photo as a phone hands it over: a picture of one pixel."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return (
            struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
        )

    pixel = zlib.compress(bytes([0, shade, shade, shade]))
    header = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    content = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixel) + chunk(b"IEND", b"")
    return {"name": "image.jpg", "mimeType": "image/png", "buffer": content}


def recorded_in(tab: Tab) -> str:
    """The id of what a page says was recorded."""
    found = re.search(r'href="/(?:notices|appeals)/([^"]+)">\1</a>', tab.page.content())
    assert found is not None, tab.text
    return found[1]


def fills_a_notice_in(tab: Tab, employee: str) -> None:
    """From the first screen to the last but the photo."""
    tab.open("/due")
    tab.press('nav a[href^="/notices/new"]')
    tab.chooses("employee", employee)
    tab.goes_on("1")
    tab.fills(find_clause="FD-03")
    tab.press('main button[name="find"]')
    tab.chooses("clause", "FD-03")
    tab.goes_on("2")
    tab.fills(points="2", occurred_at="2026-09-08T09:00", place="客服中心")
    tab.goes_on("3")
    tab.fills(narrative="未戴工牌")


def issues(people: People, employee: str = "E10") -> str:
    """An inspector on a phone issues a notice with a photo, and puts another one with it."""
    tab = people.sits_down("I01", PHONE)
    fills_a_notice_in(tab, employee)
    tab.goes_on("check")
    assert "未戴工牌" in tab.text
    assert employee in tab.text
    tab.page.locator("#photo").set_input_files(photo())
    tab.goes_on("record")
    notice = recorded_in(tab)
    assert "image.jpg" in tab.text
    tab.press(f'main a[href="/notices/{notice}/evidence"]')
    tab.page.locator("#file").set_input_files(photo(200))
    tab.press("main form button")
    assert tab.text.count("image.jpg") == 2
    return notice


def acknowledges_and_appeals(people: People, notice: str, person: str = "E10") -> str:
    """Whom it concerns acknowledges it on a phone, and appeals against it."""
    tab = people.sits_down(person, PHONE)
    tab.open("/due")
    tab.press(f'main a[href^="/notices/{notice}"]')
    tab.press('main a[href$="/acknowledgement"]')
    tab.chooses("how", "commented")
    tab.fills(statement="當時正在更換")
    tab.goes_on("check")
    tab.goes_on("record")
    tab.press('main a[href^="/notices/"]')
    tab.press('main a[href^="/appeals/new"]')
    tab.chooses("ground", "facts")
    tab.fills(statement="工牌在櫃檯")
    tab.goes_on("check")
    tab.goes_on("record")
    return recorded_in(tab)


def decides(people: People, appeal: str, person: str = "H01") -> None:
    """The reviewer sees both sides and the outcomes side by side, decides, and gives the password once more."""
    tab = people.sits_down(person)
    people.site.clock.passes(minutes=6)
    tab.open("/due")
    tab.press(f'main a[href^="/appeals/{appeal}"]')
    assert "工牌在櫃檯" in tab.text
    sides = tab.page.locator("main table.stack").first.locator("thead th").all_inner_texts()
    assert len(sides) >= 4
    tab.press('main a[href$="/decision"]')
    tab.chooses("outcome", "revoked")
    tab.fills(reasons="監控可見工牌")
    tab.goes_on("check")
    tab.fills(password=PASSWORD)
    tab.goes_on("record")
    tab.press(f'main a[href="/appeals/{appeal}"]')
    assert "監控可見工牌" in tab.text
    assert tab.page.locator('main a[href$="/decision"]').count() == 0


def passes_on(tab: Tab) -> None:
    """From the figures of a close over the review to the last step, with the password where it is asked for."""
    tab.press('main a.button[href*="/review"]')
    tab.press('main a.button[href*="/confirmation"]')
    if tab.page.locator("#password").count():
        tab.fills(password=PASSWORD)
    tab.goes_on("record")


def posts_the_list(people: People, month: str = "2026-07") -> None:
    """The office looks at who would stand on the list, posts it, and has the sheet with its code before it."""
    tab = people.sits_down("O01", PHONE)
    tab.open(f"/public-list/{month}")
    tab.press('main a[href$="/posting"]')
    tab.fills(places="大堂", days="7")
    tab.goes_on("check")
    assert "孫**" in tab.text
    if tab.page.locator("#password").count():
        tab.fills(password=PASSWORD)
    tab.goes_on("record")
    tab.press('main a.button[href^="/public-list/"]')
    assert tab.page.locator("main .qr svg").count() == 1


def closes(people: People, month: str) -> None:
    """The director looks at what is open and at what would be handed over, and closes a month."""
    tab = people.sits_down("D01")
    tab.open("/months")
    tab.press(f'main a[href^="/months/{month}"]')
    tab.press('main a[href$="/close"]')
    tab.press('main a.button[href*="/figures"]')
    assert own_words(people.language)["would_hand_over"] in tab.text
    passes_on(tab)
    tab.press('main a[href^="/payroll/"]')
    tab.open(f"/months/{month}")
    assert tab.page.locator("h1 .tag.closed").count() == 1


def reconciles(people: People, month: str) -> None:
    """Finance takes the lines over, with their sum and digest, and looks at what was taken of each."""
    tab = people.sits_down("F01")
    tab.open("/due")
    tab.press('nav a[href^="/payroll"]')
    assert month in tab.text
    assert re.search(r"[0-9a-f]{64}", tab.text)
    lines = tab.page.locator("main table").last.locator("tbody tr").count()
    assert lines > 0
    tab.press('main a[href$="/reconciliation"]')
    assert tab.page.locator("main tbody tr").count() > 0


def verifies(people: People) -> None:
    """The auditor checks the whole log, with what each event was decided by."""
    tab = people.sits_down("AU1")
    tab.open("/due")
    tab.press('nav a[href^="/audit"]')
    tab.page.locator('input[name="deep"]').check()
    tab.press("main form button")
    while not people.scripts and tab.page.locator("main progress").count():
        tab.press("main .acts a")
    tab.page.locator("main .good").wait_for(timeout=60_000)
    assert tab.page.locator("main .error").count() == 0


def records(tab: Tab) -> None:
    """From a form that is filled in over its check to the receipt, with the password where it is asked for."""
    if tab.page.locator('main button[name="step"][value="check"]').count():
        tab.goes_on("check")
    if tab.page.locator("main #password").count():
        tab.fills(password=PASSWORD)
    tab.goes_on("record")
    assert tab.page.locator("body[data-recorded]").count() == 1, tab.text


def goes_on_a_round(people: People, inspection: str = "INS-7") -> None:
    """An inspector with a phone answers clause by clause, records the round, and issues a notice of what was found."""
    tab = people.sits_down("I01", PHONE)
    tab.open("/inspections")
    tab.press('main a[href="/inspections/new"]')
    tab.chooses("kind", "irregular")
    tab.chooses("department", "front-desk")
    tab.goes_on("1")
    tab.fills(codes="FD-02 FD-08", started_at="2026-09-10T09:00", inspection=inspection)
    tab.goes_on("2")
    tab.chooses("result.FD-02", "ok")
    tab.goes_on("3")
    tab.chooses("result.FD-08", "fault")
    tab.goes_on("4")
    tab.fills(**{"narrative.FD-08": "電話響八聲才接", "employee.FD-08": "E06", "points.FD-08": "1"})
    tab.press('main button[name="step"]:not(.quiet)')
    assert "電話響八聲才接" in tab.text
    assert "孫浩然" in tab.text
    records(tab)
    tab.open(f"/inspections/{inspection}")
    tab.press('main a[href^="/findings/"]')
    tab.press('main a[href$="/notice"]')
    records(tab)


def objects_to_a_sheet(people: People, employee: str = "E06", month: str = "2026-08") -> None:
    """Whose sheet it is acknowledges it and objects to a line; quality verifies one; the sheet has its score."""
    sheet = f"/appraisals/{month}/{employee}"
    own = people.sits_down(employee, PHONE)
    own.open(sheet)
    own.press('main a[href$="/acknowledgement"]')
    own.chooses("how", "signed")
    records(own)
    own.open(sheet)
    own.press('main a[href$="/objection"]')
    own.chooses("dimension", "c")
    own.fills(statement="記錄在另一本上")
    records(own)
    quality = people.sits_down("Q01")
    people.site.clock.passes(minutes=6)
    quality.open("/due")
    quality.press('main a[href^="/objections/O1"]')
    quality.press('main a[href$="/verification"]')
    quality.fills(score="15", reasons="有頂班記錄")
    records(quality)
    own.open(sheet)
    assert "99" in own.text
    assert "O2026-0001" in own.text


def closes_with_a_second(people: People, month: str) -> None:
    """The director proposes a close of many lines; the office looks at the same lines and closes the month."""
    director, office = people.sits_down("D01"), people.sits_down("O01")
    director.open(f"/months/{month}/close/figures")
    passes_on(director)
    assert director.page.locator('button[value="confirm"]').count() == 0
    office.open("/due")
    office.press('main a[href^="/proposals/"]')
    assert "E10" in office.text
    if office.page.locator("#password").count():
        office.fills(password=PASSWORD)
    office.goes_on("confirm")
    office.open(f"/months/{month}")
    assert office.page.locator("h1 .tag.closed").count() == 1


def examines(people: People, sitting: str = "K1") -> None:
    """The office types an answer, both examiners mark by numbers alone, the office declares, and each reads their own."""
    office = people.sits_down("O01")
    paper = f"/exams/{sitting}/papers/P-2/SC-01"
    office.open(f"/exams/{sitting}")
    office.press(f'main a[href="{paper}/answer"]')
    office.fills(text="這是公司規定")
    records(office)
    for marker, papers in (("I01", ("P-2",)), ("Q01", ("P-1", "P-2"))):
        tab = people.sits_down(marker, PHONE)
        for each in papers:
            tab.open(f"/exams/{sitting}/papers/{each}/SC-01/marks")
            assert "吳國強" not in tab.text
            for number, mark in enumerate("32201" if each == "P-1" else "10000", 1):
                tab.chooses(f"mark.{number}", mark)
            records(tab)
    office.open(f"/exams/{sitting}")
    office.press('main a[href$="/declaration"]')
    records(office)
    own = people.sits_down("E07", PHONE)
    own.open(f"/exams/{sitting}")
    assert "這是公司規定" in own.text


def reviews(people: People, employee: str = "E11", month: str = "2026-09") -> None:
    """The manager finds a dismissal review on their day, records the hearing and the union, and revokes what was imposed."""
    tab = people.sits_down("M01", PHONE)
    review = f"/people/{employee}/months/{month}/review"
    for path, told in (
        (f"{review}/hearing", {"on": "2026-09-10", "present": employee, "summary": "當日人手不足"}),
        (f"{review}/union-notice", {"on": "2026-09-10", "answer": "無異議"}),
    ):
        tab.open("/due")
        tab.press(f'main a[href="{review}"]')
        tab.press(f'main a[href="{path}"]')
        tab.fills(**told)
        records(tab)
    tab.open(review)
    tab.press('main a[href="/sanctions/S1"]')
    tab.press('main a[href$="/revocation"]')
    tab.fills(reasons="初犯")
    records(tab)
    tab.open("/sanctions/S1")
    assert tab.page.locator("h1 .tag.revoked").count() == 1


def checks_a_receipt(people: People, raw: bytes, changed: bytes) -> None:
    """An employee checks on a phone what they hold: one that holds, and one that somebody changed."""
    tab = people.sits_down("E06", PHONE)
    words = own_words(people.language)
    tab.open("/me")
    tab.press('main a[href="/proofs"]')
    tab.page.locator("#file").set_input_files(
        {"name": "N702.receipt", "mimeType": "application/json", "buffer": raw}
    )
    tab.press("main form button")
    assert tab.page.locator("main .good").count() == 1
    assert words["proof_not"] in tab.text
    tab.page.locator("#file").set_input_files(
        {"name": "N702.receipt", "mimeType": "application/json", "buffer": changed}
    )
    tab.press("main form button")
    assert tab.page.locator("main .error").count() == 1 and tab.page.locator("main .good").count() == 0


def keeps_a_checkpoint(people: People) -> None:
    """The auditor looks at the checkpoints that are kept, and at one with its code."""
    tab = people.sits_down("AU1", PHONE)
    tab.open("/audit")
    tab.press('main a[href="/audit/checkpoints"]')
    tab.press("main table a")
    assert tab.page.locator("main .qr svg").count() == 1


def tries_rules(people: People, document: str) -> None:
    """The director tries rules; how far that is comes by itself, or when the page is looked at again."""
    tab = people.sits_down("D01")
    tab.open("/policy/try")
    tab.fills(first="2026-06", last="2026-08")
    tab.page.locator("#file").set_input_files(
        {"name": "own.toml", "mimeType": "application/toml", "buffer": document.encode()}
    )
    tab.press('main button[value="try"]')
    while not people.scripts and tab.page.locator("main progress").count():
        tab.press("main .acts a")
    tab.page.locator("main table.stack").first.wait_for(timeout=60_000)
    assert "E06" in tab.text
