"""A round gone through on a terminal: clause by clause, and at each fault what was found (appraisal §9.1).

A clause passed over with an empty line was not seen. What is asked of a finding is what a notice of it needs, so that
nothing is typed twice.
"""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import click

from cli.choices import code_of, in_words, question
from cli.render import print_error, shown, talk
from cli.round_rows import RESULTS
from cli.settings import settings
from cli.typed import as_day, as_instant, as_number
from ledger.errors import LedgerError
from ledger.texts import plain

if TYPE_CHECKING:
    from ledger.application.desk.desk import Desk

Values = dict[str, Any]

_FINDING: tuple[tuple[str, tuple[str, str], Callable[[str], Any]], ...] = (
    ("narrative", ("issue_notice", "narrative"), str.strip),
    ("employee", ("issue_notice", "employee"), plain),
    ("occurred_at", ("issue_notice", "occurred_at"), as_instant),
    ("place", ("issue_notice", "place"), str.strip),
    ("points", ("issue_notice", "points"), lambda typed: _number(typed)),
    ("rectify_by", ("open_action", "due_on"), as_day),
)
"""What is asked of a finding: its field, the field of a command that says whether it can be right, and how it is read."""


def ask_round(ledger: "Desk", values: Values) -> None:
    """Asks what was found at each clause of a round, and puts `answers` and `findings` into its values."""
    answers: list[Values] = []
    findings: list[Values] = list(values.get("findings", ()))
    found_at = {plain(str(each.get("clause"))).upper() for each in findings}
    talk(settings().labels().say("round_asked"))
    for row in _clauses(ledger, values):
        answer = _answer(row)
        if answer is None:
            continue
        answers.append(answer)
        if answer["result"] == "fault" and row["clause"] not in found_at:
            findings.append(_finding(ledger, values, row["clause"]))
    values["answers"] = answers
    if findings:
        values["findings"] = findings


def _clauses(ledger: "Desk", values: Values) -> Iterator[Values]:
    """The clauses a round asks, as the checklist has them: named by code or area, those of the round followed, or all."""
    rows = ledger.reports.checklist(None, values.get("site"))
    named = {plain(str(each)).upper() for each in values.get("clauses", ())}
    if not named and "follows" in values:
        before = ledger.reports.inspection(values["follows"])
        named = {each["clause"] for each in before["clauses"] if each["result"] == "fault"}
    return (row for row in rows if not named or {row["clause"], row["area"]} & named)


def _answer(row: Values) -> Values | None:
    """What is said of one clause; None where it was not seen. A reading says by itself whether it was ok."""
    labels = settings().labels()
    title = f"{row['clause']} {shown(row['title'][labels.language])}"
    measure = row["measure"]
    if measure is not None:
        typed = _asked(f"{title} · {shown(measure['name'][labels.language])}")
        if (reading := _number(typed)) is not None:
            return {"clause": row["clause"], "result": _by(measure, reading), "reading": reading}
    result = _result(title)
    return None if result is None else {"clause": row["clause"], "result": result}


def _by(measure: Values, reading: int) -> str:
    """Whether a reading lies within the bounds of its measure."""
    least, most = measure["at_least"], measure["at_most"]
    outside = (least is not None and reading < least) or (most is not None and reading > most)
    return "fault" if outside else "ok"


def _result(title: str) -> str | None:
    """A result by number, word or code; None for an empty line."""
    labels = settings().labels()
    choices = labels.listed(f"{number} {word}" for number, word in enumerate(in_words(RESULTS), 1))
    while True:
        typed = plain(_asked(title, choices))
        if not typed:
            return None
        if typed.isdecimal() and 0 < int(typed) <= len(RESULTS):
            return RESULTS[int(typed) - 1]
        if (code := code_of(typed, RESULTS)) in RESULTS:
            return code


def _finding(ledger: "Desk", values: Values, clause: str) -> Values:
    """What was found at a clause. Left empty, it happened as the round began; without anybody it is the site's."""
    found: Values = {"clause": clause}
    for name, (do, like), read in _FINDING:
        if name == "rectify_by" and "employee" in found:
            continue
        value = _field(ledger, (do, like), read, required=name == "narrative")
        if value is not None:
            found[name] = value
    found.setdefault("occurred_at", values.get("started_at"))
    return found


def _field(ledger: "Desk", like: tuple[str, str], read: Callable[[str], Any], required: bool) -> Any:
    """One field of a finding, asked for until it can be right; None where it was left empty."""
    do, path = like
    while True:
        typed = _asked(f"  {settings().labels().field(path)}")
        if not plain(typed):
            if not required:
                return None
            continue
        value = read(typed)
        try:
            ledger.record.check_field(do, (path,), typed if value is None else value)
        except LedgerError as error:
            print_error(error, hinted=error.code != "field_wrong")
        else:
            return value


def _asked(text: str, choices: str = "") -> str:
    answer: str = click.prompt(
        question(text, choices), default="", show_default=False, prompt_suffix="", err=True
    )
    return answer


def _number(typed: str) -> int | None:
    """A whole number, full width or with its 分; None for anything else."""
    text = as_number(typed).lstrip("-")
    return int(text) if text.isascii() and text.isdecimal() else None
