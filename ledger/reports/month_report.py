"""What a report is that is the rows of a site's month and no more: `kaoji report NAME MONTH` prints its columns."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from ledger.reports.shapes import Report
from ledger.reports.source import Rows
from ledger.rooms import modules_of
from ledger.state.ledger_state import LedgerState


@dataclass(frozen=True, slots=True, eq=False)
class MonthReport:
    """A report and how it is printed. The docstring of `rows` is the help of its command in English.

    `right` are the columns of numbers; `spare` those that a narrow terminal goes without, the first one first.
    """

    name: str
    rows: Callable[[Rows, LedgerState, str, str], list[Report]]
    columns: tuple[str, ...]
    right: tuple[str, ...] = ()
    spare: tuple[str, ...] = ()


@cache
def month_reports() -> dict[str, MonthReport]:
    """Every one that stands in a file of this room, by its name."""
    modules = modules_of("ledger.reports")
    found = [value for module in modules for value in vars(module).values() if isinstance(value, MonthReport)]
    return {report.name: report for report in found}
