"""Examinations: the sittings, one of them, a paper with how it is marked, and what one's own came to."""

from typing import Any

from starlette.responses import Response

from ledger.errors import NotEntitled
from web.ask import Ask
from web.pages.offices import offices_at
from web.routes import get

Values = dict[str, Any]


@get("/exams", twin=True)
def exams(ask: Ask) -> Response:
    """The sittings that are mine to know, and the results that are."""
    with ask.desk.look_at_log(ask.as_of) as look:
        site = look.site(None)
        found, results = look.sittings(site), look.examinations(None, site)
        position = look.position
    if ask.is_twin:
        return ask.json(found)
    return ask.page(
        "exams",
        rows=[row for row in found if row["papers"] is not None],
        own=[row for row in found if row["papers"] is None],
        results=[row for row in results if row["employee"] != ask.person],
        mine={row["sitting"]: row for row in results if row["employee"] == ask.person},
        may=ask.as_of is None and may_open(ask),
        banks=reads_banks(ask),
        position=position,
    )


def reads_banks(ask: Ask) -> bool:
    """Whether the question banks are the person's to read."""
    try:
        ask.desk.examination.banks()
    except NotEntitled:
        return False
    return True


def may_open(ask: Ask, site: str | None = None) -> bool:
    """Whether a sitting is the person's to open at a site (None: that of the page): by office, and they await no result."""
    if ask.console.settings.read_only or not reads_banks(ask):
        return False
    offices = ask.place.offices if site is None else offices_at(ask, site)
    return bool(offices & {"office", "quality", "director", "manager"})


@get("/exams/{sitting}", twin=True)
def exam(ask: Ask) -> Response:
    """One sitting by paper number; to whoever sat, what their own came to, and before the declaration nothing of it."""
    name = ask.path("sitting")
    with ask.desk.look_at_log(ask.as_of) as look:
        try:
            report = look.examination(name)
        except NotEntitled:
            return _own(ask, look.sat(name, ask.person), look.position)
        name = report["sitting"]
        row = next(row for row in look.sittings(report["site"]) if row["sitting"] == name)
        history, position = look.history(f"sitting:{name}"), look.position
    if ask.is_twin:
        return ask.json(report)
    return ask.page(
        "exam",
        report=report,
        row=row,
        papers={each["paper"]: each for each in row["papers"]},
        titles={each["code"]: each["title"] for each in report["questions"]},
        history=history,
        acts=[] if ask.as_of is not None else _acts(ask, row),
        types=ask.as_of is None and _may_type(ask, row),
        position=position,
    )


def _own(ask: Ask, report: Values, position: int) -> Response:
    """What one's own examination came to."""
    if ask.is_twin:
        return ask.json(report)
    return ask.page("exam_own", report=report, position=position)


def _acts(ask: Ask, row: Values) -> list[tuple[str, str]]:
    """What the person could do about a sitting now: the path and the name of each."""
    name, found = row["sitting"], []
    if row["declared_on"] is None and ask.desk.could({"do": "declare_results", "sitting": name}):
        found.append((f"/exams/{name}/declaration", "declare_results"))
    if row["declared_on"] is not None and may_open(ask, row["site"]):
        found.append(
            (ask.link("/exams/new", retake_of=row["retake_of"] or name, site=row["site"]), "open_retake")
        )
    return found


def _may_type(ask: Ask, row: Values) -> bool:
    """Whether answers are the person's to type in, where any are missing."""
    if ask.console.settings.read_only or row["declared_on"] is not None:
        return False
    for each in row["papers"]:
        for question in row["questions"]:
            if question not in each["answered"]:
                told = {"do": "record_answer", "sitting": row["sitting"], "paper": each["paper"]}
                return ask.desk.could({**told, "question": question, "text": "–"})
    return False


@get("/exams/{sitting}/papers/{number}", twin=True)
def paper(ask: Ask) -> Response:
    """What a paper answers, question by question, with how it is marked; whose it is stands nowhere."""
    with ask.desk.look_at_log(ask.as_of) as look:
        report = look.examination(ask.path("sitting"))
        found = look.paper(report["sitting"], ask.path("number"))
        position = look.position
    if ask.is_twin:
        return ask.json(found)
    name, number = report["sitting"], ask.path("number")
    row = next(each for each in report["rows"] if each["paper"] == number)
    given = {each["question"]: each for each in row["answers"]}
    return ask.page(
        "exam_paper",
        report=report,
        number=number,
        answers=found,
        given=given,
        mine=[
            each["question"]["code"]
            for each in found
            if ask.as_of is None and _may_mark(ask, name, number, each)
        ],
        position=position,
    )


def _may_mark(ask: Ask, sitting: str, number: str, answer: Values) -> bool:
    """Whether an answer is the person's to mark now."""
    if not answer["answered"] or ask.console.settings.read_only:
        return False
    question = answer["question"]
    marks = {each["code"]: 0 for each in question["criteria"]}
    told = {"do": "mark_answer", "sitting": sitting, "paper": number, "question": question["code"]}
    return ask.desk.could({**told, "marks": marks})
