"""The public list of a month: as it hangs or would, and posting it, correcting it and taking it down."""

from dataclasses import replace
from typing import Any, Final

from starlette.responses import Response

from ledger.formats import month_before
from ledger.terms import next_month
from web.acting import run
from web.acts import Act, Field
from web.ask import Ask, lines_of
from web.named import Named
from web.routes import form, get

Values = dict[str, Any]


@get("/public-list")
def latest_list(ask: Ask) -> Response:
    """To the list of the latest closed month, or of this one."""
    with ask.desk.look_at_log(ask.as_of) as look:
        site = look.site(None)
        last = look.card("site", site)["last_closed"] or str(look.today(site))[:7]
    return ask.go(ask.link(f"/public-list/{last}"))


@get("/public-list/{month}", twin=True)
def public_list(ask: Ask) -> Response:
    """The list as it was posted, or would be. Printed, it is headed and coded as the form that is posted."""
    month = ask.path("month")
    with ask.desk.look(ask.as_of) as look:
        site = look.site(None)
        if ask.is_twin:
            return ask.json(look.of_month("public-list", month, site))
        posted, called = look.posted_list(month, site), look.card("site", site)["name"]
        if posted["position"] is None:
            posted = look.list_to_post(month, site)
        closed = look.month_card(month, site)["closed_on"] is not None
        rule, position = look.state.policy_of(site, month).public_list, look.position
    at = posted["corrections"][-1]["position"] if posted["corrections"] else posted["position"]
    return ask.page(
        "public_list",
        posted=posted,
        rule=rule,
        called=called,
        anchor=None if at is None else ask.desk.proofs.anchor(at),
        month=month,
        before=month_before(month),
        after=next_month(month),
        acts=_acts(ask, posted) if closed and ask.as_of is None else [],
        position=position,
    )


# --- posting, correcting, taking down -------------------------------------------------------------------


def _posting(values: Values) -> Values:
    """The places, a line each."""
    places = lines_of(str(values.pop("places", "")))
    return {**values, "places": places} if places else values


def _to_post(ask: Ask, values: Values) -> Values:
    """Who would stand on the list, and until when it would hang."""
    if "tried" not in values:
        return {}
    fields, speech = values["tried"].made()[0]["fields"], ask.speech
    with ask.desk.look() as look:
        listed = look.list_to_post(fields["month"], fields["site"])
    lines = [(speech.heading("until"), speech.day(fields["until"]))]
    if fields.get("late"):
        lines.append((speech.heading("late"), speech.say("list_late")))
    if listed["rows"] or listed["counts"] or listed["unnamed"]:
        last = fields.get("appealable_until")
        open_ = speech.say("list_window_unserved") if last is None else speech.day(last)
        lines.append((speech.heading("appealable_until"), open_))
    return {"lines": lines, "listed": listed}


def _corrections(ask: Ask, values: Values) -> Values:
    """Who would leave the list or stand on it with less, and who would be added where the rules say so."""
    if "tried" not in values:
        return {}
    fields, speech = values["tried"].made()[0]["fields"], ask.speech
    lines = [(Named(employee), speech.say("list_leaves")) for employee in fields.get("removed", ())]
    for name in ("lowered", "added"):
        for row in fields.get(name, ()):
            told = speech.say(
                f"list_{name}", points=row["points"], repeats=", ".join(row.get("repeats", ())) or "–"
            )
            lines.append((Named(row["employee"]), told))
    return {"lines": lines}


ACTS: Final[dict[str, Act]] = {
    "posting": Act(
        "post_public_list",
        (
            Field("places", "lines", required=False, called="list_places"),
            Field("days", "number", required=False, called="list_days"),
        ),
        "next_post_public_list",
        shows_figures=False,
        extra=_to_post,
        shape=_posting,
    ),
    "correction": Act(
        "correct_public_list", (), "next_correct_public_list", shows_figures=False, extra=_corrections
    ),
    "removal": Act(
        "take_down_public_list",
        (Field("reason", "long", required=False),),
        "next_take_down_public_list",
        shows_figures=False,
    ),
}
_WHEN: Final = {
    "not_posted": ("posting",),
    "correction_due": ("correction", "removal"),
    "posted": ("removal",),
    "expired": ("removal",),
}
"""What can be done about a list, by where it stands."""


def _acts(ask: Ask, posted: Values) -> list[tuple[str, str]]:
    """What the person could do about it now: the path and the name of each."""
    fixed = {"site": posted["site"], "month": posted["month"]}
    return ask.doable(
        {
            ask.link(f"/public-list/{posted['month']}/{path}"): {"do": ACTS[path].do, **fixed}
            for path in _WHEN.get(posted["status"], ())
        }
    )


def _on(ask: Ask, act: Act) -> Response:
    month, speech = ask.path("month"), ask.speech
    with ask.desk.look() as look:
        site = look.site(None)
        posted = look.posted_list(month, site)
    about = [
        (speech.heading("month"), month),
        (speech.heading("status"), speech.word(posted["status"])),
        (speech.heading("mode"), speech.word(posted["mode"])),
    ]
    back = ask.link(f"/public-list/{month}")
    act = replace(act, onward=((back, "list_see"),))
    fixed = {"site": site, "month": month}
    return run(ask, act, fixed, speech.say(f"{act.do}_title"), about, back)


@form("/public-list/{month}/posting")
def post(ask: Ask) -> Response:
    """Posting the list of a closed month, once; what stands on it is fixed from then on."""
    return _on(ask, ACTS["posting"])


@form("/public-list/{month}/correction")
def correct(ask: Ask) -> Response:
    """Whoever belongs on it no more, or with less, comes off it."""
    return _on(ask, ACTS["correction"])


@form("/public-list/{month}/removal")
def take_down(ask: Ask) -> Response:
    """That it hangs no longer."""
    return _on(ask, ACTS["removal"])
