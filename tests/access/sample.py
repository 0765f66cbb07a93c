"""The sample office behind a desk: who stands how in it, and every question a desk can be asked."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from ledger.application.desk.desk import Desk, Person
from ledger.application.ledger import Ledger
from ledger.application.reading.look import Look
from ledger.state.ledger_state import LedgerState
from tests.access.appraised import APPRAISED
from tests.support import office
from tests.support.office import appoint, lines, register_employee, register_site

SAMPLE = Path(__file__).parents[2] / "cli" / "sample" / "office.jsonl"
MONTH = "2026-07"
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)

MORE = [
    register_employee("AU1", department="office", **{"from": "2026-01-05"}),
    register_employee("UN1", department="office", **{"from": "2026-01-05"}),
    appoint("auditor", "AU1"),
    appoint("union", "UN1"),
    register_site("other"),
    register_employee("X01", site="other", **{"from": "2026-01-05"}),
]
"""Who the sample lacks: an auditor, somebody of the union, and somebody of another site."""

EXAMINED = [
    office.open_sitting("K1", "E06", "E07", markers=["I01", "Q01"], third="M01"),
    office.record_answer("K1"),
    office.mark_answer("K1", "I01", [3, 2, 2, 1, 2], comment="條理清楚"),
]
"""A sitting of which one paper is answered, and marked by one of the two."""

ROUND = [
    office.record_inspection(
        "INS-1",
        {"FD-01": "fault", "FD-08": "fault", "FD-02": "ok"},
        [office.found("F1", "FD-08", "E06", points=1), office.found("F2", "FD-01")],
    ),
]
"""A round with a finding about somebody, and one of the site, both of which wait."""

ACTIONS = [
    office.open_action("AC1", owner="E06", department="order", due_on="2026-09-05"),
    office.open_action("AC2", owner="S01"),
    office.complete_action("AC2", by="S01"),
]
"""An action that its owner is late with, and one of another department that waits for whether it worked."""

CAUSES = [
    office.analyse_notices("AN1", ["N702"], month=MONTH, on="2026-09-09"),
    office.open_action("AC3", analysis="AN1", owner="E10", due_on="2026-09-30", on="2026-09-09"),
]
"""A notice of July of which quality said what it came about by, which leaves the others, and an action because of it."""

SHEETS = [
    {
        "do": "record_day_sheet",
        "sheet": "DS1",
        "site": "jinse",
        "department": "front-desk",
        "day": "2026-09-04",
        "by": "H01",
        "on": "2026-09-04",
        "rows": [
            {
                "employee": "E01",
                "seen": "checked",
                "marks": [{"check": "DM1", "dimension": "d", "points": -1, "note": "遲到十分鐘"}],
            },
            {"employee": "E10", "seen": "absent"},
            {"employee": "S01", "seen": "checked"},
        ],
    },
    {
        "do": "record_week_sheet",
        "sheet": "WS1",
        "site": "jinse",
        "department": "front-desk",
        "week": "2026-08-31",
        "by": "H01",
        "on": "2026-09-07",
        "rows": [{"employee": "E01", "summary": "接待尚欠主動"}],
    },
]
"""A day and the week it lies in, looked at by the head of the front desk."""

_HELD = {"issued_on": "2026-09-08", "occurred_at": "2026-09-08T09:00:00+08:00"}
DISCIPLINE = [
    register_employee("E11", department="cleaning", supervisor="H04", **{"from": "2026-01-05"}),
    *(
        office.issue_notice(f"N9{number}", "E11", 5, clause=clause, **_HELD)
        for number, clause in enumerate(("CP-02", "RD-03", "FD-05", "PR-02"), start=1)
    ),
    office.issue_notice(
        "N95", "E11", clause="PF-D", occurred_at="2026-09-08T11:00:00+08:00", issued_on="2026-09-08"
    ),
    office.find_responsibility("N91", on="2026-09-09"),
    {
        "do": "impose_sanction",
        "sanction": "S1",
        "employee": "E11",
        "month": "2026-09",
        "kind": "warning",
        "reasons": "一日之內四次違反作業規程。",
        "by": "D01",
        "on": "2026-09-09",
    },
    {
        "do": "refer_to_handbook",
        "case": "HC1",
        "notice": "N95",
        "reason": "當班飲酒，按手冊處理。",
        "by": "D01",
        "on": "2026-09-09",
    },
]
"""Somebody whose month opens a dismissal review, with a warning, a finding against their head, and a handbook case."""

FILES = [
    office.attach_evidence({"appeal": "A09"}, "a1" * 32, by="E04", on="2026-09-09"),
    office.attach_evidence({"appeal": "A09"}, "b2" * 32, by="H02", on="2026-09-09"),
    office.attach_evidence({"notice": "N807"}, "c3" * 32, by="I02", on="2026-09-09"),
]
"""Files of the appellant, of who decides, and of the issuer, while a case waits."""

VIEWERS = {
    "E06": "an employee",
    "E07": "an employee who appealed against retaliation",
    "S03": "above them in line, and bearer of shares",
    "I01": "inspector, and issuer",
    "I02": "inspector, issuer and respondent of a pending appeal",
    "H02": "head of a department, reviewer of a pending appeal, respondent of another",
    "H03": "head of another department",
    "Q01": "quality",
    "O01": "office",
    "D01": "director",
    "M01": "manager",
    "F01": "finance",
    "C01": "company",
    "AU1": "auditor",
    "UN1": "union",
    "X01": "somebody of another site",
}

OPENED = (
    ("notice", "N702"),
    ("appeal", "A09"),
    ("analysis", "AN1"),
    ("employee", "X01"),
    ("sheet", "DS1"),
    ("event", "93"),
    ("explanation", "E06 2026-07"),
)
"""What a page may lead to."""


def opening(thing: tuple[str, str]) -> Callable[[Look], Any]:
    """Asks whether something may be opened: one row where it may, none where not."""
    return lambda look: [thing] * look.opens(*thing)


QUESTIONS: dict[str, tuple[Callable[[Look], Any], ...]] = {
    "site": (lambda look: look.site("jinse"), lambda look: look.site("other")),
    "timezone": (lambda look: look.timezone(),),
    "employee_id": (lambda look: look.employee_id("E06", "who"), lambda look: look.employee_id("X01", "who")),
    "thing": (lambda look: look.thing("notice:N702"), lambda look: look.thing("employee:X01")),
    "today": (lambda look: look.today("jinse"),),
    "of_month": (lambda look: look.of_month("public-list", MONTH, "jinse"),),
    "monthly": (lambda look: look.monthly(MONTH, "jinse"),),
    "joint_liability": (lambda look: look.joint_liability(MONTH, "jinse"),),
    "payroll": (lambda look: look.payroll(MONTH, "jinse"),),
    "reconciliation": (lambda look: look.reconciliation(MONTH, "jinse"),),
    "posted_list": (lambda look: look.posted_list(MONTH, "jinse"),),
    "list_to_post": (lambda look: look.list_to_post(MONTH, "jinse"),),
    "without_wage": (lambda look: look.without_wage(MONTH, "jinse"),),
    "without_deduction_notice": (lambda look: look.without_deduction_notice(MONTH, "jinse"),),
    "open_in_month": (lambda look: look.open_in_month("2026-08", "jinse"),),
    "appeals": (lambda look: look.appeals("jinse"),),
    "sanctions": (
        lambda look: look.sanctions("2026-08", "jinse"),
        lambda look: look.sanctions("2026-09", "jinse"),
    ),
    "sanction_months": (lambda look: look.sanction_months("E05"),),
    "rewards": (lambda look: look.rewards(MONTH, "jinse"),),
    "notices": (lambda look: look.notices(None, "jinse"),),
    "due": (lambda look: look.due("jinse"),),
    "fairness": (lambda look: look.fairness(MONTH, "jinse"),),
    "appraisal": (
        lambda look: look.appraisal(MONTH, "jinse"),
        lambda look: look.appraisal("2026-08", "jinse"),
    ),
    "appraisal_sheet": (
        lambda look: look.appraisal_sheet("E06", MONTH),
        lambda look: look.appraisal_sheet("E06", "2026-08"),
        lambda look: look.appraisal_sheet("X01", "2026-08"),
    ),
    "appraisal_summary": (
        lambda look: look.appraisal_summary(MONTH, "jinse"),
        lambda look: look.appraisal_summary("2026-08", "jinse"),
    ),
    "appraisal_months": (lambda look: look.appraisal_months("jinse"),),
    "appraisal_posting": (lambda look: look.appraisal_posting(MONTH, "front-desk", "jinse"),),
    "daily_sheet": (lambda look: look.daily_sheet(date(2026, 9, 4), "front-desk", "jinse"),),
    "week_sheet": (lambda look: look.week_sheet(date(2026, 8, 31), "front-desk", "jinse"),),
    "sheet_weeks": (lambda look: look.sheet_weeks("2026-09", "jinse"),),
    "register": (lambda look: look.register(MONTH, "jinse"),),
    "bonus": (
        lambda look: look.bonus("2026-Q3", "jinse"),
        lambda look: look.bonus("2026-Q3", "jinse", "E06"),
    ),
    "inspection": (
        lambda look: look.inspection("INS-1"),
        lambda look: look.inspection("no such round"),
    ),
    "inspections": (lambda look: look.inspections(MONTH, "jinse"),),
    "causes": (lambda look: look.causes(MONTH, site="jinse"),),
    "analyses": (lambda look: look.analyses(MONTH, site="jinse"),),
    "opens": tuple(map(opening, OPENED)),
    "actions": (lambda look: look.actions(site="jinse"),),
    "examination": (lambda look: look.examination("K1"), lambda look: look.examination("none")),
    "examinations": (
        lambda look: look.examinations(None, "jinse"),
        lambda look: look.examinations("E06", None),
    ),
    "sittings": (lambda look: look.sittings("jinse"),),
    "sat": (lambda look: look.sat("K1", "E06"), lambda look: look.sat("none", "E06")),
    "paper": (lambda look: look.paper("K1", "P-1"),),
    "checklist": (lambda look: look.checklist(None, "jinse")[:3],),
    "card": (
        lambda look: look.card("notice", "N702"),
        lambda look: look.card("notice", "N807"),
        lambda look: look.card("appeal", "A07"),
        lambda look: look.card("appeal", "A09"),
        lambda look: look.card("employee", "E06"),
        lambda look: look.card("employee", "X01"),
        lambda look: look.card("action", "AC1"),
        lambda look: look.card("analysis", "AN1"),
        lambda look: look.card("sheet", "DS1"),
        lambda look: look.card("check", "C1"),
        lambda look: look.card("objection", "O1"),
        lambda look: look.card("objection", "O2"),
        lambda look: look.card("sanction", "S1"),
        lambda look: look.card("case", "HC1"),
    ),
    "month_card": (lambda look: look.month_card(MONTH, "jinse"),),
    "sites": (lambda look: look.sites(),),
    "employees": (lambda look: look.employees("jinse"),),
    "history": (lambda look: look.history("employee:E06"), lambda look: look.history("appeal:A07")),
    "news": (lambda look: look.news("E06", LONG_AGO), lambda look: look.news("X01", LONG_AGO)),
    "journal": (lambda look: look.journal(),),
    "event_at": (lambda look: look.event_at(93),),
    "explain": (lambda look: look.explain("E06", MONTH),),
    "compare": (lambda look: look.compare(LedgerState(look.state.log, 110), "E06", MONTH),),
    "evidence": (
        lambda look: look.evidence(),
        lambda look: look.evidence("notice:N807"),
        lambda look: look.evidence("appeal:A09"),
    ),
    "pay": (lambda look: look.pay("E06", MONTH, "en"),),
    "case_file": (
        lambda look: look.case_file("A04"),
        lambda look: look.case_file("A07"),
        lambda look: look.case_file("A09"),
    ),
}
"""Every question of a look, by its name, with what it is asked."""


def fill(ledger: Ledger) -> None:
    """The sample office, and who it lacks."""
    with SAMPLE.open("rb") as file:
        ledger.record.apply(file)
    ledger.record.apply(lines(MORE))
    ledger.record.apply(lines(EXAMINED))
    ledger.record.apply(lines(ROUND))
    ledger.record.apply(lines(FILES))
    ledger.record.apply(lines(ACTIONS))
    ledger.record.apply(lines(SHEETS))
    ledger.record.apply(lines(APPRAISED))
    ledger.record.apply(lines(CAUSES))
    ledger.record.apply(lines(DISCIPLINE))


def desk(ledger: Ledger, viewer: str, purpose: str | None = None) -> Desk:
    """The desk of a person."""
    return Desk.at(ledger, Person(viewer), purpose=purpose)
