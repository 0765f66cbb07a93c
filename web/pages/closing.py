"""Closing a month in steps, each with an address: what is still open, the figures, what is to be checked, and then for good.

Nothing is kept between the steps: the address carries the digest of the figures that were looked at, and where others would
be handed over by now, the figures are shown again.
"""

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from starlette.responses import Response

from ledger.errors import LedgerError, NotEntitled
from ledger.formats import format_money
from web.acting import run
from web.acts import Act
from web.ask import Ask
from web.named import Named
from web.routes import form, get

if TYPE_CHECKING:
    from ledger.application.recording.applied import Applied

Values = dict[str, Any]
_ALONE: Final = Act(
    "close_month",
    (),
    "next_closed",
    shows_figures=False,
    at_once=True,
    checked_on="close_confirm",
)
_WITH_SECOND: Final = replace(_ALONE, next_step="next_proposed", dated=None, proposed=True)
_STEPS: Final = ("", "/figures", "/review", "/confirmation")
_PLACES: Final = {
    "appeals": "/appeals/{}",
    "findings": "/findings/{}",
    "cases": "/cases/{}",
    "unserved": "/notices/{}",
    "unrectified": "/notices/{}",
    "sanctions": "/people/{}/months/{month}/review",
    "without_wage": "/people/{}",
}
"""Where each that is still open is looked at."""
_PEOPLE: Final = ("sanctions", "without_wage")
"""What is open of people, who are named."""


@dataclass(frozen=True, slots=True)
class _Closing:
    """A month as it would be closed now. `tried` None: it is refused, as `told` says; `seen`: the digest of the figures."""

    site: str
    month: str
    card: Values
    act: Act
    tried: "Applied | None"
    seen: str
    told: tuple[str, str | None] | None
    close: Values | None


# --- the steps ------------------------------------------------------------------------------------------


@get("/months/{month}/close")
def still_open(ask: Ask) -> Response:
    """The first step: what is still open in the month, each with its page; none of it holds the close up."""
    month = _required(ask)
    with ask.desk.look() as look:
        site = look.site(None)
        waiting, card = look.open_in_month(month, site), look.month_card(month, site)
    found = [
        (
            ask.speech.say(f"open_{kind}"),
            [(_called(kind, each), _PLACES[kind].format(each, month=month)) for each in ids],
        )
        for kind, ids in waiting.items()
    ]
    return ask.page("close_open", month=month, card=card, found=found, trail=_trail(ask), at=1)


def _called(kind: str, thing: str) -> str:
    return Named(thing) if kind in _PEOPLE else thing


@get("/months/{month}/close/figures")
def figures(ask: Ask) -> Response:
    """The second: what would be handed over, adjustments apart, who is not taken from in full, and the last time's total."""
    closing = _closing(ask)
    totals = [] if closing.close is None else _totals(ask, closing.close, closing.site)
    moved = closing.tried is not None and ask.query("seen") not in ("", closing.seen)
    return ask.page("close_figures", closing=closing, totals=totals, moved=moved, trail=_trail(ask), at=2)


@get("/months/{month}/close/review")
def review(ask: Ask) -> Response:
    """The third: what a close tells beside, what pay really took of the months before, and who is to confirm."""
    closing = _closing(ask)
    if closing.tried is None or closing.seen != ask.query("seen"):
        return ask.go(_address(ask, "/figures", ask.query("seen")))
    notes = [ask.speech.note(note.code, note.fields) for note in closing.tried.notes]
    return ask.page(
        "close_review", closing=closing, notes=notes, before=_before(ask, closing), trail=_trail(ask), at=3
    )


@form("/months/{month}/close/confirmation")
def confirm(ask: Ask) -> Response:
    """The last: by one person, or proposed to a second where it hands over more lines than one person closes."""
    closing = _closing(ask)
    if ask.request.method == "GET" and (closing.tried is None or closing.seen != ask.query("seen")):
        return ask.go(_address(ask, "/figures", ask.query("seen")))
    month, speech = closing.month, ask.speech
    about = [(speech.heading("month"), f"{month} · {speech.word(closing.card['status'])}")]
    if closing.close is not None:
        about += _totals(ask, closing.close, closing.site)
    onward = tuple((ask.link(path), told) for path, told in handed_on(month))
    act = replace(closing.act, trail=tuple(_trail(ask)), onward=onward)
    fixed, back = {"site": closing.site, "month": month}, _address(ask, "/figures")
    return run(
        ask, act, fixed, speech.say("close_month_title"), about, back, found=(closing.tried, closing.seen)
    )


def handed_on(month: str) -> tuple[tuple[str, str], ...]:
    """Where a close goes on: what finance takes over, and the list that may be posted now."""
    return (f"/payroll/{month}", "close_to_payroll"), (f"/public-list/{month}", "menu_public_list")


def _required(ask: Ask) -> str:
    ask.require_now()
    return ask.path("month")


