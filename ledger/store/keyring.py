"""The keyring: the key of each person, in a file or database of its own, apart from the log and from its backups.

Destroying a key is what erases a person's words, so nothing of it may linger: on SQLite the file keeps no write-ahead
log and overwrites what is deleted, on PostgreSQL the table is written anew. Beside them stands which files left the ledger
(`handouts`).
"""

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, delete, func, insert, inspect, select
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError, OperationalError

from ledger.errors import StoreError
from ledger.store import catalogue, ddl
from ledger.store.address import file_of, shown
from ledger.store.database_errors import told, trouble
from ledger.store.engine import make_engine
from ledger.store.file_locks import alone, await_turn
from ledger.store.fitting import Fitting
from ledger.store.handouts import Handouts
from ledger.store.keyring_schema import LEDGER_ITSELF, keys, metadata
from ledger.store.sql import bytes_of, chunks, execute, execute_all, fetch_all, is_sqlite, placeholders
from ledger.store.transactions import query_connection, reading, turn_on_server, writing

_STORED: Final = "SELECT subject, key FROM keyring_keys WHERE identity = ? AND subject IN ({})"
_COUNT: Final = select(func.count()).select_from(keys)

_KEEP: Final = "INSERT INTO keyring_keys (identity, subject, key) VALUES (?, ?, ?)"
"""Never by COPY: a server that refuses a line of one writes the line into its own log."""


