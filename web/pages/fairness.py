"""Fairness as charts and tables: facts of a year with the size of each sample, and no judgement."""

from typing import Any, Final

from starlette.responses import Response

from web.ask import Ask
from web.charts import Bar, Box, Mark, bars, boxes
from web.routes import get

Row = dict[str, Any]
FEW: Final = 3
"""Below this a sample says nothing."""


@get("/fairness")
def now(ask: Ask) -> Response:
    """To the facts up to this month."""
    with ask.desk.look_at_log(ask.as_of) as look:
        month = str(look.today(look.site(None)))[:7]
    return ask.go(ask.link(f"/fairness/{month}"))


@get("/fairness/{month}", twin=True)
def fairness(ask: Ask) -> Response:
    """Points by clause, issuer and department; how often appeals succeed; notices that follow an appeal."""
    with ask.desk.look_at_log(ask.as_of) as look:
        report = look.fairness(ask.path("month"), ask.query("site") or None)
        position = look.position
    if ask.is_twin:
        return ask.json(report)
    speech, reversals = ask.speech, report["reversals"]
    return ask.page(
        "fairness",
        report=report,
        titles=dict(ask.desk.policies.clauses("")),
        position=position,
        few=FEW,
        points=boxes([_box(ask, row) for row in report["clauses"]], speech.say("chart_points")),
        rates={
            side: bars([_bar(ask, row, who) for row in reversals[side]], speech.say(f"chart_{side}"))
            for side, who in (("issuers", "issuer"), ("reviewers", "reviewer"))
        },
    )


def _box(ask: Ask, row: Row) -> Box:
    """A clause with the means of its issuers and departments upon it."""
    lower, upper = row["middle_half"] or (row["lowest"], row["highest"])
    few = row["notices"] < FEW
    label = f"{row['clause']} · {ask.speech.say('sample', count=row['notices'])}"
    means = [*row["issuers"], *row["departments"]]
    return Box(
        f"{label} · {ask.speech.say('too_few')}" if few else label,
        float(row["lowest"]),
        float(lower),
        float(row["median"]),
        float(upper),
        float(row["highest"]),
        few,
        tuple(Mark(f"{_whose(ask, one)} {one['mean']}", float(one["mean"]), one["far"]) for one in means),
    )


def _whose(ask: Ask, mean: Row) -> str:
    """Whose mean it is: an issuer by number, or a department by its name."""
    return str(mean.get("issuer") or ask.speech.department(mean["department"]))


def _bar(ask: Ask, row: Row, who: str) -> Bar:
    """How many of somebody's decided appeals succeeded."""
    few = row["decided"] < FEW
    label = f"{row[who]} · {row['reversed']}/{row['decided']}"
    return Bar(f"{label} · {ask.speech.say('too_few')}" if few else label, float(row["rate"]), few)
