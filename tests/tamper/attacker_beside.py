"""The same somebody at what stands beside the events: the keyring, the registries, the head."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, create_engine

from ledger.proofs import Frontier
from tests.tamper.attacker import owning, statements


@contextmanager
def keyring(url: str) -> Iterator[Connection]:
    """The keyring of a ledger, in a transaction."""
    engine = create_engine(url.replace("kaoji.db", "kaoji.keys.db"))
    with engine.begin() as connection:
        yield connection
    engine.dispose()


def _subjects(url: str, *employees: str) -> list[str]:
    with owning(url) as connection:
        rows = connection.exec_driver_sql("SELECT stream, subject FROM subjects").all()
    people = {stream.removeprefix("employee/"): subject for stream, subject in rows}
    return [people[each] for each in employees]


def keys_swapped(url: str) -> None:
    """Two people's keys stand in each other's place."""
    one, other = _subjects(url, "E001", "E002")
    with keyring(url) as connection:
        for old, new in ((one, "-"), (other, one), ("-", other)):
            connection.exec_driver_sql(f"UPDATE keyring_keys SET subject = '{new}' WHERE subject = '{old}'")


def key_deleted(url: str) -> None:
    """Somebody's key is gone, whom nobody erased."""
    (subject,) = _subjects(url, "E002")
    with keyring(url) as connection:
        connection.exec_driver_sql(f"DELETE FROM keyring_keys WHERE subject = '{subject}'")


def keyring_from_before(url: str) -> None:
    """A copy of the keyring is put back in which whoever came last is not yet."""
    with owning(url) as connection:
        last = connection.exec_driver_sql(
            "SELECT stream FROM events WHERE kind = 'employee_registered' ORDER BY position DESC LIMIT 2"
        ).all()
    newest = _subjects(url, *(stream.removeprefix("employee/") for (stream,) in last))
    with keyring(url) as connection:
        for subject in newest:
            connection.exec_driver_sql(f"DELETE FROM keyring_keys WHERE subject = '{subject}'")


def keys_kept(url: str) -> None:
    """A trigger in the keyring keeps every key that an erasure destroys."""
    with keyring(url) as connection:
        connection.exec_driver_sql("CREATE TABLE kept AS SELECT * FROM keyring_keys")
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql(
                "CREATE TRIGGER keeps BEFORE DELETE ON keyring_keys BEGIN"
                " INSERT INTO kept VALUES (old.identity, old.subject, old.key); END"
            )
            return
        connection.exec_driver_sql(
            "CREATE FUNCTION keeps() RETURNS trigger LANGUAGE plpgsql AS"
            " $$BEGIN INSERT INTO kept VALUES (old.identity, old.subject, old.key); RETURN old; END$$"
        )
        connection.exec_driver_sql(
            "CREATE TRIGGER keeps BEFORE DELETE ON keyring_keys FOR EACH ROW EXECUTE FUNCTION keeps()"
        )


def erasure_forged(url: str) -> None:
    """The registry says that somebody is erased, and no event does."""
    statements(
        "INSERT INTO things (ledger, kind, id, stream, site, position)"
        " VALUES ('main', 'erasure', 'E002', 'employee/E002', NULL, 9)"
    )(url)


def close_forged(url: str) -> None:
    """The registry says that a month is closed, and no event does."""
    statements("INSERT INTO closes (ledger, site, month, position) VALUES ('main', 'jinse', '2026-09', 9)")(
        url
    )


def close_hidden(url: str) -> None:
    """The registry has forgotten a close, so that the month could be closed once more."""
    with owning(url) as connection:
        connection.exec_driver_sql("DELETE FROM closes")


def employee_hidden(url: str) -> None:
    """The registry has forgotten somebody: lists of a site leave them out."""
    with owning(url) as connection:
        connection.exec_driver_sql("DELETE FROM things WHERE kind = 'employee' AND id = 'E002'")


def bearer_hidden(url: str) -> None:
    """The registry has forgotten for whom somebody may bear a share: figures drawn anew leave it out."""
    with owning(url) as connection:
        connection.exec_driver_sql("DELETE FROM supervised")


def command_backdated(url: str) -> None:
    """The registry says that commands were recorded years ago: what was known at an instant would be told otherwise."""
    with owning(url) as connection:
        connection.exec_driver_sql(
            "UPDATE commands SET recorded_at = '2020-01-01T00:00:00.000000Z' WHERE first_position > 5"
        )


def command_forgotten(url: str) -> None:
    """The registry has forgotten the last commands: they could be recorded once more, the past is cut short."""
    with owning(url) as connection:
        connection.exec_driver_sql("DELETE FROM commands WHERE first_position > 20")


def head_moved_back(url: str) -> None:
    """The head stands at an earlier event, the frontier with it: what is newer was never recorded."""
    with owning(url) as connection:
        rows = connection.exec_driver_sql("SELECT leaf FROM events ORDER BY position").all()
        leaves = [bytes(leaf) for (leaf,) in rows[:-1]]
        blank = "?" if connection.dialect.name == "sqlite" else "%s"
        connection.exec_driver_sql(
            f"UPDATE heads SET position = {blank}, frontier = {blank}",
            (len(leaves), Frontier().extend(leaves).pack()),
        )


def head_of_the_future(url: str) -> None:
    """The head says that the last event was recorded in 2099."""
    with owning(url) as connection:
        connection.exec_driver_sql("UPDATE heads SET recorded_at = '2099-01-01T00:00:00.000000Z'")
