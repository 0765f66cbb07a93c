"""Triggers that keep the log's tables append-only: they stop accidents; the hash tree is what stops owners.

A table takes INSERT only, unless it is the heads, which never go back and stand at the last event. Events follow each
other without a gap. A new table is guarded without being named here.
"""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import Connection, Index, Table, UniqueConstraint, func, select, text

from ledger.store.schema import events, heads, metadata, supervised
from ledger.store.sql import is_sqlite

GROWING: Final[tuple[Table, ...]] = tuple(table for table in metadata.sorted_tables if table is not heads)
"""The tables in which a row, once written, stays as it is."""

_ORDER: Final = "kaoji_order"
_LATER: Final = frozenset({_ORDER, "heads_at_the_end"})
"""Guards of what stands in the tables, which came after the first ledgers were written."""
_ORDER_SINCE: Final = 3
"""The layout from which on they are wanted."""

_FIRST_STANDS: Final = (supervised,)
"""Tables that are told again what they know: the first row stands, and the second is passed over."""


def install(connection: Connection) -> None:
    """Puts in place whatever guard is missing or reads otherwise; it needs the tables' owner only then."""
    if is_sqlite(connection):
        _install_sqlite(connection)
    else:
        _install_postgresql(connection)


def missing(connection: Connection) -> list[str]:
    """The guards that are not in place, as `table.guard`, sorted.

    One of those that came later may be absent where every ledger is of a layout before them.
    """
    if is_sqlite(connection):
        stored = _stored_sqlite(connection)
        states = [
            (t.name, name, stored[name] == sql if name in stored else None) for t, name, sql in _sqlite()
        ]
    else:
        states = [
            (t, name, None if state is None else state == "A") for t, name, state in _postgresql(connection)
        ]
    newest = connection.execute(select(func.max(heads.c.layout))).scalar_one() or 0
    early = newest < _ORDER_SINCE
    return sorted(
        f"{table}.{name}"
        for table, name, stands in states
        if not (stands or (stands is None and early and name in _LATER))
    )


@lru_cache(maxsize=1)
def names() -> frozenset[str]:
    """How the guards are called, on both databases."""
    return frozenset((*(name for _, name, _ in _sqlite()), _ROWS, _TRUNCATE, _ORDER))


# --- SQLite -----------------------------------------------------------------------------------------
#
# INSERT OR REPLACE deletes the row in its way without firing a trigger, be it in the way by the primary key, by
# another unique key or by the rowid. So a guard of INSERT looks for such a row first.


def _sqlite() -> Iterator[tuple[Table, str, str]]:
    """Every trigger: its table, its name, its text."""
    for table in GROWING:
        name = table.name
        yield _trigger(table, "no_update", "UPDATE", "", f"{name} takes INSERT only: no UPDATE")
        yield _trigger(table, "no_delete", "DELETE", "", f"{name} takes INSERT only: no DELETE")
        yield _no_replace(table)
    yield _trigger(
        events, "in_order", "INSERT", _NOT_NEXT, "the position of an event is not unique, or not the next"
    )
    yield _trigger(heads, "no_delete", "DELETE", "", "heads are never deleted")
    yield _no_replace(heads)
    yield _trigger(heads, "no_way_back", "UPDATE", _GOES_BACK, "heads never go back")
    yield _trigger(heads, "at_the_end", "UPDATE", _NOT_AT_THE_END, "a head stands at the last event")


_NOT_NEXT: Final = (
    "NEW.position IS NOT (SELECT coalesce(max(position), 0) + 1 FROM events WHERE ledger = NEW.ledger)"
)
_NOT_AT_THE_END: Final = (
    "NEW.position > OLD.position AND"
    " NEW.position IS NOT (SELECT max(position) FROM events WHERE ledger = NEW.ledger)"
)
_GOES_BACK: Final = (
    "NEW.ledger IS NOT OLD.ledger OR NEW.position < OLD.position OR NEW.recorded_at < OLD.recorded_at"
)


def _trigger(table: Table, guard: str, event: str, when: str, reason: str) -> tuple[Table, str, str]:
    name = f"{table.name}_{guard}"
    condition = f" WHEN {when}" if when else ""
    body = f"SELECT RAISE(ABORT, '{reason}')" if reason else "SELECT RAISE(IGNORE)"
    return table, name, f"CREATE TRIGGER {name} BEFORE {event} ON {table.name}{condition} BEGIN {body}; END"


def _no_replace(table: Table) -> tuple[Table, str, str]:
    reason = "" if table in _FIRST_STANDS else f"a row of {table.name} is unique and stays"
    return _trigger(table, "no_replace", "INSERT", _in_the_way(table), reason)


