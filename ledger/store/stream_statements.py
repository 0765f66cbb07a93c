"""What is asked of events by streams: all of some, or those of some kinds and months, by the index that has these."""

from collections.abc import Sequence
from typing import Final

from ledger.store.month_words import month_in, stands_in
from ledger.store.sql import Question, placeholders

EVENTS: Final = "SELECT position, stream, version, kind, schema, state FROM events WHERE ledger = ?"
OF_NO_MONTH: Final = ("",)
"""Events that name no month, where months are asked for."""
WHOLE_AT_ONCE: Final = {True: 10, False: 50}
"""So many streams are read whole at once: of SQLite, and of a server. Rows take as much again as what is made of them."""


def of_streams(count: int, bounded: bool = True) -> str:
    """The statement that reads so many streams whole, each in order; up to a position where `bounded`.

    `verify` asks in the same words.
    """
    return f"{EVENTS} AND stream IN ({placeholders(count)}){_until(bounded)} ORDER BY stream, version"


def by_month(
    dialect: str,
    ledger: str,
    streams: Sequence[str],
    as_of: int | None,
    kinds: Sequence[str] = (),
    months: Sequence[str] = (),
    said: bytes = b"",
) -> Question:
    """What reads the events of streams that are of some kinds or months, up to a position; in no order.

    Where something is `said`, those alone in whose stored bytes it stands.

    To PostgreSQL each stream is a question of its own: it takes what says the month of an event for cheap, and would
    rather ask it of all events than look for those of many streams at once.
    """
    month = month_in(dialect)
    # of all months, too, so that the index that has the kinds is walked
    of_months = f" AND {month} IN ({placeholders(len(months))})" if months else f" AND {month} >= ''"
    of_kinds = f" AND kind IN ({placeholders(len(kinds))})" if kinds else ""
    stands = f" AND {stands_in(dialect)}" if said else ""
    more = f"{of_kinds}{of_months}{_until(as_of is not None)}{stands}"
    values = (*kinds, *months, *(() if as_of is None else (as_of,)), *((said,) if said else ()))
    if dialect != "postgresql":
        return f"{EVENTS} AND stream IN ({placeholders(len(streams))}){more}", (ledger, *streams, *values)
    return _of_each(dialect, streams, more), (*streams, ledger, *values)


def tail_of_each(dialect: str, ledger: str, streams: Sequence[str], after: int, until: int) -> Question:
    """What reads the events of streams behind a position, and the last one before it of each; in no order.

    Each stream is walked back from its end, however long it is.
    """
    last_before = (
        "SELECT version FROM events AS before WHERE before.ledger = ? AND before.stream = wanted.name"
        " AND before.position + 0 <= ? ORDER BY before.version DESC LIMIT 1"
    )
    more = f" AND version >= coalesce(({last_before}), 1){_until(True)}"
    return _of_each(dialect, streams, more), (*streams, ledger, ledger, after, until)


def _of_each(dialect: str, streams: Sequence[str], more: str) -> str:
    """The statement that asks of the events of each stream by itself, one after another."""
    if dialect == "postgresql":
        wanted = ", ".join(["(CAST(? AS varchar))"] * len(streams))
        each = f"{EVENTS} AND stream = wanted.name{more} OFFSET 0"
        return f"SELECT found.* FROM (VALUES {wanted}) AS wanted (name), LATERAL ({each}) AS found"
    wanted = ", ".join(["(?)"] * len(streams))
    joined = EVENTS.replace("FROM events", "FROM wanted CROSS JOIN events")
    return f"WITH wanted (name) AS (VALUES {wanted}) {joined} AND stream = wanted.name{more}"


def _until(bounded: bool) -> str:
    """The sum keeps databases from walking along all positions up to it."""
    return " AND position + 0 <= ?" if bounded else ""
