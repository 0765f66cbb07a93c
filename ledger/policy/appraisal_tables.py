"""What the policy says about appraisal, inspection, improvement and examination: data, with the defaults of the house.

A version that leaves a table or a key out has its default, which is a reading (docs/readings.md) where no clause is
named.
"""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, StringConstraints

from ledger import terms
from ledger.policy.tables import Table, Words
from ledger.policy.values import Days, Phrases, Source, Whole, as_tuple
from ledger.terms import Points

_Code = Annotated[str, StringConstraints(strict=True, pattern=r"^[A-Za-z0-9._-]{1,64}$")]
_Signed = Annotated[int, Field(strict=True, ge=-100, le=100)]
_Tenths = Annotated[str, StringConstraints(strict=True, pattern=r"^\d{1,3}\.\d$")]
_Codes = Annotated[tuple[terms.Dimension, ...], BeforeValidator(as_tuple)]


class Dimension(Table):
    """One of the six dimensions of the appraisal sheet 績效考核表."""

    code: terms.Dimension
    maximum: Points
    title: Words
    source: Source


class CheckKind(Table):
    """Which dimensions a kind of check may touch, and how many such checks a department is due each month."""

    kind: terms.CheckKind
    dimensions: _Codes
    monthly: Whole = 0
    source: Source


class Criterion(Table):
    """A line of the posts' standards (annexes A and B of 篇4), with the points it may give or take."""

    code: _Code
    dimension: terms.Dimension
    title: Words
    least: _Signed
    most: _Signed
    times: Whole | None = None
    posts: Phrases | None = None
    source: Source


class BonusRow(Table):
    """From which mean on (tenths) the bonus is which share of its base; `score`: the mean itself, as a percentage."""

    at_least: _Tenths = Field(alias="from")
    percent: _Tenths | Literal["score"]


class Bonus(Table):
    """The quarterly bonus 季度獎金 (篇4 4.4.2): reporting only, off until a company states its table."""

    enabled: bool = False
    minimum_months: Annotated[int, Field(strict=True, ge=1, le=3)] = 1
    table: Annotated[tuple[BonusRow, ...], BeforeValidator(as_tuple)] = ()
    source: Source | None = None


class Appraisal(Table):
    """The appraisal sheet: dimensions, who looks and when, and the days each step has."""

    objection_working_days: Days
    departments: Phrases = ()
    notices_on_sheet: Literal["counted", "listed"] = "counted"
    short_below_days: Days = 15
    daily_on: Literal["working_days", "every_day"] = "working_days"
    week_closes_days: bool = True
    verify_may_lower: bool = False
    verifiers: Annotated[tuple[Literal["quality", "director"], ...], BeforeValidator(as_tuple)] = (
        "quality",
        "director",
    )
    acting_head: Literal["director", "none"] = "director"
    posting: Literal["totals", "own"] = "totals"
    criteria_required: bool = False
    verification_working_days: Days = 3
    report_working_days: Days = 1
    certify_working_days: Days = 2
    approve_working_days: Days = 2
    dimensions: Annotated[tuple[Dimension, ...], BeforeValidator(as_tuple)]
    kinds: Annotated[tuple[CheckKind, ...], BeforeValidator(as_tuple)] = ()
    criteria: Annotated[tuple[Criterion, ...], BeforeValidator(as_tuple)] = ()
    bonus: Bonus = Bonus()
    source: Source


class Inspections(Table):
    """How soon a finding becomes a notice, and how often a department is looked at (篇3 4.1.1, 4.1.3)."""

    notice_working_days: Days = 3
    each_department_monthly: Whole = 1
    source: Source | None = None


class Cause(Table):
    """A root cause an analysis may name."""

    code: _Code
    title: Words
    source: Source


class Causes(Table):
    """By which day of the next month causes are analysed, and the list of them (篇3 4.1.6)."""

    due_day: Annotated[int, Field(strict=True, ge=1, le=28)] = 10
    list: Annotated[tuple[Cause, ...], BeforeValidator(as_tuple)] = ()
    source: Source | None = None


class Actions(Table):
    """When a corrective or preventive action may be called effective, and what opens it again (篇3 4.1.6)."""

    wait_days: Days = 30
    watch_days: Whole = 180
    reopen_notices: Annotated[int, Field(strict=True, ge=1, le=100)] = 1
    needs_look: bool = True
    source: Source | None = None


class Examination(Table):
    """How a sitting is marked and passed (篇2)."""

    pass_percent: _Tenths = "60.0"
    tolerance: Whole = 2
    markers: Annotated[int, Field(strict=True, ge=1, le=2)] = 2
    third_rule: Literal["nearest", "third"] = "nearest"
    retake_after_days: Days = 7
    retakes: Whole = 2
    source: Source | None = None
