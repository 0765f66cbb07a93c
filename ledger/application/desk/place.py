"""Where somebody is at work: the site that a page is about, and what they are there."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from ledger.access.standing import Standing
from ledger.application.desk.menu import MENU, entries_of


@dataclass(frozen=True, slots=True)
class Place:
    """The site a page is about, its time zone and its day; the offices that count for the person there today, the `entries`
    of the menu that these give, and the departments they head there, sorted.

    `choices` are the sites at which they have use for the page, each with its name; `own` is the one they belong to, `held`
    are those at which they hold an office. A site that they may not know has no clock but that of their own.
    """

    site: str
    zone: str
    today: date
    offices: frozenset[str]
    entries: frozenset[str]
    heads: tuple[str, ...]
    choices: Mapping[str, str]
    own: str
    held: frozenset[str]


def place_of(standing: Standing, entry: str | None, given: str) -> Place:
    """Where a page of an entry of the menu (None: of no entry) is for somebody; `given`: the site asked for, if one is.

    Without one it is their own, if they have use for the entry there, else the first site at which they have.
    """
    needed = frozenset[str]() if entry is None else MENU[entry]
    site = given or standing.first_site(needed)
    known = site in standing.known_sites
    clock = site if known else standing.site
    offices = frozenset[str](standing.offices(site)) if known else frozenset[str]()
    return Place(
        site=site,
        zone=standing.context.site(clock).timezone,
        today=standing.context.today(clock),
        offices=offices,
        entries=entries_of(offices) if known else frozenset(),
        heads=tuple(sorted(standing.headed(site))) if known else (),
        choices={
            each: name
            for each, name in standing.known_sites.items()
            if not needed or standing.offices(each) & needed
        },
        own=standing.site,
        held=frozenset(standing.held),
    )
