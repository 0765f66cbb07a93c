"""The reports of a site's month, and those of a day or a quarter."""

from typing import Any

from ledger.application.reading.look import Look
from ledger.errors import InputError
from ledger.texts import named_as
from web.api.door import Asked
from web.api.routes import read

_MONTH = "/sites/{site}/months/{month}"


@read(_MONTH, "month", "month show {month} --site {site}", by="log")
def month(asked: Asked, look: Look) -> Any:
    """Where a month stands: open, to be closed by when, or closed by whom."""
    return look.month_card(asked.month, asked.site)


@read(f"{_MONTH}/summary", "summary", "report monthly {month} --site {site}")
def summary(asked: Asked, look: Look) -> Any:
    """The monthly summary: points, fines, shares and deduction of everybody concerned."""
    return look.monthly(asked.month, asked.site)


@read(f"{_MONTH}/public-list", "public-list", "report public-list {month} --site {site}")
def public_list(asked: Asked, look: Look) -> Any:
    """Who is posted for the month, names masked."""
    return look.of_month("public-list", asked.month, asked.site)


@read(f"{_MONTH}/posted-list", "public-list", "report public-list {month} --site {site} --posted")
def posted_list(asked: Asked, look: Look) -> Any:
    """What was posted of the month, as it was posted."""
    return look.posted_list(asked.month, asked.site)


@read(
    f"{_MONTH}/joint-liability",
    "joint-liability",
    "report joint-liability {month} --site {site}",
)
def joint_liability(asked: Asked, look: Look) -> Any:
    """The supervisors' joint liability: each share, who bears it, and its status."""
    return look.joint_liability(asked.month, asked.site)


@read(f"{_MONTH}/payroll", "payroll", "report payroll {month} --site {site}")
def payroll(asked: Asked, look: Look) -> Any:
    """What the close of the month handed to finance: lines, and the pay run under the wage guard."""
    return look.payroll(asked.month, asked.site)


@read(f"{_MONTH}/reconciliation", "reconciliation", "report reconciliation {month} --site {site}")
def reconciliation(asked: Asked, look: Look) -> Any:
    """What the close of the month handed over against what pay took; without names."""
    found = look.reconciliation(asked.month, asked.site)
    return {**found, "rows": named_as("none", found["rows"])}


@read(f"{_MONTH}/sanctions", "sanctions", "report sanctions {month} --site {site}")
def sanctions(asked: Asked, look: Look) -> Any:
    """Sanctions of a month: due, in force, suspended by an appeal, unsupported, revoked."""
    return look.sanctions(asked.month, asked.site)


@read(f"{_MONTH}/rewards", "rewards", "report rewards {month} --site {site}")
def rewards(asked: Asked, look: Look) -> Any:
    """The reward-and-penalty register: every notice, reward and sanction of a month with where it stands."""
    return look.rewards(asked.month, asked.site)


@read(f"{_MONTH}/notices", "notices", "notice list --month {month} --site {site}")
def notices(asked: Asked, look: Look) -> Any:
    """The notices of a month."""
    return look.notices(asked.month, asked.site)


@read(f"{_MONTH}/fairness", "fairness", "report fairness {month} --site {site}", by="log")
def fairness(asked: Asked, look: Look) -> Any:
    """How evenly clauses are applied, over the twelve months that end with this one: facts and sample sizes."""
    return look.fairness(asked.month, asked.site)


@read(f"{_MONTH}/causes", "causes", "report causes {month} --site {site}", asks=("by", "scheme"))
def causes(asked: Asked, look: Look) -> Any:
    """What the notices of a month came about by, the most frequent first, with the vital few marked."""
    scheme = asked.query("scheme") or "service_quality"
    if scheme not in ("service_quality", "performance"):
        raise InputError("field_wrong", field="scheme", value=scheme, reason="?").at(field="scheme")
    return look.causes(asked.month, asked.query("by") or "clause", scheme, asked.site)


@read(f"{_MONTH}/inspections", "inspections", "report inspections {month} --site {site}")
def inspections(asked: Asked, look: Look) -> Any:
    """The rounds of a month, the departments they went to, and what nobody looked at."""
    return look.inspections(asked.month, asked.site)


@read(
    f"{_MONTH}/appraisal",
    "appraisal",
    "report appraisal {month} --site {site}",
    by="log",
    asks=("department",),
)
def appraisal(asked: Asked, look: Look) -> Any:
    """The appraisal sheets of a month: each dimension, the score, and how far it has come."""
    return look.appraisal(asked.month, asked.site, asked.query("department"))


@read(
    f"{_MONTH}/appraisal-summary",
    "appraisal-summary",
    "report appraisal-summary {month} --site {site}",
    by="log",
)
def appraisal_summary(asked: Asked, look: Look) -> Any:
    """How far each department's appraisal has come: sheets, mean, what was not looked at, objections."""
    return look.appraisal_summary(asked.month, asked.site)


@read(
    f"{_MONTH}/departments/{{department}}/appraisal-posting",
    "appraisal-posting",
    "report appraisal-posting {month} --department {department} --site {site}",
    by="log",
)
def appraisal_posting(asked: Asked, look: Look) -> Any:
    """What is posted in the department once published: masked names and totals."""
    return look.appraisal_posting(asked.month, asked.part("department"), asked.site)


@read(f"{_MONTH}/register", "register", "report register {month} --site {site}", asks=("department",))
def register(asked: Asked, look: Look) -> Any:
    """The whole register: notices of both schemes, shares, rewards, sanctions, cases."""
    return look.register(asked.month, asked.site, asked.query("department"))


@read("/sites/{site}/quarters/{quarter}/bonus", "bonus", "report bonus {quarter} --site {site}", by="log")
def bonus(asked: Asked, look: Look) -> Any:
    """The quarterly bonus: approved months, their mean, the coefficient and the amount."""
    return look.bonus(asked.quarter, asked.site)


@read(
    "/sites/{site}/departments/{department}/days/{day}/daily-sheet",
    "daily-sheet",
    "report daily-sheet {day} --department {department} --site {site}",
    by="log",
)
def daily_sheet(asked: Asked, look: Look) -> Any:
    """The day sheet: who was looked at, who was absent, whom nobody looked at, and the day's marks."""
    return look.daily_sheet(asked.day, asked.part("department"), asked.site)


@read(
    "/sites/{site}/departments/{department}/days/{day}/week-sheet",
    "week-sheet",
    "report week-sheet {day} --department {department} --site {site}",
    by="log",
)
def week_sheet(asked: Asked, look: Look) -> Any:
    """The week sheet of a Monday: which days were looked at, the summary in words, and what the week's marks count."""
    return look.week_sheet(asked.day, asked.part("department"), asked.site)
