"""扣款告知書: a page a person that says what is taken from their pay, for what, and how to appeal (papers §17)."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from ledger.documents.forms.anchor import Anchor
from ledger.documents.forms.blocks import Block, Column, Form, checks, grid, paragraph, space, table
from ledger.documents.forms.capitals import amount_told
from ledger.documents.forms.people import People, spoken_month
from ledger.labels.messages import Labels
from ledger.policy.model import Policy
from ledger.reckoning.facts import NoticeFact
from ledger.terms import Component, parse_money

Values = Mapping[str, Any]
Charged = Callable[[str, str, Component], Iterable[NoticeFact]]
"""(employee, month, component) → the notices that cost something, as the close knew them."""


def deduction_form(
    told: Sequence[Values],
    charged: Charged,
    site: str,
    people: People,
    policy: Policy,
    labels: Labels,
    anchor: Anchor,
) -> Form:
    """A page for each person from the values of `explain --pay`; `charged` says which notices cost them something."""
    month, closed_on = told[0]["month"], told[0]["closed_on"]
    sheets = tuple(
        (
            people.signed(values["employee"], date.fromisoformat(closed_on)),
            _sheet(values, charged, people, policy, labels),
        )
        for values in told
    )
    return Form(
        title=labels.form("title_deduction"),
        site=site,
        day=closed_on,
        blocks=(),
        people=tuple(sorted(people.named)),
        anchor=anchor,
        subtitle=spoken_month(month, labels),
        number=month,
        sheets=sheets,
    )


def _sheet(
    values: Values, charged: Charged, people: People, policy: Policy, labels: Labels
) -> tuple[Block, ...]:
    form, employee = labels.form, values["employee"]
    day = date.fromisoformat(values["closed_on"])
    handed = [each for each in values["entries"] if each["what"] not in ("returned", "settled")]
    days = policy.appeals.window_working_days
    return (
        grid(
            (form("name"), people.name(employee, day)),
            (form("staff_number"), employee),
            (form("department"), labels.department(people.department(employee, day))),
            (form("closed_on"), values["closed_on"]),
            (form("taken_this_run"), amount_told(parse_money(values["expected"] or "0.00"), labels), True),
        ),
        space(),
        table(
            [
                Column(form("deduction_month")),
                Column(form("deduction_item")),
                Column(form("deduction_for"), 1),
                Column(form("deduction_amount"), right=True),
            ],
            [_row(each, employee, charged, policy, labels) for each in handed],
        ),
        paragraph(form("consequences"), form("deduction_basis", percent=policy.wage_guard.wage_percent)),
        paragraph(form("appeal"), form("deduction_appeal", days=days) + form("appeal_effect")),
        checks(
            form("service"),
            [],
            note=form("deduction_note"),
            signs=[(form("signature_employee"), ""), (form("date"), "")],
        ),
    )


def _row(
    entry: Values, employee: str, charged: Charged, policy: Policy, labels: Labels
) -> tuple[str, str, str, str]:
    """One amount: of which month, as what, for which notices; codes, titles of clauses and numbers only."""
    month = str(entry.get("obligation_month") or entry.get("month") or "")
    if entry["what"] != "line":
        return month, labels.word(entry["what"]), "", entry["amount"]
    item = labels.word(entry["component"])
    if entry["adjustment"]:
        item += labels.form("deduction_adjusted")
    if entry["component"] == "joint":
        return month, item, "", entry["amount"]
    told = "\n".join(
        labels.form(
            "deduction_notice",
            notice=each.notice,
            clause=_clause(each.clause, policy, labels),
            points=each.points,
            occurred_on=each.occurred_on.isoformat(),
        )
        for each in charged(employee, month, entry["component"])
    )
    return month, item, told, entry["amount"]


def _clause(code: str, policy: Policy, labels: Labels) -> str:
    """A clause with its title; the code alone where the policy of the close does not know it any more."""
    clause = policy.catalogue.get(code)
    return code if clause is None else f"{code} {clause.title.of(labels.language)}"
