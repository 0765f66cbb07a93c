"""Showing things: tables for people on stdout, talk on stderr, JSON for programs.

What came from outside is made harmless before it reaches a terminal: characters that are not seen are shown as escapes
(`ledger/labels/visible.py`), so that it keeps to its line, and nothing in it is taken for markup.
"""

import json
import os
import re
import shutil
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

from cli.settings import settings
from cli.tables import Table, fits, fitted, folded_line, laid_out
from ledger.formats import format_local, format_money
from ledger.labels import coded
from ledger.labels.answers import marked
from ledger.labels.pay_entries import run_named
from ledger.labels.visible import visible, visible_json

if TYPE_CHECKING:
    from ledger.errors import LedgerError

_LEAST_COLUMNS = 20
"""A terminal that says it is narrower is not believed."""

FOLDED = frozenset({"what", "because", "subject", "text", "words", "source", "old", "new", "title"})
"""The columns of running text, which may be broken over several lines; ids and amounts never are."""


_DO = re.compile(r"(?<![\w.])[a-z]+(?:_[a-z]+)+(?![\w.])", re.ASCII)
"""What may be the name of a command in a file."""


def shown(value: object) -> str:
    """A value as people may safely read it."""
    if value is None or value == "":
        return "–"
    text = str(value)
    return visible(settings().labels().words(text) if "[" in text else text)


def deadline_cell(row: Mapping[str, Any]) -> str | None:
    """The day something is due, marked where the calendar it rests on is not published yet."""
    day: str | None = row["due_on"]
    return f"{day} {settings().labels().word('provisional')}" if row.get("provisional") else day


def print_json(value: object) -> None:
    """JSON on stdout: exact, and with an escape for whatever a terminal would obey."""
    click.echo(visible_json(json.dumps(value, ensure_ascii=False, indent=2)))


def talk(text: str) -> None:
    """A remark on stderr."""
    print_line(shown(text), err=True)


def print_title(text: str) -> None:
    """A table's title on stdout."""
    click.echo()
    print_line(shown(text), bold=True)


def print_line(text: str, bold: bool = False, err: bool = False, fg: str | None = None) -> None:
    """A line on stdout (or stderr), or several, folded to the terminal's width."""
    for line in text.split("\n"):
        for part in folded_line(line, terminal_columns(err)):
            click.echo(click.style(part, fg=fg, bold=bold or None) if bold or fg else part, err=err)


def terminal_columns(err: bool = False) -> int | None:
    """The columns there are to write in: `COLUMNS`, else the terminal's.

    None where stdout (or stderr) is no terminal, and nobody says how wide it is.
    """
    said = os.environ.get("COLUMNS", "")
    if said.isascii() and said.isdigit() and int(said[:6]) > 0:
        return max(int(said[:6]), _LEAST_COLUMNS)
    stream = sys.stderr if err else sys.stdout
    return max(shutil.get_terminal_size().columns, _LEAST_COLUMNS) if stream.isatty() else None


def print_table(
    rows: Sequence[Mapping[str, Any]],
    columns: Sequence[str],
    right: Iterable[str] = (),
    spare: Sequence[str] = (),
) -> None:
    """Rows as a table with translated headings; `right` names the columns set flush right.

    `spare` names those that may be left out where a terminal has no room for all, the least important first.
    """
    labels = settings().labels()
    if not rows:
        print_line(labels.say("nothing_to_show"))
        return
    table = _table(rows, columns, set(right), spare)
    terminal = terminal_columns()
    if terminal is None:
        for line in laid_out(table.headings, table.cells, table.flush_right):
            click.echo(line)
        return
    lines, left_out = fitted(table, terminal)
    for line in lines:
        click.echo(line)
    if left_out:
        print_line(labels.say("columns_left_out", columns=labels.say("separator").join(left_out)))


