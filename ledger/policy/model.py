"""What a policy document says: every number with its unit, its range and the source it rests on.

A policy is data (TOML in a file, JSON in a command). Law 3: no rule holds a number of its own. Every table
carries `source`: a clause of the house's documents (篇1…篇4), a law, or a numbered reading (docs/readings.md).
A key that came later has a default that means what was meant before it: a version without it reckons as it did.
"""

from functools import cached_property
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, model_validator

from ledger.formats import Malformed
from ledger.policy.act_tables import (
    Checkpoints,
    Consulted,
    EvidenceLimits,
    Notices,
    Sanctions,
)
from ledger.policy.appraisal_tables import (
    Actions,
    Appraisal,
    Causes,
    Examination,
    Inspections,
)
from ledger.policy.tables import CheckPoints, Measure, Table, Words
from ledger.policy.values import (
    Amount,
    Days,
    DaySet,
    MonthStart,
    Percent,
    Source,
    as_tuple,
)
from ledger.terms import Band, ClauseCode, Dimension, Level, Office, Points, PolicyVersion, Scheme


class SchemeRule(Table):
    """What a point of a scheme costs, and what a late notice of it counts for."""

    point_value: Amount
    late: Literal["points_only", "in_full"]
    source: Source
    late_source: Source


class Schemes(Table):
    """The two schemes: 篇3 and 篇4, never netted against each other."""

    service_quality: SchemeRule
    performance: SchemeRule

    def of(self, scheme: Scheme) -> SchemeRule:
        """The rule of a scheme."""
        return self.service_quality if scheme == "service_quality" else self.performance


class Surcharge(Table):
    """An amount on top, once a month, in a range of points."""

    from_points: Points
    to_points: Points
    amount: Amount
    source: Source


class BandRule(Table):
    """A range of points and what it opens; `to_points` left out: no upper end. `reading` names a gap's reading."""

    band: Literal["administrative", "dismissal"]
    from_points: Points
    to_points: Points | None = None
    reading: str | None = None
    source: Source

    def holds(self, points: int) -> bool:
        """Whether the points lie in the range (both ends included)."""
        return self.from_points <= points and (self.to_points is None or points <= self.to_points)


class PublicList(Table):
    """Who is posted, how names are shown, for how long, and how soon a wrong posting is corrected.

    `mode`: masked names, staff numbers only, counts only, or no list at all; `basis`: what lawfully made rules need, or
    each person's consent (個人信息保護法 §§13, 25). Counts of fewer than `count_floor` people are not counted out.
    `wait_for_windows`: nothing is posted while a notice behind it may still be appealed against.
    """

    from_points: Points
    any_repeat: bool
    mask_names: bool
    correction_days: Days
    source: Source
    mode: Literal["masked", "numbers", "counts", "off"] = "masked"
    basis: Literal["rules", "consent"] = "rules"
    basis_source: Source = "篇3 4.2.5"
    posted_days: Annotated[int, Field(strict=True, ge=1, le=31)] = 7
    post_by_day: Annotated[int, Field(strict=True, ge=1, le=28)] = 10
    count_floor: Annotated[int, Field(strict=True, ge=1, le=100)] = 3
    wait_for_windows: bool = False
    supplement: bool = False


class Repeats(Table):
    """How many notices on one clause in a month make a repeat."""

    notices: Points
    source: Source


class JointLiability(Table):
    """The supervisor's share of a joint notice's fine, and what happens to it where there is no supervisor."""

    share_percent: Percent
    rounding: Literal["half_up"]
    vacant: Literal["lapses", "stays_with_employee"]
    finding_source: Source
    repeat_source: Source
    vacant_source: Source


class NoWorse(Table):
    """That no act in somebody's favour may cost them money.

    `ceiling`: what a month may cost at most – the least it ever came to, over every choice of a value that each notice's
    points have had; or, as before, what it would cost had every appeal been dismissed. `covers`: which acts count.
    """

    enabled: bool
    source: Source
    ceiling: Literal["dismissed", "least"] = "dismissed"
    covers: Annotated[
        tuple[Literal["appeals", "withdrawals", "corrections"], ...], BeforeValidator(as_tuple)
    ] = ("appeals", "withdrawals", "corrections")


class Rewards(Table):
    """What a reward point is worth."""

    point_value: Amount
    source: Source


class WageGuard(Table):
    """How much of a wage one pay run may take; the minimum wage always stays.

    `without_wage`: whether a run takes from somebody whose wage of the month is not recorded, or waits for it.
    """

    wage_percent: Percent
    without_wage: Literal["take", "refuse"] = "take"
    source: Source


class Appeals(Table):
    """Windows and deadlines in working days, and where retaliation starts."""

    window_working_days: Days
    escalation_working_days: Days
    decision_working_days: Days
    retaliation_starts_at: Level
    source: Source
    retaliation_source: Source


