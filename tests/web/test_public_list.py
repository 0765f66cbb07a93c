"""The public list in a browser: what was posted with its code, and before that a draft without one."""

from tests.support.office import lines, post_public_list
from tests.web.served import Served

PATH = "/public-list/2026-07"


def test_a_list_that_is_not_posted_is_a_draft_without_a_code(read: Served) -> None:
    page = read.signed_in("O01").open(PATH).text
    assert "DRAFT" in page and "E06" in page
    assert "<svg" not in page and "kaoji:1?" not in page


def test_a_posted_list_bears_the_site_its_days_and_the_code_of_its_event(site: Served) -> None:
    site.console.ledger.record.apply(lines([post_public_list("2026-07", on="2026-09-10")]))
    position = site.console.ledger.position()
    page = site.signed_in("E01").open(PATH).text

    assert "DRAFT" not in page and "金色家園" in page and "2026-09-17" in page
    assert "<svg" in page and f"&amp;p={position}&amp;h=" in page
    assert "孫**" in page and "孫浩然" not in page
