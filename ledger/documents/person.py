"""Everything held on one person as a page they can read, in three languages, beside the values it is made of.

It is made of the values of `Ledger.export_person` and nothing else: equal values make equal bytes.
"""

import base64
import hashlib
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, Final

from ledger.documents.dossier import OWN_NAMES, Reader, read_text, template
from ledger.labels.event_headings import event_heading
from ledger.labels.messages import load
from ledger.labels.notice_status import notice_status
from ledger.labels.pay_entries import COLUMNS, row_of
from ledger.terms import LANGUAGES, Language

FIGURES: Final = (
    *("month", "notices", "points", "late_points", "contested_points", "base_fine", "surcharge", "shifted"),
    *("no_worse", "joint_liability", "deduction", "band", "performance"),
)
"""The columns of the months' table; money in yuan."""

_NOT_TOLD: Final = {"employee"}


def page(
    values: Mapping[str, Any],
    receipts: Iterable[int],
    language: Language,
    timezone: str,
    sites: Mapping[str, str],
) -> str:
    """The page, in all languages, one of them shown first; `receipts` are the positions that have one.

    Instants are shown by the clock of the time zone; `sites`: what each site is called.
    """
    style = read_text("dossier.css")
    names = {values["employee"]: values["person"]["name"]}
    text: str = _template().render(
        held=values,
        notices=[row | {"status": notice_status(row)} for row in values["notices"]],
        figures=FIGURES,
        receipts=set(receipts),
        language=language,
        languages=[
            Reader(load(one), names, timezone, sites) for one in sorted(LANGUAGES, key=LANGUAGES.index)
        ],
        told=told,
        paid=paid,
        pay_columns=COLUMNS[:3],
        own_names=OWN_NAMES,
        style=style,
        style_digest=base64.b64encode(hashlib.sha256(style.encode()).digest()).decode(),
    )
    return text


def told(reader: Reader, event: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What an event says: the heading of each field, and its value in words."""
    return [
        (reader.heading(event_heading(event["kind"], name)), reader.value(name, value))
        for name, value in event["fields"].items()
        if name not in _NOT_TOLD
    ]


def paid(language: Language, pay: Mapping[str, Any]) -> list[dict[str, str]]:
    """Why pay of a month took what it took, entry by entry; the words are in the values alone, in one language."""
    return [row_of(entry, load(language)) for entry in pay["entries"]]


@lru_cache(maxsize=1)
def _template() -> Any:
    return template("person.html.j2")
