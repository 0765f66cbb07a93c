"""The fields whose values are the program's own codes wherever they stand, and so have words; ids and names never do."""

from typing import Final

CODED: Final = frozenset(
    ("band", "component", "ground", "kind", "level", "office", "outcome", "scheme", "status")
)
"""An employee's id may well be `director`: what is not named here is never translated. Rooms add fields of their own."""
