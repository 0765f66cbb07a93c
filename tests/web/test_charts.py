"""Charts are drawn from values alone, say in words what they show, and run nothing."""

import re
from xml.etree import ElementTree

from tests.web.served import Served
from web.charts import WIDTH, Bar, Box, Mark, bars, boxes, shortened

BOX = Box("FD-03", 1, 1, 2, 3, 5, False, (Mark("I01 1.00", 1.0, False), Mark("I02 4.00", 4.0, True)))


def drawn(text: str) -> ElementTree.Element:
    return ElementTree.fromstring(text)


def test_a_box_spans_its_middle_half_with_the_median_within() -> None:
    (box,) = drawn(boxes([BOX], "x")).findall("g")
    rect, paths = box.find("rect"), box.findall("path")
    assert rect is not None
    left, width = float(rect.attrib["x"]), float(rect.attrib["width"])
    found = re.match(r"M([\d.]+) ", paths[1].attrib["d"])
    assert found is not None

    assert left < float(found[1]) < left + width
    assert [part.get("class") for part in box.findall("g")] == ["mark", "far"]


def test_few_are_marked_as_few_and_everything_lies_within_the_drawing() -> None:
    svg = drawn(boxes([BOX, Box("x" * 30, 0, 0, 0, 0, 0, True)], "x"))
    assert [part.get("class") for part in svg.findall("g")] == ["box", "few"]
    for part in svg.iter():
        assert 0 <= float(part.attrib.get("x", 0)) <= WIDTH


def test_a_bar_is_as_long_as_its_share() -> None:
    rects = [
        bar.findall("rect")
        for bar in drawn(bars([Bar("a", 0.5, False), Bar("b", 1, False)], "x")).findall("g")
    ]
    whole = float(rects[0][0].attrib["width"])

    assert [float(bar.attrib["width"]) / whole for _, bar in rects] == [0.5, 1.0]


def test_a_name_is_text_and_nothing_else() -> None:
    assert "<script" not in boxes([Box("<script>", 1, 1, 1, 1, 1, False)], "<script>")
    assert "<script" not in bars([Bar("<script>", 1, False)], '"><script>')


def test_a_chart_of_nothing_is_empty() -> None:
    assert (boxes([], "x"), bars([], "x")) == ("", "")


def test_the_page_has_a_table_under_every_chart_and_no_style_of_its_own(read: Served) -> None:
    page = read.signed_in("D01").open("/fairness/2026-08").text

    assert page.count("<svg") == 3
    assert page.count("<table") >= 3
    assert " style=" not in page
    assert "I01 鄧志遠 · 1/1" in page


def test_a_clause_is_called_by_its_title_as_far_as_there_is_room(read: Served) -> None:
    assert shortened("車輛進場及時指引", 16) == "車輛進場及時指引"
    assert shortened("車輛進場及時指引", 15) == "車輛進場及時指…"
    assert shortened("a long title", 7) == "a long…"
    text = read.signed_in("D01", "zh-Hant").open("/fairness/2026-07").text
    assert "CP-01 車輛進場及時指引" in text.partition("<svg")[2].partition("</svg>")[0]
    assert "2 至 2" not in text
