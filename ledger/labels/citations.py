"""What a number rests on, in the reader's language: clauses of the house's documents, laws, numbered readings.

A policy writes sources one way (`篇3 4.2.2; 工資支付暫行規定 §§15–16; reading 12`). What is no such source is shown as it
stands.
"""

import re
from typing import Final

from ledger.formats import Language

_LAWS: Final = {
    "工資支付暫行規定": ("Interim Provisions on Payment of Wages", "工资支付暂行规定"),
    "勞動合同法": ("Labour Contract Law", "劳动合同法"),
    "個人信息保護法": ("Personal Information Protection Law", "个人信息保护法"),
    "全國年節及紀念日放假辦法": ("Regulation on Public Holidays", "全国年节及纪念日放假办法"),
    "國務院辦公廳關於部分節假日安排的通知": (
        "State Council notices on the year's holidays",
        "国务院办公厅关于部分节假日安排的通知",
    ),
    "企業職工獎懲條例": ("Regulations on Rewards and Punishments of Staff", "企业职工奖惩条例"),
    "民法典": ("Civil Code", "民法典"),
    "刑法": ("Criminal Law", "刑法"),
    "消防法": ("Fire Protection Law", "消防法"),
    "治安管理處罰法": ("Law on Penalties for Administration of Public Security", "治安管理处罚法"),
    "物業管理條例": ("Regulation on Property Management", "物业管理条例"),
    "保安服務管理條例": ("Regulation on Security Services", "保安服务管理条例"),
    "建設工程質量管理條例": ("Regulation on the Quality of Construction", "建设工程质量管理条例"),
    "商品房買賣解釋": ("Interpretation on the Sale of New Homes", "商品房买卖解释"),
    "區分所有權解釋": ("Interpretation on Differentiated Ownership", "区分所有权解释"),
    "物業服務糾紛解釋": ("Interpretation on Property Service Disputes", "物业服务纠纷解释"),
    "北京市物業管理條例": ("Beijing Regulation on Property Management", "北京市物业管理条例"),
    "杭州市物業管理條例": ("Hangzhou Regulation on Property Management", "杭州市物业管理条例"),
    "麗水市物業管理條例": ("Lishui Regulation on Property Management", "丽水市物业管理条例"),
}
"""Laws a policy or a question bank may cite by their Traditional Chinese titles: in English, and in Simplified Chinese."""

_READING_WORD: Final = {"en": "reading", "zh-Hant": "解讀", "zh-Hans": "解读"}
_CLAUSE: Final = re.compile(r"篇\s*([1-4])\s*([^;；]*)")
_LAW: Final = re.compile(rf"《?({'|'.join(_LAWS)})》?\s*(?:§+\s*([0-9–, ()]+))?")
_READING: Final = re.compile(r"(?:reading|解讀|解读)\s*(\d+)")
_PART: Final = re.compile(r"\s*[;；]\s*")

_FORMER: Final = (
    ("domain.md §3: a late notice costs", 1),
    ("domain.md §3: a late performance", 2),
    ("domain.md §3: 16–19", 3),
    ("domain.md §7: names are masked", 5),
    ("domain.md §3: rounded half up", 6),
    ("domain.md §3: where there was no supervisor", 7),
    ("domain.md §3, §6: an", 8),
    ("domain.md §6: 5 working days", 9),
    ("domain.md §6: retaliation", 10),
    ("domain.md §7: due by", 11),
    ("domain.md §10.1: a date", 12),
    ("domain.md §5: exactly one", 13),
    ("domain.md §5: only with", 14),
    ("domain.md §4: published", 15),
    ("code: domain.md", 16),
    ("domain.md §2: performance", 19),
    ("domain.md §4: a reward", 19),
    ("domain.md §3", 18),
)
"""How versions adopted before the readings had numbers cite them."""


def cited(source: str, language: Language) -> str:
    """A source as a reader of the language knows it; parts are separated by semicolons."""
    between = "; " if language == "en" else "；"
    return between.join(_part(part, language) for part in _PART.split(source.strip()) if part)


def _part(part: str, language: Language) -> str:
    for begins, number in _FORMER:
        if part.startswith(begins):
            return _reading(number, language)
    reading = _READING.fullmatch(part)
    if reading:
        return _reading(int(reading[1]), language)
    clause = _CLAUSE.fullmatch(part)
    if clause:
        return _clause(clause[1], clause[2].strip(), language)
    law = _LAW.fullmatch(part.strip())
    return part if law is None else _law(law[1], (law[2] or "").strip(), language)


def _reading(number: int, language: Language) -> str:
    word = _READING_WORD[language]
    return f"{word} {number}"


def _clause(document: str, place: str, language: Language) -> str:
    if language != "en":
        return f"篇{document} {_in_a_row(place)}".rstrip()
    return f"Doc. {document} §{_arabic(place)}" if place else f"Doc. {document}"


def _arabic(place: str) -> str:
    """`一·8` of 篇1 as `1.8`."""
    return place.translate(str.maketrans("一二三四五·", "12345."))


def _in_a_row(places: str) -> str:
    """Places one after another, with the mark that stands between them in Chinese."""
    return places.replace(", ", "、")


def _law(title: str, sections: str, language: Language) -> str:
    english, simplified = _LAWS[title]
    if language == "en":
        return f"{english} §{sections}" if sections else english
    name = f"《{title if language == 'zh-Hant' else simplified}》"
    articles = "條" if language == "zh-Hant" else "条"
    return f"{name}第{_in_a_row(sections)}{articles}" if sections else name
