"""What one cell says: staff numbers, points, money, days in ten spellings, clock times (finance §15).

Each function takes a cell and gives a value or raises InputError `cell_*`; whoever reads a row adds the cell's address.
Digits and signs are folded by NFKC first, words never: it turns ① into 1.
"""

import re
import unicodedata
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Final

from ledger.errors import InputError
from ledger.formats import EARLIEST_YEAR, LATEST_YEAR, Malformed, parse_day
from ledger.imports.table import Cell, Unusable
from ledger.texts import described

_EPOCH: Final = date(1899, 12, 30)
_SERIALS: Final = (20_000, 80_000)
"""Day numbers of a spreadsheet that can be meant: October 1954 to January 2119."""

_POINTS: Final = re.compile(
    r"(?P<sense>扣|加|減|减|獎|奖)?(?P<sign>[+-])?(?P<number>\d{1,9})(?:\.0*)?(?:分|點|点|points?)?",
    re.ASCII | re.IGNORECASE,
)
_AGAINST: Final = frozenset("-扣減减")
"""What says that points are deducted, and not granted."""
_MONEY: Final = re.compile(r"([+-]?)(\d{1,3}(?:,\d{3})+|\d{1,12})(?:\.(\d*))?", re.ASCII)
_CURRENCY: Final = re.compile(r"^(?:¥|rmb|cny|hk\$|\$)|(?:元|圓|圆|rmb|cny)(?:整|正)?$", re.IGNORECASE)
_MINUS: Final = str.maketrans({"−": "-", "–": "-", "—": "-", "﹣": "-"})
_COMPACT_FROM: Final = 19_000_101
_COMPACT: Final = re.compile(r"(\d{4})(\d{2})(\d{2})", re.ASCII)
_WHOLE_DAY: Final = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*[日號号]?", re.ASCII)
_NO_YEAR: Final = re.compile(r"(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*[日號号]?", re.ASCII)
_SHORT_YEAR: Final = re.compile(r"(\d{2})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*[日號号]?", re.ASCII)
_CHINESE_DAY: Final = re.compile(
    r"([〇○零一二三四五六七八九]{4})年([一二三四五六七八九十]{1,2})月([一二三四五六七八九十]{1,3})[日號号]"
)
_WEEKDAY: Final = re.compile(r"[(]?(?:星期|週|周|礼拜|禮拜)[一二三四五六日天][)]?$")
_CLOCK: Final = re.compile(
    r"(上午|早上|凌晨|中午|下午|晚上|am|pm)?\s*(\d{1,2})(?::|時|时|點|点)(?:(\d{1,2})(?:分|:(\d{1,2})(?:\.0*)?|分(\d{1,2})秒)?)?\s*(am|pm)?",
    re.ASCII | re.IGNORECASE,
)
_LATER_HALF: Final = {"下午", "晚上", "pm", "中午"}
_DIGITS: Final = {character: value for value, character in enumerate("零一二三四五六七八九")} | {
    "〇": 0,
    "○": 0,
}


def usable(cell: Cell) -> Cell:
    """The cell itself. InputError `cell_error_value`, `cell_formula_without_result`, `cell_too_long`."""
    if cell is Unusable.ERROR:
        raise InputError("cell_error_value")
    if cell is Unusable.NO_RESULT:
        raise InputError("cell_formula_without_result")
    if cell is Unusable.TOO_LONG:
        raise InputError("cell_too_long")
    return cell


def words(cell: Cell) -> str | None:
    """Words as they are written, trimmed; None for a blank cell. Numbers and days as text."""
    cell = usable(cell)
    if cell is None:
        return None
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else repr(cell)
    return str(cell).strip().strip("\u3000\ufeff\u200b") or None


def code(cell: Cell) -> str | None:
    """An id or another code: folded by NFKC and trimmed; a number as its digits. None for a blank cell."""
    text = words(cell)
    return None if text is None else folded(text) or None