def table_fits(rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> bool:
    """Whether the rows can stand as a table with all columns."""
    terminal = terminal_columns()
    if terminal is None or not rows:
        return True
    table = _table(rows, columns, set(), ())
    return fits(list(laid_out(table.headings, table.cells, (), table.folding, terminal)), terminal)


def _table(
    rows: Sequence[Mapping[str, Any]], columns: Sequence[str], right: set[str], spare: Sequence[str]
) -> Table:
    labels = settings().labels()
    return Table(
        [labels.heading(column) for column in columns],
        [[_cell(column, row.get(column)) for column in columns] for row in rows],
        {place for place, column in enumerate(columns) if column in right},
        {place for place, column in enumerate(columns) if column in FOLDED},
        [columns.index(column) for column in spare if column in columns],
    )


CODED = coded.CODED | frozenset(
    (
        "sanction_due",
        "how",
        "what",
        "matter",
        "against",
        "skipped",
        "reason",
        "report",
        "result",
        "sort",
        "figure",
        "before",
        "after",
        "imposed",
        "about",
        "sheet",
        "verdict",
        "looked",
    )
)
"""The columns that hold the program's own words; ids, names and departments are never translated."""


def _cell(column: str, value: object) -> str:
    labels = settings().labels()
    if isinstance(value, bool):
        return labels.word("yes") if value else ""
    if isinstance(value, list | tuple):
        return " ".join(shown(item) for item in value)
    if isinstance(value, str):
        return shown(labels.word(value) if column in CODED else value) if value else ""
    return "" if value is None else shown(value)


def spoken(value: Any, key: str, timezone: str | None = None) -> str:
    """A value of any shape as people read it; `key` says whether it is one of the program's own words, money or an instant.

    Money in fen is shown in yuan, an instant by the clock of the time zone; without one it is local already.
    """
    labels = settings().labels()
    if isinstance(value, bool):
        return labels.word("yes" if value else "no")
    if isinstance(value, list | tuple):
        between = " → " if key == "route" else labels.say("separator")
        return between.join(spoken(item, key, timezone) for item in value) or "–"
    if (told := marked(key, value, labels.say)) is not None:
        return told
    if isinstance(value, dict):
        if labels.language in value:
            return shown(value[labels.language])
        if key == "route":
            return _spoken_step(value)
        pairs = [(key, item) for key, item in value.items() if item is not None]
        named = (f"{shown(labels.name(key))} {spoken(item, key, timezone)}" for key, item in pairs)
        return labels.say("separator").join(named)
    if key == "run" and isinstance(value, str):
        return shown(run_named(value, labels))
    if key.endswith("_fen") and isinstance(value, int):
        return format_money(value)
    if key in ("occurred_at", "started_at", "ended_at"):
        local = value.replace("T", " ")[:19] if timezone is None else format_local(value, timezone)
        return shown(local.removesuffix(":00"))
    return shown(labels.word(value) if key in CODED and isinstance(value, str) else value)


def _spoken_step(step: dict[str, Any]) -> str:
    """A level of an appeal's route with whoever holds it, and why it is passed over where it is."""
    labels = settings().labels()
    holder = step.get("holder") or step.get("reviewer") or "–"
    level = labels.word(step["level"]) + ("" if holder == "–" else f" {shown(holder)}")
    return (
        level
        if step.get("skipped") is None
        else f"{level}{labels.say('separator')}{labels.word(step['skipped'])}"
    )


def print_error(error: "LedgerError", hinted: bool = True, placed: bool = True) -> None:
    """What was refused, where, why and the next step, on stderr; of a file all that was refused, a next step once.

    Without `hinted` the next step is not told, since it comes of itself; without `placed` not where it was, since the
    question stands above.
    """
    labels = settings().labels()
    hints = None if not hinted else set[str]()
    for each in (error, *error.others):
        _print_fault(each, hints, placed)
    if error.resting:
        talk(labels.say("lines_resting", lines=error.resting))


def _print_fault(error: "LedgerError", hints: set[str] | None, placed: bool) -> None:
    labels = settings().labels()
    place = labels.say("separator").join(labels.place(*part) for part in error.place.items())
    message = shown(labels.message(error.code, error.fields))
    told = labels.pair(place, message) if place and placed else message
    print_line(labels.pair(labels.say("error"), told), err=True, fg="red")
    hint = labels.hint(error.code, error.fields)
    if hint and hints is not None and hint not in hints:
        hints.add(hint)
        if labels.by_hand:
            hint = _with_forms(hint)
        print_line(labels.pair(labels.say("hint"), shown(hint)), err=True)


def _with_forms(hint: str) -> str:
    """A hint in which commands of a file are called as they are typed: `register_employee` → `kaoji employee register`."""
    from cli.form_paths import form_paths

    paths = form_paths()
    return _DO.sub(lambda found: f"kaoji {paths[found[0]]}" if found[0] in paths else found[0], hint)
