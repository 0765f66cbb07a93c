"""Where benchmarks write: a PostgreSQL server that is durable, and ledgers that are kept from run to run.

The server is the tests' own, with the settings that make a commit durable put back; a given one
(`KAOJI_TEST_PG_URL`) is used as it is. Kept ledgers belong to one state of the code and go with it.
"""

import hashlib
import shutil
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final

import psycopg
from sqlalchemy.engine import URL, make_url

from benchmarks import stamping, synthetic
from benchmarks.frame import Stage, say
from ledger.application.ledger import Ledger
from tests.support import postgres

DURABLE: Final = {
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "autovacuum": "on",
    "shared_buffers": "256MB",
    "max_wal_size": "4GB",
}


class Server:
    """A server, started when somebody first asks for a database."""

    def __init__(self) -> None:
        self._open = ExitStack()
        self._url: URL | None = None

    @contextmanager
    def database(self) -> Iterator[str]:
        """The URL of a new database, dropped afterwards."""
        if self._url is None:
            self._url = self._open.enter_context(postgres.serving(postgres.SETTINGS | DURABLE))
        with postgres.fresh_database(self._url) as url:
            yield url

    def version(self) -> str:
        """The server's version and what of it bears on durability."""
        with self.database() as url, connected(url) as connection:
            shown = {
                name: connection.execute(f"SHOW {name}").fetchone()
                for name in ("server_version", "fsync", "synchronous_commit")
            }
        found = {name: row[0] if row else "?" for name, row in shown.items()}
        return "{server_version}, fsync {fsync}, synchronous_commit {synchronous_commit}".format(**found)

    def stop(self) -> None:
        """Stops it."""
        self._open.close()


def connected(url: str) -> psycopg.Connection:
    """The bare driver's connection to a database."""
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    return psycopg.connect(plain)


def kept_ledger(stage: Stage, events: int) -> Ledger:
    """A ledger of this many events in SQLite, built the first time: one site decided, the others stamped."""
    folder = stage.kept / _state_of_the_code()
    for other in stage.kept.glob("*"):
        if other != folder:
            shutil.rmtree(other, ignore_errors=True)
    file = folder / f"{events}" / "kaoji.db"
    done = file.with_name("done")
    if not done.exists():
        shutil.rmtree(file.parent, ignore_errors=True)
        file.parent.mkdir(parents=True)
        begun = time.perf_counter()
        with synthetic.open_ledger(f"sqlite:///{file}") as ledger:
            position = stamping.fill(ledger, events)
        done.touch()
        say(f"  {position:,} events stamped in {time.perf_counter() - begun:.0f} s")
    return synthetic.open_ledger(f"sqlite:///{file}")


def _state_of_the_code() -> str:
    """Changes whenever the product or the generator does: kept ledgers are never of another layout."""
    digest = hashlib.sha256()
    root = Path(__file__).parents[1]
    sources = [*root.glob("ledger/**/*.py"), *root.glob("ledger/**/*.toml")]
    for file in sorted([*sources, root / "benchmarks/synthetic.py", root / "benchmarks/stamping.py"]):
        digest.update(file.read_bytes())
    return digest.hexdigest()[:16]
