"""Forms of a whole month: 違規處理情況匯總, 工作獎懲臺賬, and the cover of the hand-off (papers §17; 篇4 4.5.3)."""

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from ledger.documents.forms.anchor import Anchor
from ledger.documents.forms.blocks import Block, Column, Form, boxes, grid, note, signatures, table
from ledger.documents.forms.capitals import amount_told
from ledger.documents.forms.people import spoken_month
from ledger.labels.messages import Labels
from ledger.terms import format_money, last_day, parse_money
from ledger.texts import masked

Values = Mapping[str, Any]

_SUMS = ("base_fine", "surcharge", "shifted", "joint_liability", "deduction")
_NUMBERS = ("points", "col_base", "col_surcharge", "col_shifted", "col_joint", "col_deduction")
_IN_SUMMARY = (
    *("col_no", "name", "staff_number", "department", "col_notice", "list_clause", "col_date"),
    *_NUMBERS,
    *("col_band", "col_remark"),
)
"""The heads of the summary; `_NUMBERS` stand to the right."""


def summary_form(
    monthly: Sequence[Values],
    notices: Sequence[Values],
    site: str,
    month: str,
    labels: Labels,
    anchor: Anchor | None,
    mask: bool,
) -> Form:
    """The summary from the rows of `report monthly` and of `notice list`: by department, with sums of each."""
    form = labels.form
    rows = sorted(monthly, key=lambda row: (row["department"] or "", row["employee"]))
    return Form(
        title=form("title_summary"),
        site=site,
        day=last_day(month).isoformat(),
        subtitle=f"{spoken_month(month, labels)}　{form('money_unit')}",
        number=month,
        blocks=(_summary(rows, notices, labels, mask) if rows else note(form("nothing")), _signed(labels)),
        people=tuple(sorted({row["employee"] for row in rows})),
        anchor=anchor,
        landscape=True,
        size=9,
    )


def _signed(labels: Labels) -> Block:
    form = labels.form
    names = ("made_by", "checked_by", "head", "manager", "date")
    return signatures(*((form(name), "") for name in names))


def _summary(rows: Sequence[Values], notices: Sequence[Values], labels: Labels, mask: bool) -> Block:
    """A line for each, with the sums of each department and of all."""
    form = labels.form
    columns = [Column(form(head), 1 if head == "col_remark" else 0, head in _NUMBERS) for head in _IN_SUMMARY]
    made: list[list[object]] = []
    sums: list[int] = []
    number = 0
    for department, group in groupby(rows, key=lambda row: row["department"] or ""):
        people = list(group)
        for row in people:
            number += 1
            made.append(_summary_row(number, row, notices, labels, mask))
        sums.append(len(made))
        made.append(_sums(form("subtotal", department=labels.department(department)), people))
    sums.append(len(made))
    made.append(_sums(form("total"), rows))
    return table(columns, made, sums)


def _summary_row(
    number: int, row: Values, notices: Sequence[Values], labels: Labels, mask: bool
) -> list[object]:
    mine = [each for each in notices if each["employee"] == row["employee"]]
    own = [each for each in mine if each["status"] not in ("withdrawn", "revoked")]
    return [
        number,
        masked(row["name"]) if mask else row["name"],
        row["employee"],
        labels.department(row["department"] or ""),
        "\n".join(each["notice"] for each in own),
        "\n".join(each["clause"] for each in own),
        "\n".join(each["occurred_on"][5:] for each in own),
        "\n".join(str(each["points"]) for each in own),
        *(row[name] for name in _SUMS),
        labels.word(row["band"]),
        _remark(row, labels),
    ]


def _remark(row: Values, labels: Labels) -> str:
    said = []
    if row["contested_points"]:
        said.append(labels.form("remark_contested", points=row["contested_points"]))
    if row["late_points"]:
        said.append(labels.form("remark_late", points=row["late_points"]))
    if row["no_worse"] != "0.00":
        said.append(labels.form("remark_no_worse", amount=row["no_worse"]))
    if row.get("taken") is False:
        said.append(labels.form("remark_not_taken"))
    return labels.say("separator").join(said)


def _sums(title: str, rows: Sequence[Values]) -> list[object]:
    sums = [format_money(sum(parse_money(row[name]) for row in rows)) for name in _SUMS]
    points = sum(row["points"] + row["late_points"] for row in rows)
    return ["", title, "", "", "", "", "", points, *sums, "", ""]


def register_form(
    register: Sequence[Values], site: str, month: str, labels: Labels, anchor: Anchor | None, mask: bool
) -> Form:
    """The register from the rows of `report rewards`."""
    form = labels.form
    made = [
        [
            number,
            row["on"],
            masked(row["name"]) if mask else row["name"],
            row["employee"],
            form(f"kind_{row['kind']}"),
            labels.word(row["what"]),
            row["points"],
            row["amount"],
            row["id"],
            row["by"],
            labels.word(row["status"]),
        ]
        for number, row in enumerate(sorted(register, key=lambda row: (row["on"], row["id"])), start=1)
    ]
    heads = [
        *("col_no", "col_date", "name", "staff_number", "col_kind", "col_matter", "col_score", "col_amount"),
        *("number", "col_by", "col_status"),
    ]
    columns = [Column(form(head), 1, head in ("col_score", "col_amount")) for head in heads]
    return Form(
        title=form("title_register"),
        site=site,
        day=last_day(month).isoformat(),
        subtitle=f"{spoken_month(month, labels)}　{form('money_unit')}",
        number=month,
        blocks=(table(columns, made) if made else note(form("nothing")), _signed(labels)),
        people=tuple(sorted({row["employee"] for row in register})),
        anchor=anchor,
        landscape=True,
        size=9.5,
    )


def handoff_form(payroll: Values, by: str, closer: str, site: str, labels: Labels, anchor: Anchor) -> Form:
    """The cover of a hand-off from the values of `report payroll`: counts, sums also in words, boxes to sign in."""
    form = labels.form
    run = payroll["run"]
    sums = {
        "lines_total": parse_money(payroll["total"]),
        "run_total": sum(parse_money(line["deducted"]) for line in run),
        "carried_total": sum(parse_money(line["carried"]) for line in run),
    }
    late = f"　{form('late_close')}" if payroll["late"] else ""
    amounts: list[tuple[str, object, bool]] = [
        (form(name), amount_told(fen, labels), True) for name, fen in sums.items()
    ]
    blocks = (
        grid(
            (form("closed_on"), f"{payroll['closed_on']}{late}"),
            (form("closed_by"), by),
            (form("list_people"), len(run)),
            (form("lines"), len(payroll["lines"])),
            *amounts,
            (form("batch"), payroll["digest"], True),
        ),
        note(""),
        boxes(form("handed_by"), form("taken_by")),
    )
    return Form(
        title=form("title_handoff"),
        site=site,
        day=payroll["closed_on"],
        subtitle=spoken_month(payroll["month"], labels),
        number=payroll["month"],
        blocks=blocks,
        people=(closer,),
        anchor=anchor,
        size=11,
    )
