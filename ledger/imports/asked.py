"""What an import is asked to do beside reading a file: for which month, by whom, from when."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from ledger.imports.import_map import NO_MAP, ImportMap
from ledger.imports.pay_map import PayMap


@dataclass(frozen=True, slots=True)
class Asked:
    """The options of `kaoji import`. None: not said.

    `since`: from when a changed placement holds; `run`, `correction`, `blank_is`: of a return of payroll (finance §13);
    `pay_map`: how payroll's own file is read; `distinct`: why rows that look like a standing notice are others;
    `shows_names` False: no message holds a name.
    """

    site: str | None = None
    month: str | None = None
    by: str | None = None
    on: date | None = None
    since: date | None = None
    run: str = "regular"
    correction: str | None = None
    blank_is: Literal["unreported", "zero"] = "unreported"
    distinct: str | None = None
    numbers_as_staff: bool = False
    shows_names: bool = True
    sheet: str | None = None
    encoding: str | None = None
    map: ImportMap = NO_MAP
    pay_map: PayMap | None = None

    def map_digest(self) -> str | None:
        """The digest of the map that was given; None without one."""
        if self.pay_map is not None:
            return self.pay_map.digest()
        return None if self.map == NO_MAP else self.map.digest()

    @property
    def year(self) -> int | None:
        """The year of days that are written without one: that of the map, else of the month."""
        if self.map.dates.year is not None or self.month is None:
            return self.map.dates.year
        return int(self.month[:4])
