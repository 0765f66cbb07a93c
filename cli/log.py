"""`kaoji log`: what happened, in order, with who, when, position and hash."""

from collections.abc import Iterator
from typing import Any

import click

from cli.localized_help import SpeakingCommand
from cli.render import print_json, print_line, print_table, print_title, shown, spoken, table_fits
from cli.settings import as_of_option, common_options, json_option, settings
from ledger.formats import format_local

_HEADINGS = {("site_registered", "name"): "site_name", ("reward_granted", "points"): "reward_points"}
_TOLD_ELSEWHERE = {"by", "issued_by", "on", "issued_on", "document"}


@click.command(cls=SpeakingCommand, help_key="log", examples=["kaoji log E017"])
@click.argument("name", metavar="EMPLOYEE|NOTICE|APPEAL")
@as_of_option
@click.option("--hashes", is_flag=True, help="field:hashes")
@json_option
@common_options
def log(name: str, as_of: str | None, hashes: bool, as_json: bool) -> None:
    """Show the history of one person or thing.

    An id that several kinds of things share is told apart by its kind, as in notice:N1.
    """
    with settings().open() as ledger:
        position = None if as_of is None else ledger.position_of(as_of)
        with ledger.look_at_log(position) as look:
            entries = look.history(name)
            kind, thing, timezone = look.thing(name)
    if as_json:
        print_json(entries)
        return
    print_title(f"{settings().labels().title('log')} {name}")
    print_history(entries, kind, thing, timezone, hashes)


def print_history(
    entries: list[dict[str, Any]], kind: str, thing: str, timezone: str, hashes: bool = False
) -> None:
    """The events of a thing: position, when by the clock of its site, who, what; hashes in full where asked for.

    Where a table of them is wider than the terminal each is a block, with its hash only where asked for.
    """
    labels = settings().labels()
    rows = [
        {
            **entry,
            "recorded_at": format_local(entry["recorded_at"], timezone),
            "kind": labels.word(entry["kind"]),
            "on": f"{entry['on'] or ''}{' ' + labels.word('backdated') if entry['backdated'] else ''}",
            "what": labels.say("told_next").join(
                labels.say("told", name=labels.heading(key), value=told)
                for key, told in _told(entry, kind, thing, timezone, first=entry is entries[0])
            ),
            "hash": entry["hash"] if hashes else entry["hash"][:12],
        }
        for entry in entries
    ]
    columns = ["position", "recorded_at", "operator", "kind", "by", "on", "what", "hash"]
    if table_fits(rows, columns):
        print_table(rows, columns, right=["position"])
        return
    for row in rows:
        _print_block(row, hashes)


def _print_block(row: dict[str, Any], hashes: bool) -> None:
    """An event as a block: which and when, by whom and for which day, what, and its hash where asked for."""
    labels = settings().labels()
    print_line(f"#{row['position']}   {row['recorded_at']}   {shown(row['kind'])}", bold=True)
    who = [(name, row[name]) for name in ("operator", "by", "on") if row[name]]
    print_line(f"    {'   '.join(f'{labels.heading(name)} {shown(value)}' for name, value in who)}")
    if row["what"]:
        print_line(f"    {shown(row['what'])}")
    if hashes:
        print_line(f"    {labels.heading('hash')} {row['hash']}")


def _told(
    entry: dict[str, Any], kind: str, thing: str, timezone: str, first: bool
) -> Iterator[tuple[str, str]]:
    """What an event says: heading and words. It names its object, but not again the thing whose history it stands in."""
    fields = entry["fields"]
    known = {kind: thing}
    for key, value in fields.items():
        if key in _TOLD_ELSEWHERE or known.get(key) == value:
            continue
        if key == "employee" and kind not in ("employee", "site") and not first:
            continue  # whose it is was told when it began
        if key == "month" and ("notice" in fields or "appeal" in fields):
            continue  # follows from the day of occurrence
        if key == "target":
            continue  # told beside what it is
        if key == "against":
            yield key, f"{spoken(value, key)} {shown(fields['target'])}"
        elif (heading := _HEADINGS.get((entry["kind"], key))) is not None:
            yield heading, spoken(value, key)
        else:
            yield key, spoken(value, key, timezone)
