"""`kaoji log`: what happened, in order, with who, when, position and hash."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from cli.checked import checking
from cli.form_fields import completion
from cli.localized_help import SpeakingCommand
from cli.render import print_json, print_line, print_table, print_title, shown, spoken, table_fits
from cli.settings import as_of_option, common_options, json_option, settings, vkey_kept
from ledger.application.given_file import content_of
from ledger.errors import InputError, Unknown
from ledger.formats import format_local
from ledger.labels.event_headings import event_heading

_POSITION = re.compile(r"#?([0-9]{1,18})", re.ASCII)
_TOLD_ELSEWHERE = {"by", "issued_by", "on", "issued_on", "document", "stated"}


@click.command(
    cls=SpeakingCommand, help_key="log", examples=["kaoji log E017", "kaoji log --unstated --after 120"]
)
@click.argument("name", metavar="[EMPLOYEE|NOTICE|APPEAL]", required=False)
@click.option("--after", type=click.IntRange(min=0), metavar="P", help="field:after_position")
@click.option("--since", type=click.Path(path_type=Path), metavar="CHECKPOINT", help="field:since_checkpoint")
@click.option("--unstated", is_flag=True, help="field:unstated")
@click.option("--backdated", is_flag=True, help="field:only_backdated")
@click.option("--late", is_flag=True, help="field:only_late")
@click.option("--by", metavar="EMPLOYEE", help="field:only_by", shell_complete=completion("by"))
@as_of_option
@click.option("--checked", is_flag=True, help="field:checked")
@vkey_kept
@click.option("--hashes", is_flag=True, help="field:hashes")
@json_option
@common_options
def log(
    name: str | None,
    as_of: str | None,
    hashes: bool,
    as_json: bool,
    since: Path | None,
    checked: bool,
    **asked: Any,
) -> None:
    """Show the history of one person or thing, or without an id everything in order.

    An id that several kinds of things share is told apart by its kind, as in notice:N1; #74 is the event at position 74.
    """
    if checked:  # the checkpoint is what it is proven against, and leaves nothing out
        settings().is_checked, settings().checkpoint = True, None if since is None else str(since)
        since = None
    asked = {option: value for option, value in asked.items() if value not in (None, False)}
    if name and (asked or since):
        raise InputError("journal_options", name=name)
    with settings().open() as ledger, checking(ledger):
        if since is not None:
            asked["after"] = max(asked.get("after", 0), ledger.proofs.size_of(content_of(since)))
        position = None if as_of is None else ledger.position_of(as_of)
        with ledger.look_at_log(position) as look:
            kind, thing, timezone, entries = _found(look, name, asked)
    if as_json:
        print_json(entries)
        return
    print_title(f"{settings().labels().title('log')} {name or ''}".rstrip())
    print_history(entries, kind, thing, timezone, hashes)


def _found(look: Any, name: str | None, asked: dict[str, Any]) -> tuple[str, str, str, list[dict[str, Any]]]:
    """Kind and id of the thing whose history it is, the time zone, and the events."""
    if name is None:
        return "site", "", look.timezone(), look.journal(**asked)
    # a bare number is a position only where nothing has that id
    if number := _POSITION.fullmatch(name):
        try:
            return *look.thing(name), look.history(name)
        except Unknown:
            return "site", "", look.timezone(), look.event_at(int(number[1]))
    return *look.thing(name), look.history(name)


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
        else:
            yield event_heading(entry["kind"], key), spoken(value, key, timezone)