def _in_the_way(table: Table) -> str:
    keys = [[column.name for column in key] for key in _unique_keys(table)]
    if table.dialect_options["sqlite"]["with_rowid"]:
        keys.append(["rowid"])
    rows = (" AND ".join(f"{column} = NEW.{column}" for column in key) for key in keys)
    return " OR ".join(f"EXISTS (SELECT 1 FROM {table.name} WHERE {row})" for row in rows)


def _unique_keys(table: Table) -> Iterator[list[Any]]:
    """The primary key first, the others in a fixed order: the text of a guard is compared."""
    yield list(table.primary_key.columns)
    others = [list(c.columns) for c in table.constraints if isinstance(c, UniqueConstraint)]
    others += [list(i.columns) for i in table.indexes if isinstance(i, Index) and i.unique]
    yield from sorted(others, key=lambda key: [column.name for column in key])


def _stored_sqlite(connection: Connection) -> dict[str, str]:
    found = connection.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
    return {row[0]: row[1] for row in found}


def _install_sqlite(connection: Connection) -> None:
    stored = _stored_sqlite(connection)
    for _, name, sql in _sqlite():
        if stored.get(name) == sql:
            continue
        connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {name}")
        connection.exec_driver_sql(sql)


# --- PostgreSQL -------------------------------------------------------------------------------------
#
# Row triggers, because those of a partitioned table are its partitions' too; ALWAYS, because a session may call itself
# a replica. A trigger on TRUNCATE belongs to one table: each partition needs its own.

_ROWS: Final = "kaoji_rows"
_TRUNCATE: Final = "kaoji_truncate"

_BODIES: Final = {
    "kaoji_insert_only": """
BEGIN
  RAISE EXCEPTION '% takes INSERT only: no %', TG_TABLE_NAME, TG_OP USING ERRCODE = '23000';
END """,
    "kaoji_no_way_back": """
BEGIN
  IF TG_OP <> 'UPDATE' THEN
    RAISE EXCEPTION 'heads are never deleted' USING ERRCODE = '23000';
  END IF;
  IF NEW.ledger <> OLD.ledger OR NEW.position < OLD.position
     OR NEW.recorded_at COLLATE "C" < OLD.recorded_at COLLATE "C" THEN
    RAISE EXCEPTION 'heads never go back' USING ERRCODE = '23000';
  END IF;
  RETURN NEW;
END """,
    "kaoji_at_the_end": """
BEGIN
  IF NEW.position > OLD.position
     AND NEW.position IS DISTINCT FROM (SELECT max(position) FROM events WHERE ledger = NEW.ledger) THEN
    RAISE EXCEPTION 'a head stands at the last event' USING ERRCODE = '23000';
  END IF;
  IF NEW.recorded_at <> OLD.recorded_at AND NEW.recorded_at COLLATE "C"
     > to_char(now() AT TIME ZONE 'UTC' + interval '400 days', 'YYYY-MM-DD') COLLATE "C" THEN
    RAISE EXCEPTION 'nothing is recorded more than 400 days ahead of the clock' USING ERRCODE = '22008';
  END IF;
  RETURN NEW;
END """,
    "kaoji_in_order": r"""
DECLARE
  head text := encode(substring(NEW.state FROM 1 FOR 80), 'escape');
  said text := substring(head FROM '^[{]"v":[0-9]+,"at":"([0-9T:.Z-]+)",');
BEGIN
  IF NEW.position <> 1
     AND NOT EXISTS (SELECT 1 FROM events WHERE ledger = NEW.ledger AND position = NEW.position - 1) THEN
    RAISE EXCEPTION 'the position of an event is not the next' USING ERRCODE = '23000';
  END IF;
  IF said IS NULL AND position('"' IN head) > 0 THEN
    RAISE EXCEPTION 'an event begins with when it was recorded' USING ERRCODE = '23000';
  END IF;
  IF said COLLATE "C"
     > (SELECT greatest(
          recorded_at COLLATE "C", to_char(now() AT TIME ZONE 'UTC' + interval '400 days', 'YYYY-MM-DD') COLLATE "C")
        FROM heads WHERE ledger = NEW.ledger) THEN
    RAISE EXCEPTION 'nothing is recorded more than 400 days ahead of the clock' USING ERRCODE = '22008';
  END IF;
  RETURN NEW;
END """,
}
_PATH: Final = "SELECT 'pg_catalog, ' || quote_ident(current_schema()) || ', pg_temp'"
"""Where a guard looks for tables: at the owner's, before whatever a session has put in their place."""
_EVENTS: Final = {
    27: "BEFORE UPDATE OR DELETE ON {} FOR EACH ROW",
    34: "BEFORE TRUNCATE ON {} FOR EACH STATEMENT",
    7: "BEFORE INSERT ON {} FOR EACH ROW",
    19: "BEFORE UPDATE ON {} FOR EACH ROW",
}
# tgtype: 1 for each row, 2 before, 4 insert, 8 delete, 16 update, 32 truncate
_STATES: Final = text("""
SELECT tables.relation::regclass::text, wanted.name, found.tgenabled::text,
       found.tgtype = wanted.type AND found.tgqual IS NULL AND found.tgattr::text = '' AND found.tgnargs = 0
         AND called.proname = wanted.function AND called.prosrc = wanted.body AND called.prolang = spoken.oid
         AND called.proconfig = ARRAY['search_path=pg_catalog, ' || quote_ident(placed.nspname) || ', pg_temp'],
       found.tgparentid
FROM unnest(CAST(:tables AS text[]), CAST(:names AS text[]), CAST(:types AS int[]), CAST(:functions AS text[]),
            CAST(:bodies AS text[])) AS wanted (table_name, name, type, function, body)
CROSS JOIN LATERAL (SELECT to_regclass(wanted.table_name) AS relation, 0 AS level
      UNION SELECT relid, level FROM pg_partition_tree(to_regclass(wanted.table_name))) AS tables
CROSS JOIN (SELECT oid FROM pg_language WHERE lanname = 'plpgsql') AS spoken
JOIN pg_class AS parent ON parent.oid = to_regclass(wanted.table_name)
JOIN pg_namespace AS placed ON placed.oid = parent.relnamespace
LEFT JOIN pg_trigger AS found ON found.tgrelid = tables.relation AND found.tgname = wanted.name
LEFT JOIN pg_proc AS called ON called.oid = found.tgfoid
WHERE tables.relation IS NOT NULL
ORDER BY tables.level, 1, 2
""")