class Close(Table):
    """By which day of the next month a month is to be closed."""

    due_day: Annotated[int, Field(strict=True, ge=1, le=28)]
    source: Source


class Payroll(Table):
    """What pay gives back: by when it is reported, and who may carry or write off a difference, how much."""

    return_due_day: Annotated[int, Field(strict=True, ge=1, le=28)] = 25
    carry_by: Annotated[tuple[Office, ...], BeforeValidator(as_tuple)] = ("finance", "director", "manager")
    write_off_by: Annotated[tuple[Office, ...], BeforeValidator(as_tuple)] = ("manager", "company")
    write_off_limit: Amount = 20_000
    notice_first: bool = False
    """Whether nobody is handed over before they were told in writing what is taken, and why."""
    source: Source = "reading 41"


class Backdating(Table):
    """A decision dated more than so many days before its recording is shown as backdated."""

    days: Days
    source: Source


class Calendar(Table):
    """Days off and days worked against the week's rule; years beyond `published_through` are provisional."""

    published_from: Annotated[int, Field(strict=True, ge=1900, le=2999)]
    published_through: Annotated[int, Field(strict=True, ge=1900, le=2999)]
    days_off: DaySet
    days_worked: DaySet
    source: Source


class Clause(Table):
    """A clause of the catalogue; a site's policy may fix or limit its points.

    `about`: what a person does, or the state of a place, for which nobody need be to blame (篇3 4.1.3).
    """

    code: ClauseCode
    scheme: Scheme
    title: Words
    about: Literal["conduct", "place"] = "conduct"
    check_points: CheckPoints | None = None
    measure: Measure | None = None
    dimension: Dimension | None = None
    min_points: Points | None = None
    max_points: Points | None = None
    source: Source


class Policy(Table):
    """A whole policy document. `effective_from` left out: in force from the beginning of time."""

    version: PolicyVersion
    effective_from: MonthStart | None = None
    title: Words
    money: Literal["deduction", "record_only"] = "deduction"
    """record_only: what is owed of `own` and `joint` for the months of this version is 0; figures are shown."""
    money_source: Source | None = None
    consulted: Consulted | None = None
    schemes: Schemes
    surcharge: Surcharge
    bands: Annotated[tuple[BandRule, ...], BeforeValidator(as_tuple)]
    public_list: PublicList
    repeats: Repeats
    joint_liability: JointLiability
    no_worse: NoWorse
    rewards: Rewards
    wage_guard: WageGuard
    appeals: Appeals
    close: Close
    payroll: Payroll = Payroll()
    backdating: Backdating
    sanctions: Sanctions
    notices: Notices = Notices()
    checkpoints: Checkpoints = Checkpoints()
    evidence: EvidenceLimits = EvidenceLimits()
    appraisal: Appraisal
    inspections: Inspections = Inspections()
    causes: Causes = Causes()
    actions: Actions = Actions()
    examination: Examination = Examination()
    calendar: Calendar
    clauses: Annotated[tuple[Clause, ...], BeforeValidator(as_tuple)]

    @model_validator(mode="after")
    def _codes_are_unique(self) -> "Policy":
        codes = [clause.code for clause in self.clauses]
        if len(codes) != len(set(codes)):
            twice = sorted({code for code in codes if codes.count(code) > 1})
            codes_twice = ", ".join(twice)
            raise Malformed("clauses_twice", f"clauses: {codes_twice} stand twice", codes=codes_twice)
        if self.surcharge.to_points < self.surcharge.from_points:
            raise Malformed("surcharge_range", "surcharge: to_points lies below from_points")
        for rule in self.bands:
            if rule.to_points is not None and rule.to_points < rule.from_points:
                text = f"bands: {rule.band} {rule.from_points} to {rule.to_points} is empty"
                raise Malformed(
                    "band_empty", text, band=rule.band, from_points=rule.from_points, to_points=rule.to_points
                )
        return self

    @cached_property
    def catalogue(self) -> dict[str, Clause]:
        """The clauses by code."""
        return {clause.code: clause for clause in self.clauses}

    def band_rule(self, points: int) -> BandRule | None:
        """The band the points lie in, or None."""
        for rule in self.bands:
            if rule.holds(points):
                return rule
        return None

    def band(self, points: int) -> Band:
        """The name of the band: none, surcharge, administrative or dismissal."""
        return self.band_of(points, self.band_rule(points))

    def band_of(self, points: int, rule: BandRule | None) -> Band:
        """The same where the band's rule is known already."""
        if rule is not None:
            return rule.band
        in_surcharge = self.surcharge.from_points <= points <= self.surcharge.to_points
        return "surcharge" if in_surcharge else "none"
