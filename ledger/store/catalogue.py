"""The database's own catalogue against what the program would make: tables, columns, keys, indexes, triggers, views, rules.

Whatever is not ours may answer readers otherwise than it answers `verify`: a view in a table's place, row security, a
rule, a partial index, a trigger that writes. So it is told, whatever it does. Guards that are missing are told by
`guards.missing`; what an owner's `ANALYZE` leaves is let be.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from ledger.store import file_check, guards
from ledger.store.engine import memory_engine
from ledger.store.month_index import NAME as BY_MONTH
from ledger.store.month_words import month_in
from ledger.store.schema import heads, metadata
from ledger.store.sql import fetch_all, fetch_each, is_sqlite

_OF_ANALYZE: Final = frozenset(f"sqlite_stat{n}" for n in range(1, 5))


def differing(connection: Connection, made: MetaData = metadata) -> list[str]:
    """What stands otherwise in the catalogue than the program makes it, by name, each once and sorted.

    `made`: the tables of the database: the log's, or those of the keyring or the sheets, which have no guards.
    """
    found = _sqlite(connection, made) if is_sqlite(connection) else _postgresql(connection, made)
    return sorted(set(found))


def inconsistencies(connection: Connection, whole: bool = True) -> list[str]:
    """What SQLite finds of its own file: pages, rows and, if the whole is looked at, each index against its table."""
    if not is_sqlite(connection):
        return []
    return file_check.reasons(connection.exec_driver_sql(file_check.question(whole)))


def _guards(made: MetaData) -> frozenset[str]:
    """The triggers that may stand on these tables: `guards.missing` looks at what they do."""
    return guards.names() if made is metadata else frozenset()


def mistyped(connection: Connection, made: MetaData = metadata) -> Iterator[str]:
    """`table.column` of each column in which SQLite holds a value of another type than the column's."""
    if not is_sqlite(connection):
        return
    for table in made.sorted_tables:
        for column in table.columns:
            kind = "'text'"
            if isinstance(column.type, LargeBinary):
                kind = "'blob'"
            elif not isinstance(column.type, String):
                kind = "'integer'"
            allowed = f"{kind}, 'null'" if column.nullable else kind
            query = f'SELECT 1 FROM "{table.name}" WHERE typeof("{column.name}") NOT IN ({allowed}) LIMIT 1'
            if connection.exec_driver_sql(query).first():
                yield f"{table.name}.{column.name}"


# --- SQLite -----------------------------------------------------------------------------------------

_Entry = tuple[str, str, str]
"""Type, name, table."""


def _sqlite(connection: Connection, made: MetaData) -> Iterator[str]:
    stored, wanted, there = _entries(connection), _wanted(made), _guards(made)
    for entry in stored.keys() | wanted.keys():
        kind, name, _ = entry
        if (kind == "trigger" and name in there) or (kind == "table" and name in _OF_ANALYZE):
            continue
        if (
            name == BY_MONTH and entry not in stored
        ):  # an earlier kaoji made these tables: it answers alike without
            continue
        if stored.get(entry, "-") != wanted.get(entry, "-"):
            yield name
    temporary = connection.exec_driver_sql("SELECT name FROM sqlite_temp_master")
    yield from (row[0] for row in temporary)


def _entries(connection: Connection) -> dict[_Entry, str]:
    """Everything in the catalogue → its text, whose blanks do not matter."""
    rows = connection.exec_driver_sql("SELECT type, name, tbl_name, sql FROM sqlite_master")
    return {(kind, name, table): " ".join((sql or "").split()) for kind, name, table, sql in rows}


@lru_cache(maxsize=3)
def _wanted(made: MetaData) -> dict[_Entry, str]:
    engine = memory_engine()
    with engine.connect() as connection:
        made.create_all(connection)
        found = _entries(connection)
    engine.dispose()
    return found


# --- PostgreSQL -------------------------------------------------------------------------------------