class Keyring:
    """The keys of people, by the ledger's identity and their random ids in it."""

    def __init__(self, url: URL) -> None:
        self.url = url
        self.engine = make_engine(url, journal="DELETE", secure_delete=True)
        self._keys: dict[tuple[str, str], bytes | None] = {}
        self._has_table = False
        self.handouts = Handouts(self)

    def close(self) -> None:
        """Lets go of the database."""
        self.engine.dispose()

    def create(self, identity: str, secret: bytes) -> None:
        """The tables and a new ledger's secret; a file that only its owner may read."""
        self._make_file()
        with self.writing(makes=True):
            pass
        if self.secret(identity) is None:
            self.persist(identity, {LEDGER_ITSELF: secret})

    def take_over(self, other: "Keyring", identity: str) -> None:
        """Takes over what another keyring knows of a ledger, where it does not know it itself yet.

        StoreError `keyring_missing` where the other one does not know the ledger, `keyring_unusable`.
        """
        other.require(identity)
        self._make_file()
        with (
            other.usable(),
            query_connection(other.engine) as theirs,
            self.writing(makes=True) as mine,
        ):
            other._require_own(theirs)
            for column in catalogue.mistyped(theirs, metadata):
                raise StoreError("keyring_unusable", url=shown(other.url), reason=column)
            for table in metadata.sorted_tables:
                key = table.primary_key.columns
                of_ledger = table.c.identity == identity
                known = {tuple(row) for row in mine.execute(select(*key).where(of_ledger))}
                for row in theirs.execute(select(table).where(of_ledger)).mappings():
                    if tuple(row[column.name] for column in key) not in known:
                        mine.execute(insert(table), dict(row))
        self._keys.clear()

    def give_up(self, identity: str) -> None:
        """Forgets a ledger that was taken over: the restore it was taken over for did not come about."""
        with self.writing() as connection:
            for table in metadata.sorted_tables:
                connection.execute(delete(table).where(table.c.identity == identity))
        self._keys.clear()

    def _make_file(self) -> None:
        """A new file is one that only its owner may read; another program's is left alone."""
        file = file_of(self.url)
        if file is not None and not file.exists():
            with self.usable():
                _make(file)
        self._refuse_others()

    def secret(self, identity: str) -> bytes | None:
        """The ledger's own secret; None where this keyring does not know the ledger."""
        return self.key(identity, LEDGER_ITSELF)

    def require(self, identity: str) -> None:
        """StoreError `keyring_missing` where this keyring does not know the ledger, `keyring_wrong` where the secret it
        has is not the one by which the ledger is called."""
        secret = self.secret(identity)
        if secret is None:
            raise StoreError("keyring_missing", url=shown(self.url))
        if Fitting(lambda: identity).secret_fits(secret) is False:
            raise StoreError("keyring_wrong", url=shown(self.url))

    def key(self, identity: str, subject: str) -> bytes | None:
        """A person's key; None where there is none any more."""
        if (identity, subject) not in self._keys:
            self.load_keys(identity, [subject])
        return self._keys.get((identity, subject))

    def has_looked(self, identity: str, subject: str) -> bool:
        """Whether it is known already if there is such a key."""
        return (identity, subject) in self._keys

    def forget(self, identity: str, subjects: Iterable[str]) -> None:
        """Lets go of the keys of people whose erasure is recorded, by whomever, and of what was looked for of them."""
        for subject in subjects:
            self._keys.pop((identity, subject), None)

    def load_keys(self, identity: str, subjects: Iterable[str]) -> None:
        """Reads several keys at once.

        Never from a snapshot: to an older one a table that was written anew is empty, and everybody in it erased.
        """
        wanted = [each for each in subjects if (identity, each) not in self._keys]
        if not wanted:
            return
        found = self._stored(identity, wanted) if self.is_there() else {}
        self._keys.update(((identity, each), found.get(each)) for each in wanted)

    def _stored(self, identity: str, subjects: Iterable[str]) -> dict[str, bytes]:
        """The keys that stand there now; a value that is no bytes, which somebody has put there, as an empty one."""
        found: dict[str, bytes] = {}
        with self.usable(), query_connection(self.engine) as connection:
            for chunk in chunks(subjects):
                rows = fetch_all(connection, _STORED.format(placeholders(len(chunk))), identity, *chunk)
                found.update((subject, bytes_of(key)) for subject, key in rows)
        return found

    def kept(self, identity: str) -> dict[str, bytes]:
        """Every key that stands there for a ledger, by whose it is said to be; a value that is no bytes as an empty one."""
        if not self.is_there():
            return {}
        query = select(keys.c.subject, keys.c.key).where(keys.c.identity == identity)
        with self.usable(), reading(self.engine) as connection:
            return {subject: bytes_of(key) for subject, key in connection.execute(query)}

    def persist(self, identity: str, new: Mapping[str, bytes]) -> None:
        """Keeps new keys, durably. StoreError `keyring_differs`, where they are not read back as they were written."""
        rows = [(identity, subject, key) for subject, key in new.items()]
        with self.writing() as connection:
            execute_all(connection, [(_KEEP, rows)])
        if self._stored(identity, new) != dict(new):
            raise self._differs(keys.name)
        self._keys.update(((identity, subject), key) for subject, key in new.items())

    def destroy(self, identity: str, subject: str) -> bool:
        """Destroys a person's key for good; whether there was one. StoreError `keyring_unusable`: it is still there.

        `keyring_differs` where it would not go, or others would go with it: then all stay.
        """
        with self.writing() as connection:
            if not is_sqlite(connection):
                connection.exec_driver_sql(f"LOCK TABLE {keys.name} IN ACCESS EXCLUSIVE MODE")
            before = connection.execute(_COUNT).scalar_one()
            found = connection.execute(
                delete(keys).where(keys.c.identity == identity, keys.c.subject == subject)
            )
            if not is_sqlite(connection):
                _write_anew(connection)
            if connection.execute(_COUNT).scalar_one() != before - found.rowcount:
                raise self._differs(keys.name)
        if file_of(self.url) is not None:
            self._overwrite()
        if self._stored(identity, [subject]):
            raise self._differs(keys.name)
        self._keys[identity, subject] = None
        return found.rowcount > 0

    def erasing(self) -> AbstractContextManager[None]:
        """What is held from before an erasure is committed until its key is gone. DBAPIError or StoreError at first."""
        file = file_of(self.url)
        return turn_on_server(self.engine, "erasure") if file is None else alone(str(file))

    def await_erasures(self) -> None:
        """Until nobody is between an erasure and its key any more; whoever died there is not waited for.

        After a minute it goes on where the keyring is a file; on a server that is StoreError `database_blocked`.
        """
        file = file_of(self.url)
        if file is None:
            with self.usable(), self.erasing():
                pass
        else:
            await_turn(str(file))

    def _overwrite(self) -> None:
        """What was deleted leaves the pages of the file too."""
        with self.usable(), query_connection(self.engine) as connection:
            execute(connection, "VACUUM")

    def is_there(self) -> bool:
        """Whether there is a keyring that may be read."""
        file = file_of(self.url)
        if file is not None and not (file.exists() and _may_read(file)):
            return False
        if not self._has_table:
            with self.usable():
                self._has_table = inspect(self.engine).has_table(keys.name)
        return self._has_table

    def _refuse_others(self) -> None:
        """StoreError `not_a_ledger` where an SQLite file holds something else's tables: it is left as it is."""
        file = file_of(self.url)
        if file is not None and _may_read(file) and not self.is_there():
            with self.usable():
                others = inspect(self.engine).get_table_names()
            if others:
                raise StoreError("not_a_ledger", url=shown(self.url))

    # --- whether its tables are ours ----------------------------------------------------------------
    #
    # A trigger, a view or a table of somebody else's would keep an erased key, destroy another's with it, or let a new
    # one vanish. So nothing is written before the catalogue has been compared, in the same transaction.

    def differing(self) -> list[str]:
        """What stands otherwise in its catalogue than the program makes it. StoreError `keyring_unusable`."""
        if not self.is_there():
            return []
        with self.usable(), query_connection(self.engine) as connection:
            return catalogue.differing(connection, metadata)

    def inconsistencies(self) -> list[str]:
        """What SQLite finds of its file: a key that an index hides would outlive an erasure."""
        if not self.is_there():
            return []
        with self.usable(), query_connection(self.engine) as connection:
            return catalogue.inconsistencies(connection)

    def require_own(self) -> None:
        """StoreError `keyring_differs` where its catalogue is not what the program makes: before what cannot be undone."""
        for name in self.differing():
            raise self._differs(name)

    def _require_own(self, connection: Connection) -> None:
        for name in catalogue.differing(connection, metadata):
            raise self._differs(name)

    def _differs(self, name: str) -> StoreError:
        return StoreError("keyring_differs", url=shown(self.url), name=name)

    @contextmanager
    def writing(self, makes: bool = False) -> Iterator[Connection]:
        """A transaction in tables that are ours and nothing else, made first if asked for. StoreError."""
        with self.usable(), writing(self.engine, "keyring") as connection:
            if makes:
                ddl.make(connection, metadata)
            self._require_own(connection)
            yield connection

    @contextmanager
    def usable(self) -> Iterator[None]:
        """What the keyring's database refuses, as one of our errors. StoreError."""
        try:
            yield
        except DBAPIError as error:
            unusable = StoreError("keyring_unusable", url=shown(self.url), reason=told(error))
            raise trouble(error, unusable) from None
        except (TypeError, ValueError, OverflowError) as error:  # a value of another type than its column's
            raise StoreError("keyring_unusable", url=shown(self.url), reason=str(error)) from None


def _write_anew(connection: Connection) -> None:
    """The table gets a new file with what is left in it, and the server removes the old one.

    Not VACUUM FULL: before PostgreSQL 17 it passes over the table of another role with a mere warning, and it keeps a
    deleted row for as long as any old snapshot might see it.
    """
    left = [(row.identity, row.subject, row.key) for row in connection.execute(select(keys))]
    connection.exec_driver_sql(f"TRUNCATE {keys.name}")
    execute_all(connection, [(_KEEP, left)])


def _may_read(file: Path) -> bool:
    """Who may read the log and not the keyring reads what is sealed as sealed."""
    return os.access(file, os.R_OK, effective_ids=os.access in os.supports_effective_ids)


def _make(file: Path) -> None:
    try:
        file.touch(mode=0o600)
    except OSError as error:  # such as a full disk; as SQLite itself would say it
        raise OperationalError(f"make {file}", None, error) from error
