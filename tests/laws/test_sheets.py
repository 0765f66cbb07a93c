"""What holds of any appraisal sheet, and that no money rests on what is looked at, improved or examined."""

import tempfile
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from ledger.application.ledger import Ledger
from ledger.policy.loading import house_rules, parse
from ledger.reckoning.appraisal_facts import DIMENSIONS, Mark, Sheet, SheetFacts, SheetNotice
from ledger.reckoning.appraise import appraise
from ledger.reckoning.explain_sheet import explain_sheet
from ledger.reckoning.rules.recurrence import recurrences
from tests.laws.test_appraisal import MONTH, STAFF, WHOEVER, a_month, decide, recorded
from tests.support import office
from tests.support.office import Commands

POLICY = parse(house_rules())
DAYS = tuple(date(2026, 7, day) for day in range(6, 16))
AT = tuple(datetime(2026, 7, day.day, 7, 0, tzinfo=UTC) for day in DAYS)
NAMES = ("N0", "N1", "N2", "N3")
ledgers = settings(max_examples=4, deadline=None, suppress_health_check=list(HealthCheck))
"""Each example records two ledgers."""
figures = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""However busy the machine is."""


@st.composite
def notices(draw: st.DrawFn) -> tuple[SheetNotice, ...]:
    found = []
    for name in NAMES[: draw(st.integers(0, 4))]:
        dimension = draw(st.sampled_from(DIMENSIONS))
        performance = draw(st.booleans())
        place = draw(st.integers(0, len(DAYS) - 1))
        found.append(
            SheetNotice(
                notice=name,
                scheme="performance" if performance else "service_quality",
                clause=f"PF-{dimension.upper()}" if performance else "FD-08",
                points=draw(st.integers(1, 20)),
                month=draw(st.sampled_from((MONTH, MONTH, "2026-06"))),
                dimension=dimension if performance else None,
                occurred_at=AT[place],
                occurred_on=DAYS[place],
                by="H01",
                stands=draw(st.booleans()),
                contested=draw(st.booleans()),
                positions=(2,),
            )
        )
    return tuple(found)


@st.composite
def sheets(draw: st.DrawFn) -> SheetFacts:
    """Facts as the commands let them come to be: a mark names no performance notice, and one at most names another."""
    told = draw(notices())
    free = [each.notice for each in told if not each.is_performance]
    marks = []
    for n in range(draw(st.integers(0, 6))):
        place = draw(st.integers(0, len(DAYS) - 1))
        named = free.pop() if draw(st.booleans()) and free else None
        marks.append(
            Mark(
                f"C{n}",
                "daily",
                draw(st.sampled_from(DIMENSIONS)),
                draw(st.integers(-20, 20).filter(bool)),
                DAYS[place],
                "H01",
                (1,),
                withdrawn=draw(st.booleans()),
                occurred_at=draw(st.sampled_from((None, AT[place]))),
                notice=named,
            )
        )
    return SheetFacts("E001", MONTH, tuple(marks), told, checked=DAYS[:1])


def scored(found: Sheet) -> list[tuple[str, int, int]]:
    return [(each.code, each.final, each.bonus) for each in found.dimensions]


def published(facts: SheetFacts) -> SheetFacts:
    """The same once it was published as it stands."""
    now = {each.code: each.final for each in appraise(facts, POLICY).dimensions}
    return replace(facts, published_at=9, published=now)


@figures
@given(sheets())
def test_every_explanation_of_a_sheet_adds_up(facts: SheetFacts) -> None:
    for told in (facts, published(facts)):
        sheet = appraise(told, POLICY)
        figures = explain_sheet(sheet, told, POLICY)
        for figure in figures:
            assert sum(line.amount for line in figure.lines) == figure.value, figure.figure
        assert {each.figure: each.value for each in figures}["appraisal"] == sheet.score


@figures
@given(sheets(), st.randoms(use_true_random=False))
def test_a_sheet_is_the_same_in_whatever_order_it_was_told(facts: SheetFacts, chance: Any) -> None:
    marks, told = list(facts.marks), list(facts.notices)
    chance.shuffle(marks)
    chance.shuffle(told)
    again = replace(facts, marks=tuple(marks), notices=tuple(told))
    assert scored(appraise(again, POLICY)) == scored(appraise(facts, POLICY))


@figures
@given(sheets())
def test_a_mark_and_a_notice_of_one_occurrence_never_cost_twice(facts: SheetFacts) -> None:
    found = appraise(facts, POLICY)
    for counted in found.marks:
        tied = counted.tied
        if tied is None or not tied.counts:
            continue
        if tied.is_performance and tied.month == MONTH:
            assert counted.counts == 0, "the notice stands on the sheet itself"
        others = tuple(each for each in facts.marks if each is not counted.mark)
        without = appraise(replace(facts, marks=others), POLICY)
        assert [each.bonus for each in without.dimensions] == [
            each.bonus if each.code != counted.mark.dimension else own.bonus
            for each, own in zip(found.dimensions, without.dimensions, strict=True)
        ]
        if counted.mark.points < 0 and not counted.mark.withdrawn:
            (of,) = (each for each in found.dimensions if each.code == counted.mark.dimension)
            (bare,) = (each for each in without.dimensions if each.code == counted.mark.dimension)
            assert of.bonus >= bare.bonus, "what cost money lowers no bonus"


@figures
@given(sheets())
def test_a_success_on_appeal_never_lowers_what_was_published(facts: SheetFacts) -> None:
    before = published(facts)
    was = before.published or {}
    for appealed in before.notices:
        fallen = tuple(
            replace(each, stands=False, contested=False) if each is appealed else each
            for each in before.notices
        )
        after = appraise(replace(before, notices=fallen), POLICY)
        assert all(each.final >= was[each.code] for each in after.dimensions)


@figures
@given(
    st.lists(st.tuples(st.integers(0, 400), st.sampled_from(NAMES)), unique_by=lambda each: each[1]),
    st.integers(0, 60),
    st.integers(30, 90),
    st.sampled_from((0, 30, 180)),
    st.randoms(use_true_random=False),
)
def test_the_day_of_the_occurrence_decides_and_not_when_it_was_told(
    told: list[tuple[int, str]], done: int, waited: int, watched: int, chance: Any
) -> None:
    start = date(2026, 1, 1)
    completed, closed = start + timedelta(done), start + timedelta(done + waited)
    occurred = [(start + timedelta(day), name) for day, name in told]
    expected = recurrences(completed, closed, occurred, watched)
    chance.shuffle(occurred)
    assert recurrences(completed, closed, occurred, watched) == expected
    for day, _ in expected:
        assert completed < day
        assert not watched or day <= closed + timedelta(watched)


# --- whole ledgers ----------------------------------------------------------------------------------


def found_and_noticed(chance: Any) -> tuple[Commands, Commands]:
    """Findings that became notices without retyping; and the same notices written by hand."""
    findings, short, long = [], [], []
    for n, employee in enumerate(chance.sample(STAFF, 2)):
        at, points = f"{MONTH}-09T0{8 + n}:20:00+08:00", chance.randint(1, 6)
        told = {"occurred_at": at, "place": "前臺", "points": points}
        findings.append(office.found(f"F{n}", "FD-08", employee, **told))
        short.append(office.issue_notice_from_finding(f"NF{n}", f"F{n}", issued_on=f"{MONTH}-09"))
        fields = {**told, "clause": "FD-08", "narrative": "電話響五聲才接"}
        del fields["points"]
        long.append(office.issue_notice(f"NF{n}", employee, points, **fields, issued_on=f"{MONTH}-09"))
    looked = office.record_inspection(
        "INS", {"FD-08": "fault"}, findings, started_at=f"{MONTH}-09T08:00:00+08:00", on=f"{MONTH}-09"
    )
    return [looked, *short], long


def improved() -> Commands:
    """What is done about causes, and an examination."""
    return [
        office.analyse_notices("AN1", ["NF0"], month=MONTH),
        office.open_action("AC1", on=f"{MONTH}-10", due_on=f"{MONTH}-31"),
        office.complete_action("AC1", on=f"{MONTH}-13"),
        *office.sitting("K1", "E001", "E003"),
    ]


def money(ledger: Ledger) -> dict[str, Any]:
    names = ("monthly", "rewards", "sanctions", "joint_liability")
    found: dict[str, Any] = {name: getattr(ledger.reports, name)(MONTH) for name in names}
    handed = ledger.reports.payroll(MONTH)
    del handed["digest"]  # covers positions, which another log counts otherwise, as the causes of a line do
    for line in handed["lines"]:
        del line["because"]
    return found | {"payroll": handed}


@ledgers
@given(st.randoms(use_true_random=False))
def test_every_money_figure_is_the_same_without_rounds_sheets_actions_and_examinations(chance: Any) -> None:
    paid, marks = a_month(chance)
    short, long = found_and_noticed(chance)
    close = [office.close_month(MONTH, on="2026-08-05")]
    with tempfile.TemporaryDirectory() as folder:
        bases = [{"do": "record_bonus_base", "employee": "E001", "quarter": "2026-Q3", "base": "900.00"}]
        with (
            recorded(Path(folder, "with.db"), paid, short, improved(), marks, bases, close) as whole,
            recorded(Path(folder, "without.db"), paid, long, close) as bare,
        ):
            assert money(whole) == money(bare)


@ledgers
@given(st.randoms(use_true_random=False))
def test_what_is_foretold_of_an_appeal_is_what_then_happens_and_a_rebuild_says_the_same(chance: Any) -> None:
    paid, marks = a_month(chance)
    short, _ = found_and_noticed(chance)
    appeal = office.file_appeal("AX", "E003", {"notice": "NX"}, on=f"{MONTH}-21")
    hit = office.issue_notice(  # at a minute of its own: nothing of the month is the same occurrence
        *("NX", "E003", 3),
        clause="PF-E",
        occurred_at=f"{MONTH}-14T15:07:00+08:00",
        issued_on=f"{MONTH}-15",
    )
    outcome = chance.choice(("revoked", "dismissed"))
    with (
        tempfile.TemporaryDirectory() as folder,
        recorded(Path(folder, "kaoji.db"), paid, short, [hit, appeal], marks) as ledger,
    ):
        foretold = ledger.review.what_if([("AX", outcome, None)]).after
        decide(ledger, office.decide_appeal("AX", outcome, WHOEVER, on=f"{MONTH}-31"))
        rows = {row["employee"]: row for row in ledger.reports.appraisal(MONTH)}
        for row in foretold["appraisal"]:
            assert row == {"month": MONTH, **rows[row["employee"]]}
        assert "E003" in {row["employee"] for row in foretold["appraisal"]}
        bonus = {row["employee"]: row for row in ledger.reports.bonus("2026-Q3")["rows"]}
        for row in foretold["bonus"]:
            assert {k: v for k, v in row.items() if k != "quarter"} == bonus[row["employee"]]
        actions = {row["action"]: row for row in ledger.reports.actions()}
        for row in foretold["actions"]:
            assert row == actions[row["action"]]

        asked = (lambda: ledger.reports.appraisal(MONTH), lambda: ledger.reports.register(MONTH))
        live = [each() for each in asked]
        ledger.projections.rebuild()
        assert [each() for each in asked] == live
