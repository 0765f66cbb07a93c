"""The tables of the keyring."""

from typing import Final

from sqlalchemy import BigInteger, Column, LargeBinary, MetaData, String, Table, Text

metadata = MetaData()

LEDGER_ITSELF: Final = ""
"""The subject under which the ledger's own secret stands, and the copies of the keyring."""

keys = Table(
    "keyring_keys",
    metadata,
    Column("identity", String(32), primary_key=True),
    Column("subject", String(32), primary_key=True),
    Column("key", LargeBinary, nullable=False),
)

handouts = Table(
    "keyring_handouts",
    metadata,
    Column("identity", String(32), primary_key=True),
    Column("subject", String(32), primary_key=True),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("recorded_at", String(40), nullable=False),
    Column("what", String(40), nullable=False),
    Column("operator", String(200), nullable=False),
    Column("file", Text, nullable=False),
)
"""`file` is sealed under the person's key; copies of the keyring itself stand under no person, in the clear."""
