"""The ledgers of one database: which there are, and every site of theirs in turn.

They are read one after another, each as it stands then: no figure of one rests on another.
"""

from collections.abc import Iterator
from typing import Any

from ledger.application.as_of import is_instant
from ledger.application.desk import Desk
from ledger.application.ledger import Ledger
from ledger.errors import InputError, StoreError, Unknown
from ledger.store.address import shown
from ledger.store.log import Log


def ledgers(url: str) -> list[dict[str, Any]]:
    """Every ledger in which something was recorded: `ledger`, `events`, `recorded_at` (the last), by id.

    StoreError `ledger_missing` where there is none.
    """
    log = Log(url)
    try:
        found = log.ledgers()
        if not found:
            raise StoreError("ledger_missing", url=shown(log.url))
        names = ("ledger", "events", "recorded_at")
        return [dict(zip(names, row, strict=True)) for row in found]
    finally:
        log.close()


class Projecting:
    """The sheets of every ledger of a database, caught up in turn."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._drawn: dict[str, int] = {}

    def project(self) -> Iterator[tuple[str, tuple[int, int] | StoreError]]:
        """Catches up: each ledger's id, from which position and to which, or why not: the others are drawn all the same.

        A ledger that has come no further since it was last looked at here is left out, and not even opened. StoreError
        `database_away`, and what `ledgers` raises.
        """
        for row in ledgers(self._url):
            name = row["ledger"]
            if row["events"] == self._drawn.get(name):
                continue
            try:
                with Ledger(self._url, name) as ledger:
                    since, self._drawn[name] = ledger.project()
            except StoreError as error:
                if error.code == "database_away":
                    raise
                self._drawn[name] = row["events"]
                yield name, error
            else:
                yield name, (since, self._drawn[name])


def each_ledger(url: str, as_of: str | None = None) -> Iterator[tuple[str, Desk]]:
    """Every ledger, opened in turn, with its id. StoreError `ledger_missing`; InputError `as_of_needs_instant`."""
    if as_of is not None:
        _require_instant(as_of)
    for row in ledgers(url):
        with Desk(url, row["ledger"]) as ledger:
            yield row["ledger"], ledger


def each_site(url: str, site: str | None = None, as_of: str | None = None) -> Iterator[tuple[str, Desk, str]]:
    """Every site of every ledger, or those of an id, as of an instant: the ledger's id, the ledger opened, the site.

    StoreError `ledger_missing`, InputError `as_of_needs_instant` (positions are each ledger's own), Unknown `site_unknown`.
    """
    found = False
    for name, ledger in each_ledger(url, as_of):
        for each in ledger.site_ids(None if as_of is None else ledger.position_of(as_of)):
            if site in (None, each):
                found = True
                yield name, ledger, each
    if site is not None and not found:
        raise Unknown("site_unknown", site=site)


def _require_instant(as_of: str) -> None:
    if not is_instant(as_of):
        raise InputError("as_of_needs_instant", as_of=as_of)
