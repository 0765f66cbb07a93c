"""Staff numbers that are easily taken for each other (E1, E01, e1): told when one is registered (domain §1)."""

from typing import TYPE_CHECKING

from ledger.aggregates.spellings import look_of_id

if TYPE_CHECKING:
    from ledger.state.ledger_state import LedgerState


class Lookalikes:
    """Everybody's staff number by what it looks like, read when it is first asked for."""

    def __init__(self) -> None:
        self._added: list[str] = []
        self._by_look: dict[str, dict[str, None]] | None = None

    def add(self, employee: str) -> None:
        """Somebody is registered."""
        self._added.append(employee)

    def of(self, state: "LedgerState", employee: str) -> list[str]:
        """The staff numbers, of whichever site, that look like this one, itself aside."""
        if self._by_look is None:
            self._by_look = {}
            for site in state.reading.site_ids():
                self._added += state.reading.employee_ids(site)
        for each in self._added:
            self._by_look.setdefault(look_of_id(each), {})[each] = None
        self._added.clear()
        return [each for each in self._by_look.get(look_of_id(employee), ()) if each != employee]
