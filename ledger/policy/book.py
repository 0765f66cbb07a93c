"""The policy book: which version is in force where, and on which day.

A version is in force from the first day of its month until a later one that applies to the site begins.
Of two that begin on the same day, one for the site itself goes before one for all sites, then the one
adopted later. The default house rules are in force from the beginning of time.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal

from ledger.policy.model import Appeals, Policy
from ledger.policy.working_days import Deadline, deadline

_BEGINNING = date.min

Window = Literal["window", "escalation", "decision"]
"""What runs in working days from an act: the window to appeal, that to escalate, the time to decide."""


@dataclass(frozen=True, slots=True)
class Adopted:
    """A version as the ledger adopted it; `site` None means all sites."""

    policy: Policy
    site: str | None
    position: int
    digest: str


@dataclass(frozen=True, slots=True)
class Period:
    """The days a version governs a site: from `start` (None: the beginning of time) to before `until` (None: open)."""

    entry: Adopted
    start: date | None
    until: date | None


@dataclass(frozen=True, slots=True)
class PolicyBook:
    """All adopted versions, in the order of their adoption."""

    adopted: tuple[Adopted, ...] = ()
    _in_force: dict[tuple[str, date], Adopted] = field(
        default_factory=dict, init=False, compare=False, repr=False
    )
    """What was asked before: a book never changes, and every decision asks it."""

    def with_version(self, entry: Adopted) -> "PolicyBook":
        """The book with one more version."""
        return PolicyBook((*self.adopted, entry))

    def versions(self, site: str) -> Iterator[Adopted]:
        """The versions that apply to a site."""
        return (entry for entry in self.adopted if entry.site is None or entry.site == site)

    def entry_on(self, site: str, day: date) -> Adopted:
        """The version in force at a site on a day, with its place in the ledger. LookupError if there is none."""
        known = self._in_force.get((site, day))
        if known is None:
            known = self._in_force[site, day] = self._entry_on(site, day)
        return known

    def _entry_on(self, site: str, day: date) -> Adopted:
        in_force = [
            entry
            for entry in self.versions(site)
            if entry.policy.effective_from is None or entry.policy.effective_from <= day
        ]
        if not in_force:
            raise LookupError(f"no policy is in force at {site} on {day}")
        return max(
            in_force,
            key=lambda e: (e.policy.effective_from or _BEGINNING, e.site is not None, e.position),
        )

    def on(self, site: str, day: date) -> Policy:
        """The policy in force at a site on a day. LookupError if there is none."""
        return self.entry_on(site, day).policy

    def deadline(self, site: str, window: Window, start: date, acted_on: date) -> Deadline:
        """The last day of a window that begins after `start`, by the policy of the month of the act it is for.

        Its length is that policy's; working days are counted by every calendar that applies to the site, and the
        longest window counts. LookupError where no policy is in force.
        """
        policy = self.on(site, acted_on.replace(day=1))
        return self.after(site, start, _length(policy.appeals, window), policy)

    def after(self, site: str, start: date, working_days: int, policy: Policy | None = None) -> Deadline:
        """The last of so many working days after a day, by every calendar that applies to the site.

        `policy`: one whose calendar counts too. LookupError where no policy is in force.
        """
        in_force = self.on(site, start) if policy is None else policy
        calendars = [in_force.calendar, *(entry.policy.calendar for entry in self.versions(site))]
        return deadline(calendars, start, working_days)

    def working_days_after(self, site: str, start: date, working_days: int) -> date:
        """The last of so many working days after a day, by the most favourable calendar that applies to the site."""
        policy = self.on(site, start.replace(day=1))
        calendars = [policy.calendar, *(entry.policy.calendar for entry in self.versions(site))]
        return deadline(calendars, start, working_days).day

    def reigns(self, site: str) -> list["Period"]:
        """Which version governs a site from when to when, without a gap, from the beginning of time."""
        starts = sorted({entry.policy.effective_from or _BEGINNING for entry in self.versions(site)})
        found: list[Period] = []
        for start, until in zip(starts, [*starts[1:], None], strict=True):
            entry = self.entry_on(site, start)
            if found and found[-1].entry is entry:
                found[-1] = replace(found[-1], until=until)
            else:
                found.append(Period(entry, None if start == _BEGINNING else start, until))
        return found

    def named(self, version: str) -> Adopted | None:
        """The version of this name, None where it has not been adopted."""
        return next((entry for entry in self.adopted if entry.policy.version == version), None)

    def has(self, version: str) -> bool:
        """Whether a version of this name has been adopted."""
        return any(entry.policy.version == version for entry in self.adopted)


def _length(rules: Appeals, window: Window) -> int:
    """Working days of a window."""
    if window == "window":
        return rules.window_working_days
    return rules.escalation_working_days if window == "escalation" else rules.decision_working_days
