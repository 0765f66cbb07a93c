"""Who may record what an organisation is: its sites, people, pay, offices, policies and keys (domain §1).

Where nobody is stated to have done it the operator alone answers.
"""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Final

from ledger.aggregates.authority import holders, offices_of, require_employed, require_office
from ledger.aggregates.context import DecisionContext
from ledger.errors import NotEntitled

APPOINTING: Final = ("manager", "company")
"""The offices that appoint, the nearer one first."""

_RECORDING: Final[Mapping[str, Collection[str]]] = {
    "appoint": APPOINTING,
    "person": {"office", "manager", "company"},
    "wage": {"finance", "office", "manager"},
    "key": {"manager", "company"},
}
"""Who may record an organisational fact of a site (domain §1)."""


def require_may_record(context: DecisionContext, what: str, by: str | None, site: str, day: date) -> None:
    """Whoever is said to record a fact of a site must hold an office for it on the day of the act.

    Unknown, WrongTime `not_employed`, NotEntitled `office_needed`.
    """
    if by is not None:
        require_office(context, by, site, day, _RECORDING[what])


def require_may_found(context: DecisionContext, by: str | None, day: date) -> None:
    """What concerns every site is for company at any of them, or a manager where no site has a company holder.

    Unknown, WrongTime `not_employed`, NotEntitled `office_needed`.
    """
    if by is None:
        return
    founded = any(holders(context, site, "company", day) for site in context.sites())
    _require_anywhere(context, by, day, {"company" if founded else "manager"})


def require_may_replace_key(context: DecisionContext, by: str | None, day: date) -> None:
    """The signing key, which is that of every site, is replaced by a manager or company of any of them.

    Unknown, WrongTime `not_employed`, NotEntitled `office_needed`.
    """
    if by is not None:
        _require_anywhere(context, by, day, _RECORDING["key"])


def _require_anywhere(context: DecisionContext, by: str, day: date, offices: Collection[str]) -> None:
    sites = context.sites()
    require_employed(context, by, day)
    if all(offices_of(context, by, site, day).isdisjoint(offices) for site in sites):
        needed = ", ".join(sorted(offices))
        raise NotEntitled("office_needed", by=by, offices=needed, site=", ".join(sites), on=day)


def require_may_adopt(context: DecisionContext, by: str | None, site: str | None, day: date) -> None:
    """A policy of one site is for its company, or its manager where there is none; one of all sites as founding is."""
    if by is None:
        return
    if site is None:
        require_may_found(context, by, day)
        return
    needed = {"company"} if holders(context, site, "company", day) else {"manager"}
    require_office(context, by, site, day, needed)
