"""Appeals: the docket, the case as it may be seen, filing, replying, hearing, deciding, going on and taking back."""

import re
from typing import Any

from starlette.responses import Response

from ledger.errors import InputError, LedgerError, NotEntitled
from ledger.texts import plain
from web.acting import run
from web.acts import Act, Field
from web.ask import Ask
from web.links import page_of
from web.pages.notices import summary
from web.routes import form, get

Values = dict[str, Any]
_SHOWN = 200
GROUNDS = ("facts", "points", "procedure", "unfair_handling", "retaliation")


@get("/appeals", twin=True)
def appeals(ask: Ask) -> Response:
    """The appeals that are mine to know, those that wait first; `?status=` only those that stand so."""
    with ask.desk.look(ask.as_of) as look:
        rows = look.appeals()
        position = look.position
    if ask.is_twin:
        return ask.json(rows)
    status = ask.query("status")
    rows = [row for row in rows if status in ("", row["status"])]
    rows.sort(key=lambda row: (row["status"] != "pending", str(row["due_on"])))
    left = max(0, len(rows) - _SHOWN)
    return ask.page("appeals", rows=rows[:_SHOWN], left=left, position=position)


@get("/appeals/{appeal}", twin=True)
def appeal(ask: Ask) -> Response:
    """The case: all of it for whoever decides; a party's side of it for a party; else its state."""
    name = ask.path("appeal")
    with ask.desk.look_at_log(ask.as_of) as look:
        card = look.card("appeal", name)
        position = look.position
        case = _case(look, name)
    if ask.is_twin:
        return ask.json(case if case is not None else card)
    return ask.page(
        "appeal",
        card=card,
        case=case,
        acts=_acts(ask, card["appeal"]),
        position=position,
        others=_others(ask, case),
        today=ask.today(),
    )


def _others(ask: Ask, case: Values | None) -> Any:
    """What an outcome changes for others than whose month it is: who, and which figures."""
    whose = None if case is None else (case["explanation"] or {}).get("employee")

    def told(difference: list[Values]) -> list[str]:
        people: dict[str, list[str]] = {}
        for row in difference:
            if row["report"] == "monthly" and row["employee"] != whose and row["field"] is not None:
                figure = ask.speech.heading(str(row["field"]).rpartition(".")[2])
                people.setdefault(str(row["employee"]), []).append(f"{figure} {row['before']}→{row['after']}")
        return [f"{person} {' '.join(figures)}" for person, figures in people.items()]

    return told


def _case(look: Any, name: str) -> Values | None:
    """The case as it is opened for its reviewer, its parties, and whoever says what for; None for anybody else."""
    try:
        found: Values = look.case_file(name)
    except NotEntitled:
        return None
    return found


def _acts(ask: Ask, name: str) -> list[tuple[str, str]]:
    this: Values = {"appeal": name}
    tried: dict[str, Values] = {
        "decision": {"do": "decide_appeal", "outcome": "dismissed", "reasons": "–", **this},
        "hearing": {"do": "record_hearing", "about": this, "summary": "–"},
        "reply": {"do": "reply_to_appeal", "statement": "–", **this},
        "escalation": {"do": "escalate_appeal", "statement": "–", **this},
        "withdrawal": {"do": "withdraw_appeal", **this},
    }
    return ask.doable({f"/appeals/{name}/{path}": values for path, values in tried.items()})


# --- filing -------------------------------------------------------------------------------------------

FILE = Act(
    "file_appeal",
    (
        Field("ground", "choice", choices=GROUNDS),
        Field("statement", "long"),
        Field("late_reason", "long", required=False, once="appeal_late"),
    ),
    "next_filed",
)


@form("/appeals/new")
def file(ask: Ask) -> Response:
    """Filing an appeal: until when, who decides and why, and what it can never cost."""
    kind, _, target = ask.query("against").partition(":")
    if kind not in ("notice", "liability", "sanction") or not target:
        raise InputError("field_wrong", field="against", value=ask.query("against"), reason="?")
    fixed = {"against": {kind: target}}
    about = _about(ask, kind, target) + _way(ask, fixed)
    back = page_of("sanction" if kind == "sanction" else "notice", target)
    return run(ask, FILE, fixed, ask.speech.say("file_appeal_title"), about, back)


def _about(ask: Ask, kind: str, target: str) -> list[tuple[str, str]]:
    speech = ask.speech
    with ask.desk.look_at_log() as look:
        card = look.card("sanction" if kind == "sanction" else "notice", target)
    if kind == "sanction":
        lines = [(speech.heading("sanction"), f"{target} {speech.word(card['kind'])}")]
        until = card.get("appeal_by")
    else:
        lines = summary(ask, card)
        until = (card.get("share") or {}).get("appeal_by") if kind == "liability" else card.get("appeal_by")
    if until:
        told = f"{speech.day(until)} · {speech.left(ask.today(), until)}"
        lines.append((speech.heading("appeal_by"), told))
    return lines


def _tried(ask: Ask, values: Values) -> Any:
    """What recording it now would come to; None: it would be refused."""
    try:
        return ask.desk.preview(values)[0]
    except LedgerError:
        return None


