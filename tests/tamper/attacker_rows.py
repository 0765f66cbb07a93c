"""The same somebody at single rows and columns of the log, of its registries and of the catalogue."""

from typing import Any

from sqlalchemy import Connection, create_engine

from ledger.proofs.merkle import HASH_SIZE
from tests.tamper.attacker import false_notice, owning, statements
from tests.tamper.attacker_beside import keyring

ANOTHER = "k" + "a" * 31
"""A check value of no key that there is."""


def _blank(connection: Connection) -> str:
    return "?" if connection.dialect.name == "sqlite" else "%s"


def _at_notice(url: str, change: str) -> None:
    """Changes the row of E002's first notice."""
    with owning(url) as connection:
        position = false_notice(connection, "E002")[1]
        connection.exec_driver_sql(f"UPDATE events SET {change} WHERE position = {position}")


def kind_changed(url: str) -> None:
    """An event is of another kind, and its bytes are the same."""
    _at_notice(url, "kind = 'reward_granted'")


def schema_changed(url: str) -> None:
    """An event is of another edition of its kind, by which its bytes would be read otherwise."""
    _at_notice(url, "schema = schema + 1")


def moved_to_another_stream(url: str) -> None:
    """An event stands on somebody else's stream."""
    _at_notice(url, "stream = 'employee/E003', version = 900")


def versions_exchanged(url: str) -> None:
    """Two events of a stream stand in each other's place in it."""
    with owning(url) as connection:
        for old, new in ((1, -1), (2, 1), (-1, 2)):
            connection.exec_driver_sql(
                f"UPDATE events SET version = {new} WHERE stream = 'employee/E002' AND version = {old}"
            )


def leaf_changed(url: str) -> None:
    """The leaf beside an event is another one."""
    with owning(url) as connection:
        *_, leaf = false_notice(connection, "E002")
        position = false_notice(connection, "E002")[1]
        blank = _blank(connection)
        connection.exec_driver_sql(
            f"UPDATE events SET leaf = {blank} WHERE position = {blank}", (leaf, position)
        )


def tile_changed(url: str) -> None:
    """A full tile holds the leaf of a false event, and nothing else is changed."""
    with owning(url) as connection:
        row = false_notice(connection, "E002")
        at = (row[1] - 1) * HASH_SIZE
        where = "level = 0 AND number = 0"
        hashes = bytes(connection.exec_driver_sql(f"SELECT hashes FROM tiles WHERE {where}").scalar_one())
        made = hashes[:at] + row[7] + hashes[at + HASH_SIZE :]
        connection.exec_driver_sql(f"UPDATE tiles SET hashes = {_blank(connection)} WHERE {where}", (made,))


def event_put_in(url: str) -> None:
    """One more event stands at the end, a copy of the last one on a stream of its own."""
    with owning(url) as connection:
        connection.exec_driver_sql(
            "INSERT INTO events SELECT ledger, position + 1, 'site/forged', 1, kind, schema, state, leaf"
            " FROM events ORDER BY position DESC LIMIT 1"
        )


def identity_changed(url: str) -> None:
    """The ledger is called otherwise."""
    with owning(url) as connection:
        connection.exec_driver_sql(f"UPDATE heads SET identity = '{ANOTHER}'")


def ids_exchanged(url: str) -> None:
    """Two people stand in the tree under each other's id, so that words would be sealed under the other's key."""
    with owning(url) as connection:
        found: dict[str, Any] = dict(connection.exec_driver_sql("SELECT stream, subject FROM subjects").all())
        one, other = "employee/E001", "employee/E002"
        for stream, subject in ((one, "-"), (other, found[one]), (one, found[other])):
            connection.exec_driver_sql(f"UPDATE subjects SET subject = '{subject}' WHERE stream = '{stream}'")


def id_taken_out(url: str) -> None:
    """Nobody is said to be behind somebody's stream."""
    with owning(url) as connection:
        connection.exec_driver_sql("DELETE FROM subjects WHERE stream = 'employee/E002'")


def notice_hidden(url: str) -> None:
    """The registry has forgotten a notice, whose number could be given once more."""
    with owning(url) as connection:
        connection.exec_driver_sql("DELETE FROM things WHERE kind = 'notice' AND stream = 'employee/E002'")


def notice_placed_elsewhere(url: str) -> None:
    """The registry says of a notice that somebody else's event introduced it, whose receipt would be handed out for it."""
    with owning(url) as connection:
        connection.exec_driver_sql(
            "UPDATE things SET position = (SELECT position FROM things WHERE kind = 'employee' AND id = 'E003')"
            " WHERE kind = 'notice' AND stream = 'employee/E002'"
        )


def site_changed(url: str) -> None:
    """The registry says of somebody that they are of another site."""
    with owning(url) as connection:
        connection.exec_driver_sql("UPDATE things SET site = 'S1' WHERE kind = 'employee' AND id = 'E002'")


def bearer_invented(url: str) -> None:
    """The registry says of somebody that they may bear a share for whom they never were above."""
    statements(
        "INSERT INTO supervised (ledger, supervisor, employee, position) VALUES ('main', 'E003', 'E002', 9)"
    )(url)


def command_invented(url: str) -> None:
    """The registry knows a command behind the last one."""
    statements(
        "INSERT INTO commands (ledger, first_position, last_position, digest, subject, recorded_at)"
        " VALUES ('main', 9999, 9999, 'x', 'x', 'x')"
    )(url)


def checkpoint_invented(url: str) -> None:
    """A checkpoint is kept that nobody signed, so that nobody is reminded to hand one out."""
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.exec_driver_sql(
            f"INSERT INTO checkpoints (ledger, number, size, note) VALUES ('main', 99, 100000, {_blank(connection)})",
            (b"none",),
        )
    engine.dispose()


def secret_changed(url: str) -> None:
    """The keyring holds another secret than the ledger began with."""
    with keyring(url) as connection:
        connection.exec_driver_sql(
            f"UPDATE keyring_keys SET key = {_blank(connection)} WHERE subject = ''", (b"x" * 32,)
        )


def key_put_in(url: str) -> None:
    """The keyring holds somebody's key twice, once for nobody."""
    with keyring(url) as connection:
        connection.exec_driver_sql(
            "INSERT INTO keyring_keys (identity, subject, key)"
            f" SELECT identity, '{ANOTHER}', key FROM keyring_keys WHERE subject <> '' LIMIT 1"
        )


def operator_before_equals(url: str) -> None:
    """What compares texts leaves out whom somebody asks for by kind, and says nothing of it to `verify` (PostgreSQL)."""
    statements(
        "CREATE FUNCTION hides(varchar, varchar) RETURNS boolean LANGUAGE sql AS $$ SELECT $1::text = $2::text"
        " AND NOT ($2::text = 'employee' AND current_query() LIKE 'SELECT id FROM things%%') $$",
        "CREATE OPERATOR = (LEFTARG = varchar, RIGHTARG = varchar, FUNCTION = hides)",
    )(url)