_SERVERS_OWN: Final = "pg_catalog"
_PATH: Final = "SELECT (pg_catalog.current_schemas(true))[1]"
"""Where a word is looked for first: whoever puts another place before the server's own has its own words answered there."""
_TABLES: Final = """
SELECT wanted.name,
       c.relkind::text, c.relrowsecurity OR c.relforcerowsecurity OR c.relpersistence <> 'p', c.relnamespace, c.relowner,
       EXISTS (SELECT FROM pg_rewrite r WHERE r.ev_class = c.oid),
       EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid),
       c.relkind = 'r' AND EXISTS (SELECT FROM pg_inherits i WHERE i.inhparent = c.oid),
       EXISTS (SELECT FROM pg_partition_tree(c.oid::regclass) t JOIN pg_class part ON part.oid = t.relid
               WHERE part.relkind NOT IN ('r', 'p') OR part.relpersistence <> 'p'),
       EXISTS (SELECT FROM pg_constraint k WHERE k.contype NOT IN ('p', 'u', 'n') AND (k.conrelid = c.oid
               OR k.conrelid IN (SELECT t.relid FROM pg_partition_tree(c.oid::regclass) t)))
FROM unnest(CAST(? AS text[])) AS wanted (name)
LEFT JOIN pg_class c ON c.oid = to_regclass(quote_ident(wanted.name))
"""
"""A condition of somebody's own is believed by a planner, which then looks for no row that would break it."""
_COLUMNS: Final = """
SELECT wanted.name, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,
       a.atthasdef OR a.attidentity <> '' OR a.attgenerated <> '' OR a.attcollation <> t.typcollation
FROM unnest(CAST(? AS text[])) AS wanted (name)
JOIN pg_attribute a ON a.attrelid = to_regclass(quote_ident(wanted.name)) JOIN pg_type t ON t.oid = a.atttypid
WHERE a.attnum > 0 AND NOT a.attisdropped
"""
_INDEXES: Final = """
SELECT wanted.name, i.indisprimary, i.indisunique,
       array(SELECT a.attname::text FROM unnest(i.indkey::smallint[]) WITH ORDINALITY AS k (number, at)
             JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.number ORDER BY k.at),
       i.indisvalid AND i.indisready AND am.amname = 'btree'
         AND NOT EXISTS (SELECT FROM unnest(i.indclass::oid[]) AS k JOIN pg_opclass o ON o.oid = k
                         WHERE NOT o.opcdefault OR o.opcnamespace <> 'pg_catalog'::regnamespace::oid)
         AND NOT EXISTS (SELECT FROM unnest(i.indcollation::oid[]) AS k JOIN pg_collation l ON l.oid = k
                         WHERE l.oid <> 'pg_catalog."default"'::regcollation::oid), pg_get_expr(i.indexprs, i.indrelid),
       pg_get_expr(i.indpred, i.indrelid)
FROM unnest(CAST(? AS text[])) AS wanted (name)
JOIN pg_index i ON i.indrelid = to_regclass(quote_ident(wanted.name))
JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_am am ON am.oid = c.relam
"""
_TRIGGERS: Final = """
SELECT wanted.name, tgname FROM unnest(CAST(? AS text[])) AS wanted (name)
JOIN pg_trigger ON tgrelid = to_regclass(quote_ident(wanted.name)) WHERE NOT tgisinternal
"""
_WORDS: Final = """
WITH own (place) AS (SELECT oid FROM pg_namespace WHERE nspname = 'pg_catalog'),
     built_in (kind) AS (SELECT t.oid FROM pg_type t JOIN own ON t.typnamespace = own.place)
SELECT 'operator ' || o.oid::regoperator::text FROM pg_operator o, own
WHERE o.oprnamespace <> own.place AND pg_operator_is_visible(o.oid) AND o.oprname = ANY (CAST(? AS text[]))
  AND o.oprright IN (SELECT kind FROM built_in) AND (o.oprkind = 'l' OR o.oprleft IN (SELECT kind FROM built_in))
UNION ALL
SELECT 'function ' || p.oid::regprocedure::text FROM pg_proc p, own
WHERE p.pronamespace <> own.place AND pg_function_is_visible(p.oid) AND p.proname = ANY (CAST(? AS text[]))
  AND NOT EXISTS (SELECT FROM unnest(p.proargtypes::oid[]) AS k WHERE k NOT IN (SELECT kind FROM built_in))
"""
"""Every comparison here is one that the server has for just these kinds, so that nobody's own answers in its place."""
_OPERATORS: Final = ["=", "<>", "<", "<=", ">", ">=", "+", "-", "*", "/", "||"]
_FUNCTIONS: Final = [
    *("count", "decode", "encode", "hashint8extended", "hashtextextended", "lag", "max", "min", "position"),
    *("substr", "substring", "sum"),
]
"""The words of our questions. Of somebody's own an operator or a function that fits the kinds of our columns more closely
than the server's answers in its place, wherever it stands in the path."""
_KINDS: Final = ("r", "p")
"""A table; or one that its owner has parted, which is a table to everybody."""


