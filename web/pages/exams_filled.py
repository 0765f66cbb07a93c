"""Holding an examination: opening a sitting, typing what was handed in, marking an answer, declaring the results."""

import hashlib
from typing import Any, Final

from starlette.responses import Response

from ledger.errors import NotEntitled, Unknown
from web.acting import run
from web.acts import Act, Field
from web.ask import Ask, whole
from web.pages.exams import may_open
from web.routes import form

Values = dict[str, Any]
MARKERS: Final = ("marker_1", "marker_2")


@form("/exams/new", most=900)
def open_(ask: Ask) -> Response:
    """A sitting: which questions, when, who sits, who marks; with `?retake_of=` one for those who did not pass."""
    if not may_open(ask):
        raise NotEntitled("not_yours_to_do", do="open_sitting", by=ask.person)
    retake = ask.query("retake_of")
    with ask.desk.look_at_log() as look:
        site, people = look.site(None), look.employees()
        again = _again(look, retake) if retake else None
    chosen = [row for row in people if again is None or row["employee"] in again]
    _, questions = ask.desk.examination.questions(site=site)
    fields = (
        Field("held_on", "date", step=1),
        Field("questions", "checks", step=1),
        Field("candidates", "told", step=2),
        Field("marker_1", "who", step=3, called="markers"),
        Field("marker_2", "who", required=False, step=3, called="markers"),
        Field("third", "who", required=False, step=3),
    )
    act = Act(
        "open_sitting",
        fields,
        "next_sitting_opened",
        steps=3,
        shows_figures=False,
        asked_on="exam_form",
        extra=lambda ask, values: {"people": people, "candidates": chosen, "questions": questions},
        shape=as_command,
    )
    fixed = {"site": site} | ({"retake_of": retake} if retake else {})
    title = ask.speech.say("open_retake_title" if retake else "open_sitting_title")
    return run(ask, act, fixed, title, _chosen(ask, retake, people), ask.link("/exams"))


def _again(look: Any, sitting: str) -> set[str]:
    """Those who sat and have not passed since."""
    report = look.examination(sitting)
    results = look.examinations(None, report["site"])
    sat = {row["employee"] for row in report["rows"] if row["employee"] is not None}
    return sat - {row["employee"] for row in results if row["stands"] and row["result"] == "passed"}


def _chosen(ask: Ask, retake: str, people: list[Values]) -> list[tuple[str, str]]:
    """What was chosen so far, by name."""
    speech, names = ask.speech, {row["employee"]: row["name"] for row in people}
    found = [(speech.heading("retake_of"), retake)] if retake else []
    for name in ("candidates", *MARKERS, "third"):
        if given := ask.form.get(name, "").split():
            told = [f"{each} {names.get(each, '')}" for each in given]
            found.append((speech.heading("markers" if name in MARKERS else name), speech.value(name, told)))
    return found


def as_command(values: Values) -> Values:
    """A sitting as its command has it. Papers are dealt in an order that is not that of names or numbers."""
    kept = ("do", "site", "held_on", "retake_of", "third", "on")
    command: Values = {name: values[name] for name in kept if values.get(name)}
    people = str(values.get("candidates", "")).split()
    day = str(values.get("held_on", ""))
    dealt = sorted(
        people, key=lambda each: hashlib.sha256(f"{day} {each} {len(people)}".encode()).hexdigest()
    )
    command["candidates"] = [
        {"employee": each, "paper": f"P-{number}"} for number, each in enumerate(dealt, 1)
    ]
    command["questions"] = str(values.get("questions", "")).split()
    command["markers"] = [
        str(values[name]).partition(" ")[0] for name in MARKERS if str(values.get(name, "")).strip()
    ]
    if "third" in command:
        command["third"] = str(command["third"]).partition(" ")[0]
    return command


# --- what was handed in -------------------------------------------------------------------------------

ANSWER: Final = Act(
    "record_answer",
    (
        Field("text", "long", required=False, called="answer_text"),
        Field("sha256", required=False, called="answer_file"),
    ),
    "next_answer_recorded",
    shows_figures=False,
)


@form("/exams/{sitting}/papers/{number}/{question}/answer")
def answer(ask: Ask) -> Response:
    """What a paper answers to a question, typed by whoever it was handed in to."""
    with ask.desk.look_at_log() as look:
        report = look.examination(ask.path("sitting"))
    name = report["sitting"]
    return run(
        ask,
        ANSWER,
        _where(ask, name),
        ask.speech.say("record_answer_title"),
        _about(ask, report),
        f"/exams/{name}",
    )


