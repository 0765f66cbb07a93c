"""What is told for a terminal, without what is typed there: pages say the rest."""

import re
from typing import Final

NOTED: Final = re.compile(r"(：|: )kaoji [^。]*$")
"""A command that a note ends with."""
FIELD: Final = re.compile(r"（[a-z_]+）| \([a-z]+(?:_[a-z_]+)+\)")
"""A field or a command by its name in a file, in brackets behind the word for it."""
_BRACKETED: Final = re.compile(r"（(?:kaoji |--)[^（）]*）| \((?:kaoji |--)[^()]*\)")
_TYPED: Final = re.compile(r"kaoji |docs/|--[a-z]|KAOJI_|\[\[|\.toml|pg_hba")
"""What is typed at a terminal, or stands in a file of whoever keeps the server."""


def on_a_page(hint: str | None) -> str | None:
    """A next step without the parts that name what is typed at a terminal; None: nothing is left."""
    if hint is None:
        return None
    mark = "；" if "；" in hint else "; "
    parts = FIELD.sub("", _BRACKETED.sub("", hint)).split(mark)
    kept = [part for part in parts if _TYPED.search(part) is None]
    return mark.join(kept) or None
