"""What the console's own script adds: an offered reload, drafts, sending again, a preview, and nothing sent twice."""

import gzip
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Route

from ledger.application.child_process import Progress
from ledger.store.audit_scan import Fault
from tests.browser import stories
from tests.browser.accessibility import faults
from tests.browser.tabs import PHONE, People, Tab
from tests.web.served import MEANWHILE, Served
from tests.web.test_progress import Held
from web.assets import FOLDER, asset
from web.middleware import HEADERS
from web.spoken import own_words

DRAFTS = "Object.keys(sessionStorage).filter(key => key.startsWith('kaoji-draft '))"
_AWAY = re.compile("ERR_INTERNET_DISCONNECTED|ERR_FAILED")


@pytest.fixture
def there(chromium: Browser, site: Served) -> Iterator[People]:
    """Browsers that may complain of the network, and of nothing else."""
    people = People(chromium, site, "zh-Hant")
    yield people
    people.complaints[:] = [told for told in people.complaints if _AWAY.search(told) is None]
    people.leaves()


def said(key: str) -> str:
    return own_words("zh-Hant")[f"script_{key}"]


def notices(site: Served) -> list[str]:
    """The notices about E10 that are on record."""
    with site.console.ledger.look() as look:
        return [row["notice"] for row in look.notices(None, "jinse") if row["employee"].startswith("E10")]


def checked(there: People) -> Tab:
    """A notice before its last button."""
    tab = there.sits_down("I01", PHONE)
    stories.fills_a_notice_in(tab, "E10")
    tab.goes_on("check")
    return tab


RECORD = 'main button[name="step"][value="record"]'


def test_it_is_small_and_the_policy_lets_nothing_else_run() -> None:
    script = (FOLDER / "console.js").read_bytes()
    assert len(script.splitlines()) <= 200
    assert len(gzip.compress(script, 9)) <= 4096
    assert "script-src 'self'" in HEADERS["Content-Security-Policy"]
    assert "unsafe" not in HEADERS["Content-Security-Policy"]


def test_style_and_script_are_kept_under_a_name_that_says_what_is_in_them(read: Served) -> None:
    from tests.web.served import Browser as Plain

    for name in ("console.js", "console.css"):
        answer = Plain(read.base).open(asset(name))
        assert answer.status == 200
        assert "immutable" in answer.headers["Cache-Control"]
        older = Plain(read.base).open(re.sub(r"\.[0-9a-f]{8}\.", ".00000000.", asset(name)))
        assert older.status == 200
        assert "immutable" not in (older.headers["Cache-Control"] or "")


def test_a_reload_is_offered_when_something_was_recorded_and_never_done(there: People, site: Served) -> None:
    tab = there.sits_down("D01")
    with tab.page.expect_request("**/api/v1/changes"):
        tab.open("/due")
    born = tab.page.evaluate("performance.timeOrigin")
    position = site.console.ledger.position()
    site.console.ledger.record.typed(dict(MEANWHILE))
    offer = tab.page.locator("#moved")
    offer.wait_for()
    assert said("moved").replace("{{count}}", "1") in offer.inner_text()
    assert tab.page.evaluate("performance.timeOrigin") == born
    assert f"#{position}" in tab.page.locator(".time").inner_text()
    tab.press("#moved button")
    assert f"#{position + 1}" in tab.page.locator(".time").inner_text()


def test_a_tab_that_nobody_sees_and_a_page_of_the_past_listen_to_nothing(there: People) -> None:
    asked: list[str] = []
    tab = there.sits_down("D01")
    tab.page.on("request", lambda request: asked.append(request.url))
    tab.open("/due?as_of=150")
    tab.page.add_init_script(
        "Object.defineProperty(document, 'hidden', {get: () => window.hidden !== false})"
    )
    tab.open("/due")
    tab.page.wait_for_timeout(200)
    assert [url for url in asked if url.endswith("/changes")] == []
    with tab.page.expect_request("**/api/v1/changes"):
        tab.page.evaluate("window.hidden = false; document.dispatchEvent(new Event('visibilitychange'))")