def _wanted(table: Table) -> dict[str, tuple[int, str]]:
    """The triggers of a table: name → type, function."""
    function = "kaoji_no_way_back" if table is heads else "kaoji_insert_only"
    wanted = {_ROWS: (27, function), _TRUNCATE: (34, function)}
    if table is events:
        wanted[_ORDER] = (7, "kaoji_in_order")
    if table is heads:
        wanted[_ORDER] = (19, "kaoji_at_the_end")
    return wanted


def _states(connection: Connection, *tables: Table) -> list[Any]:
    """Of each partition and trigger, parents first: relation, trigger, how it is enabled, whether it reads right, parent."""
    wanted = [(table, name, *what) for table in tables for name, what in _wanted(table).items()]
    given = {
        "tables": [table.name for table, *_ in wanted],
        "names": [name for _, name, *_ in wanted],
        "types": [type_ for *_, type_, _ in wanted],
        "functions": [function for *_, function in wanted],
        "bodies": [_BODIES[function] for *_, function in wanted],
    }
    return list(connection.execute(_STATES, given).all())


def _postgresql(connection: Connection) -> Iterator[tuple[str, str, str | None]]:
    """Every table and partition with each of its triggers, and how that is enabled; None: not there, "": another."""
    for relation, trigger, state, right, _ in _states(connection, *metadata.sorted_tables):
        yield relation, trigger, state if right or state is None else ""


def _install_postgresql(connection: Connection) -> None:
    if not missing(connection):
        return
    (path,) = connection.exec_driver_sql(_PATH).one()
    for function, body in _BODIES.items():
        made = f"CREATE OR REPLACE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql SET search_path = {path}"
        connection.execute(text(f"{made} AS $${body}$$"))
    for table in metadata.sorted_tables:
        # a trigger on the parent's rows makes, and takes away, those of the partitions: ask again for each
        for relation in dict.fromkeys(row[0] for row in _states(connection, table)):
            _guard(connection, table, relation)


def _guard(connection: Connection, table: Table, relation: str) -> None:
    for at, trigger, state, right, parent in _states(connection, table):
        if at != relation:
            continue
        if state is not None and not right and not parent:
            connection.exec_driver_sql(f"DROP TRIGGER {trigger} ON {relation}")
            state = None
        if state is None:
            type_, function = _wanted(table)[trigger]
            event = _EVENTS[type_].format(relation)
            connection.exec_driver_sql(f"CREATE TRIGGER {trigger} {event} EXECUTE FUNCTION {function}()")
        connection.exec_driver_sql(f"ALTER TABLE {relation} ENABLE ALWAYS TRIGGER {trigger}")
