"""Going on a round: where and by which clauses, each of these on a screen of its own, a check of it all, recorded once.

What was answered travels in the form from screen to screen, so that it needs no JavaScript and nothing is half recorded. A
clause that is passed over was not seen.
"""

import re
from dataclasses import replace
from typing import Any, Final, get_args

from starlette.responses import Response

from ledger.errors import LedgerError, NotEntitled
from ledger.terms import InspectionKind
from web.acting import run
from web.acts import Act, Field
from web.ask import Ask, whole
from web.routes import form

Values = dict[str, Any]
RESULTS: Final = ("ok", "fault", "not_applicable", "not_seen")
_FOUND: Final = ("narrative", "employee", "occurred_at", "place", "points", "rectify_by")
_KINDS: Final = tuple(kind for kind in get_args(InspectionKind) if kind != "follow_up")
_WHERE, _WHAT = 1, 2


@form("/inspections/new", most=600)
def go(ask: Ask) -> Response:
    """A round from its plan to the record; with `?follows=` one that looks again at what another found at fault."""
    follows = ask.query("follows")
    kinds, places = _allowed(ask, follows)
    _prefill(ask, follows)
    rows = _asked(ask, follows)
    fixed: Values = {"site": _here(ask)} | ({"follows": follows} if follows else {})
    if len(kinds) == 1:
        fixed["kind"] = kinds[0]
    title = ask.speech.say("follow_round_title" if follows else "round_title")
    return run(
        ask, _act(ask, kinds, places, rows), fixed, title, _about(ask, kinds), ask.link("/inspections")
    )


def _allowed(ask: Ask, follows: str) -> tuple[tuple[str, ...], list[str]]:
    """Which kinds of rounds, and in which departments, are the person's to record. NotEntitled `not_yours_to_do`."""
    with ask.desk.look_at_log() as look:
        departments = sorted({row["department"] for row in look.employees() if row["department"]})
    kinds = ("follow_up",) if follows else _KINDS
    if _could(ask, "regular", None):
        return kinds, ["", *departments]
    if own := [department for department in ask.place.heads if _could(ask, "department", department)]:
        return kinds, own
    if not follows and _could(ask, "documents", None):
        return ("documents",), ["", *departments]
    raise NotEntitled("not_yours_to_do", do="record_inspection", by=ask.person)


def may_go(ask: Ask, follows: str = "") -> bool:
    """Whether any round is the person's to record now; nothing is recorded where this console only reads."""
    if ask.console.settings.read_only:
        return False
    try:
        _allowed(ask, follows)
    except NotEntitled:
        return False
    return True


def _could(ask: Ask, kind: str, department: str | None) -> bool:
    """Whether a round like this one, on which nothing was looked at, could be recorded."""
    there = {} if department is None else {"department": department}
    values = {"do": "record_inspection", "kind": kind, "started_at": _now(ask), "answers": [], **there}
    return ask.desk.could({**values, "site": _here(ask), "inspection": _number(ask)})


def _here(ask: Ask) -> str:
    """The site of whoever goes on a round."""
    with ask.desk.look_at_log() as look:
        return look.site(None)


def _now(ask: Ask) -> str:
    return f"{ask.now.astimezone(ask.speech.zone):%Y-%m-%d %H:%M}"


def _number(ask: Ask) -> str:
    """The id a round is offered: its day and minute, and who goes on it."""
    return f"INS-{ask.now.astimezone(ask.speech.zone):%Y%m%d-%H%M}-{ask.person}"


def _prefill(ask: Ask, follows: str) -> None:
    """What the form begins with; the instants as browsers write them, the clauses in one line."""
    filled = ask.form
    if ask.request.method == "GET":
        filled |= {"inspection": _number(ask), "started_at": _now(ask)}
        if follows:
            with ask.desk.look_at_log() as look:
                filled["department"] = look.card("inspection", follows)["department"] or ""
    for name in [name for name in filled if name.partition(".")[0] in ("started_at", "occurred_at")]:
        filled[name] = filled[name].replace("T", " ")
    for name in ("clauses", "codes"):
        if name in filled:
            filled[name] = " ".join(re.split(r"[\s,，、]+", filled[name].strip().upper()))


