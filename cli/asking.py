"""Asking on a terminal: each missing field by itself until it can be right, and once more before anything is recorded."""

import sys
from contextlib import redirect_stdout
from typing import TYPE_CHECKING, Any

import click

from cli.choices import prompt
from cli.difference import show_difference
from cli.form_fields import FormField
from cli.render import print_error, print_line, shown, talk
from cli.settings import settings
from cli.who import named, people_in, person
from ledger.errors import LedgerError
from ledger.texts import folded

if TYPE_CHECKING:
    from ledger.application.desk.desk import Desk

_YES = {"y", "yes", "1", "是", "好", "對", "对", "確定", "确定", "ok"}
_NO = {"n", "no", "0", "否", "不", "不是", "取消"}


def on_a_terminal() -> bool:
    """Whether somebody is there to be asked."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def ask_field(ledger: "Desk", do: str, field: FormField) -> Any:
    """The value of one field; what cannot be right is told, and asked for again at once."""
    while True:
        try:
            value = field.ask()
            meant = ledger.record.check_field(do, field.path, value)
        except LedgerError as error:
            print_error(error, hinted=error.code != "field_wrong", placed=False)
        else:
            if meant is not None and (who := person(ledger, meant)) is not None:
                talk(f"  {who}")
            return value


def require_yes(question: str) -> None:
    """Goes on where the answer is yes; click.Abort where it is no. Anything else is asked again."""
    while True:
        answer = folded(prompt(question, settings().labels().say("yes_or_no")))
        if answer in _NO:
            raise click.Abort
        if answer in _YES:
            return


def confirm(ledger: "Desk", values: dict[str, Any], asked: bool) -> str | None:
    """Shows what would be recorded and what it moves, and asks; the digest of what was shown, None where nothing was.

    click.Abort where it is not wanted.
    Points that open a dismissal review by themselves are asked about although nothing else was.
    """
    if not (asked or values["do"] == "issue_notice") or not ledger.log.exists():
        return None
    labels = settings().labels()
    tried, seen = ledger.preview(values)
    if asked:
        made = tried.made()
        people = people_in(ledger, made)
        for event in made:
            who = named("", event["fields"].get("employee"), people).removeprefix(" · ")
            told = labels.say("told", name=labels.word(event["kind"]), value=shown(who))
            print_line(told, err=True)
        from ledger.application.desk.impact import seen_impact

        impact = seen_impact(ledger, tried)
        if impact is not None:
            with redirect_stdout(sys.stderr):
                show_difference(impact.difference)
    high = ledger.record.high_points(tried)
    for points, start in high:
        require_yes(labels.say("points_that_high", points=points, start=start))
    if asked:
        require_yes(labels.say("record_it"))
    return seen if asked or high else None


def told_nothing_recorded() -> None:
    """Says that what was begun at a prompt came to nothing."""
    click.echo(err=True)
    talk(settings().labels().say("given_up"))
