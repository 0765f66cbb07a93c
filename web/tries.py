"""How often something was tried, such as a password, a code or a form, and for how long it may not be tried again."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Final

from ledger.terms import format_recorded
from web.database import DeskDatabase

_FREE_TRIES: Final = 5
_LONGEST_MINUTES: Final = 60
_ADDRESS_TRIES: Final = 30
_CODE_TRIES: Final = 10

OF_ACCOUNT: Final = "account:"
"""What stands before the staff number in the key of passwords that were tried at the door."""


class Tries:
    """The tries that are kept, for a day at most. `now` is the clock, UTC."""

    def __init__(self, database: DeskDatabase, now: Callable[[], datetime]) -> None:
        self._database = database
        self._now = now

    def locked_for(self, key: str, address: str) -> int:
        """For how many seconds nobody may try what a key is of, or from this address; 0: they may."""
        now = self._now()
        with self._database.open() as database:
            rows = database.execute(
                "SELECT at FROM tries WHERE key = ? ORDER BY at DESC LIMIT 12", (key,)
            ).fetchall()
            near = database.execute(
                "SELECT count(*) FROM tries WHERE key = ? AND at > ?",
                (f"address:{address}", format_recorded(now - timedelta(minutes=1))),
            ).fetchone()[0]
        if near >= _ADDRESS_TRIES:
            return 60
        until = locked_until([row["at"] for row in rows])
        return 0 if until is None else max(0, int((until - now).total_seconds()))

    def codes_locked(self, address: str) -> bool:
        """Whether too many codes were tried from an address within the hour."""
        since = format_recorded(self._now() - timedelta(hours=1))
        with self._database.open() as database:
            found = database.execute(
                "SELECT count(*) FROM tries WHERE key = ? AND at > ?", (f"codes:{address}", since)
            ).fetchone()[0]
        return bool(found >= _CODE_TRIES)

    def failed(self, *keys: str) -> None:
        """Keeps a failed try, and forgets what is older than a day."""
        now = self._now()
        with self._database.open() as database:
            database.execute("DELETE FROM tries WHERE at < ?", (format_recorded(now - timedelta(days=1)),))
            for key in keys:
                database.execute("INSERT INTO tries VALUES (?, ?)", (key, format_recorded(now)))

    def counts(self, key: str, most: int, within: timedelta) -> bool:
        """Counts one more of something, unless there were as many as may be within a time; whether it was counted."""
        now = self._now()
        with self._database.open() as database:
            since = format_recorded(now - within)
            database.execute("DELETE FROM tries WHERE key = ? AND at <= ?", (key, since))
            found = database.execute(
                "SELECT count(*) FROM tries WHERE key = ? AND at > ?", (key, since)
            ).fetchone()[0]
            if found >= most:
                return False
            database.execute("INSERT INTO tries VALUES (?, ?)", (key, format_recorded(now)))
        return True


def locked_until(tries: Sequence[str]) -> datetime | None:
    """Until when what was tried in vain at these instants, the latest first, may not be tried; None: it always may."""
    over = len(tries) - _FREE_TRIES
    if over < 0:
        return None
    minutes = min(2 ** min(over, 6), _LONGEST_MINUTES)
    return datetime.fromisoformat(tries[0]) + timedelta(minutes=minutes)
