"""`kaoji report causes` and `actions`: what notices came about by, and whether what was done about it worked."""

from typing import Any

import click

from cli.choices import WordChoice
from cli.localized_help import SpeakingCommand
from cli.render import print_line, print_table, print_title, shown
from cli.report_options import Asked, month_argument, report_options
from cli.settings import settings

_BY = ("clause", "cause", "place", "department", "post", "hour", "weekday", "inspector")
_SCHEMES = ("service_quality", "performance")
_CODED_KEYS = ("unanalysed", "not_stated")


@click.command(
    "causes",
    cls=SpeakingCommand,
    help_key="report causes",
    examples=["kaoji report causes 2026-08", "kaoji report causes 2026-08 --by cause"],
)
@month_argument
@click.option("--by", type=WordChoice(_BY), default="clause", help="field:causes_by")
@click.option("--scheme", type=WordChoice(_SCHEMES), default="service_quality", help="field:scheme")
@report_options
def causes(month: str, by: str, scheme: str, asked: Asked) -> None:
    """What the notices of a month came about by, the most frequent first, with the vital few marked."""
    found, title = asked.fetch(
        "causes", month, lambda ledger, site, at: ledger.reports.causes(month, by, scheme, site, at)
    )
    if title is None:
        return
    labels = settings().labels()
    print_title(f"{title} · {labels.word(scheme)} · {labels.heading(by)}")
    counted = [f"{labels.heading(name)} {found[name]}" for name in ("notices", "points", "contested")]
    print_line(shown(" · ".join([*counted, f"{labels.word('unanalysed')} {found['unanalysed']}"])))
    rows = [
        {
            **row,
            "counted_by": _key(row),
            "title": _title(row["title"]),
            "actions": labels.listed(row["actions"]),
        }
        for row in found["rows"]
    ]
    numbers = ["notices", "points", "employees", "share_percent", "cumulative"]
    told = [{**row, "share_percent": row["share"]} for row in rows]
    columns = ["counted_by", "title", *numbers, "vital", "actions"]
    print_table(told, columns, right=numbers, spare=["employees", "cumulative"])


@click.command(
    "actions",
    cls=SpeakingCommand,
    help_key="report actions",
    examples=["kaoji report actions --open"],
)
@click.option("--open", "only_open", is_flag=True, help="field:only_open_actions")
@report_options
def actions(asked: Asked, only_open: bool) -> None:
    """Corrective and preventive actions: where each stands, whether it worked, and what opened it again."""
    rows, title = asked.fetch(
        "actions", "", lambda ledger, site, at: ledger.reports.actions(only_open, site, at)
    )
    if title is None:
        return
    print_title(title)
    flat = [
        {
            **row,
            "status": "worked" if row["status"] == "closed" else row["status"],  # months are closed, too
            "recurrences": settings().labels().listed(row["recurrences"]),
        }
        for row in rows
    ]
    columns = ["action", "kind", "clause", "department", "what", "owner", "due_on", "status", "overdue"]
    more = ["completed_on", "looks_since", "checked_on", "effective", "recurrences"]
    spare = ["kind", "looks_since", "checked_on", "completed_on", "department"]
    print_table(flat, [*columns, *more], right=["looks_since"], spare=spare)


def _key(row: dict[str, Any]) -> str:
    return settings().labels().word(row["key"]) if row["key"] in _CODED_KEYS else str(row["key"])


def _title(title: Any) -> str:
    """What a key is called, in the reader's language where it has several."""
    return str(title[settings().labels().language]) if isinstance(title, dict) else str(title or "")
