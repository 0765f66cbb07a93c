"""Showing things: tables for people on stdout, talk on stderr, JSON for programs.

What came from outside is made harmless before it reaches a terminal: characters that are not seen are shown as escapes
(`ledger/labels/visible.py`), so that it keeps to its line, and nothing in it is taken for markup.
"""

import json
import shutil
import sys
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

import click

from cli.settings import settings
from cli.widths import columns_taken, folded_text
from ledger.formats import format_local, format_money
from ledger.labels import coded
from ledger.labels.visible import visible, visible_json

if TYPE_CHECKING:
    from ledger.errors import LedgerError

_GAP = "   "
_FOLDED_WIDTH = 40
_GOES_ON = "↪ "
FOLDED = frozenset({"what", "because", "subject", "text", "source", "old", "new"})
"""The columns of running text, which may be broken over several lines; ids and amounts never are."""


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
    click.echo(shown(text), err=True)


def print_title(text: str) -> None:
    """A table's title on stdout."""
    click.echo()
    click.secho(shown(text), bold=True)


def print_table(rows: Sequence[Mapping[str, Any]], columns: Sequence[str], right: Iterable[str] = ()) -> None:
    """Rows as a table with translated headings; `right` names the columns set flush right."""
    labels = settings().labels()
    if not rows:
        click.echo(labels.say("nothing_to_show"))
        return
    flush_right = {place for place, column in enumerate(columns) if column in set(right)}
    headings = [labels.heading(column) for column in columns]
    cells = [[_cell(column, row.get(column)) for column in columns] for row in rows]
    folding = {place for place, column in enumerate(columns) if column in FOLDED}
    terminal = shutil.get_terminal_size().columns if sys.stdout.isatty() else None
    for line in laid_out(headings, cells, flush_right, folding, terminal):
        click.echo(line)


def laid_out(
    headings: Sequence[str],
    rows: Sequence[Sequence[str]],
    flush_right: Collection[int] = (),
    folding: Collection[int] = (),
    terminal: int | None = None,
) -> Iterator[str]:
    """A table's lines. Columns of running text are folded to the terminal's width, where one is given.

    Nothing else is ever broken: where that needs more than the terminal has, a line runs over.
    """
    table = [headings, *rows]
    widths = [max(columns_taken(row[place]) for row in table) for place in range(len(headings))]
    if terminal is not None:
        _narrow(widths, folding, terminal)
    for number, row in enumerate(table):
        folded = [
            _folded_cell(cell, widths[place]) if place in folding else [cell]
            for place, cell in enumerate(row)
        ]
        for line in zip_longest(*folded, fillvalue=""):
            yield _GAP.join(
                _padded(cell, width, place in flush_right)
                for place, (cell, width) in enumerate(zip(line, widths, strict=True))
            ).rstrip()
        if number == 0:
            yield "─" * (sum(widths) + len(_GAP) * (len(widths) - 1))


def _folded_cell(cell: str, width: int) -> list[str]:
    """A cell's lines. What goes on is marked, so that nobody's words can pass for a line of ours."""
    if columns_taken(cell) <= width:
        return [cell]
    first, *rest = folded_text(cell, width - columns_taken(_GOES_ON))
    return [first, *(f"{_GOES_ON}{line}" for line in rest)]


def _narrow(widths: list[int], folding: Collection[int], terminal: int) -> None:
    """Takes from the widest columns of running text what the terminal does not have."""
    while (excess := sum(widths) + len(_GAP) * (len(widths) - 1) - terminal) > 0:
        widest = max(folding, key=lambda place: widths[place], default=None)
        if widest is None or widths[widest] <= _FOLDED_WIDTH:
            return
        widths[widest] -= min(excess, widths[widest] - _FOLDED_WIDTH)


def _padded(cell: str, width: int, right: bool) -> str:
    gap = " " * (width - columns_taken(cell))
    return f"{gap}{cell}" if right else f"{cell}{gap}"


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
        "figure",
        "before",
        "after",
        "imposed",
        "about",
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
    if isinstance(value, dict):
        if labels.language in value:
            return shown(value[labels.language])
        pairs = [(key, item) for key, item in value.items() if item is not None]
        told = (f"{shown(labels.name(key))} {spoken(item, key, timezone)}" for key, item in pairs)
        return labels.say("separator").join(told)
    if key.endswith("_fen") and isinstance(value, int):
        return format_money(value)
    if key == "occurred_at":
        local = value.replace("T", " ")[:19] if timezone is None else format_local(value, timezone)
        return shown(local.removesuffix(":00"))
    return shown(labels.word(value) if key in CODED and isinstance(value, str) else value)


def print_error(error: "LedgerError") -> None:
    """What was refused, where, why and the next step, on stderr; of a file all that was refused, a next step once."""
    labels, hints = settings().labels(), set[str]()
    for each in (error, *error.others):
        _print_fault(each, hints)
    if error.resting:
        talk(labels.say("lines_resting", lines=error.resting))


def _print_fault(error: "LedgerError", hints: set[str]) -> None:
    labels = settings().labels()
    place = labels.say("separator").join(labels.place(*part) for part in error.place.items())
    where = f"{place}: " if place else ""
    message = shown(labels.message(error.code, error.fields))
    click.secho(f"{labels.say('error')}: {where}{message}", err=True, fg="red")
    hint = labels.hint(error.code, error.fields)
    if hint and hint not in hints:
        hints.add(hint)
        click.echo(f"{labels.say('hint')}: {shown(hint)}", err=True)
