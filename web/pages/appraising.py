"""The month of a department from publication to approval, and what somebody says of their own sheet."""

from typing import Any, Final

from starlette.responses import Response

from web.acting import run
from web.acts import Act, Field
from web.ask import Ask
from web.routes import form

Values = dict[str, Any]
DIMENSIONS: Final = "abcdef"
STEPS: Final = (
    ("publication", "publish_appraisal", ("open",)),
    ("report", "report_appraisal", ("published",)),
    ("certification", "certify_appraisal", ("reported",)),
    ("approval", "approve_appraisal", ("certified",)),
    ("return", "return_appraisal", ("reported", "certified")),
)
"""The steps of a department's month: the path, the command, and how far it has come before."""


# --- the steps ----------------------------------------------------------------------------------------


def _step(ask: Ask, do: str, *fields: Field) -> Response:
    """One step of a department's month; the check shows the sheets that it is about."""
    month, department = ask.path("appraised"), ask.query("department")
    with ask.desk.look() as look:
        site = look.site(None)
        look.appraisal_summary(month, site)  # whoever may not know how far it has come takes no step of it
    speech = ask.speech
    act = Act(
        do,
        tuple(fields),
        f"next_{do}",
        shows_figures=False,
        extra=lambda ask, values: _concerned(ask, values, month, department),
    )
    fixed = {"site": site, "month": month} | ({"department": department} if department else {})
    about = [
        (speech.heading("month"), month),
        (
            speech.heading("department"),
            speech.department(department) if department else speech.say("every_department"),
        ),
    ]
    return run(ask, act, fixed, speech.say(f"{do}_title"), about, ask.link(f"/appraisals/{month}"))


def _concerned(ask: Ask, values: Values, month: str, department: str) -> Values:
    """The sheets of the department as they stand now, as far as they are the person's to see."""
    if values["step"] != "check":
        return values
    with ask.desk.look() as look:
        rows = look.appraisal(month, None, department or None)
    return {"sheets": rows}


@form("/appraisals/{appraised}/publication")
def publish(ask: Ask) -> Response:
    """The head publishes what the sheets come to."""
    return _step(ask, "publish_appraisal")


@form("/appraisals/{appraised}/report")
def report(ask: Ask) -> Response:
    """The original goes to the office."""
    return _step(ask, "report_appraisal")


@form("/appraisals/{appraised}/return")
def send_back(ask: Ask) -> Response:
    """What was reported or certified goes back to the department."""
    return _step(ask, "return_appraisal", Field("reason", "long"))


@form("/appraisals/{appraised}/certification")
def certify(ask: Ask) -> Response:
    """The office certifies what was reported."""
    return _step(ask, "certify_appraisal")


@form("/appraisals/{appraised}/approval")
def approve(ask: Ask) -> Response:
    """The manager approves what was certified."""
    return _step(ask, "approve_appraisal")


# --- one's own sheet ----------------------------------------------------------------------------------

ACKNOWLEDGE: Final = Act(
    "acknowledge_appraisal",
    (
        Field("how", "choice", choices=("signed", "commented")),
        Field("statement", "long", required=False),
    ),
    "next_acknowledge_appraisal",
    shows_figures=False,
)


def _own(ask: Ask, act: Act) -> Response:
    """A form about somebody's sheet of a month. NotEntitled where it is not theirs to see."""
    month = ask.path("appraised")
    with ask.desk.look() as look:
        found = look.appraisal_sheet(ask.path("employee"), month)
    speech, employee = ask.speech, found["employee"]
    score = speech.say("nobody_looked") if found["unchecked"] else str(found["score"])
    about = [
        (speech.say("sheet_title"), f"{employee} {found['name']} · {month}"),
        (speech.heading("total_score"), score),
    ]
    fixed = {"employee": employee, "month": month}
    title = speech.say(f"{act.do}_title")
    return run(ask, act, fixed, title, about, f"/appraisals/{month}/{employee}")


@form("/appraisals/{appraised}/{employee}/acknowledgement")
def acknowledge(ask: Ask) -> Response:
    """That somebody has seen their sheet, which is not agreeing."""
    return _own(ask, ACKNOWLEDGE)


@form("/appraisals/{appraised}/{employee}/objection")
def object_to(ask: Ask) -> Response:
    """An objection to one dimension of one's sheet."""
    open_ones = objectionable(ask, ask.path("employee"), ask.path("appraised"))
    act = Act(
        "object_appraisal",
        (
            Field("dimension", "choice", choices=tuple(open_ones or DIMENSIONS)),
            Field("statement", "long"),
            Field("late_reason", "long", required=False),
        ),
        "next_object_appraisal",
        shows_figures=False,
    )
    return _own(ask, act)


def objectionable(ask: Ask, employee: str, month: str) -> list[str]:
    """The dimensions of a sheet to which an objection could be made now."""
    asked = {"do": "object_appraisal", "employee": employee, "month": month, "statement": "–"}
    return [
        dimension
        for dimension in DIMENSIONS
        if ask.desk.could({**asked, "dimension": dimension, "late_reason": "–"})
    ]