def _postgresql(connection: Connection, made: MetaData) -> Iterator[str]:
    if fetch_all(connection, _PATH)[0][0] != _SERVERS_OWN:
        yield "search_path"  # what is asked below is answered by somebody else
        return
    named = [(asked, (list(made.tables),)) for asked in (_TABLES, _COLUMNS, _INDEXES, _TRIGGERS)]
    rows, *found, strange = fetch_each(connection, [*named, (_WORDS, (_OPERATORS, _FUNCTIONS))])
    columns, indexes, triggers = map(_by_table, found)
    first = heads.name if made is metadata else next(iter(made.tables))
    (place,) = ((row[3], row[4]) for row in rows if row[0] == first)
    for name, kind, security, schema, owner, *others in rows:
        plain = kind in _KINDS and not (security or any(others)) and (schema, owner) == place
        if not (plain and _as_made(made.tables[name], columns[name], indexes[name])):
            yield name
        yield from (f"{name}.{each}" for (each,) in triggers[name] if each not in _guards(made))
    yield from (word for (word,) in strange)


def _by_table(rows: Iterable[Any]) -> Mapping[str, list[Any]]:
    """What was found of each table, by its name, which comes first."""
    found: dict[str, list[Any]] = defaultdict(list)
    for name, *rest in rows:
        found[name].append(rest)
    return found


def _as_made(table: Table, columns: Iterable[Any], indexes: Iterable[Any]) -> bool:
    """Whether the columns and the indexes of a table are those that the program makes."""
    there = {
        (first, unique, tuple(names), plain, _plain(by), _plain(only))
        for first, unique, names, plain, by, only in indexes
    }
    wanted = set(_indexes(table))
    by_month = {
        each for each in wanted if each[4]
    }  # may not be there where an earlier kaoji made these tables
    return (
        set(map(tuple, columns)) == {_column(each) for each in table.columns}
        and wanted - by_month <= there <= wanted
    )


def _plain(expression: str | None) -> str:
    """An expression without what a server adds to it: kinds, blanks, brackets, quotes of names, large letters."""
    bare = re.sub(r'[\s()"]', "", expression or "").lower()
    return re.sub(r"::(text|charactervarying)(\[\])?", "", bare)


def _column(column: Column[Any]) -> tuple[Any, ...]:
    kind = "bytea"
    if isinstance(column.type, Text):
        kind = "text"
    elif isinstance(column.type, String):
        kind = f"character varying({column.type.length})"
    elif isinstance(column.type, BigInteger):
        kind = "bigint"
    return column.name, kind, not column.nullable, False


def _indexes(table: Table) -> Iterator[tuple[bool, bool, tuple[str, ...], bool, str, str]]:
    yield True, True, tuple(each.name for each in table.primary_key.columns), True, "", ""
    for constraint in table.constraints:
        if isinstance(constraint, UniqueConstraint):
            yield False, True, tuple(each.name for each in constraint.columns), True, "", ""
    for index in table.indexes:
        expression = _plain(month_in("postgresql")) if index.name == BY_MONTH else ""
        condition = index.dialect_options["postgresql"]["where"]
        among = re.sub(r" IN \(([^)]*)\)", r" = ANY ARRAY[\1]", "" if condition is None else str(condition))
        columns = tuple(each.name for each in index.columns)
        yield False, bool(index.unique), columns, True, expression, _plain(among)
