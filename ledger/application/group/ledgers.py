"""A group of ledgers: those of one database, or those of a catalogue, wherever they lie: looked for, opened in turn.

They are read one after another, each as it stands then: no figure of one rests on another. A server that is away keeps
nobody from being told what the others hold.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from ledger.application.desk.desk import Desk
from ledger.application.group import catalogue as group_file
from ledger.application.ledger import Ledger
from ledger.application.reading.as_of import is_instant
from ledger.errors import InputError, LedgerError, StoreError
from ledger.store.address import parse_address, shown
from ledger.store.log import Log


@dataclass(frozen=True, slots=True)
class Member:
    """A ledger of a group: what it is called there, where it lies, and how far it had come when it was looked for."""

    name: str
    url: str = field(repr=False)
    ledger: str
    events: int
    recorded_at: str
    identity: str
    place: str

    def open(self) -> Desk:
        """The ledger, for whoever keeps the files; closing it is the caller's."""
        return Desk(self.url, self.ledger)

    def told(self) -> dict[str, Any]:
        """As `kaoji ledgers` lists it: `ledger`, `events`, `recorded_at`."""
        return {"ledger": self.name, "events": self.events, "recorded_at": self.recorded_at}


@dataclass(frozen=True, slots=True)
class Group:
    """Ledgers sorted by what they are called, and why others of the catalogue could not be asked."""

    members: tuple[Member, ...]
    away: tuple[LedgerError, ...] = ()


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Where a group is: in the database of a URL or, where one is named, in what a catalogue lists."""

    url: str
    catalogue: Path | None = None

    def group(self) -> Group:
        """The group as it is now.

        StoreError `ledger_missing` where there is no ledger in the database, `catalogue_name_twice`,
        `catalogue_ledger_twice`, and what reading a catalogue may raise (`group_file.read`).
        """
        if self.catalogue is None:
            return Group(tuple(_of_database(self.url, "")))
        members: list[Member] = []
        away: list[LedgerError] = []
        for entry in group_file.read(self.catalogue):
            try:
                members += _of_entry(entry)
            except StoreError as error:
                away.append(error if entry.name is None else error.at(ledger=entry.name))
        _require_unique(members)
        return Group(tuple(sorted(members, key=lambda member: member.name)), tuple(away))


def _of_entry(entry: group_file.Entry) -> list[Member]:
    if entry.name is None:
        return _of_database(entry.url, entry.place)
    url, ledger = parse_address(entry.url)
    for member in _of_database(url.render_as_string(hide_password=False), entry.place, ledger):
        return [replace(member, name=entry.name)]
    raise StoreError("ledger_missing", url=shown(url, ledger))


def _of_database(url: str, place: str, ledger: str | None = None) -> list[Member]:
    """The ledgers of a database in which something was recorded, or one of them. StoreError `ledger_missing`."""
    log = Log(url)
    try:
        found = log.ledgers()
        if not found:
            raise StoreError("ledger_missing", url=shown(log.url))
        return [Member(row[0], url, *row, place) for row in found if ledger in (None, row[0])]
    finally:
        log.close()


def _require_unique(members: Iterable[Member]) -> None:
    """StoreError `catalogue_name_twice`; `catalogue_ledger_twice` for a copy, which a total would count twice."""
    names: dict[str, Member] = {}
    identities: dict[str, Member] = {}
    for member in members:
        other = names.setdefault(member.name, member)
        if other is not member:
            raise StoreError("catalogue_name_twice", name=member.name, first=other.place, second=member.place)
        other = identities.setdefault(member.identity, member)
        if other is not member:
            first, second = (f"{one.name}, {one.place}" for one in (other, member))
            raise StoreError("catalogue_ledger_twice", first=first, second=second)


def ledgers(url: str) -> list[dict[str, Any]]:
    """Every ledger of a database in which something was recorded: `ledger`, `events`, `recorded_at` (the last), by id.

    StoreError `ledger_missing` where there is none.
    """
    return [member.told() for member in Whereabouts(url).group().members]


def require_instant(as_of: str | None) -> None:
    """InputError `as_of_needs_instant`: positions are each ledger's own."""
    if as_of is not None and not is_instant(as_of):
        raise InputError("as_of_needs_instant", as_of=as_of)


def stand(ledger: Ledger, as_of: str | None) -> dict[str, Any]:
    """At which `position` a ledger is read, and the `mark` of what stands there: SHA-256 of its bytes."""
    position = ledger.position() if as_of is None else ledger.position_of(as_of)
    return {"position": position, "mark": ledger.log.hashes([position]).get(position, "")}


class Projecting:
    """The sheets of every ledger of a group, caught up in turn."""

    def __init__(self, where: Whereabouts) -> None:
        self._where = where
        self._drawn: dict[str, int] = {}
        self._away: set[str] = set()

    def project(self) -> Iterator[tuple[str, tuple[int, int] | LedgerError]]:
        """Catches up: each ledger's id, from which position and to which, or why not: the others are drawn all the same.

        A ledger that has come no further since it was last looked at here is left out, and not even opened. What is away
        of a catalogue is told once, until it is back. StoreError `database_away`, and what `Whereabouts.group` raises.
        """
        group = self._where.group()
        away = {str(error.fields) for error in group.away}
        for error in group.away:
            if str(error.fields) not in self._away:
                yield "", error
        self._away = away
        for member in group.members:
            name = member.name
            if member.events == self._drawn.get(name):
                continue
            try:
                with member.open() as ledger:
                    since, self._drawn[name] = ledger.project()
            except StoreError as error:
                if error.code == "database_away" and self._where.catalogue is None:
                    raise
                self._drawn[name] = member.events
                yield name, error
            else:
                yield name, (since, self._drawn[name])
