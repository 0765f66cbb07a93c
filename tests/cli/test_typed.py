"""What an office types, with an IME's habits, is read as it is meant; what is no date stays as it was typed."""

import pytest

from cli.typed import as_day, as_instant, as_money, as_month, as_number
from ledger.texts import plain


@pytest.mark.parametrize(
    ("read", "typed", "meant"),
    [
        (plain, "　Ｅ００１ ", "E001"),
        (as_day, "２０２６／９／７", "2026-09-07"),
        (as_day, "2026年9月7日", "2026-09-07"),
        (as_day, "2026.09.07", "2026-09-07"),
        (as_day, "2026-09-07", "2026-09-07"),
        (as_day, "昨天", "昨天"),
        (as_day, "2026/13", "2026/13"),
        (as_month, "２０２６／９", "2026-09"),
        (as_month, "2026年9月", "2026-09"),
        (as_month, "2026-09", "2026-09"),
        (as_month, "九月", "九月"),
        (as_instant, "２０２６／１１／２４ ９：30", "2026-11-24 09:30"),
        (as_instant, "2026年11月24日 9:30", "2026-11-24 09:30"),
        (as_instant, "2026-11-24T09:30:00+08:00", "2026-11-24T09:30:00+08:00"),
        (as_instant, "2026-11-24 9:30", "2026-11-24 09:30"),
        (as_instant, "今天", "今天"),
        (as_money, "３，２００．００元", "3200.00"),
        (as_money, "¥12.50", "12.50"),
        (as_money, "十二", "十二"),
        (as_money, "１２。５０", "12.50"),
        (as_day, "２０２６。９。７", "2026-09-07"),
        (as_day, "2026年9月7号", "2026-09-07"),
        (as_month, "２０２６。９", "2026-09"),
        (as_instant, "２０２６／１１／２４。９：３０", "2026-11-24 09:30"),
        (as_instant, "2026年11月24日 9点30分", "2026-11-24 09:30"),
        (as_instant, "2026-11-24 9點", "2026-11-24 09:00"),
        (as_instant, "2026-11-24 9", "2026-11-24 9"),
        (as_number, " ３分 ", "3"),
        (as_number, "３。", "3"),
        (as_number, "-２分", "-2"),
        (as_number, "三", "三"),
        (as_number, "3.5", "3.5"),
    ],
)
def test_it_is_read_as_it_is_meant(read: object, typed: str, meant: str) -> None:
    assert callable(read) and read(typed) == meant
