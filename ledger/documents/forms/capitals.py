"""Numbers in the characters that cannot be altered (大寫): 壹貳叁, 壹佰貳拾元整."""

from typing import Final

from ledger.labels.messages import Labels
from ledger.terms import format_money

_DIGITS: Final = {"zh-Hant": "零壹貳叁肆伍陸柒捌玖", "zh-Hans": "零壹贰叁肆伍陆柒捌玖"}
_SMALL: Final = ("", "拾", "佰", "仟")
_LARGE: Final = {"zh-Hant": ("", "萬", "億", "萬億"), "zh-Hans": ("", "万", "亿", "万亿")}
_MINUS: Final = {"zh-Hant": "負", "zh-Hans": "负"}


def points_told(points: int, labels: Labels) -> str:
    """Points from 0 on, and in words where the language has characters for that."""
    if labels.language not in _DIGITS:
        return str(points)
    return labels.form("points_in_words", points=points, words=whole(points, labels.language))


def amount_told(fen: int, labels: Labels) -> str:
    """An amount in fen as money with its unit, and in words where the language has characters for that."""
    if labels.language not in _DIGITS:
        return f"RMB {format_money(fen)}"
    return labels.form("amount_in_words", amount=format_money(fen), words=money(fen, labels.language))


def whole(number: int, language: str) -> str:
    """A whole number from 0 on, in the characters of a Chinese script."""
    digits, large = _DIGITS[language], _LARGE[language]
    groups: list[int] = []
    while number or not groups:
        number, group = divmod(number, 10_000)
        groups.append(group)
    told, gap = "", False
    for place in range(len(groups) - 1, -1, -1):
        group = groups[place]
        if group == 0:
            gap = bool(told)
            continue
        if told and (gap or group < 1000):
            told += digits[0]
        told += _group(group, digits) + large[place]
        gap = False
    return told or digits[0]


def _group(group: int, digits: str) -> str:
    told, gap = "", False
    for place in (3, 2, 1, 0):
        digit = group // 10**place % 10
        if digit == 0:
            gap = bool(told)
            continue
        told += (digits[0] if gap else "") + digits[digit] + _SMALL[place]
        gap = False
    return told


def money(fen: int, language: str) -> str:
    """An amount in fen as 壹佰貳拾元伍角整, in the characters of a Chinese script."""
    yuan, rest = divmod(abs(fen), 100)
    jiao, left = divmod(rest, 10)
    digits = _DIGITS[language]
    told = f"{whole(yuan, language)}元" if yuan or not rest else ""
    if jiao:
        told += f"{digits[jiao]}角"
    if left:
        told += f"{digits[0] if yuan and not jiao else ''}{digits[left]}分"
    else:
        told += "整"
    return (_MINUS[language] if fen < 0 else "") + told
