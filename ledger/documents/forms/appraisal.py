"""績效考核表 of a month, a sheet a person, and 工作日檢表 as it was filled in (papers §17; 篇4 4.2, 4.3)."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from ledger.documents.forms.anchor import Anchor
from ledger.documents.forms.blocks import Block, Column, Form, grid, note, signatures, space, table
from ledger.documents.forms.people import People, spoken_month
from ledger.labels.messages import Labels
from ledger.terms import last_day

Values = Mapping[str, Any]

_SIGNED: Final = {
    "scorer": "published",
    "scored": "acknowledged",
    "office": "certified",
    "manager": "approved",
}
"""Who signs the sheet, by the act that is their signature where it is recorded."""


def appraisal_form(
    sheets: Sequence[Values], site: str, month: str, people: People, labels: Labels, anchor: Anchor
) -> Form:
    """A sheet for each person from the values of `report appraisal-sheet`."""
    day = last_day(month)
    made = tuple(
        (people.signed(each["employee"], day), tuple(_sheet(each, day, people, labels))) for each in sheets
    )
    return Form(
        title=labels.form("title_appraisal"),
        site=site,
        day=day.isoformat(),
        blocks=(note(labels.form("nothing")),),
        people=tuple(sorted(people.named)),
        anchor=anchor,
        subtitle=spoken_month(month, labels),
        number=month,
        size=9.5,
        sheets=made,
    )


def _sheet(values: Values, day: date, people: People, labels: Labels) -> list[Block]:
    form, employee = labels.form, values["employee"]
    return [
        grid(
            (form("name"), people.name(employee, day)),
            (form("staff_number"), employee),
            (form("department"), labels.department(values["department"])),
            (form("post"), people.post(employee, day)),
            (form("days_checked"), values["days_checked"]),
            (form("days_absent"), values["days_absent"]),
        ),
        space(),
        _dimensions(values, labels),
        *_lines(values, labels),
        signatures(*_signed(values, people, labels)),
    ]


def _dimensions(values: Values, labels: Labels) -> Block:
    """What each dimension came to: its maximum, what checks and own notices took or gave, and what was put right."""
    form = labels.form
    objected = {each["dimension"]: each["objection"] for each in values["objections"]}
    rows: list[list[object]] = [
        [
            labels.heading(f"dimension_{code}"),
            score["maximum"],
            f"{score['counted']:+d}" if score["counted"] else 0,
            -score["own"],
            score["published"],
            objected.get(code, ""),
            score["verified"],
            "" if values["unchecked"] else score["final"],
        ]
        for code, score in values["dimensions"].items()
    ]
    full = sum(score["maximum"] for score in values["dimensions"].values())
    total = form("nobody_looked") if values["score"] is None else values["score"]
    rows.append([form("total"), full, "", "", values["published_score"], "", "", total])
    heads = ("col_dimension", "col_full", "col_checks", "col_own", "col_published", "col_objection")
    columns = [
        Column(form(head), 1.6 if head == "col_dimension" else 1, head != "col_dimension")
        for head in (*heads, "col_verified", "col_final")
    ]
    return table(columns, rows, strong=[len(rows) - 1])


def _lines(values: Values, labels: Labels) -> list[Block]:
    """Every mark, notice and reward of the month; what does not count says why."""
    form = labels.form
    if not values["lines"]:
        return []
    rows = [
        [
            line["day"],
            line["id"],
            labels.word(line["kind"]),
            "" if line["dimension"] is None else labels.heading(f"dimension_{line['dimension']}"),
            line["points"],
            line["counts"],
            labels.word(line["why"]),
            line["note"],
        ]
        for line in values["lines"]
    ]
    heads = [("col_date", 0.0), ("number", 0.0), ("col_kind_of", 0.0), ("col_dimension", 0.0)]
    heads += [("col_score", 0.0), ("col_counts", 0.0), ("col_status", 0.0), ("col_remark", 1.0)]
    columns = [Column(form(head), width, head in ("col_score", "col_counts")) for head, width in heads]
    return [table(columns, rows)]


def _signed(values: Values, people: People, labels: Labels) -> list[tuple[str, str]]:
    """The four who sign; whose act is recorded stands there."""
    acts = {act["act"]: act for act in values["acts"]}
    found = []
    for title, act in _SIGNED.items():
        done, told = acts.get(act), ""
        if done is not None:
            who = people.signed(done["by"], date.fromisoformat(done["on"]))
            told = f"\n{who}\n{done['on']}"
        found.append((labels.form(title), told))
    return found


def day_sheet_form(daily: Values, site: str, people: People, labels: Labels, anchor: Anchor) -> Form:
    """What was found on a day from the values of `report daily-sheet`; empty boxes where nobody was looked at."""
    form, day = labels.form, date.fromisoformat(daily["day"])
    rows = [
        [
            number,
            people.name(row["employee"], day),
            row["employee"],
            labels.word(f"seen_{row['seen']}"),
            "\n".join(labels.heading(f"dimension_{mark['dimension']}") for mark in row["marks"]),
            "\n".join(f"{mark['points']:+d}" for mark in row["marks"]),
            "\n".join(mark["note"] or "" for mark in row["marks"]),
            "",
        ]
        for number, row in enumerate(daily["rows"], start=1)
    ]
    heads = [("col_no", 0.0), ("name", 0.0), ("staff_number", 0.0), ("col_result", 0.0)]
    heads += [("col_dimension", 0.0), ("col_score", 0.0), ("col_remark", 1.0), ("signature_employee", 0.6)]
    columns = [Column(form(head), width, head == "col_score") for head, width in heads]
    by = [people.signed(each["by"], day) for each in daily["sheets"]]
    signs = ((form("inspector"), "\n".join(by)), (form("inspected_on"), daily["day"]), (form("head"), ""))
    return Form(
        title=form("title_day_sheet"),
        site=site,
        day=daily["day"],
        subtitle=f"{labels.department(daily['department'])}　{daily['day']}",
        number=" ".join([form("number"), *(each["sheet"] for each in daily["sheets"])])
        if daily["sheets"]
        else daily["day"],
        blocks=(table(columns, rows) if rows else note(form("nobody_there")), signatures(*signs)),
        people=tuple(sorted(people.named)),
        anchor=anchor,
        landscape=True,
        size=9.5,
    )
