"""Numbers on pages say what they are of."""

import re

import pytest

from tests.web.served import Served


def opened(read: Served, viewer: str, path: str) -> str:
    return read.signed_in(viewer).open(path).text


@pytest.mark.parametrize(
    ("viewer", "path", "told"),
    [
        ("AU1", "/fairness", r">\d+ %<"),
        ("AU1", "/fairness", r"mean \d\.\d\d, \d+ notices?"),
        ("AU1", "/policy", r"SHA-256 [0-9a-f]{16}…"),
        ("AU1", "/exams/banks", r"SHA-256 [0-9a-f]{16}…"),
        ("D01", "/people/E06/months/2026-07", r'<td class="n">10\xa0points<'),
        ("D01", "/people/E06/months/2026-07?then=100", r"<h2>Then #100 → "),
    ],
)
def test_a_number_stands_with_its_name(viewer: str, path: str, told: str, read: Served) -> None:
    assert re.search(told, opened(read, viewer, path))


def test_a_notice_that_went_to_the_handbook_is_not_said_to_be_under_appeal(read: Served) -> None:
    page = opened(read, "D01", "/notices/N95")
    assert "tag handbook_referred" in page
    assert "tag contested" not in page


@pytest.mark.parametrize(
    ("viewer", "path"),
    [
        ("E11", "/me"),
        ("E11", "/people/E11"),
        ("D01", "/people/E11"),
        ("D01", "/notices"),
        ("D01", "/months/2026-09"),
    ],
)
def test_nor_is_it_in_any_list(viewer: str, path: str, read: Served) -> None:
    told = re.split(">N95<", opened(read, viewer, path))[1]
    row = re.split("</tr>|</li>", told)[0]
    assert "tag handbook_referred" in row and "tag contested" not in row


def test_nor_are_its_points(read: Served) -> None:
    path, told = "/people/E11/months/2026-09", "Performance points not counted yet (appeal or handbook)"
    then = read.console.ledger.review.history("HC1")[0]["position"] - 1
    page, compared = opened(read, "D01", path), opened(read, "D01", f"{path}?then={then}")
    assert f'<h3 id="performance_contested">{told}' in page
    assert re.search(rf"<th[^>]*>{re.escape(told)}</th>", compared)
    assert "points under appeal" not in page + compared


@pytest.mark.parametrize(("thing", "told"), [("R01", "獎勵分"), ("C1", "加減分"), ("N702", "扣分")])
def test_points_of_an_event_are_taken_off_only_where_they_are(thing: str, told: str, read: Served) -> None:
    position = read.console.ledger.review.history(thing)[0]["position"]
    page = read.signed_in("AU1", "zh-Hant").open(f"/log/{position}").text
    assert f"<dt>{told}</dt>" in page


def test_points_of_a_register_are_not_said_to_be_taken_off(read: Served) -> None:
    page = read.signed_in("D01", "zh-Hant").open("/months/2026-07").text
    reward = page.partition("獎勵 R03")[2]
    assert 'data-h="分數">5<' in reward.partition("</tr>")[0]