def folded(text: str) -> str:
    """Text of digits and signs as it is compared: NFKC, trimmed, one kind of minus."""
    return unicodedata.normalize("NFKC", text).translate(_MINUS).strip().strip("\ufeff\u200b")


def whole_number(cell: Cell) -> int | None:
    """The whole number of a number cell, None for everything else: what a staff number became in a spreadsheet."""
    if isinstance(cell, bool) or not isinstance(cell, int | float):
        return None
    return int(cell) if float(cell).is_integer() else None


def points(cell: Cell, reward: bool = False) -> int | None:
    """Whole points. `-1` says the same as `1` where points are deducted, and is refused where they are granted.

    InputError `cell_not_whole`.
    """
    cell = usable(cell)
    if isinstance(cell, str):
        text = folded(cell)
        if not text:
            return None
        read = _POINTS.fullmatch(text)
        signs = {read["sense"], read["sign"]} - {None} if read else set()
        if read is None or any((sign in _AGAINST) == reward for sign in signs):
            raise InputError("cell_not_whole", value=described(cell))
        return int(read["number"])
    number = whole_number(cell)
    if cell is not None and (number is None or (reward and number < 0)):
        raise InputError("cell_not_whole", value=described(words(cell)))
    return None if number is None else abs(number)


def money(cell: Cell) -> int | None:
    """Fen. A float is rounded at six digits first: 6.6000000000000005 is 6.60.

    InputError `cell_not_money`, `cell_three_decimals`.
    """
    cell = usable(cell)
    if cell is None or (isinstance(cell, str) and not folded(cell)):
        return None
    if isinstance(cell, bool) or not isinstance(cell, str | int | float):
        raise InputError("cell_not_money", value=described(words(cell)))
    text = f"{Decimal(repr(round(cell, 6))):f}" if isinstance(cell, int | float) else _plain_money(cell)
    read = _MONEY.fullmatch(text)
    if read is None:
        raise InputError("cell_not_money", value=described(cell))
    sign, whole, decimals = read.groups()
    cents = (decimals or "").rstrip("0")
    if len(cents) > 2:
        raise InputError("cell_three_decimals", value=described(cell))
    fen = int(whole.replace(",", "")) * 100 + int(f"{cents:0<2}")
    return -fen if sign == "-" else fen


def _plain_money(text: str) -> str:
    """An amount without currency, spaces and the brackets that bookkeepers write for a minus."""
    text = re.sub(r"\s", "", folded(text))
    bracketed = re.fullmatch(r"\((.*)\)", text)
    text = _CURRENCY.sub("", _CURRENCY.sub("", bracketed.group(1) if bracketed else text))
    if text[:1] in "+-" and text[1:2] == "¥":
        text = text[0] + text[2:]
    return f"-{text}" if bracketed else text


def moment(cell: Cell, year: int | None = None, serials: bool = True) -> tuple[date, time | None] | None:
    """A day, and the clock time where the cell holds one; None for a blank cell.

    `year` for days that are written without one; without `serials` a bare number is none, since the file counts days from
    elsewhere. InputError `cell_not_a_day`, `cell_year_missing`.
    """
    cell = usable(cell)
    if isinstance(cell, datetime):
        return _checked(cell.date(), cell), None if cell.time() == time() else cell.time()
    if isinstance(cell, date):
        return _checked(cell, cell), None
    if isinstance(cell, str):
        text = folded(cell)
        return _written_moment(text, cell, year) if text else None
    if cell is None:
        return None
    if isinstance(cell, bool) or not isinstance(cell, int | float) or (not serials and cell < _COMPACT_FROM):
        raise InputError("cell_not_a_day", value=described(words(cell)))
    return _numbered_day(float(cell))


def day(cell: Cell, year: int | None = None, serials: bool = True) -> date | None:
    """A day, as `moment`."""
    read = moment(cell, year, serials)
    return None if read is None else read[0]


