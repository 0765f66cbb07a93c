"""Fairness as charts and tables: facts of a year with the size of each sample, and no judgement."""

from typing import Any, Final

from starlette.responses import Response

from web.ask import Ask
from web.charts import Bar, Box, Mark, bars, boxes, shortened
from web.routes import get

Row = dict[str, Any]
FEW: Final = 3
"""Below this a sample says nothing."""
_TITLE: Final = 26
"""So much of a clause's title has room above its box, in letters; characters as wide as Chinese ones count twice."""


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
        report = look.fairness(ask.path("month"))
        position = look.position
    if ask.is_twin:
        return ask.json(report)
    speech, reversals = ask.speech, report["reversals"]
    names, titles = ask.named(_people(report)), dict(ask.desk.policies.clauses(""))
    return ask.page(
        "fairness",
        report=report,
        titles=titles,
        position=position,
        few=FEW,
        points=boxes(
            [_box(ask, row, names, titles) for row in report["clauses"]], speech.say("chart_points")
        ),
        rates={
            side: bars(
                [_bar(ask, row, row[who], names) for row in reversals[side]], speech.say(f"chart_{side}")
            )
            for side, who in (("issuers", "issuer"), ("reviewers", "reviewer"))
        },
    )


def _people(report: Row) -> set[str]:
    """Whom the charts name."""
    issuers = {one["issuer"] for row in report["clauses"] for one in row["issuers"]}
    return issuers | {row[side[:-1]] for side, rows in report["reversals"].items() for row in rows}


def _box(ask: Ask, row: Row, names: dict[str, str], titles: dict[str, dict[str, str]]) -> Box:
    """A clause with the means of its issuers and departments upon it."""
    lower, upper = row["middle_half"] or (row["lowest"], row["highest"])
    few = row["notices"] < FEW
    title = titles.get(row["clause"], {}).get(ask.speech.language, "")
    clause = f"{row['clause']} {shortened(title, _TITLE)}".strip()
    label = f"{clause} · {ask.speech.say('sample', count=row['notices'])}"
    means = [(_called(one["issuer"], names), one) for one in row["issuers"]]
    means += [(ask.speech.department(one["department"]), one) for one in row["departments"]]
    return Box(
        f"{label} · {ask.speech.say('too_few')}" if few else label,
        float(row["lowest"]),
        float(lower),
        float(row["median"]),
        float(upper),
        float(row["highest"]),
        few,
        tuple(Mark(f"{called} {one['mean']}", float(one["mean"]), one["far"]) for called, one in means),
    )


def _called(number: str, names: dict[str, str]) -> str:
    """Somebody as a drawing has them: by number, and by name where it may be known."""
    return f"{number} {names.get(number, '')}".strip()


def _bar(ask: Ask, row: Row, number: str, names: dict[str, str]) -> Bar:
    """How many of somebody's decided appeals succeeded."""
    few = row["decided"] < FEW
    label = f"{_called(number, names)} · {row['reversed']}/{row['decided']}"
    return Bar(f"{label} · {ask.speech.say('too_few')}" if few else label, float(row["rate"]), few)
