"""Analyses of causes: what the notices of a month came about by, one analysis, and recording one."""

from typing import Any, Final

from starlette.responses import Response

from ledger.errors import NotEntitled
from ledger.formats import month_before
from ledger.terms import next_month
from web.acting import run
from web.acts import Act, Field
from web.ask import Ask
from web.pages.actions import places_to_open_in
from web.routes import form, get
from web.things import thing

Values = dict[str, Any]

BY: Final = ("clause", "cause", "place", "department", "post", "hour", "weekday", "inspector")
"""What the notices may be counted by."""
_COUNTED: Final = ("stands", "contested")


@get("/causes", twin=True)
def causes(ask: Ask) -> Response:
    """What the notices of a month came about by, `?by=` one of `BY`; the analyses of it, and what nobody has analysed.

    The head of a department, who sees no counts of the site, finds the analyses and notices that are theirs to know.
    """
    _require_watcher(ask)
    with ask.desk.look(ask.as_of) as look:
        site = look.site(None)
        month = ask.query("month") or str(look.today(site))[:7]
        by, scheme = ask.query("by") or "clause", ask.query("scheme") or "service_quality"
        if ask.is_twin:
            return ask.json(look.causes(month, by, scheme, site))
        report = _report(ask, look, (month, by, scheme, site))
        analyses = look.analyses(month, site)
        notices = [row for row in look.notices(month, site) if row["status"] in _COUNTED]
        position = look.position
    analysed = {name for row in analyses for name in row["notices"]}
    return ask.page(
        "causes",
        month=month,
        before=month_before(month),
        after=next_month(month),
        by=by,
        choices=BY,
        report=report,
        analyses=analyses,
        left=[row for row in notices if row["notice"] not in analysed],
        titles=dict(ask.desk.policies.clauses("")),
        may=ask.as_of is None and not ask.console.settings.read_only and bool(_analysable(ask, site, month)),
        position=position,
    )


def _require_watcher(ask: Ask) -> None:
    """NotEntitled `not_yours_to_read` for whoever neither runs a site nor heads a department of it."""
    if "actions" not in ask.place.entries:
        raise NotEntitled("not_yours_to_read", by=ask.person, id="causes")


def _report(ask: Ask, look: Any, asked: tuple[str, str, str, str]) -> Values | None:
    """The counts; None for a head of a department, to whom those of the whole site are not told."""
    try:
        found: Values = look.causes(*asked)
    except NotEntitled as refusal:
        if refusal.code == "purpose_needed" or "months" not in ask.place.entries:
            raise
        return None
    return found


def _row(ask: Ask, look: Any, card: Values, history: list[Values]) -> Values:
    """What became of an analysis."""
    rows = look.analyses(card["month"], card["site"])
    return {"row": next(row for row in rows if row["analysis"] == card["analysis"])}


@thing("/analyses/{analysis}", reads=_row, rows=True)
def analysis(ask: Ask, card: Values, row: Values) -> Values:
    """One analysis: which notices, which cause, the root cause in words, and the actions opened because of it."""
    is_now = ask.as_of is None and not ask.console.settings.read_only
    return {"may": is_now and bool(places_to_open_in(ask))}


# --- recording one ------------------------------------------------------------------------------------


def _analysable(ask: Ask, site: str, month: str) -> list[Values]:
    """The notices of a month that the person may analyse now: of one of each department those who decide are asked."""
    with ask.desk.look() as look:
        rows = [row for row in look.notices(month, site) if row["status"] in _COUNTED]
    causes_of_month = list(ask.desk.policies.causes(month, site))
    could: dict[str | None, bool] = {}
    for row in rows:
        if row["department"] not in could:
            told = {"do": "analyse_notices", "site": site, "month": month, "notices": [row["notice"]]}
            told |= {"cause": causes_of_month[0], "root_cause": "–"}
            could[row["department"]] = ask.desk.could(told)
    return [row for row in rows if could[row["department"]]]


def _analysing(choices: Values) -> Act:
    """The form of an analysis; `choices` are the notices, what was analysed of them before, and the causes."""
    return Act(
        "analyse_notices",
        (
            Field("notices", "told"),
            Field("cause", "told"),
            Field("root_cause", "long", called="root_cause_told"),
        ),
        "next_analysed",
        shows_figures=False,
        extra=lambda ask, values: {**choices, "titles": dict(ask.desk.policies.clauses(""))},
        shape=lambda values: {**values, "notices": str(values.get("notices", "")).split()},
        asked_on="analysis_form",
    )


@form("/causes/new", most=300)
def analyse(ask: Ask) -> Response:
    """Why some notices of a month came about: by quality, the director or the manager, or by a head in their department."""
    _require_watcher(ask)
    with ask.desk.look_at_log() as look:
        site = look.site(None)
        month = ask.query("month") or month_before(str(look.today(site))[:7])
    found = _analysable(ask, site, month)
    with ask.desk.look() as look:
        analysed = {name: row for row in look.analyses(month, site) for name in row["notices"]}
        is_empty = not look.notices(month, site)
    if is_empty:
        return ask.go(ask.link("/causes", month=month))
    if not found:
        raise NotEntitled("not_yours_to_do", do="analyse_notices", by=ask.person)
    listed = ask.desk.policies.causes(month, site)
    act = _analysing({"notices": found, "analysed": analysed, "causes": listed})
    fixed = {"site": site, "month": month}
    title = ask.speech.say("analyse_notices_title")
    return run(ask, act, fixed, title, _chosen(ask, month, listed), ask.link("/causes", month=month))


def _chosen(ask: Ask, month: str, listed: dict[str, dict[str, str]]) -> list[tuple[str, str]]:
    """The month; and on the second step the notices and the cause that were chosen."""
    speech, found = ask.speech, [(ask.speech.heading("month"), month)]
    if ask.form.get("step") in (None, "back:1"):
        return found
    if notices := ask.form.get("notices", "").split():
        found.append((speech.heading("notices"), speech.labels.say("separator").join(notices)))
    if (cause := ask.form.get("cause", "")) in listed:
        found.append((speech.heading("cause"), listed[cause][speech.language]))
    return found