def _way(ask: Ask, fixed: Values) -> list[tuple[str, str]]:
    """Who would decide and by when, and to whom it could go on, as filing it now would fix it; nothing: refused."""
    values = {"do": FILE.do, **fixed, "statement": "–", "on": ask.today()}
    values["ground"] = ask.form.get("ground") or GROUNDS[0]
    tried = _tried(ask, values) or _tried(ask, {**values, "late_reason": "–"})
    if tried is None:
        return []
    filed, speech = tried.made()[0]["fields"], ask.speech
    names = ask.desk.names({step["holder"] for step in filed["route"] if step.get("holder")})
    levels = []
    for step in filed["route"]:
        holder = step.get("holder")
        told = f"{speech.word(step['level'])} {holder or ''} {names.get(holder, '')}".strip()
        if step.get("skipped"):
            why = speech.say("skipped_because", reason=speech.word(step["skipped"]))
            levels.append(speech.labels.remarked(told, why))
        else:
            levels.append(told)
    reviewer = next((at for at, step in enumerate(filed["route"]) if not step.get("skipped")), 0)
    first = " → ".join(levels[: reviewer + 1])
    until = f"{speech.heading('due_on')} {speech.day(filed['due_on'])}"
    lines = [(speech.say("who_decides"), f"{first} · {until}")]
    if levels[reviewer + 1 :]:
        lines.append((speech.say("then_goes_on"), " → ".join(levels[reviewer + 1 :])))
    return lines


# --- acts on a case -----------------------------------------------------------------------------------


def _outcomes(ask: Ask, values: Values) -> Values:
    """What each outcome would cost, beside it where it is chosen."""
    if values["step"] == "check":
        return {}
    with ask.desk.look_at_log() as look:
        case = _case(look, ask.path("appeal"))
    told: dict[str, list[str]] = {}
    for one in (case or {}).get("outcomes") or []:
        name = "" if one["points"] is None else ask.speech.say("reduced_to", points=one["points"])
        amount = ask.speech.say("costs", amount=ask.speech.amount(one["deduction"]["after"]))
        told.setdefault(one["outcome"], []).append(ask.speech.labels.pair(name, amount) if name else amount)
    return {
        "told": {outcome: ask.speech.labels.say("separator").join(each) for outcome, each in told.items()}
    }


DECIDE = Act(
    "decide_appeal",
    (
        Field("outcome", "choice", choices=("dismissed", "reduced", "revoked")),
        Field("points", "number", required=False, called="points_reduced"),
        Field("reasons", "long"),
    ),
    "next_decided",
    extra=_outcomes,
)


def _heard(values: Values) -> Values:
    """The hearing as its command has it: who was present, as staff numbers, a blank or a comma between them."""
    people = [each for each in re.split(r"[\s,，、;；]+", plain(str(values.get("present", "")))) if each]
    told = {name: value for name, value in values.items() if name != "present"}
    return told | ({"present": people} if people else {})


HEAR = Act(
    "record_hearing",
    (
        Field("on", "date", called="heard_on"),
        Field("present", required=False, called="heard_present"),
        Field("summary", "long", called="heard_summary"),
    ),
    "next_heard",
    dated=None,
    shows_figures=False,
    shape=_heard,
)
REPLY = Act("reply_to_appeal", (Field("statement", "long"),), "next_replied", shows_figures=False)
ESCALATE = Act("escalate_appeal", (Field("statement", "long"),), "next_escalated")
TAKE_BACK = Act("withdraw_appeal", (), "next_taken_back")


def _on(ask: Ask, act: Act, *, held: bool = False) -> Response:
    """A form about a case; `held`: what its command calls `about`."""
    with ask.desk.look_at_log() as look:
        card = look.card("appeal", ask.path("appeal"))
    speech = ask.speech
    about = [
        (speech.heading("appeal"), f"{card['appeal']} · {speech.value('against', card['against'])}"),
        (speech.heading("appellant"), str(card["appellant"])),
        (speech.heading("respondent"), str(card["respondent"])),
        (speech.heading("ground"), speech.word(card["ground"])),
        (speech.heading("due_on"), speech.day(card["due_on"])),
    ]
    case = {"appeal": card["appeal"]}
    fixed = {"about": case} if held else case
    return run(ask, act, fixed, speech.say(f"{act.do}_title"), about, f"/appeals/{card['appeal']}")


@form("/appeals/{appeal}/decision")
def decide(ask: Ask) -> Response:
    """Deciding: first what exactly this would change, then the password, then it is recorded."""
    return _on(ask, DECIDE)


@form("/appeals/{appeal}/hearing")
def hear(ask: Ask) -> Response:
    """What was said when the reviewer heard somebody, and who was there."""
    return _on(ask, HEAR, held=True)


@form("/appeals/{appeal}/reply")
def reply(ask: Ask) -> Response:
    """What the respondent says."""
    return _on(ask, REPLY)


@form("/appeals/{appeal}/escalation")
def escalate(ask: Ask) -> Response:
    """Going on to the next level."""
    return _on(ask, ESCALATE)


@form("/appeals/{appeal}/withdrawal")
def take_back(ask: Ask) -> Response:
    """Taking the appeal back."""
    return _on(ask, TAKE_BACK)
