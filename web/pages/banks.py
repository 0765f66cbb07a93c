"""The question banks: which there are, and adopting one from a document, whose faults are named by line."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any, Final

from starlette.responses import Response

from ledger.application import policy_documents as documents
from ledger.application.examination import template
from ledger.errors import LedgerError, NotEntitled
from web.acting import run
from web.acts import Act, Field
from web.ask import Ask
from web.pages.exams import reads_banks
from web.pages.rules_tried import finding_of
from web.routes import form, get

Values = dict[str, Any]
_ADOPTERS: Final = frozenset({"manager", "company"})
"""Who is asked at all whether they could; whether they may, those who decide say."""
ADOPT: Final = Act(
    "adopt_questions",
    (Field("document", "told"), Field("scope", "told")),
    "next_adopt_questions",
    shows_figures=False,
    asked_on="bank_form",
)


def may_adopt(ask: Ask) -> bool:
    """Whether the person may adopt a bank: they hold an office for it, and await no result themselves."""
    offices = ask.place.offices
    return not ask.console.settings.read_only and bool(_ADOPTERS & offices) and reads_banks(ask)


@get("/exams/banks", twin=True)
def banks(ask: Ask) -> Response:
    """Every bank, from when it is in force and where, and how many questions it holds."""
    rows = ask.desk.examination.banks()
    if ask.is_twin:
        return ask.json(rows)
    return ask.page(
        "banks",
        rows=rows,
        may=ask.as_of is None and may_adopt(ask),
        position=ask.desk.position(),
    )


@form("/exams/banks/new", largest=1024 * 1024)
def adopt(ask: Ask) -> Response:
    """A document, uploaded or pasted, is checked line by line; what it holds is shown, and then it is adopted.

    `?from=house` begins with the latest bank of the house.
    """
    ask.require_now()
    if not may_adopt(ask):
        raise NotEntitled("not_yours_to_do", do=ADOPT.do, by=ask.person)
    if ask.request.method == "GET" and ask.query("from") == "house":
        ask.form["document"] = template()
    if ask.request.method == "GET" or ask.form.get("step", "").startswith("back:"):
        return _run(ask, {})
    upload = ask.files.get("file")
    raw = upload.content if upload is not None and upload.content else ask.form.get("document", "").encode()
    ask.form["document"] = raw.decode("utf-8-sig", "replace")
    if not raw.strip():
        return _faulty(ask, (ask.speech.say("try_nothing"), None))
    try:
        document = documents.read(raw)
        checked = ask.desk.examination.check(document)
    except LedgerError as error:
        return _faulty(ask, ask.speech.refusal(error))
    found = [finding_of(ask, each) for each in checked.values()]
    if checked.count("error"):
        return _faulty(ask, None, found)
    return _run(ask, document.values, found)


def _run(ask: Ask, bank: Values, found: Sequence[Values] = ()) -> Response:
    with ask.desk.look_at_log() as look:
        site = look.site(None)
    act = replace(ADOPT, shape=partial(_as_command, bank, site), extra=partial(_held, bank, found, site))
    return run(ask, act, {}, ask.speech.say("adopt_questions_title"), [], "/exams/banks")


def _faulty(ask: Ask, told: tuple[str, str | None] | None, found: list[Values] | None = None) -> Response:
    """The form with what is wrong, and the document still in it."""
    title = ask.speech.say("adopt_questions_title")
    return ask.page(
        "bank_form", 422, title=title, back="/exams/banks", told=told, found=found, given=ask.form
    )


def _as_command(bank: Values, site: str, values: Values) -> Values:
    """The document as its command has it, for the site or for all of them."""
    where = {} if values.get("scope") == "all" else {"site": site}
    return {"do": values["do"], "bank": bank, "on": values["on"], **where}


def _held(bank: Values, found: Sequence[Values], site: str, ask: Ask, values: Values) -> Values:
    """What a bank holds, question by question, which of those in force it leaves out, and what the check remarks."""
    if "tried" not in values:
        return {}
    speech, (version, before) = ask.speech, ask.desk.examination.questions(site=site)
    codes, held = [each["code"] for each in before], [each["code"] for each in bank["questions"]]
    scope = "all" if ask.form.get("scope") == "all" else "site"
    lines = [
        (speech.heading("bank"), f"{bank['version']} {bank['title'][speech.language]}"),
        (speech.say("try_scope"), speech.say(f"try_scope_{scope}")),
        (speech.say("bank_instead_of"), version),
        (speech.say("bank_leaves_out"), speech.value("questions", [c for c in codes if c not in held])),
    ]
    lines += [(each["place"], f"{each['severity']} · {each['what']}") for each in found]
    for each in bank["questions"]:
        marks = speech.say("points_exactly", points=each["maximum"])
        new = "" if each["code"] in codes else f" · {speech.say('bank_new_question')}"
        lines.append((each["code"], f"{each['title'][speech.language]} · {marks}{new}"))
    return {"lines": lines}
