"""Who still is somebody here: in service, gone lately, or with something of theirs open."""

from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from ledger.application.desk.desk import Desk, Person
from ledger.errors import Unknown

if TYPE_CHECKING:
    from ledger.access.standing import Standing

_AFTER_LEAVING: Final = timedelta(days=90)
"""For how long somebody who has left can still look at their own record and appeal."""


def held_by(ledger: Desk, employee: str) -> tuple[frozenset[str], bool] | None:
    """The offices that count at somebody's site today, and whether they hold any at all; None: they are nobody any more."""
    desk = Desk.at(ledger, Person(employee))
    with desk.warmed():
        try:
            standing = desk.standing()
        except Unknown:
            return None
        left = standing.state.departed_on
        if left is not None and not _is_lately(standing, left) and not _is_open(ledger, standing):
            return None
        return frozenset(standing.offices(standing.site)), bool(standing.held)


def _is_lately(standing: "Standing", day: date | None) -> bool:
    """Whether a day lies no longer back than whoever has left looks at their record."""
    return day is not None and standing.today - day <= _AFTER_LEAVING


def _is_open(ledger: Desk, standing: "Standing") -> bool:
    """Whether an appeal or an objection of somebody's is open, wherever it lies, or was decided lately."""
    with ledger.look() as look:  # at sites, too, of which they never were
        rows = [row for site in look.state.site_ids() for row in look.appeals(site)]
    appeals = [row for row in rows if row["appellant"] == standing.person]
    filed = [(row["status"], row["decided_on"] and date.fromisoformat(row["decided_on"])) for row in appeals]
    objected = [(each.status, each.decided_on) for each in standing.state.things["objection"].values()]
    return any(status == "pending" or _is_lately(standing, day) for status, day in (*filed, *objected))
