"""What the made pages share."""

import inspect
from typing import Final

MADE: Final = "Made from the code by `python -m docs.generate`; whatever is written here by hand is lost."


def alternatives(choices: list[str]) -> str:
    """`a`, `b` or `c`."""
    *others, last = (f"`{choice}`" for choice in choices)
    return f"{', '.join(others)} or {last}"


def docstring(thing: object) -> str:
    """What a thing says of itself."""
    return inspect.cleandoc(thing.__doc__ or "")
