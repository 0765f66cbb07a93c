"""The projections, one file a subject; what stands in a file of this room is one of them, and nothing else lists them."""

from functools import cache
from typing import Final

from ledger.projections.projection import Projection, Source
from ledger.rooms import modules_of

PROJECTIONS: Final = tuple(
    value
    for module in modules_of(__name__)
    for value in vars(module).values()
    if isinstance(value, Projection)
)
"""Every projection."""


@cache
def drawn_from(source: Source) -> tuple[Projection, ...]:
    """Those whose rows are drawn from the same thing, and so called alike."""
    return tuple(each for each in PROJECTIONS if each.of == source)
