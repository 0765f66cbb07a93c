"""The tables of the log of readings and the guards on them, made or brought up to date where whoever opens them may.

A row goes only when it is older than 24 months by the database's own clock and a row of `readings_pruned` covers it; on a
server by the owner of the table alone. No row is ever changed.
"""

from typing import Final

from ledger.store.beside import Beside, Transaction

_TABLES: Final = """
CREATE TABLE IF NOT EXISTS readings (
    number INTEGER PRIMARY KEY, at TEXT NOT NULL, viewer TEXT NOT NULL, session TEXT,
    class TEXT NOT NULL, subject TEXT NOT NULL, what TEXT NOT NULL, purpose TEXT,
    position INTEGER NOT NULL, leaf TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS readings_of_subject ON readings (subject, number);
CREATE INDEX IF NOT EXISTS readings_of_viewer ON readings (viewer, number);
CREATE INDEX IF NOT EXISTS readings_of_both ON readings (subject, viewer, number);
CREATE TABLE IF NOT EXISTS readings_pruned (
    number INTEGER PRIMARY KEY, until TEXT NOT NULL, leaf TEXT NOT NULL, count INTEGER NOT NULL, at TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS readings_end (
    one INTEGER PRIMARY KEY CHECK (one = 1), number INTEGER NOT NULL, leaf TEXT NOT NULL
) STRICT;
INSERT INTO readings_end SELECT 1, number, leaf FROM readings ORDER BY number DESC LIMIT 1 ON CONFLICT DO NOTHING;
"""
"""The end is made once: what a log that an earlier kaoji wrote holds is taken as it is."""
_KEPT_FROM: Final = {
    False: "(strftime('%Y', 'now') - 2) || strftime('-%m-%d', 'now')",
    True: "(extract(year FROM now() AT TIME ZONE 'UTC')::int - 2) || to_char(now() AT TIME ZONE 'UTC', '-MM-DD')",
}
"""The first day (UTC) of which rows stay, compared as text: of 29 February nothing else need be known."""
_NOW: Final = {
    False: "strftime('%Y-%m-%dT%H:%M:%SZ', 'now')",
    True: """to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')""",
}
_CHANGED: Final = "'readings take INSERT only'"
_TOO_YOUNG: Final = "'readings take INSERT only, and are kept for 24 months'"
_COVERS_YOUNGER: Final = (
    "EXISTS (SELECT 1 FROM readings WHERE number <= NEW.number AND substr(at, 1, 10) > NEW.until)"
)
_IN_FILE: Final = (
    "CREATE TRIGGER IF NOT EXISTS readings_stay BEFORE UPDATE ON readings"
    f" BEGIN SELECT RAISE(ABORT, {_CHANGED}); END",
    "DROP TRIGGER IF EXISTS readings_are_kept",  # an earlier one let nothing go
    "CREATE TRIGGER readings_are_kept BEFORE DELETE ON readings"
    f" WHEN substr(OLD.at, 1, 10) >= {_KEPT_FROM[False]}"
    " OR NOT EXISTS (SELECT 1 FROM readings_pruned WHERE number >= OLD.number)"
    f" BEGIN SELECT RAISE(ABORT, {_TOO_YOUNG}); END",
    "CREATE TRIGGER IF NOT EXISTS readings_pruned_stay BEFORE UPDATE ON readings_pruned"
    f" BEGIN SELECT RAISE(ABORT, {_CHANGED}); END",
    "CREATE TRIGGER IF NOT EXISTS readings_pruned_are_kept BEFORE DELETE ON readings_pruned"
    f" BEGIN SELECT RAISE(ABORT, {_CHANGED}); END",
    "CREATE TRIGGER IF NOT EXISTS readings_pruned_are_old BEFORE INSERT ON readings_pruned"
    f" WHEN NEW.until >= {_KEPT_FROM[False]} OR {_COVERS_YOUNGER}"
    f" BEGIN SELECT RAISE(ABORT, {_TOO_YOUNG}); END",
)
_ON_SERVER: Final = (
    "CREATE OR REPLACE FUNCTION readings_stay() RETURNS trigger LANGUAGE plpgsql AS"
    f" $$ BEGIN RAISE EXCEPTION {_CHANGED}; END $$",
    "CREATE OR REPLACE FUNCTION readings_are_kept() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS"
    f' $$ BEGIN IF substr(OLD.at, 1, 10) COLLATE "C" < {_KEPT_FROM[True]}'
    " AND EXISTS (SELECT 1 FROM readings_pruned WHERE number >= OLD.number)"
    " AND pg_has_role((SELECT relowner FROM pg_class WHERE oid = TG_RELID), 'USAGE')"
    f" THEN RETURN OLD; END IF; RAISE EXCEPTION {_TOO_YOUNG}; END $$",
    "CREATE OR REPLACE FUNCTION readings_pruned_are_old() RETURNS trigger LANGUAGE plpgsql"
    " SET search_path FROM CURRENT AS"
    f' $$ BEGIN IF NEW.until COLLATE "C" >= {_KEPT_FROM[True]} OR {_COVERS_YOUNGER}'
    f" THEN RAISE EXCEPTION {_TOO_YOUNG}; END IF; RETURN NEW; END $$",
    "CREATE OR REPLACE TRIGGER readings_stay BEFORE UPDATE OR TRUNCATE ON readings"
    " FOR EACH STATEMENT EXECUTE FUNCTION readings_stay()",
    "CREATE OR REPLACE TRIGGER readings_are_kept BEFORE DELETE ON readings"
    " FOR EACH ROW EXECUTE FUNCTION readings_are_kept()",
    "CREATE OR REPLACE TRIGGER readings_pruned_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON readings_pruned"
    " FOR EACH STATEMENT EXECUTE FUNCTION readings_stay()",
    "CREATE OR REPLACE TRIGGER readings_pruned_are_old BEFORE INSERT ON readings_pruned"
    " FOR EACH ROW EXECUTE FUNCTION readings_pruned_are_old()",
)
_STAND: Final = {
    False: "SELECT count(*) FILTER (WHERE name = 'readings_end') = 1,"
    " count(*) FILTER (WHERE name IN ('readings_pruned', 'readings_of_both')) = 2, 1 FROM sqlite_master",
    True: "SELECT to_regclass('readings_end') IS NOT NULL,"
    " to_regclass('readings_pruned') IS NOT NULL AND to_regclass('readings_of_both') IS NOT NULL,"
    " (SELECT pg_has_role(relowner, 'USAGE') AND has_schema_privilege(relnamespace, 'CREATE')"
    " FROM pg_class WHERE oid = to_regclass('readings'))",
}
"""Whether there is a log, whether it is one of this kaoji's, and whether whoever asks may bring it up to date."""
_KNOWS_PRUNED: Final = {
    False: "SELECT count(*) FROM sqlite_master WHERE name = 'readings_pruned'",
    True: "SELECT to_regclass('readings_pruned') IS NOT NULL",
}


def are_ready(told: Transaction) -> bool:
    """Whether there is a log that is up to date, or is somebody else's, which is read and written as it is."""
    is_made, is_current, is_mine = told.execute(_STAND[told.is_server]).fetchone()
    return bool(is_made and (is_current or not is_mine))


def make(beside: Beside) -> None:
    """Makes what is missing, and the guards as they are now, all or nothing. OSError."""
    beside.make(_TABLES, *(_ON_SERVER if beside.file is None else _IN_FILE))


def knows_pruned(told: Transaction) -> bool:
    """Whether the log is one from which rows may go: an earlier kaoji's is not, until it is brought up to date."""
    return bool(told.execute(_KNOWS_PRUNED[told.is_server]).fetchone()[0])


def clock(told: Transaction) -> tuple[str, str]:
    """What time it is by the database (ISO, UTC), and the first day (ISO, UTC) of which rows stay."""
    now, kept_from = told.execute(f"SELECT {_NOW[told.is_server]}, {_KEPT_FROM[told.is_server]}").fetchone()
    return str(now), str(kept_from)
