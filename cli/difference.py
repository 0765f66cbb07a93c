"""Which figures a decision would move, as a table."""

from typing import Any

from cli.render import print_table, print_title, shown
from cli.settings import settings


def show_difference(difference: list[dict[str, Any]]) -> None:
    """Which figures move, as a table: whose, which, before and after."""
    labels = settings().labels()
    rows = [
        {
            "report": labels.title(row["report"].replace("_", "-")),
            "employee": next(
                (row[name] for name in ("employee", "notice", "action", "finding") if name in row), ""
            ),
            "month": row.get("month", row.get("obligation_month", "")),
            "figure": labels.heading(row["field"]) if row["field"] else labels.say("whole_row"),
            "before": brief(row["before"]),
            "after": brief(row["after"]),
        }
        for row in difference
    ]
    print_title(labels.say("figures_moved"))
    print_table(rows, ["report", "employee", "month", "figure", "before", "after"], right=["before", "after"])


def brief(value: Any) -> str:
    """A value of a report in a few words; a whole row by its money or status."""
    if isinstance(value, dict):
        for name in ("amount", "deduction", "share", "due", "points", "status"):
            if name in value:
                return f"{settings().labels().heading(name)} {shown(value[name])}"
    if isinstance(value, list):
        return " ".join(map(str, value)) or "–"
    return shown(settings().labels().word(value) if isinstance(value, str) else value)
