"""One person or thing: as it stands, why its figures are what they are, and what has happened."""

from typing import Any

from ledger.application.reading.look import Look
from ledger.errors import Unknown
from web.api.door import Asked
from web.api.routes import Answer, read

_LONGEST = 18
"""So many digits a position may have."""


def _with_history(kind: str) -> Answer:
    """A card with the history of its thing, as `kaoji KIND show` prints it."""

    def answer(asked: Asked, look: Look) -> Any:
        card = look.card(kind, asked.part(kind))
        return {**card, "history": look.history(f"{kind}:{card[kind]}")}

    return answer


@read("/appeals/{appeal}", "appeals", "appeal show {appeal}", by="log")
def appeal(asked: Asked, look: Look) -> Any:
    """The case: route and conflicts, deadlines, both sides, the month explained, what each outcome comes to, precedents."""
    return look.case_file(asked.part("appeal"))


@read("/people/{employee}/months/{month}/explanation", "explanation", "explain {employee} {month}", by="log")
def explanation(asked: Asked, look: Look) -> Any:
    """Why every figure of a month is what it is: entries, rules, notices and events."""
    return look.explain(asked.part("employee"), asked.month)


@read("/people/{employee}/months/{month}/pay", "pay", "explain {employee} {month} --pay", by="log")
def pay(asked: Asked, look: Look) -> Any:
    """Why pay took what it took, from the lines of the close to what is still open; its words in the reader's language."""
    return look.pay(asked.part("employee"), asked.month, asked.speech.language)


@read(
    "/people/{employee}/months/{month}/appraisal-sheet",
    "appraisal-sheet",
    "report appraisal-sheet {employee} {month}",
    by="log",
)
def appraisal_sheet(asked: Asked, look: Look) -> Any:
    """One person's sheet: every mark, notice and reward on it, what counts and why, and the acts."""
    return look.appraisal_sheet(asked.part("employee"), asked.month)


@read("/people/{employee}/log", "log", "log employee:{employee}", by="log")
def log(asked: Asked, look: Look) -> Any:
    """What happened to somebody, in order, with who, when, position and hash."""
    return look.history(f"employee:{asked.part('employee')}")


@read("/log/{position}", "log", "log #{position}", by="log")
def event(asked: Asked, look: Look) -> Any:
    """The event at a position."""
    given = asked.part("position")
    if not given.isascii() or not given.isdigit() or len(given) > _LONGEST:
        raise Unknown("nothing_at_position", position=given)
    return look.event_at(int(given))


@read("/inspections/{inspection}", "inspection", "report inspection {inspection}")
def inspection(asked: Asked, look: Look) -> Any:
    """One round: clause by clause, its findings, and where each of them stands."""
    return look.inspection(asked.part("inspection"))


@read("/sittings/{sitting}", "examination", "report examination {sitting}")
def examination(asked: Asked, look: Look) -> Any:
    """One sitting by paper number: marks when both markers' are in, results, and after the declaration whose they are."""
    return look.examination(asked.part("sitting"))


@read("/receipts/{name}", "receipt", "receipt {name} --out -", by="desk", media="application/octet-stream")
def receipt(asked: Asked, look: None) -> bytes:
    """The receipt of something on one's own record, such as `notice:N2026-0007`: proven by anybody, noted as handed out."""
    since, people, proofs = asked.desk.position(), asked.desk.people, asked.desk.proofs
    found = proofs.receipt(asked.part("name"))
    people.note_handout(people.in_receipt(found), "receipt", f"api {asked.part('name')}.receipt", since)
    proofs.keep([proofs.checkpoint_in(found)])
    return found


_CARDS = {
    "employee": (
        "/people/{employee}",
        "people",
        "One person, as far as it is one's to see, with their history.",
    ),
    "notice": ("/notices/{notice}", "notices", "One notice as it stands, with its history."),
    "sanction": ("/sanctions/{sanction}", "sanctions", "One sanction as it stands, with its history."),
    "reward": ("/rewards/{reward}", "rewards", "One reward as it stands, with its history."),
    "finding": (
        "/findings/{finding}",
        "inspection",
        "One finding of a round as it stands, with its history.",
    ),
    "action": ("/actions/{action}", "actions", "One corrective or preventive action, with its history."),
    "analysis": ("/analyses/{analysis}", "actions", "One analysis of causes, with its history."),
    "check": ("/checks/{check}", "appraisal-sheet", "One mark on an appraisal sheet, with its history."),
    "sheet": ("/sheets/{sheet}", "daily-sheet", "One day or week sheet, with its history."),
    "objection": (
        "/objections/{objection}",
        "appraisal-sheet",
        "One objection to a sheet, with its history.",
    ),
    "case": ("/cases/{case}", "register", "One handbook case, with its history."),
}
"""Kind → its address, its report, and what it is."""

for _kind, (_path, _name, _told) in _CARDS.items():
    _answer = _with_history(_kind)
    _answer.__doc__ = _told
    read(_path, _name, f"{_kind} show {{{_kind}}}", by="log")(_answer)
