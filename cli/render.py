"""Showing things: tables for people on stdout, talk on stderr, JSON for programs.

What came from outside is made harmless before it reaches a terminal: characters that are not seen are shown as escapes
(`ledger/labels/visible.py`), so that it keeps to its line, and nothing in it is taken for markup.
"""

import json
import shutil
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any
from unicodedata import combining, east_asian_width

import click

from cli.settings import settings
from ledger.labels.visible import visible, visible_json

if TYPE_CHECKING:
    from ledger.errors import LedgerError

_GAP = "   "
_FOLDED_WIDTH = 40
FOLDED = frozenset({"what", "because", "subject", "text", "source", "old", "new"})
"""The columns of running text, which may be broken over several lines; ids and amounts never are."""


def shown(value: object) -> str:
    """A value as people may safely read it."""
    if value is None or value == "":
        return "–"
    return visible(str(value))


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
    if sys.stdout.isatty():
        folding = {place for place, column in enumerate(columns) if column in FOLDED}
        lines = iter(_fitted(headings, cells, flush_right, folding, _fitting(columns, rows)))
    else:
        lines = laid_out(headings, cells, flush_right)
    for line in lines:
        click.echo(line.rstrip())


def laid_out(headings: Sequence[str], rows: Sequence[Sequence[str]], flush_right: set[int]) -> Iterator[str]:
    """A table's lines, each as wide as it must be: nothing is folded, so rich, which takes long to load, is not needed."""
    table = [headings, *rows]
    widths = [max(_columns_taken(row[place]) for row in table) for place in range(len(headings))]
    for number, row in enumerate(table):
        yield _GAP.join(
            f"{' ' * (width - _columns_taken(cell))}{cell}"
            if place in flush_right
            else f"{cell}{' ' * (width - _columns_taken(cell))}"
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        if number == 0:
            yield "─" * (sum(widths) + len(_GAP) * (len(widths) - 1))


def _columns_taken(text: str) -> int:
    """How many columns of a terminal a text takes: an ideograph takes two, what is put on a letter none."""
    if text.isascii():
        return len(text)
    return sum(0 if combining(c) else 2 if east_asian_width(c) in "WF" else 1 for c in text)


def _fitted(
    headings: Sequence[str],
    rows: Sequence[Sequence[str]],
    flush_right: set[int],
    folding: set[int],
    width: int,
) -> list[str]:
    """A table's lines for a terminal, running text folded."""
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for place, heading in enumerate(headings):
        table.add_column(
            Text(heading),
            justify="right" if place in flush_right else "left",
            overflow="fold",
            no_wrap=place not in folding,
        )
    for row in rows:
        table.add_row(*map(Text, row))
    console = Console(width=width, highlight=False, emoji=False, markup=False)
    with console.capture() as captured:
        console.print(table)
    return captured.get().splitlines()


def _fitting(columns: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> int:
    """The terminal's width, or more where columns that must not be broken need it: a line then runs over."""
    labels = settings().labels()

    def width(column: str) -> int:
        cells = (_columns_taken(_cell(column, row.get(column))) for row in rows)
        natural = max(_columns_taken(labels.heading(column)), *cells)
        return min(natural, _FOLDED_WIDTH) if column in FOLDED else natural

    terminal = shutil.get_terminal_size().columns
    return max(terminal, sum(width(column) + 3 for column in columns))


CODED = frozenset(
    "band sanction_due ground status level scheme kind component outcome how office what against skipped "  # noqa: SIM905
    "reason report figure before after severity".split()
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


def spoken(value: Any, key: str) -> str:
    """A value of any shape as people read it; `key` says whether it is one of the program's own words."""
    labels = settings().labels()
    if isinstance(value, bool):
        return labels.word("yes" if value else "no")
    if isinstance(value, list | tuple):
        return " → ".join(spoken(item, key) for item in value) or "–"
    if isinstance(value, dict):
        if labels.language in value:
            return shown(value[labels.language])
        pairs = [(key, item) for key, item in value.items() if item is not None]
        return ", ".join(f"{shown(labels.heading(key))} {spoken(item, key)}" for key, item in pairs)
    return shown(labels.word(value) if key in CODED and isinstance(value, str) else value)


def print_error(error: "LedgerError") -> None:
    """What was refused, where, why and the next step, on stderr."""
    labels = settings().labels()
    place = ", ".join(f"{labels.word(name)} {shown(value)}" for name, value in error.place.items())
    where = f"{place}: " if place else ""
    message = shown(labels.message(error.code, error.fields))
    click.secho(f"{labels.say('error')}: {where}{message}", err=True, fg="red")
    hint = labels.hint(error.code, error.fields)
    if hint:
        click.echo(f"{labels.say('hint')}: {shown(hint)}", err=True)
