"""What came on paper: typed by the office in its author's name, and told to whoever is named."""

from dataclasses import replace
from typing import Any, Final

from starlette.responses import Response

from ledger.errors import NotEntitled
from web.acting import run
from web.acts import Act, Field
from web.ask import Ask, lines_of
from web.pages.appeals import GROUNDS
from web.pages.appraising import DIMENSIONS
from web.pages.notices import ISSUE, chosen
from web.routes import form, get

Values = dict[str, Any]


def _paper(do: str, *fields: Field, day: str = "on", **more: Any) -> Act:
    """A paper as a form: what it says, and on the last screen who wrote it, which paper it is, and the day it bears."""
    step = int(more.get("steps", 1))
    told = Field("author", step=step), Field("paper", step=step), Field(day, "date", step=step)
    return Act(do, (*fields, *told), "next_typed", dated=None, typed=True, **more)


def _against(values: Values) -> Values:
    """An appeal with what it is against, as its command has it: a notice, the share of one, or a sanction."""
    rest = {name: value for name, value in values.items() if name not in ("target", "number")}
    if "number" not in values:
        return rest
    return {**rest, "against": {str(values.get("target", "notice")): values["number"]}}


def _witnessed(values: Values) -> Values:
    """A refusal to sign with its witnesses, a line each."""
    names = lines_of(str(values.get("witnesses", "")))
    rest = {name: value for name, value in values.items() if name != "witnesses"}
    return {**rest, "witnesses": names} if names else rest


_MONTH: Final = Field("month", called="appraised_month")
_STATEMENT: Final = Field("statement", "long")
_LATE: Final = Field("late_reason", "long", required=False)
_HOW: Final = (
    Field("how", "choice", choices=("signed", "commented", "refused")),
    replace(_STATEMENT, required=False),
    Field("witnesses", "lines", required=False),
)
_PAPERS: Final = (
    _paper("issue_notice", *ISSUE.fields, day="issued_on", steps=5, extra=ISSUE.extra),
    _paper(
        "acknowledge_notice",
        Field("notice"),
        *_HOW,
        shape=_witnessed,
    ),
    _paper("rectify_notice", Field("notice"), Field("action", "long"), shows_figures=False),
    _paper(
        "file_appeal",
        Field("target", "choice", choices=("notice", "liability", "sanction"), called="against_what"),
        Field("number", called="against_number"),
        Field("ground", "choice", choices=GROUNDS),
        _STATEMENT,
        _LATE,
        shape=_against,
    ),
    _paper("acknowledge_appraisal", _MONTH, *_HOW, shape=_witnessed, shows_figures=False),
    _paper(
        "object_appraisal",
        _MONTH,
        Field("dimension", "choice", choices=tuple(DIMENSIONS)),
        _STATEMENT,
        _LATE,
        shows_figures=False,
    ),
)
ACTS: Final[dict[str, Act]] = {act.do: act for act in _PAPERS}
"""The papers that are typed here."""


@get("/typing")
def papers(ask: Ask) -> Response:
    """Which papers I type for others, and those of the last fourteen days."""
    offered = [do for do in ACTS if ask.desk.transcribing.may(do)]
    if not offered:
        ask.desk.require_keeper("typing")
    rows = [row for row in ask.console.transcriptions.recent() if row["typist"] == ask.person]
    return ask.page("typing", offered=offered, rows=rows)


@form("/typing/{paper}")
def paper(ask: Ask) -> Response:
    """A paper, with what it would change; it takes its number, or the digest of its scan."""
    act = ACTS.get(ask.path("paper"))
    if act is None:
        return ask.console.problem(ask, 404, "no_page")
    if not ask.desk.transcribing.may(act.do):
        raise NotEntitled("not_yours_to_do", do=act.do, by=ask.person)
    for name in ("author", "paper"):
        if name in ask.form:
            ask.form[name] = ask.form[name].strip()
    if ask.form.get("occurred_at"):
        ask.form["occurred_at"] = ask.form["occurred_at"].replace("T", " ")
    title = ask.speech.say("type_title", what=ask.speech.say(f"{act.do}_title"))
    return run(ask, act, {}, title, _about(ask, act), "/typing")


def _about(ask: Ask, act: Act) -> list[tuple[str, str]]:
    """What is told on each screen of a paper."""
    if ask.desk.transcribing.is_of_own_sheet(act.do):
        return [(ask.speech.heading("employee"), ask.speech.say("typed_own_sheet"))]
    return chosen(ask) if act.do == "issue_notice" else []


# --- in my name ---------------------------------------------------------------------------------------


def in_my_name(ask: Ask) -> list[Values]:
    """What was typed in my name lately, and, for whoever hears of it, what its author says is not theirs."""
    found = ask.console.transcriptions.recent()
    mine = [row for row in found if row["author"] == ask.person]
    told = [row for row in found if row["disputed_at"] and row["author"] != ask.person]
    heard = [row for row in told if ask.desk.transcribing.hears(row["author"])]
    return [{**row, "own": row["author"] == ask.person} for row in mine + heard]


@form("/in-my-name", records=False)
def dispute(ask: Ask) -> Response:
    """What stands in my name by another hand; that it is not mine is told to manager and auditor, and recorded nowhere."""
    given = ask.form.get("position", "")
    if ask.request.method == "POST" and given.isdecimal() and len(given) < 18:
        ask.console.transcriptions.dispute(int(given), ask.person)
        return ask.go("/in-my-name")
    return ask.page("in_my_name", rows=in_my_name(ask))
