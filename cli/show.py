"""One thing shown on one card, followed by its history."""

from collections.abc import Callable
from typing import Any

import click

from cli.localized_help import SpeakingCommand
from cli.log import print_history
from cli.render import print_json, print_line, print_title, spoken
from cli.settings import as_of_option, common_options, json_option, settings
from ledger.commands import REFERENCES
from ledger.labels.notice_status import notice_status

_HEADINGS = {
    ("site", "name"): "site_name",
    ("reward", "points"): "reward_points",
    ("check", "points"): "points_given",
    ("finding", "finding"): "found",
    ("check", "finding"): "found",
    ("case", "closed_on"): "case_closed_on",
}
"""The fields that have another heading on the card of some kind: the points of a reward take nothing off, those of a mark
may be given, and the end of a case closes no month."""


_TITLES = {"finding": "findings"}
"""Kinds whose own word says something else: to a share, a finding is what was found of the supervisor."""

_ON_LINES_OF_THEIR_OWN = 3


def show_command(group: click.Group, kind: str, example: str) -> None:
    """Adds `show` for a kind of thing to a group."""
    from cli.form_fields import completion

    argument = click.Argument(["name"], metavar=kind.upper(), shell_complete=completion(_field(kind)))
    command = SpeakingCommand(
        "show",
        params=[argument],
        callback=_callback(kind),
        help_key="show",
        help="Show one thing as it stands, and its history.",
        examples=[example],
    )
    group.add_command(json_option(as_of_option(common_options(command))))


def _field(kind: str) -> str:
    return next(field for field, named in REFERENCES.items() if named == kind)


def _callback(kind: str) -> Callable[..., None]:
    def run(name: str, as_of: str | None, as_json: bool) -> None:
        with settings().open() as ledger:
            position = None if as_of is None else ledger.position_of(as_of)
            with ledger.look_at_log(position) as look:
                card = look.card(kind, name)
                history = look.history(f"{kind}:{card[kind]}")
                *_, timezone = look.thing(f"{kind}:{card[kind]}")
        if as_json:
            print_json({**card, "history": history})
            return
        shown = card | {"status": notice_status(card)} if kind == "notice" else card
        told = {_HEADINGS.get((kind, key), key): value for key, value in shown.items()}
        labels = settings().labels()
        named = labels.title(_TITLES[kind]) if kind in _TITLES else labels.word(kind)
        print_card(f"{named} {card[kind]}", told)
        print_history(history, kind, card[kind], timezone)

    return run


def print_card(title: str, card: dict[str, Any]) -> None:
    """A card's lines: heading and value."""
    labels = settings().labels()
    print_title(title)
    for key, value in card.items():
        if value in (None, [], ""):
            continue
        if isinstance(value, list) and not _is_short(value):
            print_line("  " + labels.say("told", name=labels.heading(key), value=" ").rstrip())
            for item in value:
                print_line(f"    · {spoken(item, key)}")
        else:
            print_line("  " + labels.say("told", name=labels.heading(key), value=spoken(value, key)))


def _is_short(items: list[Any]) -> bool:
    """Ids and codes that fill a line rather than a page: more than three of them."""
    return len(items) > _ON_LINES_OF_THEIR_OWN and all(
        isinstance(item, str) and " " not in item for item in items
    )
