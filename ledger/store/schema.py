"""The tables of the log. `ledger` stands first in every key, so that many ledgers can share them.

`events` is the truth, and each event carries its leaf of the hash tree. `heads` is the write lock and keeps the tree's
frontier, `tiles` its full tiles (C2SP tlog-tiles), `subjects` the ids under which people stand in it: the check values of
their keys, random ones before layout 3. `checkpoints` is what was signed. The rest are registries: guards that answer
fast, written in the same transaction as the events and derivable from them alone (`store/registry_rows.py`).
"""

from typing import Final

from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    LargeBinary,
    MetaData,
    String,
    Table,
    UniqueConstraint,
)

from ledger.store.month_index import month_index

LAYOUT: Final = 3
"""The version of these tables; a ledger of a later one is refused, of one before `OLDEST` too.

From 3 on every person's key is bound to the log (`keys`), and guards keep events in order.
"""

OLDEST: Final = 2
"""The earliest layout that is read and written: `kaoji upgrade` brings such a ledger to the present one."""

metadata = MetaData()

heads = Table(
    "heads",
    metadata,
    Column("ledger", String(64), primary_key=True),
    Column("layout", BigInteger, nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("recorded_at", String(40), nullable=False),
    Column("identity", String(32), nullable=False),
    Column("frontier", LargeBinary, nullable=False),
)

events = Table(
    "events",
    metadata,
    Column("ledger", String(64), primary_key=True),
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("stream", String(200), nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("kind", String(64), nullable=False),
    Column("schema", BigInteger, nullable=False),
    Column("state", LargeBinary, nullable=False),
    Column("leaf", LargeBinary, nullable=False),
    UniqueConstraint("ledger", "stream", "version", name="one_event_a_version"),
    month_index(),
)

tiles = Table(
    "tiles",
    metadata,
    Column("ledger", String(64), primary_key=True),
    Column("level", BigInteger, primary_key=True, autoincrement=False),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("hashes", LargeBinary, nullable=False),
    Column("root", LargeBinary, nullable=False),
)

subjects = Table(
    "subjects",
    metadata,
    Column("ledger", String(64), primary_key=True),
    Column("stream", String(200), primary_key=True),
    Column("subject", String(32), nullable=False),
    UniqueConstraint("ledger", "subject", name="one_person_a_subject"),
)

checkpoints = Table(
    "checkpoints",
    metadata,
    Column("ledger", String(64), primary_key=True),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("size", BigInteger, nullable=False),
    Column("note", LargeBinary, nullable=False),
)

commands = Table(
    "commands",
    metadata,
    Column("ledger", String(64), primary_key=True),
    Column("first_position", BigInteger, primary_key=True, autoincrement=False),
    Column("last_position", BigInteger, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("subject", String(300), nullable=False),
    Column("recorded_at", String(40), nullable=False),
    Index("commands_by_digest", "ledger", "digest"),
    Index("commands_by_subject", "ledger", "subject"),
)

things = Table(
    "things",
    metadata,
    Column("ledger", String(64), primary_key=True),
    Column("kind", String(16), primary_key=True),
    Column("id", String(64), primary_key=True),
    Column("stream", String(200), nullable=False),
    Column("site", String(64)),
    Column("position", BigInteger, nullable=False),
    Index("things_by_site", "ledger", "kind", "site"),
)

closes = Table(
    "closes",
    metadata,
    Column("ledger", String(64), primary_key=True),
    Column("site", String(64), primary_key=True),
    Column("month", String(7), primary_key=True),
    Column("position", BigInteger, nullable=False),
)

supervised = Table(
    "supervised",
    metadata,
    Column("ledger", String(64), primary_key=True),
    Column("supervisor", String(64), primary_key=True),
    Column("employee", String(64), primary_key=True),
    Column("position", BigInteger, nullable=False),
)
