"""Appointments and policies for which the operator alone answers, told until a checkpoint covers them (domain §1)."""

from ledger.events import Recorded
from ledger.events.offices import OfficeAppointed
from ledger.events.policies import POLICY_STREAM, PolicyAdopted
from ledger.events.sites import site_stream
from ledger.state.ledger_state import LedgerState
from ledger.store.notary import Notary
from ledger.store.registry_queries import NO_END

_HOUSE_RULES = 1
"""The position at which a ledger begins with its own rules, which nobody decides."""


def unstated_acts(state: LedgerState, after: int, site: str | None = None) -> list[Recorded]:
    """Those of one site, or of all, behind a position: nobody is said to have decided them."""
    sites = state.site_ids() if site is None else [site]
    found = [
        recorded
        for stream in (POLICY_STREAM, *map(site_stream, sites))
        for recorded in state.stream(stream)
        if recorded.position > max(after, _HOUSE_RULES)
        and isinstance(recorded.event, OfficeAppointed | PolicyAdopted)
        and recorded.event.by is None
        and getattr(recorded.event, "site", None) in (None, *sites)
    ]
    return sorted(found, key=lambda recorded: recorded.position)


def covered(state: LedgerState) -> int:
    """How many events the largest checkpoint covers that had left by then; 0 where there is none."""
    return Notary(state.log).covered(NO_END if state.as_of is None else state.as_of)