def test_a_draft_stays_on_the_phone_until_it_is_recorded(there: People) -> None:
    tab = there.sits_down("I01", PHONE)
    stories.fills_a_notice_in(tab, "E10")
    assert tab.page.evaluate(DRAFTS) != []
    tab.open("/notices/new")
    assert said("draft") in tab.text
    assert tab.page.locator('input[name="employee"]:checked').get_attribute("value") == "E10"
    for step in ("1", "2", "3"):
        tab.goes_on(step)
    assert tab.page.locator('[name="narrative"]').input_value() == "未戴工牌"
    tab.goes_on("check")
    tab.goes_on("record")
    assert tab.page.evaluate(DRAFTS) == []


def test_a_round_that_is_half_walked_stays_on_the_phone_and_goes_on_where_there_is_reception(
    there: People,
) -> None:
    tab = there.sits_down("I01", PHONE)
    tab.open("/inspections/new")
    tab.chooses("kind", "irregular")
    tab.goes_on("1")
    tab.fills(codes="FD-02 FD-08", started_at="2026-09-10T09:00", inspection="INS-8")
    tab.goes_on("2")
    tab.chooses("result.FD-02", "ok")
    tab.page.context.set_offline(True)
    tab.page.locator('main button[name="step"][value="3"]').click()
    tab.page.locator(".unsent").wait_for()
    tab.page.context.set_offline(False)
    tab.press(".unsent button")
    assert "FD-08" in tab.page.locator("h1").inner_text()
    tab.open("/inspections/new")
    assert said("draft") in tab.text
    assert tab.page.locator('input[name="kind"]:checked').get_attribute("value") == "irregular"


def test_a_draft_is_gone_when_its_writer_signs_out_and_nobody_elses_to_see(there: People) -> None:
    tab = there.sits_down("I01", PHONE)
    stories.fills_a_notice_in(tab, "E10")
    draft = tab.page.evaluate("Object.entries(sessionStorage)")
    tab.press("form.me button")
    assert tab.page.evaluate(DRAFTS) == []

    other = there.sits_down("I02", PHONE)
    other.open("/me")
    other.page.evaluate("pairs => pairs.forEach(([key, value]) => sessionStorage.setItem(key, value))", draft)
    other.open("/notices/new")
    assert other.page.locator('input[name="employee"]:checked').count() == 0
    assert other.page.evaluate(DRAFTS) == []


def test_what_did_not_leave_the_phone_says_so_and_is_sent_again(there: People, site: Served) -> None:
    tab = checked(there)
    before = notices(site)
    tab.page.context.set_offline(True)
    tab.page.locator(RECORD).click()
    told = tab.page.locator(".unsent")
    told.wait_for()
    assert said("unsent") in told.inner_text()
    assert notices(site) == before
    tab.page.context.set_offline(False)
    tab.press(".unsent button")
    assert len(notices(site)) == len(before) + 1
    assert stories.recorded_in(tab) in notices(site)


def test_what_arrived_though_its_answer_was_lost_is_recorded_once(there: People, site: Served) -> None:
    tab = checked(there)
    before = notices(site)

    def lose(route: Route) -> None:
        if route.request.method == "POST":
            route.fetch()
            route.abort()
        else:
            route.continue_()

    tab.page.route("**/notices/new*", lose)
    tab.page.locator(RECORD).click()
    tab.page.locator(".unsent").wait_for()
    assert len(notices(site)) == len(before) + 1
    tab.page.unroute("**/notices/new*")
    tab.press(".unsent button")
    assert own_words("zh-Hant")["done_again"] in tab.text
    assert len(notices(site)) == len(before) + 1


