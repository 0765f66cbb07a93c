"""`kaoji log`: what happened, in order, with who, when, position and hash."""

from typing import Any

import click

from cli.localized_help import SpeakingCommand
from cli.render import print_json, print_table, print_title, spoken
from cli.settings import as_of_option, common_options, json_option, settings

_TOLD_ELSEWHERE = {"by", "issued_by", "on", "issued_on", "employee", "notice", "appeal", "month", "document"}


@click.command(cls=SpeakingCommand, help_key="log", examples=["kaoji log E017"])
@click.argument("name", metavar="EMPLOYEE|NOTICE|APPEAL")
@as_of_option
@json_option
@common_options
def log(name: str, as_of: str | None, as_json: bool) -> None:
    """Show the history of one person or thing.

    An id that several kinds of things share is told apart by its kind, as in notice:N1.
    """
    with settings().open() as ledger:
        position = None if as_of is None else ledger.position_of(as_of)
        entries = ledger.review.history(name, position)
    if as_json:
        print_json(entries)
        return
    print_title(f"{settings().labels().title('log')} {name}")
    print_history(entries)


def print_history(entries: list[dict[str, Any]]) -> None:
    """Events as a table: position, when, who, what."""
    labels = settings().labels()
    rows = [
        {
            **entry,
            "recorded_at": entry["recorded_at"][:19] + "Z",
            "kind": labels.word(entry["kind"]),
            "on": f"{entry['on'] or ''}{' ' + labels.word('backdated') if entry['backdated'] else ''}",
            "what": "; ".join(
                f"{labels.heading(key)}: {spoken(value, key)}"
                for key, value in entry["fields"].items()
                if key not in _TOLD_ELSEWHERE
            ),
            "hash": entry["hash"][:12],
        }
        for entry in entries
    ]
    columns = ["position", "recorded_at", "operator", "kind", "by", "on", "what", "hash"]
    print_table(rows, columns, right=["position"])