def _address(ask: Ask, step: str, seen: str = "") -> str:
    return ask.link(f"/months/{ask.path('month')}/close{step}", seen=seen)


def _trail(ask: Ask) -> list[tuple[str, str]]:
    """The steps: the address and the name of each, and behind them where a close leads."""
    seen = ask.query("seen")
    steps = [(_address(ask, step, seen), f"close_step_{number}") for number, step in enumerate(_STEPS, 1)]
    return [*steps, (ask.link(f"/payroll/{ask.path('month')}"), f"close_step_{len(_STEPS) + 1}")]


# --- what it comes to -----------------------------------------------------------------------------------


def _closing(ask: Ask) -> _Closing:
    """The close as it would be now. NotEntitled for whoever sees not all figures of the site."""
    month = _required(ask)
    with ask.desk.look() as look:
        site = look.site(None)
        look.open_in_month(month, site)  # for whoever sees all figures there
        card = look.month_card(month, site)
    act, tried, seen, told = _tried(ask, {"site": site, "month": month})
    close = None if tried is None else handed_over(ask, tried)
    return _Closing(site, month, card, act, tried, seen, told, close)


def _tried(ask: Ask, fixed: Values) -> "tuple[Act, Applied | None, str, tuple[str, str | None] | None]":
    """How it is closed, what that would come to now with the digest of it, and what is said where it is refused."""
    values, act = {"do": "close_month", **fixed}, _ALONE
    try:
        try:
            tried, seen = ask.desk.preview({**values, "on": ask.today()})
        except NotEntitled as error:
            if error.code != "second_person_needed":
                raise
            act = _WITH_SECOND
            tried, seen = ask.desk.proposing.preview(values)
    except LedgerError as error:
        return act, None, "", ask.speech.refusal(error)
    return act, tried, seen, None


def _before(ask: Ask, closing: _Closing) -> list[Values]:
    """What pay took of the month closed last, and of each one before of which anything waits: whose difference is open."""
    with ask.desk.look() as look:
        last = look.card("site", closing.site)["last_closed"]
        waiting = [row for row in look.due(closing.site) if row["what"] in ("payroll_return", "difference")]
    return [
        {
            "month": month,
            "returned": all(row["what"] != "payroll_return" for row in waiting if row["month"] == month),
            "open": [
                Named(row["employee"])
                for row in waiting
                if row["month"] == month and row["what"] == "difference"
            ],
        }
        for month in sorted({*([last] if last else []), *(row["month"] for row in waiting)}, reverse=True)
    ]


def handed_over(ask: Ask, tried: "Applied") -> Values | None:
    """What a close would hand to finance: lines with their causes, adjustments apart, who is not taken from in full.

    `lines` and `adjustments` hold employee, called, month, component, amount (yuan) and because (positions); `carried`
    employee, called and amount; `total` is in yuan. None: it closes nothing.
    """
    fields = next((each["fields"] for each in tried.made() if each["kind"] == "month_closed"), None)
    if fields is None:
        return None
    run = [each for each in fields.get("run", ()) if each["carried_fen"]]
    names = ask.desk.names({each["employee"] for each in (*fields.get("lines", ()), *run)})
    lines = [
        {
            "employee": each["employee"],
            "called": names.get(each["employee"], ""),
            "month": each["obligation_month"],
            "component": each["component"],
            "amount": format_money(each["amount_fen"]),
            "adjustment": each["adjustment"],
            "because": each.get("because", ()),
        }
        for each in fields.get("lines", ())
    ]
    return {
        "count": len(lines),
        "total": format_money(fields["total_fen"]),
        "lines": [each for each in lines if not each["adjustment"]],
        "adjustments": [each for each in lines if each["adjustment"]],
        "carried": [
            {
                "employee": each["employee"],
                "called": names.get(each["employee"], ""),
                "amount": format_money(each["carried_fen"]),
            }
            for each in run
        ],
    }


def _totals(ask: Ask, close: Values, site: str) -> list[tuple[str, str]]:
    """What would be handed over in all, of that adjustments, what is carried on, and how much more than the last time."""
    speech = ask.speech
    told = [(speech.say("would_hand_over"), _told(ask, close["count"], Decimal(close["total"])))]
    for name in ("adjustments", "carried"):
        found = close[name]
        if found:
            total = sum((Decimal(each["amount"]) for each in found), Decimal())
            told.append((speech.say(f"close_{name}"), _told(ask, len(found), total)))
    with ask.desk.look() as look:
        last = look.card("site", site)["last_closed"]
        before = look.payroll(last, site)["total"] if last else None
    if before is not None:
        more = Decimal(close["total"]) - Decimal(before)
        told.append((speech.say("close_than_last", month=last), speech.amount(f"{more:+.2f}")))
    return told


def _told(ask: Ask, count: int, total: Decimal) -> str:
    return f"{ask.speech.say('lines_of', count=count)} · {ask.speech.money(f'{total:.2f}')}"
