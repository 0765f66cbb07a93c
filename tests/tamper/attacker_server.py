"""The same somebody as a server's administrator: what its catalogue says of indexes, conditions and words (PostgreSQL)."""

from tests.tamper.attacker import owning, statements
from tests.tamper.attacker_rows import operator_before_equals

_OF_DATABASE = "DO $$ BEGIN EXECUTE format('ALTER DATABASE %%I SET {}', current_database()); END $$"
_LIVE = "UPDATE pg_index SET indislive = {} WHERE indexrelid = '{}'::regclass"
_SITE = "UPDATE things SET site = '{}' WHERE kind = 'employee' AND id = 'E002'"


def misplaced(url: str, index: str, wrong: str, right: str) -> None:
    """A row is made a wrong one, and the right one again while its server does not know of an index on it."""
    for said in (wrong, _LIVE.format("false", index), right, _LIVE.format("true", index)):
        with owning(url) as connection:
            connection.exec_driver_sql(said)


def row_misplaced(url: str) -> None:
    """An index has somebody's row under another site, where nobody looks for it; the table says the right one."""
    misplaced(url, "things_by_site", _SITE.format("jinsd"), _SITE.format("jinse"))


def condition_believed(url: str) -> None:
    """A planner believes a condition that no row was held against, and does not look for whom it would be broken by."""
    statements(
        "ALTER TABLE things ADD CONSTRAINT mine CHECK (kind <> 'employee' OR id <> 'E002') NOT VALID",
        "UPDATE pg_constraint SET convalidated = true WHERE conname = 'mine'",
        _OF_DATABASE.format("constraint_exclusion = on"),
    )(url)


def catalogue_shadowed(url: str) -> None:
    """A view before the server's own catalogue says nothing of what compares texts otherwise."""
    operator_before_equals(url)
    statements(
        "CREATE VIEW pg_operator AS SELECT * FROM pg_catalog.pg_operator"
        " WHERE oprnamespace = 'pg_catalog'::regnamespace",
        _OF_DATABASE.format("search_path = public, pg_catalog"),
    )(url)
