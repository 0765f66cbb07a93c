"""`kaoji export`: files for other programs."""

from collections.abc import Mapping
from pathlib import Path
from typing import cast

import click

from cli.files import make_folder, require_room, write_file
from cli.group import require_all, tell_stand, visit_all, workers_option
from cli.handout import STDOUT, hand_out
from cli.localized_help import SpeakingCommand, SpeakingGroup
from cli.pay_export import payroll
from cli.render import shown, talk
from cli.report_options import Month
from cli.settings import as_of_option, common_options, force_option, out_option, settings, site_option
from ledger.application.given_file import content_of

_ENTRIES = ("close", "run", "return", "carry", "write_off")


@click.group(cls=SpeakingGroup, help_key="export")
@common_options
def export() -> None:
    """Files for others."""


@export.command(
    "tiles", cls=SpeakingCommand, help_key="export tiles", examples=["kaoji export tiles public/ledger"]
)
@click.argument("folder", metavar="DIR")
@common_options
def tiles(folder: str) -> None:
    """Write the hash tree as files that any C2SP tlog-tiles client can read: checkpoint, tiles, entries.

    They hold no personal words: only where each event stands and the digest of its bytes.
    """
    with settings().open() as ledger:
        files = ledger.proofs.export_tiles(Path(folder))
    click.echo(settings().labels().say("tiles_written", files=files, folder=shown(folder)))


export.add_command(payroll)


@export.command(
    "books",
    cls=SpeakingCommand,
    help_key="export books",
    examples=[
        "kaoji export books --format hledger --out kaoji.journal",
        "kaoji export books --format beancount --out kaoji.beancount --until 2026-08",
    ],
)
@click.option(
    "--format", "form", type=click.Choice(["hledger", "beancount"]), required=True, help="field:books_format"
)
@out_option
@click.option("--map", "accounts", metavar="FILE", help="field:books_map")
@click.option("--until", type=Month(), metavar="MONTH", help="field:books_until")
@force_option
@as_of_option
@common_options
def books(
    form: str, out: str, accounts: str | None, until: str | None, force: bool, as_of: str | None
) -> None:
    """Write the books of fines, shares and performance as double entry, for hledger or beancount.

    Each close, run, return and settlement is an entry for each person, by staff number; after it stands what the ledger
    says of the account, so that a changed amount is refused by whichever program reads it.
    """
    from ledger.application.exports import Format

    labels = settings().labels()
    titles = {what: labels.say(f"books_{what}") for what in _ENTRIES}
    given = None if accounts is None else content_of(Path(accounts))
    with settings().open() as ledger:
        position = None if as_of is None else ledger.position_of(as_of)
        content = ledger.exports.books(cast("Format", form), titles, given, until, position)
    if out == STDOUT:
        click.echo(content.decode(), nl=False)
        return
    write_file(Path(out), content, force)
    talk(labels.say("books_written", file=shown(out)))


@export.command(
    "events",
    cls=SpeakingCommand,
    help_key="export events",
    examples=["kaoji export events --format cloudevents --out events.ndjson --since 120"],
)
@click.option(
    "--format", "form", type=click.Choice(["cloudevents"]), required=True, help="field:events_format"
)
@out_option
@click.option("--since", type=click.IntRange(min=0), default=0, metavar="P", help="field:events_since")
@click.option("--words", is_flag=True, help="field:events_words")
@force_option
@as_of_option
@common_options
def events(form: str, out: str, since: int, words: bool, force: bool, as_of: str | None) -> None:
    """Write the events as CloudEvents 1.0, one JSON object a line, without anybody's words.

    With --words they are in it, and it is noted for everybody concerned.
    """
    with settings().open() as ledger:
        read = ledger.position()
        position = None if as_of is None else ledger.position_of(as_of)
        content, people = ledger.exports.cloudevents(since, words, position)
        hand_out(ledger, people, "events", out, [(Path(out), content)], force, read)
    if out != STDOUT:
        talk(settings().labels().say("events_written", file=shown(out), events=content.count(b"\n")))


@export.command(
    "entries",
    cls=SpeakingCommand,
    help_key="export entries",
    examples=[
        "kaoji export entries --format parquet --out analysis",
        "kaoji export entries --format parquet --out analysis --all-ledgers --workers 4",
    ],
)
@click.option("--format", "form", type=click.Choice(["parquet"]), required=True, help="field:entries_format")
@click.option("--out", metavar="DIR", required=True, help="field:out_folder")
@click.option("--all-ledgers", is_flag=True, help="field:entries_ledgers")
@workers_option
@force_option
@as_of_option
@common_options
def entries(form: str, out: str, all_ledgers: bool, workers: str, force: bool, as_of: str | None) -> int:
    """Write where every yuan comes from, what was handed over, what pay took and all notices, for DuckDB or Polars.

    Five Parquet files: entries, lines, runs, returns, notices. No names and no words; money in fen. With --all-ledgers a
    file for each ledger, table and month, and the ledger's name in each row.
    """
    if all_ledgers:
        return _entries_of_all(Path(out), force, as_of, workers)
    require_all(workers)
    with settings().open() as ledger:
        position = None if as_of is None else ledger.position_of(as_of)
        files = ledger.exports.analysis(position)
    _write_each({Path(out) / f"{name}.parquet": content for name, (content, _) in files.items()}, force)
    rows = sum(rows for _, rows in files.values())
    talk(settings().labels().say("entries_written", rows=rows, folder=shown(out)))
    return 0


def _entries_of_all(out: Path, force: bool, as_of: str | None, workers: str) -> int:
    """Those of every ledger, as `OUT/LEDGER/TABLE/MONTH.parquet`."""
    found, status = visit_all("entries", {}, workers, as_of)
    folders = {one["ledger"]: out / one["ledger"] for one in found}
    files = {
        folders[one["ledger"]] / f"{name}.parquet": content
        for one in found
        for name, content in one["files"].items()
    }
    _write_each(files, force)
    for one in found:
        tell_stand(one["ledger"], one)
        folder = shown(folders[one["ledger"]])
        talk(settings().labels().say("entries_written", rows=one["rows"], folder=folder))
    return status


def _write_each(files: Mapping[Path, bytes], force: bool) -> None:
    """Writes all of them, or none where one has no room."""
    for folder in sorted({file.parent for file in files}):
        make_folder(folder)
    for file in files:
        require_room(file, force)
    for file, content in files.items():
        write_file(file, content, force)


@export.command(
    "due",
    cls=SpeakingCommand,
    help_key="export due",
    examples=["kaoji export due --format ical --out due.ics"],
)
@click.option("--format", "form", type=click.Choice(["ical"]), required=True, help="field:due_format")
@out_option
@site_option
@force_option
@as_of_option
@common_options
def due(form: str, out: str, site: str | None, force: bool, as_of: str | None) -> None:
    """Write what is due as a calendar, a day for each deadline with alarms three days and one day before.

    Ids and staff numbers only; what has no deadline is left out and counted.
    """
    labels = settings().labels()
    with settings().open() as ledger:
        position = None if as_of is None else ledger.position_of(as_of)
        content, dated, undated = ledger.exports.calendar(site, labels, position)
    if out == STDOUT:
        click.echo(content, nl=False)
    else:
        write_file(Path(out), content, force)
    talk(labels.say("due_written", dated=dated, undated=undated))
