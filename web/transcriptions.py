"""What was typed in whose name: told to whoever is named for fourteen days, who may say that it is not theirs."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final

from ledger.terms import format_recorded
from web.database import DeskDatabase

_DAYS: Final = 14


class Transcriptions:
    """The papers that were typed. `now` is the clock, UTC."""

    def __init__(self, database: DeskDatabase, now: Callable[[], datetime]) -> None:
        self._database = database
        self._now = now

    def add(self, position: int, command: str, author: str, typist: str, paper: str) -> None:
        """Keeps that a paper was typed, for fourteen days."""
        with self._database.open() as database:
            database.execute(
                "INSERT INTO typed VALUES (?, ?, ?, ?, ?, ?, NULL) ON CONFLICT DO NOTHING",
                (position, command, author, typist, paper, format_recorded(self._now())),
            )

    def recent(self) -> list[dict[str, Any]]:
        """Those of the last fourteen days, or about which something was said in them, the latest first."""
        since = format_recorded(self._now() - timedelta(days=_DAYS))
        with self._database.open() as database:
            database.execute("DELETE FROM typed WHERE coalesce(disputed_at, at) <= ?", (since,))
            rows = database.execute("SELECT * FROM typed ORDER BY position DESC").fetchall()
        return [dict(row) for row in rows]

    def dispute(self, position: int, author: str) -> None:
        """Keeps that its author says it is not theirs; what was said once stands."""
        with self._database.open() as database:
            database.execute(
                "UPDATE typed SET disputed_at = ? WHERE position = ? AND author = ? AND disputed_at IS NULL",
                (format_recorded(self._now()), position, author),
            )