def _where(ask: Ask, sitting: str) -> Values:
    return {"sitting": sitting, "paper": ask.path("number"), "question": ask.path("question")}


def _about(ask: Ask, report: Values) -> list[tuple[str, str]]:
    """Which paper and which question. Unknown `paper_unknown`, `question_unknown`."""
    number, code, speech = ask.path("number"), ask.path("question"), ask.speech
    if number not in {row["paper"] for row in report["rows"]}:
        raise Unknown("paper_unknown", paper=number, sitting=report["sitting"])
    title = next((each["title"] for each in report["questions"] if each["code"] == code), None)
    if title is None:
        known = ", ".join(each["code"] for each in report["questions"])
        raise Unknown("question_unknown", question=code, bank=report["bank"], known=known)
    return [
        (speech.say("paper_number"), number),
        (speech.heading("question"), f"{code} {title[speech.language]}"),
    ]


# --- marking ------------------------------------------------------------------------------------------


@form("/exams/{sitting}/papers/{number}/{question}/marks")
def mark(ask: Ask) -> Response:
    """The marks of one answer, criterion by criterion, by a marker who knows the paper by its number alone."""
    with ask.desk.look_at_log() as look:
        report = look.examination(ask.path("sitting"))
        found = look.paper(report["sitting"], ask.path("number"))
    about = _about(ask, report)
    told = next(each for each in found if each["question"]["code"] == ask.path("question"))
    question, name, number = told["question"], report["sitting"], ask.path("number")
    criteria = question["criteria"]
    fields = (
        *(Field(f"mark.{each['code']}", "told") for each in criteria),
        Field("forbidden", "told", required=False),
        *((Field("capped", "told", required=False),) if question["cap"] else ()),
        Field("comment", "long", required=False),
    )
    act = Act(
        "mark_answer",
        fields,
        "next_answer_marked",
        shows_figures=False,
        asked_on="exam_mark",
        extra=lambda ask, values: {"answer": told},
        shape=lambda values: _marks(values, criteria),
    )
    given = _given(ask, question) if ask.request.method == "POST" else []
    title = ask.speech.say("mark_answer_title")
    return run(ask, act, _where(ask, name), title, [*about, *given], f"/exams/{name}/papers/{number}")


def _marks(values: Values, criteria: list[Values]) -> Values:
    """The marks as the command has them: 0 is a mark, one that was not chosen is left out."""
    kept = ("do", "sitting", "paper", "question", "comment", "on")
    command: Values = {name: values[name] for name in kept if values.get(name)}
    given = {each["code"]: whole(str(values.get(f"mark.{each['code']}", ""))) for each in criteria}
    command["marks"] = {code: marks for code, marks in given.items() if marks is not None}
    acts = [
        number for each in str(values.get("forbidden", "")).split() if (number := whole(each)) is not None
    ]
    if acts:
        command["forbidden"] = acts
    if values.get("capped") == "yes":
        command["capped"] = True
    return command


def _given(ask: Ask, question: Values) -> list[tuple[str, str]]:
    """The marks that were chosen, each beside its criterion, and what takes marks off."""
    language, found = ask.speech.language, []
    for each in question["criteria"]:
        if given := ask.form.get(f"mark.{each['code']}"):
            found.append((f"{each['code']} {each['text'][language]}", f"{given} / {each['marks']}"))
    for act in ask.form.get("forbidden", "").split():
        number = whole(act)
        if number is not None and number < len(question["forbidden"]):
            told = question["forbidden"][number]
            found.append((told["text"][language], f"−{told['marks']}"))
    if ask.form.get("capped") == "yes" and question["cap"]:
        found.append((question["cap"]["text"][language], ask.speech.word("yes")))
    return found


# --- declaring ----------------------------------------------------------------------------------------

DECLARE: Final = Act("declare_results", (), "next_results_declared", shows_figures=False)


@form("/exams/{sitting}/declaration")
def declare(ask: Ask) -> Response:
    """The results are declared: from then on each stands on the record of whoever sat."""
    with ask.desk.look_at_log() as look:
        report = look.examination(ask.path("sitting"))
    speech, name = ask.speech, report["sitting"]
    counts: dict[str, int] = {}
    for row in report["rows"]:
        counts[row["result"]] = counts.get(row["result"], 0) + 1
    about = [
        (speech.heading("held_on"), speech.day(report["held_on"])),
        (speech.say("papers_title"), speech.counted(counts)),
    ]
    return run(ask, DECLARE, {"sitting": name}, speech.say("declare_results_title"), about, f"/exams/{name}")
