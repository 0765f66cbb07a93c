"""A round to be filled in on site: a CSV with its facts above and a line for each clause below (appraisal §9.1)."""

from collections.abc import Iterable

from ledger.commands.inspections import SHEET_CLAUSES, SHEET_FACTS
from ledger.exports.csv_file import csv_bytes
from ledger.exports.table import Column, Table, Value
from ledger.labels.messages import Labels
from ledger.policy.model import Clause


def round_sheet(
    clauses: Iterable[Clause], department: str | None, labels: Labels, encoding: str = "utf-8-sig"
) -> bytes:
    """The file, in the reader's language. UnicodeEncodeError where the encoding lacks a character."""
    heading = {name: labels.heading(f"round_{name}") for name in (*SHEET_FACTS, *SHEET_CLAUSES)}
    filled: dict[str, Value] = {"kind": labels.word("irregular"), "department": department}
    facts = Table(
        "round",
        (Column(labels.title("checklist")), Column("")),
        [[heading[name], filled.get(name)] for name in SHEET_FACTS],
    )
    columns = tuple(Column(heading[name]) for name in SHEET_CLAUSES)
    lines = Table("clauses", columns, [_line(clause, labels) for clause in clauses])
    rest = csv_bytes(lines, encoding.removesuffix("-sig"))
    return csv_bytes(facts, encoding) + b"\r\n" + rest


def _line(clause: Clause, labels: Labels) -> list[Value]:
    points = () if clause.check_points is None else clause.check_points.of(labels.language)
    told: list[Value] = [
        clause.code,
        clause.title.of(labels.language),
        " · ".join(points),
        _measure(clause, labels),
    ]
    return [*told, *[None] * (len(SHEET_CLAUSES) - len(told))]


def _measure(clause: Clause, labels: Labels) -> str | None:
    """What is counted, with its bounds."""
    measure = clause.measure
    if measure is None:
        return None
    bounds = (("≥", measure.at_least), ("≤", measure.at_most))
    return " ".join(
        [
            measure.name.of(labels.language),
            *(f"{sign} {bound}" for sign, bound in bounds if bound is not None),
        ]
    )
