"""One's day and one's own record: what waits, what is held on me, what it costs, and who has read it."""

from datetime import date, timedelta
from functools import partial
from itertools import groupby
from typing import Any

from starlette.responses import Response

from ledger.errors import InputError
from web.ask import Ask, whole
from web.pages.proposals import proposals_of
from web.pages.typing import in_my_name
from web.routes import form, get

Row = dict[str, Any]
_SHOWN = 50
_NAMED, _NAMED_OF_ONE = 6, 500
"""Of so many alike each is named on a line, and where one kind alone is asked for."""
_MONTHS = 12
_OPEN_DAYS = 60
"""For how many days after it happened a notice is asked about whether it can still be appealed against."""
THINGS = {
    **dict.fromkeys(("acknowledgement", "rectification", "undercut"), "notice"),
    "appeal": "appeal",
    "unsupported": "sanction",
    "handbook": "case",
    **dict.fromkeys(("finding", "fault"), "finding"),
    **dict.fromkeys(("marking", "third", "declare", "retake"), "sitting"),
    **dict.fromkeys(("action", "effect", "reopened"), "action"),
    "objection": "objection",
}
"""What can wait on the page of a thing → the thing's kind."""
PLACES = {
    "close": "/months/{month}/close",
    "sanction": "/people/{employee}/months/{month}/review",
    "payroll_return": "/payroll/{month}",
    "difference": "/payroll/{month}/reconciliation",
    **dict.fromkeys(("list_posting", "list_correction", "list_expiry"), "/public-list/{month}"),
    "department": "/people",
    "unstated": "/unstated",
    "unsigned": "/checkpoint",
    "inspection": "/inspections?month={month}&place={id}",
    "daily_sheet": "/sheets/days/{id}?place={place}",
    "week_sheet": "/sheets/weeks/{id}?place={place}",
    "analysis": "/causes?month={month}",
    **dict.fromkeys(
        ("publish", "report", "certify", "approve", "spot_check"), "/appraisals/{month}?place={id}"
    ),
}
"""What can wait elsewhere → where it is done or looked at."""

_BY_THE_DAY = {"daily_sheet": 0, "week_sheet": 7}
"""What waits for a day or a week of a department → how many days before it waits that day is."""


@get("/due", twin=True)
def due(ask: Ask) -> Response:
    """What waits for me, or with `?who=all` whatever is mine to know; `?what=` of one kind, `?after=` further on."""
    person, covered = ask.person, ask.desk.proofs.covered()  # before it is asked what is not covered
    with ask.desk.look(ask.as_of) as look:
        rows = look.due()
        if ask.is_twin:
            return ask.json(rows)
        rows = [*rows, *_of_other_sites(ask, look)]
        wanted, after = ask.query("what"), whole(ask.query("after")) or 0
        if wanted:
            rows = [row for row in rows if row["what"] == wanted]
        mine = [row for row in rows if row["who"] == person or row["employee"] == person]
        everybody = ask.query("who") == "all" or (not mine and ask.query("who") != "me")
        lines = _lines(rows if everybody else mine)
        if not everybody:  # what is one's own to do comes first
            lines.sort(key=lambda line: not _is_ones_own(line, person))
        shown = lines[after : after + _SHOWN]
        news, position = _news(ask, look), look.position
    return ask.page(
        "due",
        news=news,
        groups=_groups(shown, None if everybody else person),
        left=max(0, len(lines) - after - _SHOWN),
        after=after,
        step=_SHOWN,
        most=_NAMED_OF_ONE if wanted else _NAMED,
        everybody=everybody,
        others=len(rows) - len(mine),
        position=position,
        covered=covered,
        place=partial(_place, ask),
        proposals=proposals_of(ask) if ask.as_of is None else [],
        typed=in_my_name(ask) if ask.as_of is None else [],
    )


