"""Three roles on PostgreSQL: whoever owns the tables, an app that records and reports, an audit that only reads.

The app may insert and nothing more, but for the heads, whose ledger, layout and identity stay; the sheets are disposable and
its own. The audit has no sheets: what it reports rests on the log alone.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from sqlalchemy import Connection, Table, text
from sqlalchemy.exc import DBAPIError

from ledger.errors import StoreError
from ledger.projections.creation import SCHEMA, renew_tables
from ledger.projections.projections import Projections
from ledger.projections.schema import metadata as sheets
from ledger.store import ddl, guards, keyring_schema
from ledger.store.address import shown
from ledger.store.database_errors import told, trouble
from ledger.store.log import Log
from ledger.store.schema import heads
from ledger.store.schema import metadata as log_tables
from ledger.store.transactions import writing

_STAYS: Final = frozenset({"ledger", "layout", "identity"})
"""The columns of a head that nobody but the owner updates."""


_OWNS: Final = text(
    "SELECT 1 WHERE :name = current_user OR :name ="
    " (SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = to_regclass(:table))"
)
"""Whether a role has the tables, or is going to: it would take its own rights away."""


def grant(url: str, app: str | None, audit: str | None, dry_run: bool = False) -> list[str]:
    """Makes the tables and guards where they are missing, and gives each role its rights and no others on them.

    Returns the statements about rights; a dry run executes none and makes nothing. To be run by the tables' owner.
    StoreError `roles_on_a_server_only`, `not_a_ledger`, `role_unknown`, `role_owns`, `tables_of_another`, `ledger_unusable`.
    """
    log = Log(url)
    own = Projections(log)
    try:
        if log.engine.dialect.name != "postgresql":
            raise StoreError("roles_on_a_server_only", url=shown(log.url))
        try:
            log.refuse_others()
            if not dry_run:
                renew_tables(own.engine)
            with writing(log.engine, "create") as connection:
                statements = list(_statements(connection, app, audit, _with_keyring(log)))
                if not dry_run:
                    _make(connection, _with_keyring(log))
                    _require_owner(connection, log)
                    for statement in statements:
                        connection.execute(text(statement))
            return statements
        except DBAPIError as error:
            unusable = StoreError("ledger_unusable", url=shown(log.url), reason=told(error))
            raise trouble(error, unusable) from None
    finally:
        log.close()
        own.close()


def _with_keyring(log: Log) -> bool:
    """Whether the keyring is in the ledger's own database."""
    return log.keyring.url == log.url


def _make(connection: Connection, with_keyring: bool) -> None:
    ddl.make(connection, log_tables)
    guards.install(connection)
    if with_keyring:
        ddl.make(connection, keyring_schema.metadata)


def _require_owner(connection: Connection, log: Log) -> None:
    """PostgreSQL only warns of a right that whoever grants does not have."""
    query = text(
        "SELECT current_user, pg_get_userbyid(relowner) FROM pg_class"
        " WHERE oid = to_regclass(:table) AND NOT pg_has_role(relowner, 'USAGE')"
    )
    for table in log_tables.sorted_tables:
        for user, owner in connection.execute(query, {"table": table.name}):
            raise StoreError("tables_of_another", url=shown(log.url), user=user, owner=owner)


def _statements(
    connection: Connection, app: str | None, audit: str | None, with_keyring: bool
) -> Iterator[str]:
    quote = connection.dialect.identifier_preparer.quote_identifier
    home = quote(str(connection.execute(text("SELECT current_schema()")).scalar_one()))
    database = quote(str(connection.execute(text("SELECT current_database()")).scalar_one()))
    log = _named(home, log_tables.sorted_tables)
    keys = _named(home, keyring_schema.metadata.sorted_tables) if with_keyring else ""
    drawn = _named(quote(SCHEMA), sheets.sorted_tables)
    for name in filter(None, (app, audit)):
        if not connection.execute(text("SELECT 1 FROM pg_roles WHERE rolname = :name"), {"name": name}).all():
            raise StoreError("role_unknown", role=name)
        if connection.execute(_OWNS, {"name": name, "table": heads.name}).all():
            raise StoreError("role_owns", role=name)
        role = quote(name)
        yield f"REVOKE ALL ON {', '.join(filter(None, (log, keys, drawn)))} FROM {role}"
        yield f"REVOKE ALL ON SCHEMA {quote(SCHEMA)} FROM {role}"
        yield f"GRANT CONNECT ON DATABASE {database} TO {role}"
        yield f"GRANT USAGE ON SCHEMA {home} TO {role}"
        yield f"GRANT SELECT ON {', '.join(filter(None, (log, keys)))} TO {role}"
        yield f"GRANT USAGE ON SCHEMA {quote(SCHEMA)} TO {role}"
    if app is not None:
        role = quote(app)
        grown = ", ".join(quote(column.name) for column in heads.columns if column.name not in _STAYS)
        yield f"GRANT INSERT ON {log} TO {role}"
        yield f"GRANT UPDATE ({grown}) ON {home}.{heads.name} TO {role}"
        if keys:
            yield f"GRANT INSERT, DELETE, TRUNCATE ON {keys} TO {role}"
        yield f"GRANT SELECT, INSERT, UPDATE, DELETE, TRUNCATE ON {drawn} TO {role}"


def _named(schema: str, tables: Iterable[Table]) -> str:
    return ", ".join(f"{schema}.{table.name}" for table in tables)
