"""An examination: its paper to be written on, or as it was answered, and its results (papers §17; 篇2)."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from ledger.documents.forms.anchor import Anchor
from ledger.documents.forms.blocks import Block, Column, Form, note, paragraph, signatures, space, table
from ledger.documents.forms.people import People
from ledger.labels.messages import Labels

Values = Mapping[str, Any]

_LINES = 9
"""Empty lines below a question."""


def paper_form(
    papers: Mapping[str, Sequence[Values]],
    candidates: Mapping[str, str],
    told: Values,
    labels: Labels,
    anchor: Anchor,
) -> Form:
    """A sheet a paper number from the values of `sitting read`; no name stands on it, so that markers stay blind.

    `candidates`: whose words an answered paper holds. `told`: title, site's name, sitting and the day it is held on.
    """
    form = labels.form
    sheets = tuple(
        (f"{form('paper_number')} {number}", tuple(_questions(answers, labels)))
        for number, answers in papers.items()
    )
    return Form(
        title=form("title_paper"),
        site=told["site_name"],
        day=told["held_on"],
        blocks=(note(form("nothing")),),
        people=tuple(
            sorted({candidates[n] for n, each in papers.items() if any(a["answered"] for a in each)})
        ),
        anchor=anchor,
        subtitle=f"{told['title']}　{form('held_on')} {told['held_on']}",
        number=f"{form('number')} {told['sitting']}",
        size=10.5,
        sheets=sheets,
    )


def _questions(answers: Sequence[Values], labels: Labels) -> list[Block]:
    form, language = labels.form, labels.language
    made: list[Block] = []
    for number, each in enumerate(answers, start=1):
        question = each["question"]
        worth = form("question_worth", marks=question["maximum"])
        asked = "\n".join(ask[language] for ask in question["asks"])
        label = labels.remarked(f"{number}. {question['title'][language]}", worth)
        made.append(paragraph(label, f"{question['case'][language]}\n{asked}"))
        answer = each["text"] or ("" if each["sha256"] is None else f"SHA-256 {each['sha256']}")
        made.append(paragraph(form("answer"), answer, 0 if each["answered"] else _LINES))
    return [*made, space(), signatures((form("marker"), ""), (form("date"), ""))]


def results_form(told: Values, people: People, labels: Labels, anchor: Anchor) -> Form:
    """The results of a sitting from the values of `report examination`: by paper number, names once they are declared."""
    form, day = labels.form, date.fromisoformat(told["declared_on"] or told["held_on"])
    codes = [each["code"] for each in told["questions"]]
    rows = []
    for row in told["rows"]:
        employee = row["employee"]
        finals = {each["question"]: each["final"] for each in row["answers"]}
        rows.append(
            [
                row["paper"],
                "" if employee is None else people.name(employee, day),
                employee,
                *(finals.get(code) for code in codes),
                row["total"],
                row["percent"],
                "" if row["result"] is None else labels.word(row["result"]),
            ]
        )
    heads = [form(head) for head in ("paper_number", "name", "staff_number")]
    tail = [form(head) for head in ("total", "col_percent", "col_result")]
    columns = [Column(head, 1) for head in heads] + [Column(code, 0, True) for code in codes]
    columns += [Column(tail[0], 0, True), Column(tail[1], 0, True), Column(tail[2], 1)]
    signed = [(form("marker"), people.signed(each, day)) for each in told["markers"]]
    third = [] if told["third"] is None else [(form("third_marker"), people.signed(told["third"], day))]
    return Form(
        title=form("title_results"),
        site=told["site_name"],
        day=day.isoformat(),
        subtitle=f"{told['title']}　{form('held_on')} {told['held_on']}　{_declared(told, labels)}",
        number=f"{form('number')} {told['sitting']}",
        blocks=(table(columns, rows) if rows else note(form("nothing")), signatures(*signed, *third)),
        people=tuple(sorted(people.named)),
        anchor=anchor,
        landscape=True,
        size=9.5,
    )


def _declared(told: Values, labels: Labels) -> str:
    """When the results were declared, or that they are not yet."""
    if told["declared_on"] is None:
        return labels.form("not_declared")
    return f"{labels.form('declared_on')} {told['declared_on']}"