def _news(ask: Ask, look: Any) -> list[Row]:
    """What others recorded about the person since they signed in the time before, the latest first."""
    before = None if ask.as_of is not None else ask.console.accounts.visited_before(ask.person)
    found = [] if before is None else look.news(ask.person, before)
    return [row for row in reversed(found) if row["by"] != ask.person][:_SHOWN]


def _of_other_sites(ask: Ask, look: Any) -> list[Row]:
    """What waits for the person, or about them, elsewhere, with its site: where they were, and where they hold an office.

    It stays at the site of its month; where one site is asked for, there is none.
    """
    place = ask.place
    own = {place.own, *look.state.placed(ask.person).all_sites}
    others = (own | place.held) - {place.site}
    if ask.query("site") or not others:
        return []
    alone, found = ask.alone(look), []
    for site in sorted(others):
        waiting = (look if site in place.held else alone).due(site)
        found += [{**row, "site": site} for row in waiting if ask.person in (row["who"], row["employee"])]
    return found


def _lines(rows: list[Row]) -> list[Row]:
    """One line a kind, person and deadline, of days one a month, with how many there are and the first of them."""

    def key(row: Row) -> tuple[str, ...]:
        return (
            f"{row['month']}-00" if row["what"] in _BY_THE_DAY else str(row["due_on"] or "9999"),
            row["what"],
            str(row["who"]),
            str(row["employee"]),
            row["month"],
            str(row["place"]),
            str(row["site"]),
        )

    return [
        {**first, "count": len(group), "ids": [row["id"] for row in group]}
        for _, found in groupby(sorted(map(_placed, rows), key=key), key)
        for group in [list(found)]
        for first in group[:1]
    ]


def _placed(row: Row) -> Row:
    """What waits of a department's day or week goes by that day, with the department beside it; `site`: where elsewhere."""
    elsewhere = row.get("site")
    if row["what"] not in _BY_THE_DAY:
        return {**row, "place": None, "site": elsewhere}
    day = date.fromisoformat(row["since"]) - timedelta(days=_BY_THE_DAY[row["what"]])
    return {**row, "id": day.isoformat(), "place": row["id"], "site": elsewhere}


def _groups(lines: list[Row], person: str | None) -> list[tuple[str, list[Row]]]:
    """The lines by how pressing they are; apart what of a person's record waits for somebody else."""
    names = ("overdue", "with_deadline", "without_deadline", "for_others")
    kinds: dict[str, list[Row]] = {name: [] for name in names}
    for line in lines:
        left = line["days_left"]
        pressing = "without_deadline" if left is None else "overdue" if left < 0 else "with_deadline"
        others = person is not None and not _is_ones_own(line, person)
        kinds["for_others" if others else pressing].append(line)
    return [(name, found) for name, found in kinds.items() if found]


def _is_ones_own(line: Row, person: str) -> bool:
    """Whether it is the person who does it: who is named, and whoever a notice is about, who can acknowledge it."""
    return line["who"] in (None, person) or (line["what"] == "acknowledgement" and line["employee"] == person)


def _place(ask: Ask, row: Row) -> str | None:
    """Where what waits is done or looked at; None where that is not the person's to open."""
    kind = THINGS.get(row["what"])
    if kind is None:
        where = PLACES[row["what"]].format(**row)
        return ask.link(where, site=row["site"]) if row["site"] in ask.sites else ask.link(where)
    return ask.links.to(kind, row["employee" if kind == "employee" else "id"])


@get("/unstated")
def unstated(ask: Ask) -> Response:
    """The appointments and rules since the last checkpoint of which nobody is said to have decided them."""
    behind = ask.desk.review.unstated(0)
    with ask.desk.look(ask.as_of) as look:
        count = sum(int(row["id"]) for row in look.due() if row["what"] == "unstated")
        rows = [entry for position in behind[len(behind) - count :] for entry in look.event_at(position)]
        position = look.position
    return ask.page("unstated", rows=rows, position=position)


