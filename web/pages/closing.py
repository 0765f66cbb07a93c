"""Closing a month: what is still open, what would be handed over, a second person where that is much, and then for good."""

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from starlette.responses import Response

from ledger.errors import LedgerError, NotEntitled
from ledger.formats import format_money
from web.acting import Act, run
from web.ask import Ask
from web.routes import form

if TYPE_CHECKING:
    from ledger.application.recording.recording import Applied

Values = dict[str, Any]
_ALONE: Final = Act("close_month", (), "next_closed", heavy=True, shows_figures=False)
_WITH_SECOND: Final = Act(
    "close_month", (), "next_proposed", heavy=True, dated=None, proposed=True, shows_figures=False
)


@form("/months/{month}/close")
def close(ask: Ask) -> Response:
    """By one person, or proposed to a second where it hands over more lines than the house lets one person close."""
    name, speech = ask.path("month"), ask.speech
    with ask.desk.look() as look:
        site = look.site(ask.query("site") or None)
        waiting = look.open_in_month(name, site)
        card = look.month_card(name, site)
    fixed = {"site": site, "month": name}
    act, tried = _tried(ask, fixed)
    close = None if tried is None else handed_over(ask, tried)
    about = [
        (speech.heading("month"), f"{name} · {speech.word(card['status'])}"),
        (speech.heading("due_on"), speech.day(card["due_on"])),
        *((speech.say(f"open_{kind}"), speech.value(kind, found)) for kind, found in waiting.items()),
    ]
    if close is not None:
        about += _totals(ask, close, site)
    shown = replace(act, extra=lambda ask, values: {"close": close, "second": act.proposed})
    return run(ask, shown, fixed, speech.say("close_month_title"), about, "/months")


def _tried(ask: Ask, fixed: Values) -> "tuple[Act, Applied | None]":
    """How it is closed, and what that would come to now; None: it is refused, which the form says."""
    values = {"do": "close_month", **fixed}
    try:
        return _ALONE, ask.desk.preview(values)[0]
    except NotEntitled as error:
        if error.code != "second_person_needed":
            return _ALONE, None
    except LedgerError:
        return _ALONE, None
    try:
        return _WITH_SECOND, ask.desk.proposing.preview(values)[0]
    except LedgerError:
        return _WITH_SECOND, None


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
        told.append((speech.say("close_than_last", month=last), f"{more:+.2f}".replace("-", "−")))
    return told


def _told(ask: Ask, count: int, total: Decimal) -> str:
    return f"{ask.speech.say('lines_of', count=count)} · {ask.speech.money(f'{total:.2f}')}"
