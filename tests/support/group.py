"""A group of ledgers on several servers: two in a database, one on a server that may be stopped, one in a file."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from sqlalchemy.engine import URL

from ledger.application.ledger import Ledger
from tests.support import office, postgres

NAMES: Final = ("east", "north", "south", "west")
ENTRY: Final = '[[ledger]]\nname = "{}"\nurl = "{}"\n'
DATABASE: Final = '[[database]]\nurl = "{}"\n'


@dataclass
class Group:
    """The ledgers by their names, the catalogue that lists them, and the server of `north`."""

    database: str
    other: postgres.Server
    urls: dict[str, str]
    catalogue: Path

    def write(self, text: str) -> Path:
        """Another catalogue beside it."""
        file = self.catalogue.with_name("another.toml")
        file.write_text(text)
        return file


def at(url: str, ledger: str) -> str:
    """The URL of one of a database's ledgers."""
    return f"{url}{'&' if '?' in url else '?'}ledger={ledger}"


@contextmanager
def group(server: URL, folder: Path) -> Iterator[Group]:
    """The group, each ledger with a notice of its own points in a month that is closed in the east alone."""
    with postgres.fresh_database(server) as database, postgres.one_of_its_own() as other:
        elsewhere = other.url.render_as_string(hide_password=False)
        urls = {
            "east": at(database, "east"),
            "north": elsewhere,
            "south": f"sqlite:///{folder / 'south.db'}",
            "west": at(database, "west"),
        }
        for points, name in enumerate(NAMES, 1):
            _fill(urls[name], points)
        with _opened(urls["east"], 9) as east:
            east.record.apply(office.lines([office.close_month()]))
        catalogue = folder / "kaoji-ledgers.toml"
        entries = [DATABASE.format(database), ENTRY.format("north", elsewhere)]
        catalogue.write_text("".join([*entries, ENTRY.format("south", "sqlite:///south.db")]))
        yield Group(database, other, urls, catalogue)


def _fill(url: str, points: int) -> None:
    commands: list[dict[str, Any]] = [*office.office(), office.issue_notice("N1", "E001", points)]
    with _opened(url, points) as ledger:
        ledger.record.apply(office.lines(commands))


def _opened(url: str, minutes: int) -> Ledger:
    now = office.NOW + timedelta(minutes=minutes)
    return Ledger(url, now=lambda: now, operator=lambda: "typist")