def _numbered_day(number: float) -> tuple[date, time | None]:
    """A spreadsheet's day number, or a day written as one number."""
    if _SERIALS[0] <= number <= _SERIALS[1]:
        whole = int(number)
        seconds = round((number - whole) * 86_400)
        instant = datetime.combine(_EPOCH, time()) + timedelta(days=whole, seconds=seconds)
        return instant.date(), None if instant.time() == time() else instant.time()
    if number.is_integer() and (compact := _COMPACT.fullmatch(str(int(number)))):
        return _of(*compact.groups(), said=str(int(number))), None
    raise InputError("cell_not_a_day", value=f"{number:g}")


def _written_moment(text: str, said: str, year: int | None) -> tuple[date, time | None]:
    text = _WEEKDAY.sub("", text).strip()
    if re.fullmatch(r"\d{5}(\.\d+)?", text, re.ASCII):
        return _numbered_day(float(text))
    if compact := _COMPACT.fullmatch(text):
        return _of(*compact.groups(), said=said), None
    if chinese := _CHINESE_DAY.fullmatch(text):
        digits = "".join(str(_DIGITS[character]) for character in chinese.group(1))
        return _of(digits, *(str(_number(part)) for part in chinese.groups()[1:]), said=said), None
    for shape in (_WHOLE_DAY, _SHORT_YEAR, _NO_YEAR):
        if (read := shape.match(text)) is None:
            continue
        rest = _WEEKDAY.sub("", text[read.end() :].strip(" T")).strip()
        if rest and text[read.end() - 1 : read.end() + 1].isdigit():
            continue
        try:
            at = clock(rest)
        except InputError:
            break
        if shape is _SHORT_YEAR or (shape is _NO_YEAR and year is None):
            raise InputError("cell_year_missing", value=described(said))
        parts = read.groups() if shape is _WHOLE_DAY else (str(year), *read.groups())
        return _of(*parts, said=said), None if at == time() else at
    raise InputError("cell_not_a_day", value=described(said))


def _of(year: str, month: str, day: str, *, said: str) -> date:
    try:
        return parse_day(f"{year}-{int(month):02d}-{int(day):02d}")
    except Malformed:
        raise InputError("cell_not_a_day", value=described(said)) from None


def _checked(found: date, said: object) -> date:
    if not EARLIEST_YEAR <= found.year <= LATEST_YEAR:
        raise InputError("cell_not_a_day", value=described(said))
    return found


def _number(text: str) -> int:
    """一 to 三十一."""
    tens, ten, units = text.rpartition("十")
    return (_DIGITS.get(tens, 1) * 10 if ten else 0) + _DIGITS.get(units, 0)


def clock(cell: Cell) -> time | None:
    """A clock time; None for a blank cell. InputError `cell_not_a_time`."""
    cell = usable(cell)
    if cell is None or (isinstance(cell, str) and not folded(cell)):
        return None
    if isinstance(cell, datetime):
        return cell.time()
    if isinstance(cell, time):
        return cell.replace(microsecond=0)
    seconds = None
    if isinstance(cell, timedelta):
        seconds = round(cell.total_seconds())
    elif isinstance(cell, float) and 0 <= cell < 1:
        seconds = round(cell * 86_400)
    elif cell == 0 and not isinstance(cell, bool | str):
        seconds = 0
    elif isinstance(cell, str):
        return _written_clock(folded(cell), cell)
    if seconds is None or not 0 <= seconds < 86_400:
        raise InputError("cell_not_a_time", value=described(words(cell)))
    return (datetime.min + timedelta(seconds=seconds)).time()


def _written_clock(text: str, said: str) -> time:
    read = _CLOCK.fullmatch(text)
    if read is None:
        raise InputError("cell_not_a_time", value=described(said))
    before, hours, minutes, second, second_after, after = read.groups()
    half = (before or after or "").lower()
    hour = int(hours)
    if half in _LATER_HALF and hour < 12 and not (half == "中午" and hour >= 11):
        hour += 12
    elif half in ("am", "上午", "早上", "凌晨") and hour == 12:
        hour = 0
    try:
        return time(hour, int(minutes or 0), int(second or second_after or 0))
    except ValueError:
        raise InputError("cell_not_a_time", value=described(said)) from None
