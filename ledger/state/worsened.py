"""Whether a version that begins before its adoption would make anybody's months worse (從舊兼從輕; domain §8)."""

from collections.abc import Iterator
from typing import Final

from ledger.aggregates.context import Worsened
from ledger.events.employees import employee_stream
from ledger.policy.book import Adopted
from ledger.state.affected import CellKey
from ledger.state.hand_off import joint_owed, own_owed
from ledger.state.ledger_state import LedgerState

_BANDS: Final = ("none", "surcharge", "administrative", "dismissal")


def worsened(before: LedgerState, version: Adopted, since: str, through: str) -> Worsened | None:
    """The first figure that gets worse for somebody in the months from `since` to `through`; None where none does.

    Performance amount, band, posting and deduction (own and borne for others, as owed): each is looked at by itself.
    """
    after = before.under(version)
    cells = sorted(_touched(before, version.site, since, through))
    bearers: set[CellKey] = set()
    for key in cells:
        then, now = before.cell(*key), after.cell(*key)
        figures = (
            ("performance", then.performance, now.performance),
            ("band", _BANDS.index(then.band), _BANDS.index(now.band)),
            ("public", then.public, now.public),
        )
        for figure, old, new in figures:
            if new > old:
                return Worsened(*key, figure)
        shares = (*then.shares, *now.shares)
        bearers |= {(share.supervisor, share.month) for share in shares if share.supervisor is not None}
    for key in sorted(bearers.union(cells)):
        old, new = (own_owed(state, *key) + joint_owed(state, *key) for state in (before, after))
        if new > old:
            return Worsened(*key, "deduction")
    return None


def _touched(ledger_state: LedgerState, site: str | None, since: str, through: str) -> Iterator[CellKey]:
    """Everybody's months, of a site or of all, in which anything is recorded."""
    for one in ledger_state.site_ids() if site is None else [site]:
        employees = ledger_state.employee_ids(one)
        ledger_state.load(map(employee_stream, employees))
        for employee in employees:
            facts = ledger_state.facts(employee)
            yield from (
                (employee, m) for m in facts.touched if since <= m <= through and facts.site_in(m) == one
            )