def _asked(ask: Ask, follows: str) -> list[Values]:
    """The clauses the round asks, in the order of the catalogue: those chosen, those found at fault before, or all."""
    named = {*ask.form.get("clauses", "").split(), *ask.form.get("codes", "").split()}
    with ask.desk.look_at_log() as look:
        site = look.site(None)
        rows = look.checklist(None, site)
        if follows and not named:
            before = look.inspection(follows)["clauses"]
            named = {row["clause"] for row in before if row["result"] == "fault"}
    told = {row["clause"]: row for row in ask.desk.policies.find_clauses(None, site)}
    return [
        {**row, "check_points": told.get(row["clause"], {}).get("check_points")}
        for row in rows
        if not named or {row["clause"], row["area"]} & named
    ]


# --- the screens --------------------------------------------------------------------------------------


def screens(rows: list[Values], filled: dict[str, str]) -> list[tuple[str, str]]:
    """What each screen asks: `where`, `what`, then each clause, and behind one at fault what was found."""
    found = [("where", ""), ("what", "")]
    for row in rows:
        found.append(("item", row["clause"]))
        if result_of(row, filled) == "fault":
            found.append(("found", row["clause"]))
    return found


def result_of(row: Values, filled: dict[str, str]) -> str | None:
    """What was said of a clause. A reading says by itself whether it was ok; None: it was not seen."""
    code = row["clause"]
    said = filled.get(f"result.{code}", "")
    if said in RESULTS[:3]:
        return said
    reading, measure = whole(filled.get(f"reading.{code}", "").strip()), row["measure"]
    if reading is None or measure is None or said == "not_seen":
        return None
    least, most = measure["at_least"], measure["at_most"]
    outside = (least is not None and reading < least) or (most is not None and reading > most)
    return "fault" if outside else "ok"


def _act(ask: Ask, kinds: tuple[str, ...], places: list[str], rows: list[Values]) -> Act:
    """The command as a form, whose screens follow from what was answered so far."""
    shown = screens(rows, ask.form)
    fields = [
        *([Field("kind", "choice", choices=kinds, step=_WHERE)] if len(kinds) > 1 else []),
        Field("department", "choice", required=False, choices=tuple(places), step=_WHERE),
        Field("inspection", step=_WHAT),
        Field("started_at", "instant", step=_WHAT),
        Field("with", required=False, step=_WHAT),
        Field("team", required=False, step=_WHAT),
        Field("clauses", "checks", required=False, step=_WHAT),
        Field("codes", required=False, step=_WHAT),
    ]
    for step, (kind, code) in enumerate(shown, 1):
        if kind == "item":
            names = ("result", "reading", "note")
            fields += [Field(f"{name}.{code}", required=False, step=step, called=name) for name in names]
        elif kind == "found":
            fields += [
                Field(f"{name}.{code}", required=name == "narrative", step=step, called=name)
                for name in _FOUND
            ]
    act = Act(
        "record_inspection",
        tuple(fields),
        "next_round",
        steps=len(shown),
        shows_figures=False,
        asked_on="round_form",
        checked_on="round_check",
        extra=lambda ask, values: _shown(ask, values, rows, shown),
        shape=lambda values: as_command(values, rows),
    )
    return replace(act, wrong_step=lambda error: _wrong_step(error, as_command(dict(ask.form), rows), shown))


def _shown(ask: Ask, values: Values, rows: list[Values], shown: list[tuple[str, str]]) -> Values:
    """What a screen shows beside its fields: the clause, how far the round has come, and whom one can name."""
    step = values["step"]
    at = {row["clause"]: row for row in rows}
    results = {code: result_of(row, ask.form) for code, row in at.items()}
    told: Values = {
        "rows": rows,
        "results": results,
        "counts": {each: sum((said or "not_seen") == each for said in results.values()) for each in RESULTS},
        "steps": {(kind, code): number for number, (kind, code) in enumerate(shown, 1)},
    }
    if step == "check":
        return {**told, "command": as_command(dict(ask.form), rows)}
    kind, code = shown[step - 1]
    told |= {"screen": kind, "row": at.get(code), "number": list(at).index(code) + 1 if code else 0}
    if kind == "what":
        areas: dict[str, int] = {}
        with ask.desk.look_at_log() as look:
            for row in look.checklist(None, look.site(None)):
                areas[row["area"]] = areas.get(row["area"], 0) + 1
        told["areas"] = areas
    if kind == "found":
        with ask.desk.look_at_log() as look:
            told["people"] = [row for row in look.employees() if row["employee"] != ask.person]
        ask.form.setdefault(f"occurred_at.{code}", ask.form.get("started_at", ""))
    return told


