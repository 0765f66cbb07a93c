"""The quarterly bonus: what a quarter comes to of each, and the bases it is a part of, for many people at once."""

import re
from itertools import chain
from typing import Any, Final

from starlette.responses import Response

from ledger.application.reading.look import Look
from ledger.errors import InputError, NotEntitled, Taken
from ledger.formats import format_money, month_before, months_of_quarter, quarter_of
from ledger.imports.cells import money
from ledger.terms import next_month
from ledger.texts import described
from web.acts import Act
from web.ask import Ask
from web.batch import Line, run_batch
from web.routes import form, get

Values = dict[str, Any]
BASES: Final = Act("record_bonus_base", (), "next_record_bonus_base", dated=None, asked_on="bonus_form")
_LINE: Final = re.compile(r"([^\s,;，；、]+)[\s,;，；、]*(.*)")
"""A staff number, and behind it whatever stands there."""
_LARGEST: Final = 1024 * 1024
"""How large a sheet may be, in bytes: its lines go along with what is checked."""
_APART: Final = re.compile(r"[\s;；]+")


@get("/bonus/{quarter}", twin=True)
def bonus(ask: Ask) -> Response:
    """`report bonus`: approved months, their mean, the coefficient, the base and the amount, of whom it is mine to see."""
    quarter = ask.path("quarter")
    with ask.desk.look(ask.as_of) as look:
        report = look.bonus(quarter)
        first, position = _first_there(look, report), look.position
    if ask.is_twin:
        return ask.json(report)
    months = months_of_quarter(quarter)
    return ask.page(
        "bonus",
        report=report,
        months=months,
        before=quarter_of(month_before(months[0])),
        after=quarter_of(next_month(months[-1])),
        may=ask.as_of is None and _may_record(ask, quarter, first),
        position=position,
    )


def _first_there(look: Look, report: Values) -> str | None:
    """The first of the report who is at its site today, else of all of the site; None: nobody is."""
    site, day = report["site"], look.today(report["site"])
    people = chain((row["employee"] for row in report["rows"]), look.state.employee_ids(site))
    return next((each for each in people if look.state.placed(each).site_on(day) == site), None)


def _may_record(ask: Ask, quarter: str, first: str | None) -> bool:
    """Whether bases are the person's to record: it is asked of the first there."""
    asked = {"do": BASES.do, "employee": first, "quarter": quarter, "base": "0.00"}
    return first is not None and ask.desk.could(asked)


@form("/bonus/{quarter}/bases", largest=4 * 1024 * 1024)
def bases(ask: Ask) -> Response:
    """Bases are read from a sheet or pasted, a person a line, shown beside those on record, and recorded together."""
    quarter, speech = ask.path("quarter"), ask.speech
    with ask.desk.look() as look:
        report = look.bonus(quarter)
        first = _first_there(look, report)
    if not _may_record(ask, quarter, first):
        raise NotEntitled("not_yours_to_do", do=BASES.do, by=ask.person)
    before = {row["employee"]: row["base"] for row in report["rows"]}
    shown = {
        "title": speech.say("record_bonus_base_title", quarter=quarter),
        "back": ask.link(f"/bonus/{quarter}"),
        "about": [],
    }
    return run_batch(ask, BASES, lambda: _lines(ask, quarter, before), shown)


def _lines(ask: Ask, quarter: str, before: dict[str, str | None]) -> list[Line]:
    """The lines that hold anything, of a sheet where one was sent. InputError `field_missing`, and as `lines_of`."""
    if (upload := ask.files.get("file")) is not None and upload.content:
        ask.form["bases"] = _of_sheet(upload.content)
    text = ask.form.get("bases", "")
    found = [
        _line(ask, number, written.strip(), quarter, before)
        for number, written in enumerate(text.splitlines(), start=1)
        if written.strip()
    ]
    if not found:
        raise InputError("field_missing", field="base")
    first: dict[str, int] = {}
    for line in found:
        if first.setdefault(line.employee, line.number) != line.number:
            line.faults.append(Taken("row_twice", first=first[line.employee]))
    return found


def _of_sheet(content: bytes) -> str:
    """A sheet as the lines that would be pasted of it. InputError `sheet_too_large`, and as `lines_of`."""
    from ledger.imports.bases import lines_of

    if len(content) > _LARGEST:
        raise InputError("sheet_too_large", found="sheet_file_kib", limit=_LARGEST // 1024)
    return lines_of(content)


def _line(ask: Ask, number: int, written: str, quarter: str, before: dict[str, str | None]) -> Line:
    """A staff number and, as the last thing on the line, an amount; a name may stand between, and no digit."""
    read = _LINE.match(written)
    employee, rest = (written, "") if read is None else read.groups()
    try:
        *between, amount = _APART.split(rest)
        if any(map(str.isdigit, "".join(between))):
            raise InputError("cell_not_money", value=described(rest))
        fen = money(amount)
        if fen is None:
            raise InputError("field_missing", field="base")
    except InputError as error:
        return Line(number, employee, None, faults=[error])
    base, speech = format_money(fen), ask.speech
    known = before.get(employee)
    shown = [
        (speech.labels.remarked(speech.say(when), speech.say("yuan")), told)
        for when, told in (("before", known or "–"), ("after", base))
    ]
    command = {"do": BASES.do, "employee": employee, "quarter": quarter, "base": base}
    return Line(number, employee, command, shown, stands=known == base)
