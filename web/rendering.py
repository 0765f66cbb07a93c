"""How templates are read: once, with whatever is missing an error, and rows and words asked as directly as they can be.

A page of a month asks for some thousand values of rows and some hundred words, which is most of what drawing it takes.
"""

from functools import cache
from pathlib import Path
from types import MethodType
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from jinja2.runtime import Context

from web.cells import figure, standing, status
from web.named import Named

_TEMPLATES: Final = Path(__file__).parent / "templates"
_OF_DICTS: Final = frozenset(dir(dict))


class _Values(Context):
    """The values of a page. Its methods are called as they are: none of ours asks for the context."""

    def call(self, obj: Any, /, *args: Any, **named: Any) -> Any:
        """What jinja2 does, without looking for what only functions made for it have."""
        if type(obj) is not MethodType:
            return super().call(obj, *args, **named)
        named.pop("_block_vars", None)
        named.pop("_loop_vars", None)
        return obj(*args, **named)


class _Templates(Environment):
    """jinja2's, to which a row's value is the row's first: it looks for an attribute before, and fails each time."""

    context_class = _Values

    def getattr(self, obj: Any, attribute: str) -> Any:
        """`row.name`: the value of a dict, or one of its methods where it is called as these are."""
        if isinstance(obj, dict) and attribute in obj and attribute not in _OF_DICTS:
            return obj[attribute]
        return super().getattr(obj, attribute)


@cache
def templates() -> Environment:
    """The console's templates. They are read when they are first used, and not again while the process runs."""
    made = _Templates(
        loader=FileSystemLoader(_TEMPLATES),
        auto_reload=False,
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {"who": Named, "status": status, "standing": standing, "figure": figure}
    return made
