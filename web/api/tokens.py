"""Tokens of programs: `kj_<id>_<secret>`, each of a person, for some reports, commands and sites, for a year at most.

A token never may more than its owner; which of that it may is its scope. The file keeps the secret's SHA-256 alone.
"""

import hmac
import re
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from ledger.terms import format_recorded
from web.database import DeskDatabase, digest_of

EVERYTHING: Final = "*"
"""In a scope: whatever the owner may."""

MOST_DAYS: Final = 365
_ALPHABET: Final = "abcdefghjkmnpqrstvwxyz0123456789"
_TOKEN: Final = re.compile(r"kj_([a-z0-9]{8})_([A-Za-z0-9-]{40,})", re.ASCII)
_NAME: Final = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Scopes:
    """What a token is for: names of reports, `do` of commands, and sites; `*` among them is all of a sort."""

    reports: frozenset[str] = frozenset()
    commands: frozenset[str] = frozenset()
    sites: frozenset[str] = frozenset({EVERYTHING})

    def reads(self, report: str) -> bool:
        """Whether a report is among them."""
        return not self.reports.isdisjoint({EVERYTHING, report})

    def records(self, do: str) -> bool:
        """Whether a command is among them."""
        return not self.commands.isdisjoint({EVERYTHING, do})

    @property
    def is_narrowed(self) -> bool:
        """Whether it is for some sites only."""
        return EVERYTHING not in self.sites


@dataclass(frozen=True, slots=True)
class Token:
    """A token as it is kept: whose, what it is called, for what and until when."""

    id: str
    employee: str
    name: str
    scopes: Scopes
    created_at: str
    expires_at: str
    used_at: str | None

    @property
    def operator(self) -> str:
        """Who typed, as the ledger keeps it."""
        return f"{self.name}@api/{self.id}"


def is_name(name: str) -> bool:
    """Whether a program may be called so: small letters, digits and hyphens, since it stands open in the ledger."""
    return _NAME.fullmatch(name) is not None


class Tokens:
    """The tokens there are. `now` is the clock, UTC."""

    def __init__(self, database: DeskDatabase, now: Callable[[], datetime]) -> None:
        self._database = database
        self._now = now

    def make(self, employee: str, name: str, scopes: Scopes, days: int) -> str:
        """A new token, told this once."""
        assert is_name(name) and 0 < days <= MOST_DAYS
        id_ = "".join(secrets.choice(_ALPHABET) for _ in range(8))
        secret = secrets.token_urlsafe(32).replace("_", "-")
        now = self._now()
        until = format_recorded(now + timedelta(days=days))
        kept = (_listed(scopes.reports), _listed(scopes.commands), _listed(scopes.sites))
        with self._database.open() as database:
            database.execute(
                "INSERT INTO tokens VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, NULL)",
                (id_, digest_of(secret), employee, name, *kept, format_recorded(now), until),
            )
        return f"kj_{id_}_{secret}"

    def found(self, given: str, seen: bool = True) -> Token | None:
        """The token of this secret, if it is not over; `seen`: it is used now."""
        matched = _TOKEN.fullmatch(given)
        if matched is None:
            return None
        now = self._now()
        with self._database.open() as database:
            row = database.execute("SELECT * FROM tokens WHERE id = ?", (matched[1],)).fetchone()
            if row is None or not hmac.compare_digest(row["hash"], digest_of(matched[2])):
                return None
            if row["expires_at"] <= format_recorded(now):
                return None
            used = row["used_at"]
            if seen and (used is None or now - datetime.fromisoformat(used) > timedelta(minutes=1)):
                database.execute(
                    "UPDATE tokens SET used_at = ? WHERE id = ?", (format_recorded(now), row["id"])
                )
        return _token(row)

    def of(self, employee: str) -> list[Token]:
        """The tokens of somebody, those that are over too, the newest first."""
        with self._database.open() as database:
            rows = database.execute(
                "SELECT * FROM tokens WHERE employee = ? ORDER BY created_at DESC, id", (employee,)
            ).fetchall()
        return [_token(row) for row in rows]

    def end(self, employee: str, id_: str | None = None) -> None:
        """Ends a token of somebody's, or all of them."""
        with self._database.open() as database:
            if id_ is None:
                database.execute("DELETE FROM tokens WHERE employee = ?", (employee,))
            else:
                database.execute("DELETE FROM tokens WHERE employee = ? AND id = ?", (employee, id_))


def _token(row: Any) -> Token:
    scopes = Scopes(*(frozenset(row[name].split()) for name in ("reports", "commands", "sites")))
    rest = (row["created_at"], row["expires_at"], row["used_at"])
    return Token(row["id"], row["employee"], row["name"], scopes, *rest)


def _listed(names: Iterable[str]) -> str:
    return " ".join(sorted(names))
