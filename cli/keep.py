"""Keeping the ledger: `kaoji rebuild` draws every sheet anew from the log."""

import sys

import click

from cli.settings import common_options, settings
from cli.speaking import SpeakingCommand


@click.command(cls=SpeakingCommand, help_key="rebuild", examples=["kaoji rebuild"])
@common_options
def rebuild() -> None:
    """Delete every sheet and draw it anew from the log."""
    labels = settings().labels()
    with settings().open() as ledger:
        if sys.stderr.isatty():
            from rich.console import Console
            from rich.progress import Progress

            with Progress(console=Console(stderr=True)) as bar:
                task = bar.add_task("", total=None)
                position = ledger.rebuild(lambda done, all_: bar.update(task, completed=done, total=all_))
        else:
            position = ledger.rebuild()
    click.echo(labels.say("rebuilt", position=position))
