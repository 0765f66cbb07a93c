"""An entry of `explain --pay` as a row that people read: what it is, what it is about, the amount, what it rests on."""

from collections.abc import Mapping
from typing import Any, Final

from ledger.labels.messages import Labels

COLUMNS: Final = ("matter", "about", "amount", "words")
_CALLED: Final = {"line": "line_handed_over", "returned": "actually_taken"}
"""What an entry of pay is called by another word than elsewhere."""


def row_of(entry: Mapping[str, Any], labels: Labels) -> dict[str, str]:
    """The cells of an entry by `COLUMNS`; where it has no words, the positions it rests on stand for them."""
    return {
        "matter": labels.word(_CALLED.get(entry["what"], entry["what"])),
        "about": _about(entry, labels),
        "amount": entry["amount"],
        "words": entry.get("words") or " ".join(f"[#{position}]" for position in entry["rests_on"]),
    }


def run_named(run: str, labels: Labels) -> str:
    """A run by its id, and the one that needs none in words."""
    return labels.say("regular_run") if run == "regular" else run


def _about(entry: Mapping[str, Any], labels: Labels) -> str:
    """What an entry is about, in one cell: its month, component, run, reason or guard."""
    parts = [entry.get("obligation_month") or entry.get("month")]
    parts += [run_named(entry["run"], labels)] if entry.get("run") else []
    parts += [labels.word(entry[name]) for name in ("component", "reason", "how") if entry.get(name)]
    for name in ("wage", "minimum_wage"):
        if entry.get(name):
            parts.append(f"{labels.heading(name)} {entry[name]}")
    return " · ".join(part for part in parts if part)
