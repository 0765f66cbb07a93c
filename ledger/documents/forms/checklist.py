"""工作日檢表, empty: the standards of an area with what is looked at, and boxes to tick (papers §17; 篇4 5)."""

from itertools import groupby

from ledger.documents.forms.blocks import Block, Column, Form, note, signatures, table
from ledger.formats import area_of
from ledger.labels.messages import Labels
from ledger.policy.model import Clause, Policy
from ledger.terms import last_day


def checklist_form(policy: Policy, site: str, month: str, area: str | None, labels: Labels) -> Form:
    """The sheet of one area, such as `FD`, or of all; it rests on no event, and on a version of the rules."""
    form = labels.form
    clauses = [each for each in policy.catalogue.values() if each.scheme == "service_quality"]
    wanted = [each for each in clauses if area in (None, area_of(each.code))]
    blocks: list[Block] = []
    for code, group in groupby(
        sorted(wanted, key=lambda each: each.code), key=lambda each: area_of(each.code)
    ):
        blocks += [note(f"{form('area')} {labels.area(code)}", size=11), _area(list(group), labels)]
    signs = ("inspector", "inspected_on", "inspected_at", "supervisor")
    return Form(
        title=form("title_checklist"),
        site=site,
        day=last_day(month).isoformat(),
        subtitle=f"{labels.heading('policy')} {policy.version}",
        blocks=(*blocks, signatures(*((form(name), "") for name in signs))),
        people=(),
        landscape=True,
        size=9,
    )


def _area(clauses: list[Clause], labels: Labels) -> Block:
    form = labels.form
    rows = [
        [
            clause.code,
            clause.title.of(labels.language),
            "\n".join(() if clause.check_points is None else clause.check_points.of(labels.language)),
            form("pass_or_fail"),
            "",
            "",
        ]
        for clause in clauses
    ]
    heads = [
        ("list_clause", 0.0),
        ("col_item", 2.0),
        ("col_points", 4.0),
        ("col_result", 0.0),
        ("points", 0.0),
    ]
    columns = [Column(form(name), width) for name, width in heads]
    return table([*columns, Column(form("col_remark"), 1.6)], rows)
