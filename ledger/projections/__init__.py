"""Projections: tables that answer fast, drawn from the log alone and thrown away without loss (law 7).

What is not listed here does not exist: nothing else names the projections one by one.
"""

from functools import cache
from typing import Final

from ledger.projections import appeals, joint_liability, monthly, payroll, public_list, register
from ledger.projections.projection import Projection, Source

PROJECTIONS: Final[tuple[Projection, ...]] = (
    appeals.PROJECTION,
    joint_liability.PROJECTION,
    monthly.PROJECTION,
    payroll.HEAD,
    payroll.LINES,
    payroll.RUN,
    public_list.PROJECTION,
    register.PROJECTION,
)
"""Every projection."""


@cache
def drawn_from(source: Source) -> tuple[Projection, ...]:
    """Those whose rows are drawn from the same thing, and so called alike."""
    return tuple(each for each in PROJECTIONS if each.of == source)
