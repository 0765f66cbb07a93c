"""`kaoji report sanctions`: what is due, what is in force, and what keeps a dismissal review from being complete."""

from collections.abc import Mapping, Sequence
from typing import Any

import click

from cli.localized_help import SpeakingCommand
from cli.render import print_line, print_table, print_title
from cli.report_options import Asked, month_argument, report_options
from cli.settings import settings


@click.command(
    "sanctions",
    cls=SpeakingCommand,
    help_key="report sanctions",
    examples=["kaoji report sanctions 2026-08"],
)
@month_argument
@report_options
def sanctions(month: str, asked: Asked) -> None:
    """Sanctions of a month: due, in force, suspended by an appeal, unsupported, revoked (Doc. 3 §4.2.3, 4.2.4)."""
    rows, title = asked.fetch(
        "sanctions", month, lambda ledger, site, at: ledger.reports.sanctions(month, site, at)
    )
    if title is None:
        return
    print_title(title)
    columns = ["employee", "name", "points", "band", "sanction_due", "sanction", "kind", "by", "on", "status"]
    print_table(rows, columns, right=["points"], spare=["by", "on", "points"])
    _print_reviews(rows)


def _print_reviews(rows: Sequence[Mapping[str, Any]]) -> None:
    """What keeps a dismissal review from being complete."""
    labels = settings().labels()
    for row in rows:
        if row["review"] is not None:
            print_title(labels.say("review_of", employee=row["employee"], name=row["name"]))
            waiting = [{"notice": n["notice"], "reason": n["reason"]} for n in row["review"]["notices"]]
            for standing in row["review"]["standing"]:
                kind = labels.word(standing["kind"])
                print_line(f"  · {labels.say('review_standing', kind=kind, sanction=standing['sanction'])}")
            if row["review"]["not_taken"]:
                print_line(f"  · {labels.say('month_not_taken')}")
            for item in row["review"]["items"]:
                told = {"item": labels.word(item["item"]), "on": item["on"], "position": item["position"]}
                said = labels.say(f"review_{item['state']}", **told)
                print_line(f"  · {said}")
            print_table(waiting, ["notice", "reason"])
