"""A database that several share: which ledgers are in it, and what each role may do there."""

from typing import TYPE_CHECKING

import click

from cli.group import told_away
from cli.localized_help import SpeakingCommand
from cli.render import print_json, print_table, print_title, shown
from cli.settings import common_options, json_option, settings
from ledger.errors import InputError, LedgerError
from ledger.formats import format_local

if TYPE_CHECKING:
    from ledger.application.group.ledgers import Member


@click.command(cls=SpeakingCommand, help_key="ledgers", examples=["kaoji ledgers", "kaoji ledgers --json"])
@json_option
@common_options
def ledgers(as_json: bool) -> int:
    """List the ledgers of the database, or of the catalogue: how many events each has, and when it last recorded one.

    A ledger is chosen by ?ledger=ID at the end of the URL; without it, it is main. KAOJI_LEDGERS names a catalogue.
    """
    group = settings().whereabouts().group()
    status = told_away(group)
    found = [member.told() for member in group.members]
    if as_json:
        print_json(found)
        return status
    zones = {member.name: _timezone(member) for member in group.members}
    print_title(settings().labels().title("ledgers"))
    rows = [
        {
            **row,
            "event_count": row["events"],
            "recorded_at": _shown_at(row["recorded_at"], zones[row["ledger"]]),
        }
        for row in found
    ]
    print_table(rows, ["ledger", "event_count", "recorded_at"], right=["event_count"])
    return status


def _shown_at(instant: object, timezone: str) -> str:
    """When a ledger recorded last, in the time of its sites; a dash where its head says no instant, as `verify` tells."""
    try:
        return format_local(str(instant), timezone)
    except ValueError:
        return "–"


def _timezone(member: "Member") -> str:
    """The time zone of a ledger's sites; UTC where it cannot be read."""
    try:
        with member.open() as ledger:
            return ledger.timezone()
    except LedgerError:
        return "UTC"


@click.command(
    cls=SpeakingCommand,
    help_key="grant",
    examples=["kaoji grant --app kaoji_app --audit kaoji_audit", "kaoji grant --app kaoji_app --sql"],
)
@click.option("--app", metavar="ROLE", help="field:app_role")
@click.option("--audit", metavar="ROLE", help="field:audit_role")
@click.option("--sql", "only_sql", is_flag=True, help="field:only_sql")
@common_options
def grant(app: str | None, audit: str | None, only_sql: bool) -> None:
    """Give roles of PostgreSQL their rights, as the owner of the tables, which are made where they are missing.

    The app role can record and report: it inserts, and updates nothing but the heads. The audit role can read the
    log and draw reports from it. Other rights these roles have on the tables are taken away. Run it again after an update.
    """
    from ledger.application.database_roles import grant as give

    if app is None and audit is None:
        raise InputError("argument_missing", name="--app / --audit", path="kaoji grant")
    if app == audit:
        raise InputError("options_exclude", first=f"--app {app}", second=f"--audit {audit}")
    statements = give(settings().address(), app, audit, dry_run=only_sql)
    if only_sql:
        for statement in statements:
            click.echo(f"{statement};")
        return
    labels = settings().labels()
    if app is not None:
        click.echo(labels.say("granted_app", role=shown(app)))
    if audit is not None:
        click.echo(labels.say("granted_audit", role=shown(audit)))
