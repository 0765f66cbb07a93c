"""Moves of a story that change little or come seldom: errata, replies, hearings, replacements, coming back."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from tests.support import office

if TYPE_CHECKING:
    from tests.support.generator import Teller

GOING = ("L01", "L02", "H01", "XL", "E003", "D01")
"""Who leaves, and may come back."""
MOVING = ("E001", "E001", "XE1", "L01", "E002", "I01")
"""Who goes to another site."""
PARTIES = ("I01", "D01", "L01", "XI")


def remark(teller: "Teller", a: int, b: int, c: int, d: int) -> dict[str, Any] | None:
    """An erratum, which changes no figure."""
    notice = teller.some_notice(a)
    if notice is None:
        return None
    return office.remark_notice(notice, str(teller.today), by=teller.notices[notice]["issued_by"])


def rectify(teller: "Teller", a: int, b: int, c: int, d: int) -> dict[str, Any] | None:
    """The fault on site is put right, by the employee or somebody above."""
    notice = teller.some_notice(a)
    if notice is None:
        return None
    by = (teller.notices[notice]["employee"], "L01", "D01", "I02")[b % 4]
    return office.rectify_notice(notice, str(teller.today), by=by)


def replace(teller: "Teller", a: int, b: int, c: int, d: int) -> dict[str, Any] | None:
    """A withdrawn notice is issued anew."""
    notice = teller.some_notice(a)
    if notice is None:
        return None
    before = teller.notices[notice]
    anew = {
        "notice": teller.new_id("N"),
        "replaces": notice,
        "points": 1 + b % 6,
        "issued_on": str(teller.today),
    }
    return {**before, **anew}


def reply(teller: "Teller", a: int, b: int, c: int, d: int) -> dict[str, Any] | None:
    """The respondent answers an appeal; somebody else is refused."""
    pending = teller.appeals("pending")
    if not pending:
        return None
    appeal = pending[a % len(pending)]
    by = appeal["respondent"] if b % 4 else PARTIES[c % len(PARTIES)]
    return office.reply_to_appeal(appeal["appeal"], by, str(teller.today))


def hear(teller: "Teller", a: int, b: int, c: int, d: int) -> dict[str, Any] | None:
    """A party to an appeal is heard by its reviewer, or an employee about a dismissal review."""
    pending = teller.appeals("pending")
    about: Mapping[str, Any]
    if pending and b % 2:
        appeal = pending[a % len(pending)]
        about, by = {"appeal": appeal["appeal"]}, appeal["reviewer"] or "C01"
    else:
        about, by = {"review": {"employee": "E001", "month": teller.month_back(c)}}, ("D01", "M01")[c % 2]
    return {"do": "record_hearing", "about": about, "summary": "a story", "by": by, "on": str(teller.today)}


def tell_union(teller: "Teller", a: int, b: int, c: int, d: int) -> dict[str, Any]:
    """The union is told of a dismissal review."""
    fields = {"employee": "E001", "month": teller.month_back(a), "by": ("D01", "M01")[b % 2]}
    return {"do": "record_union_notice", **fields, "on": str(teller.today)}


def come_back(teller: "Teller", a: int, b: int, c: int, d: int) -> dict[str, Any]:
    """Somebody who left is taken on again, in the old place or another."""
    who = GOING[a % len(GOING)]
    place = ("front-desk", "order", "roads")[b % 3]
    line = {"supervisor": (None, "H01", "H02")[c % 3]} if d % 2 else {}
    return office.rehire_employee(who, str(teller.today + timedelta(days=c % 2)), department=place, **line)


def move_site(teller: "Teller", a: int, b: int, c: int, d: int) -> dict[str, Any]:
    """Somebody is of another site from the first of this month on, or of the next."""
    who = MOVING[a % len(MOVING)]
    month = teller.today.replace(day=1)
    start = month if b % 4 == 0 else (month + timedelta(days=32)).replace(day=1)
    site, department = (("jinse", "order"), ("Jin_e", "roads"))[c % 2]
    line = {"supervisor": (None, "L02", "XL")[d % 3]} if d % 2 else {}
    return office.reassign_employee(who, str(start), site=site, department=department, **line)


def mend_departure(teller: "Teller", a: int, b: int, c: int, d: int) -> dict[str, Any]:
    """A departure was on another day, long ago too, or never was."""
    days: tuple[date | None, ...] = (None, teller.today, teller.today - timedelta(days=40))
    day = days[b % 3]
    by = "XD" if (who := GOING[a % len(GOING)]).startswith("X") else "O01"
    return office.correct_departure(who, None if day is None else str(day), by=by if by == "O01" else "C01")


RARE = (remark, rectify, replace, reply, hear, tell_union, come_back, move_site, mend_departure)