def _about(ask: Ask, kinds: tuple[str, ...]) -> list[tuple[str, str]]:
    """What was chosen on the first screen, once it was."""
    kind = kinds[0] if len(kinds) == 1 else ask.form.get("kind")
    if ask.request.method == "GET" or not kind:
        return []
    department = ask.form.get("department")
    place = ask.speech.department(department) if department else ask.speech.say("whole_site")
    return [
        (ask.speech.heading("kind"), ask.speech.word(kind)),
        (ask.speech.heading("department"), place),
    ]


# --- the command --------------------------------------------------------------------------------------


def as_command(values: Values, rows: list[Values]) -> Values:
    """A round as its command has it; what was passed over is left out, and what is empty too."""
    kept = ("do", "site", "kind", "follows", "department", "inspection", "started_at", "team", "on")
    command: Values = {name: values[name] for name in kept if values.get(name)}
    if people := re.split(r"[\s,，、;；]+", str(values.get("with", "")).strip()):
        command |= {"with": people} if people != [""] else {}
    if codes := [*str(values.get("clauses", "")).split(), *str(values.get("codes", "")).split()]:
        command["clauses"] = codes
    answers, findings = [], []
    for row in rows:
        result = result_of(row, values)
        if result is None:
            continue
        answers.append({"clause": row["clause"], "result": result} | _said(values, row["clause"]))
        if result == "fault" and str(values.get(f"narrative.{row['clause']}", "")).strip():
            findings.append({"clause": row["clause"]} | _finding(values, row["clause"]))
    command["answers"] = answers
    return command | ({"findings": findings} if findings else {})


def _said(values: Values, code: str) -> Values:
    """The remark and the reading of an answer, where there are any."""
    reading = str(values.get(f"reading.{code}", "")).strip()
    note = str(values.get(f"note.{code}", "")).strip()
    number = whole(reading)
    found: Values = {"reading": reading if number is None else number} if reading else {}
    return found | ({"note": note} if note else {})


def _finding(values: Values, code: str) -> Values:
    """What was found at a clause. Without another instant it happened as the round began."""
    found: Values = {"occurred_at": str(values.get("started_at", ""))}
    for name in _FOUND:
        given = str(values.get(f"{name}.{code}", "")).strip()
        if given:
            found[name] = given
    if (points := whole(str(found.get("points", "")))) is not None:
        found["points"] = points
    if "employee" in found:
        found["employee"] = found["employee"].split()[0]
        found.pop("rectify_by", None)
    return found


def _wrong_step(error: LedgerError, command: Values, shown: list[tuple[str, str]]) -> int | None:
    """The screen a refusal is about: of the clause it names, else of the part of the command."""
    code = error.fields.get("clause")
    part, _, rest = str(error.place.get("field") or error.fields.get("field") or "").partition(".")
    listed = command.get(part) if part in ("answers", "findings") else None
    place = whole(rest.partition(".")[0])
    if listed and place is not None and place < len(listed):
        code = listed[place]["clause"]
    if code is None and (number := whole(str(error.fields.get("finding", "")).rpartition("-")[2])):
        findings = command.get("findings", [])
        code = findings[number - 1]["clause"] if number <= len(findings) else None
    if code is None and error.code == "employee_unknown":
        named = [
            each for each in command.get("findings", []) if each.get("employee") == error.fields["employee"]
        ]
        code = named[0]["clause"] if named else None
    for kind in ("found", "item"):
        wanted = (kind, str(code))
        if wanted in shown and (kind == "found" or part == "answers" or ("found", str(code)) not in shown):
            return shown.index(wanted) + 1
    return _WHERE if error.code == "inspection_not_entitled" else _WHAT
