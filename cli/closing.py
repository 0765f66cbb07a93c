"""What a month's close is told with: before it what is still open, after it what was handed to finance."""

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from cli.render import print_line, shown, talk
from cli.settings import settings
from ledger.errors import LedgerError
from ledger.formats import format_money

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ledger.application.desk.desk import Desk
    from ledger.application.recording.notes import Note


def tell_what_is_open(ledger: "Desk", values: dict[str, Any]) -> None:
    """Says on stderr what is still open in the month to be closed; what cannot be read is left for the close to refuse."""
    labels = settings().labels()
    with suppress(LedgerError, ValueError), ledger.look() as look:
        for matter, found in look.open_in_month(values["month"], values.get("site")).items():
            if found:
                named = labels.say("separator").join(found)
                talk(labels.say(f"close_open_{matter}", month=values["month"], named=named))


def open_differences(notes: "Iterable[Note]") -> int:
    """How many differences a close says stay open."""
    return sum(int(str(note.fields["differences"])) for note in notes if note.code == "open_differences")


def show_close(fields: dict[str, Any]) -> None:
    """Month, total and number of persons of a close, on stdout."""
    persons = len({line["employee"] for line in fields.get("lines", ())})
    total = format_money(fields["total_fen"])
    print_line(
        shown(settings().labels().say("close_total", month=fields["month"], total=total, persons=persons))
    )
