"""What a field of an event is called, where its heading says something else of other events."""

from typing import Final

_OTHERWISE: Final = {
    ("site_registered", "name"): "site_name",
    ("reward_granted", "points"): "reward_points",
    ("check_recorded", "points"): "points_given",
    ("sheet_imported", "rows"): "rows_read",
}
"""A reward's points take nothing off, and those of a mark may be given."""


def event_heading(kind: str, field: str) -> str:
    """The field whose heading a field of this kind of event has; a finding but that of a supervisor is what was found."""
    if field == "finding" and kind != "responsibility_found":
        return "found"
    return _OTHERWISE.get((kind, field), field)