@get("/me")
def me(ask: Ask) -> Response:
    """What is held on me: this month in a sentence, the months before, each notice and sanction; `?months=all` of all."""
    with ask.desk.look(ask.as_of) as look:
        card = look.card("employee", ask.person)
        own, placed = ask.alone(look), look.state.placed(ask.person)
        notices = [row for site in placed.all_sites for row in own.notices(None, site)]
        appeals = [row for site in placed.all_sites for row in own.appeals(site)]
        sanctions = [look.card("sanction", name) for name in look.state.employee(ask.person).sanctions]
        reviewed = look.sanction_months(ask.person)
        month = str(look.today(look.site(None)))[:7]
        before = sorted({*card["months"]} - {month}, reverse=True)
        shown, months = before if ask.query("months") == "all" else before[:_MONTHS], []
        for each in shown:
            months += [{**row, "month": each} for row in own.monthly(each, placed.site_in(each))]
        current = own.monthly(month, placed.site_in(month))
        until = _may_appeal_until(look, notices, sanctions)
        position = look.position
    return ask.page(
        "me",
        card=card,
        notices=sorted(notices, key=lambda row: row["occurred_on"], reverse=True),
        appeals=appeals,
        sanctions=sorted(sanctions, key=lambda row: row["on"], reverse=True),
        reviewed=reviewed,
        months=months,
        open=_open(ask, until),
        earlier=len(before) - len(shown),
        month=month,
        current=current[0] if current else None,
        titles=dict(ask.desk.policies.clauses("")) if notices else {},
        position=position,
    )


def _may_appeal_until(look: Any, notices: list[Row], sanctions: list[Row]) -> dict[str, str]:
    """The last day of those, `notice:N1` or `sanction:S1`, that can still be appealed against."""
    today = look.today(look.site(None))
    late = (today - timedelta(days=_OPEN_DAYS)).isoformat()
    lately = [row["notice"] for row in notices if row["status"] == "stands" and row["occurred_on"] >= late]
    last = {f"notice:{name}": look.card("notice", name).get("appeal_by") for name in lately}
    last |= {f"sanction:{row['sanction']}": row.get("appeal_by") for row in sanctions}
    return {thing: day for thing, day in last.items() if day is not None and day >= today.isoformat()}


def _open(ask: Ask, until: dict[str, str]) -> dict[str, str]:
    """Those of them against which this person could file an appeal now."""
    if ask.as_of is not None:
        return {}
    filed: Row = {"do": "file_appeal", "ground": "facts", "statement": "–", "on": ask.today()}
    against = {thing: dict([thing.split(":")]) for thing in until}
    return {
        thing: day for thing, day in until.items() if ask.desk.could({**filed, "against": against[thing]})
    }


@form("/me/export", records=False)
def export(ask: Ask) -> Response:
    """Everything held on me, as the page `kaoji employee export` writes; that it was handed out is kept."""
    if ask.query("as_of"):
        raise InputError("as_of_wrong", as_of=ask.query("as_of"))
    if ask.request.method == "GET":
        return ask.page("taken", title=ask.speech.say("right_export"), about=ask.speech.say("export_told"))
    found = ask.desk.people.export(ask.person, ask.speech.language)
    ask.desk.people.note_handout([ask.person], "employee export", f"web {ask.person}.html")
    return ask.file(f"{ask.person}.html", found.page, "text/html; charset=utf-8")


@form("/receipts/{name}", records=False)
def receipt(ask: Ask) -> Response:
    """A receipt of something on one's own record; that it was handed out is kept."""
    name = ask.path("name")
    found = ask.desk.proofs.receipt(name)
    if ask.request.method == "GET":
        kind, _, thing = name.partition(":")
        title = ask.speech.say("receipt_title", name=f"{ask.speech.word(kind)} {thing}")
        return ask.page("taken", title=title, about=ask.speech.say("receipt_told"))
    ask.desk.people.note_handout([ask.person], "receipt", f"web {name}.receipt")
    ask.desk.proofs.keep([ask.desk.proofs.checkpoint_in(found)])
    return ask.file(f"{name.replace(':', '-')}.receipt", found, "application/octet-stream")
