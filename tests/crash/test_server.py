"""The same on PostgreSQL: the client is killed, or cut off, at every message to the server and from it."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.engine import URL, make_url

from tests.crash.conftest import Strikers
from tests.crash.scene import LAST, MONTH, OFFICE, Book, applied, kaoji, must_be_told_in_words, rehearsed
from tests.crash.tally import Tally
from tests.support import faults
from tests.support.faults import CUT, KILLED, Fault

STEP = 5
"""Messages and answers alternate, all of one kind: every fifth is struck."""


class Databases:
    """Databases on one server, copied from one in which the office is recorded."""

    def __init__(self, server: str) -> None:
        self.server = make_url(server)
        self.pattern = f"kaoji_crash_{uuid.uuid4().hex[:16]}"
        self.name = f"{self.pattern}_struck"
        self.url = self._url(self.name)
        self._say(f"CREATE DATABASE {self.pattern}")
        applied(self._url(self.pattern), OFFICE)

    def lay_out(self) -> None:
        """The ledger as it was before anything struck it."""
        self._say(f"DROP DATABASE IF EXISTS {self.name} WITH (FORCE)")
        self._say(f"CREATE DATABASE {self.name} TEMPLATE {self.pattern}")

    def drop(self) -> None:
        """Leaves the server as it was."""
        for name in (self.name, self.pattern):
            self._say(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def _url(self, name: str) -> str:
        return self.server.set(database=name).render_as_string(hide_password=False)

    def _say(self, statement: str) -> None:
        plain = self.server.set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(plain, autocommit=True) as connection:
            connection.execute(statement.encode())


@contextmanager
def databases(server: str) -> Iterator[Databases]:
    """Databases, dropped at the end."""
    made = Databases(server)
    try:
        yield made
    finally:
        made.drop()


def strike(folder: Path, part: int, parts: int, server: str, how: str) -> Tally:
    """The messages of a recording, each in a run of its own."""
    book, file = Book(), folder / "commands.jsonl"
    file.write_bytes(b"".join(MONTH))
    with databases(server) as place:
        work = kaoji(place.url, "apply", str(file))
        place.lay_out()
        rehearsed(work)
        place.lay_out()
        known = book.sound(place.url)
        clean = faults.run(work, None)
        assert clean.status == 0, clean.err
        everything = book.sound(place.url)
        for at in range(STEP * part, len(clean.calls), STEP * parts):
            place.lay_out()
            ended = faults.run(work, None, Fault(at, how))
            try:
                book.tally.faults += ended.struck is not None
                if how != KILLED:
                    must_be_told_in_words(ended)
                acknowledged = ended.status == 0 or "recorded" in ended.out
                book.count(known, everything[len(known) :], book.sound(place.url), acknowledged)
                again, more = applied(place.url, MONTH, LAST)
                assert again.recorded in (0, len(MONTH))
                assert more.recorded == 1
                assert book.sound_log(place.url)[:-1] == everything
            except Exception as error:
                raise AssertionError(f"{how} at call {at} of {len(clean.calls)}: {error!r}") from error
    return book.tally


@pytest.mark.parametrize("how", [KILLED, CUT])
def test_a_recording_cut_off_at_any_message_is_there_whole_or_not_at_all(
    how: str, strikers: Strikers, postgres_url: URL, folder: Path
) -> None:
    server = postgres_url.render_as_string(hide_password=False)
    counted = strikers.share(strike, folder, server, how)
    assert counted.faults > 20