def test_a_button_pressed_twice_sends_once(there: People, site: Served) -> None:
    tab = checked(there)
    before = notices(site)
    sent: list[str] = []
    tab.page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    tab.page.evaluate(
        f"const b = document.querySelector('{RECORD}'.replaceAll('\"', '')); b.click(); b.click()"
    )
    tab.page.locator("main .panel").wait_for()
    assert len(sent) == 1
    assert len(notices(site)) == len(before) + 1


def test_going_back_leads_to_the_screen_before(there: People) -> None:
    tab = there.sits_down("I01", PHONE)
    stories.fills_a_notice_in(tab, "E10")
    tab.page.go_back()
    tab.page.locator('[name="points"]').wait_for()
    assert tab.page.locator('[name="points"]').input_value() == "2"
    tab.page.go_forward()
    tab.page.locator('[name="narrative"]').wait_for()


def test_a_chosen_photo_is_shown_before_it_is_sent(there: People) -> None:
    tab = there.sits_down("I02", PHONE)
    tab.open("/notices/N807/evidence")
    tab.page.locator("#file").set_input_files(stories.photo())
    shown = tab.page.locator("img.preview")
    shown.wait_for()
    assert (shown.get_attribute("src") or "").startswith("blob:")
    assert shown.evaluate("image => image.decode().then(() => image.naturalWidth)") == 1


# --- at the same time ---------------------------------------------------------------------------------------

EIGHT = ("E01", "E02", "E03", "E04", "E05", "E07", "E08", "E09")


@pytest.mark.parametrize("scripts", [True, False], ids=["with-scripts", "without-scripts"])
def test_of_eight_who_file_at_once_none_is_lost_and_none_doubled(
    scripts: bool, there: People, site: Served
) -> None:
    there.scripts = scripts
    tabs = []
    for number, employee in enumerate(EIGHT):
        tab = there.sits_down("I02" if number % 2 else "I01", PHONE)
        tab.open("/notices/new")
        tab.chooses("employee", employee)
        for step in ("1", "2"):
            tab.goes_on(step)
            if step == "1":
                tab.chooses("clause", "FD-03")
        tab.fills(points="2", occurred_at="2026-09-08T09:00", place="客服中心")
        tab.goes_on("3")
        tab.fills(narrative=f"未戴工牌 {employee}")
        tab.goes_on("check")
        tabs.append(tab)
    with site.console.ledger.look() as look:
        before = {row["notice"] for row in look.notices(None, "jinse")}
    for tab in tabs:
        tab.page.evaluate(f"document.querySelector('{RECORD}'.replaceAll('\"', '')).click()")
    for tab in tabs:
        tab.page.locator("main .panel h1").wait_for()
    with site.console.ledger.look() as look:
        made = [row for row in look.notices(None, "jinse") if row["notice"] not in before]
    assert sorted(str(row["employee"]).split(" ")[0] for row in made) == sorted(EIGHT)
    assert sorted(stories.recorded_in(tab) for tab in tabs) == sorted(row["notice"] for row in made)


# --- a check while it runs ------------------------------------------------------------------------------------


def test_how_far_a_check_is_comes_by_itself_and_then_its_outcome(
    there: People, site: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = Held(monkeypatch)
    tab = there.sits_down("AU1", PHONE, bypass_csp=True)
    tab.open("/audit")
    tab.press('main form[action="/audit/verify"] button')
    assert "/audit/verified/" in tab.page.url
    tab.page.get_by_text("1,200").wait_for()
    assert faults(tab.page) == []
    found = tuple(Fault("event_changed", at, {"stream": "employee/E06"}) for at in (3, 130))
    held.at = Progress(600, 1200, "events", 2, found)
    tab.page.locator("#found li").nth(1).wait_for()
    assert tab.page.locator("progress").evaluate("bar => bar.value / bar.max") == 0.5
    assert own_words("zh-Hant")["verifying_found"].format(count=2) == tab.page.locator("#so-far").inner_text()
    held.goes_on.set()
    tab.page.locator("main p.good").wait_for()
