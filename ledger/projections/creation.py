"""The tables of the projections: where they are on a server, and making them."""

from typing import Final

from sqlalchemy import Engine, inspect
from sqlalchemy.schema import CreateSchema

from ledger.projections.schema import metadata
from ledger.projections.stand import of_another_layout
from ledger.store import ddl
from ledger.store.transactions import writing

SCHEMA: Final = "kaoji_sheets"
"""Where the projections are on PostgreSQL: apart from the log, since other rights are needed there."""


def renew_tables(engine: Engine) -> None:
    """The projections' tables, as this version has them; to be called by their owner."""
    make_tables(engine)
    with writing(engine, "sheets") as connection:
        if of_another_layout(connection):
            ddl.drop(connection, metadata)
            ddl.make(connection, metadata)


def make_tables(engine: Engine) -> None:
    """The projections' tables, where they are not all there; nothing is asked of the database's owner where they are."""
    schema = SCHEMA if engine.dialect.name == "postgresql" else None
    if metadata.tables.keys() <= set(inspect(engine).get_table_names(schema)):
        return
    with writing(engine, "sheets") as connection:
        if schema is not None and not inspect(connection).has_schema(schema):
            connection.execute(CreateSchema(schema))
        ddl.make(connection, metadata)
