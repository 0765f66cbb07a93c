"""What a policy document says: every number with its unit, its range and the source it rests on.

A policy is data (TOML in a file, JSON in a command). Law 3: no rule holds a number of its own. Every table
carries `source`: a clause of the house's documents (篇1…篇4), a law, or a numbered reading of domain.md.
"""

from datetime import date
from functools import cached_property
from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)

from ledger.formats import Malformed
from ledger.terms import (
    Band,
    ClauseCode,
    Day,
    Level,
    Money,
    Points,
    PolicyVersion,
    Scheme,
    parse_day,
)

Source = Annotated[str, StringConstraints(strict=True, strip_whitespace=True, min_length=2, max_length=300)]
Percent = Annotated[int, Field(strict=True, ge=0, le=100)]
Days = Annotated[int, Field(strict=True, ge=0, le=366)]


def _not_negative(fen: int) -> int:
    if fen < 0:
        raise Malformed("negative", "may not be negative")
    return fen


def _starts_a_month(day: date) -> date:
    if day.day != 1:
        raise Malformed("month_start", "a version comes into force on the first day of a month")
    return day


def _tuple(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value


def _day_set(value: object) -> object:
    if isinstance(value, list | tuple | frozenset):
        return frozenset(parse_day(day) for day in value)
    raise Malformed("days_list", "is a list of dates")


Amount = Annotated[Money, AfterValidator(_not_negative)]
DaySet = Annotated[frozenset[date], BeforeValidator(_day_set)]
MonthStart = Annotated[Day, AfterValidator(_starts_a_month)]


class Table(BaseModel):
    """A table of the document; unknown keys are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, populate_by_name=True)


class Words(Table):
    """A title in the three languages, in our own words."""

    zh_hant: str = Field(alias="zh-Hant", min_length=1)
    zh_hans: str = Field(alias="zh-Hans", min_length=1)
    en: str = Field(min_length=1)

    def of(self, language: str) -> str:
        """The words in a language; `language` is `zh-Hant`, `zh-Hans` or `en`."""
        return {"zh-Hant": self.zh_hant, "zh-Hans": self.zh_hans}.get(language, self.en)


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
    """Who is posted, how names are shown, and how soon a wrong posting is corrected."""

    from_points: Points
    any_repeat: bool
    mask_names: bool
    correction_days: Days
    source: Source


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
    """Whether an appeal may never cost its appellant money."""

    enabled: bool
    source: Source


class Rewards(Table):
    """What a reward point is worth."""

    point_value: Amount
    source: Source


class WageGuard(Table):
    """How much of a wage one pay run may take; the minimum wage always stays."""

    wage_percent: Percent
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


class Backdating(Table):
    """A decision dated more than so many days before its recording is shown as backdated."""

    days: Days
    source: Source


class AdministrativeSanctions(Table):
    """What may be imposed in band administrative; a fine only if its amount is stated."""

    kinds: Annotated[tuple[Literal["warning", "demerit"], ...], BeforeValidator(_tuple)]
    fine: Amount | None = None
    source: Source


class DismissalSanction(Table):
    """What the dismissal review must have before it may be imposed."""

    checklist: Annotated[
        tuple[Literal["served", "employee_heard", "union_informed", "seriousness_reasoned"], ...],
        BeforeValidator(_tuple),
    ]
    source: Source


class Sanctions(Table):
    """The sanctions of 篇3 4.2.3 and 4.2.4."""

    administrative: AdministrativeSanctions
    dismissal: DismissalSanction


class Dimension(Table):
    """One of the six dimensions of the appraisal sheet 績效考核表."""

    code: Literal["a", "b", "c", "d", "e", "f"]
    maximum: Points
    title: Words
    source: Source


class Appraisal(Table):
    """The appraisal sheet: dimensions and the objection window."""

    objection_working_days: Days
    dimensions: Annotated[tuple[Dimension, ...], BeforeValidator(_tuple)]
    source: Source


class Calendar(Table):
    """Days off and days worked against the week's rule; years beyond `published_through` are provisional."""

    published_from: Annotated[int, Field(strict=True, ge=1900, le=2999)]
    published_through: Annotated[int, Field(strict=True, ge=1900, le=2999)]
    days_off: DaySet
    days_worked: DaySet
    source: Source


class Clause(Table):
    """A clause of the catalogue; a site's policy may fix or limit its points."""

    code: ClauseCode
    scheme: Scheme
    title: Words
    min_points: Points | None = None
    max_points: Points | None = None
    source: Source


class Policy(Table):
    """A whole policy document. `effective_from` left out: in force from the beginning of time."""

    version: PolicyVersion
    effective_from: MonthStart | None = None
    title: Words
    schemes: Schemes
    surcharge: Surcharge
    bands: Annotated[tuple[BandRule, ...], BeforeValidator(_tuple)]
    public_list: PublicList
    repeats: Repeats
    joint_liability: JointLiability
    no_worse: NoWorse
    rewards: Rewards
    wage_guard: WageGuard
    appeals: Appeals
    close: Close
    backdating: Backdating
    sanctions: Sanctions
    appraisal: Appraisal
    calendar: Calendar
    clauses: Annotated[tuple[Clause, ...], BeforeValidator(_tuple)]

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
