"""Accounts, enrolment codes and sessions: who is at the door. What they may do the ledger says, never this file."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from ledger.terms import format_recorded
from ledger.texts import plain
from web.database import digest_of
from web.passwords import hashed, is_right
from web.tries import Tries

_ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_CODE_LENGTH: Final = 12
_CODE_DAYS: Final = 14
STEP_UP: Final = timedelta(minutes=5)
OFFICE_LASTS: Final = timedelta(minutes=30), timedelta(hours=12)
STAFF_LASTS: Final = timedelta(hours=2), timedelta(days=7)
"""For how long a session lasts when it is not used, and at all: of whoever holds an office, and of everybody else."""
AT_MACHINE: Final = "serve"
"""Who made a code where the files are."""


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody signed in. `token` is known to the browser alone; the file keeps its SHA-256."""

    token: str
    employee: str
    verified_at: datetime
    language: str | None

    @property
    def short(self) -> str:
        """What is told of it: the first eight digits of its hash."""
        return digest_of(self.token)[:8]


class Accounts(Tries):
    """The people who can sign in. `now` is the clock, UTC."""

    # --- accounts -----------------------------------------------------------------------------------

    def enrol_code(self, employee: str, made_by: str) -> str:
        """A new code for somebody, which ends those before it: twelve characters, once, for fourteen days."""
        code = "".join(secrets.choice(_ALPHABET) for _ in range(_CODE_LENGTH))
        until = format_recorded(self._now() + timedelta(days=_CODE_DAYS))
        with self._database.open() as database:
            database.execute("DELETE FROM codes WHERE employee = ? AND used_at IS NULL", (employee,))
            database.execute(
                "INSERT INTO codes VALUES (?, ?, ?, ?, NULL)", (digest_of(code), employee, made_by, until)
            )
        return code

    def whose_code(self, code: str) -> str | None:
        """Whose account a code opens; None: nobody's, used up or too old."""
        row = self._code(code)
        return None if row is None else str(row["employee"])

    def resets_by_a_colleague(self, code: str) -> bool:
        """Whether a code sets a password anew, and was not made where the files are."""
        row = self._code(code)
        return row is not None and row["made_by"] != AT_MACHINE and "since" in self.listed()[row["employee"]]

    def _code(self, code: str) -> Any:
        with self._database.open() as database:
            return database.execute(
                "SELECT employee, made_by FROM codes WHERE hash = ? AND used_at IS NULL AND expires_at > ?",
                (digest_of(spelled(code)), format_recorded(self._now())),
            ).fetchone()

    def enrol(self, code: str, password: str) -> str | None:
        """Sets the password of whoever a code is for, and ends their sessions and tokens; None: it opens nothing."""
        kept, now = hashed(password), format_recorded(self._now())
        with self._database.open() as database:
            used = database.execute(
                "UPDATE codes SET used_at = ? WHERE hash = ? AND used_at IS NULL AND expires_at > ?"
                " RETURNING employee",
                (now, digest_of(spelled(code)), now),
            ).fetchone()
            if used is None:
                return None
            employee = str(used["employee"])
            again = database.execute("SELECT 1 FROM accounts WHERE employee = ?", (employee,)).fetchone()
            database.execute(
                "INSERT INTO accounts (employee, password, created_at) VALUES (?, ?, ?)"
                " ON CONFLICT (employee) DO UPDATE SET password = excluded.password, reset_told = 0",
                (employee, kept, now),
            )
            if again:
                for table in ("sessions", "tokens"):
                    database.execute(f"DELETE FROM {table} WHERE employee = ?", (employee,))
        return employee

    def listed(self) -> dict[str, dict[str, Any]]:
        """Every account and open code, by staff number."""
        with self._database.open() as database:
            accounts = database.execute("SELECT employee, created_at FROM accounts").fetchall()
            codes = database.execute(
                "SELECT employee, expires_at FROM codes WHERE used_at IS NULL AND expires_at > ?",
                (format_recorded(self._now()),),
            ).fetchall()
        found: dict[str, dict[str, Any]] = {row["employee"]: {"since": row["created_at"]} for row in accounts}
        for row in codes:
            found.setdefault(row["employee"], {})["code_until"] = row["expires_at"]
        return found

    def has_any(self) -> bool:
        """Whether anybody can sign in, or was given a code."""
        return bool(self.listed())

    def named(self, typed: str) -> str:
        """The staff number whose account is meant: capitals or not, unless two differ by them alone."""
        with self._database.open(writes=False) as database:
            rows = database.execute(
                "SELECT employee FROM accounts WHERE upper(employee) = ?", (typed.upper(),)
            ).fetchall()
        found = {str(row["employee"]) for row in rows}
        return found.pop() if len(found) == 1 else typed if typed in found else typed.upper()

    def remove(self, employee: str) -> None:
        """Takes an account away with its sessions, codes and tokens."""
        with self._database.open() as database:
            for table in ("accounts", "sessions", "codes", "tokens", "visits", "jobs"):
                database.execute(f"DELETE FROM {table} WHERE employee = ?", (employee,))

    def speaks(self, employee: str, language: str) -> None:
        """Keeps the language somebody reads in."""
        with self._database.open() as database:
            database.execute("UPDATE accounts SET language = ? WHERE employee = ?", (language, employee))

    # --- signing in ---------------------------------------------------------------------------------

    def is_right(self, employee: str, password: str, key: str = "") -> bool:
        """Whether a password is the account's; then the tries under a key are forgotten. TooBusyError."""
        with self._database.open() as database:
            row = database.execute("SELECT password FROM accounts WHERE employee = ?", (employee,)).fetchone()
        right = is_right(password, None if row is None else row["password"])
        if right:
            with self._database.open() as database:
                database.execute("DELETE FROM tries WHERE key = ?", (key,))
        return right

    # --- sessions -----------------------------------------------------------------------------------

    def begin(self, employee: str, agent: str, instead_of: str | None = None) -> str:
        """A new session, by a token nobody has seen before; the one it takes the place of is over."""
        token, now = secrets.token_urlsafe(32), format_recorded(self._now())
        with self._database.open() as database:
            if instead_of is not None:
                database.execute("DELETE FROM sessions WHERE hash = ?", (digest_of(instead_of),))
            else:
                database.execute(
                    "INSERT INTO visits (employee, began_at) VALUES (?, ?) ON CONFLICT (employee)"
                    " DO UPDATE SET before_at = visits.began_at, began_at = excluded.began_at",
                    (employee, now),
                )
            database.execute(
                "INSERT INTO sessions VALUES (?, ?, ?, ?, ?, ?)",
                (digest_of(token), employee, now, now, now, agent[:200]),
            )
        return token

    def visited_before(self, employee: str) -> datetime | None:
        """When somebody signed in the time before this one; None: this is the first."""
        with self._database.open(writes=False) as database:
            row = database.execute("SELECT before_at FROM visits WHERE employee = ?", (employee,)).fetchone()
        return None if row is None or row["before_at"] is None else datetime.fromisoformat(row["before_at"])

    def whose(self, token: str) -> str | None:
        """Whose session a token is of, over or not; it is not seen by this."""
        with self._database.open(writes=False) as database:
            row = database.execute(
                "SELECT employee FROM sessions WHERE hash = ?", (digest_of(token),)
            ).fetchone()
        return None if row is None else str(row["employee"])

    def session(
        self,
        token: str,
        lasting: Callable[[str], tuple[timedelta, timedelta] | None],
        seen_now: bool = True,
    ) -> Session | None:
        """The session of a token, if it is not over; it is seen now, unless it is only looked whether it lasts.

        `lasting`: for how long somebody's lasts when it is not used, and at all; None: not at all. Nothing is held
        while it is asked, and nothing is written unless it is seen now, and is over or was last seen a minute ago.
        """
        now, kept = self._now(), digest_of(token)
        with self._database.open(writes=False) as database:
            row = database.execute(
                "SELECT s.*, a.language FROM sessions s JOIN accounts a USING (employee) WHERE hash = ?",
                (kept,),
            ).fetchone()
        limits = None if row is None else lasting(str(row["employee"]))
        if limits is None:
            return None
        idle, longest = limits
        seen, created = (datetime.fromisoformat(row[name]) for name in ("seen_at", "created_at"))
        if now - seen > idle or now - created > longest:
            if seen_now:  # else whose it was is still to be told of a form that comes
                with self._database.open() as database:
                    database.execute("DELETE FROM sessions WHERE hash = ?", (kept,))
            return None
        if seen_now and now - seen > timedelta(minutes=1):
            with self._database.open() as database:
                database.execute(
                    "UPDATE sessions SET seen_at = ? WHERE hash = ?", (format_recorded(now), kept)
                )
        verified = datetime.fromisoformat(row["verified_at"])
        return Session(token, str(row["employee"]), verified, row["language"])

    def is_fresh(self, session: Session) -> bool:
        """Whether the password was given within the last five minutes."""
        return self._now() - session.verified_at <= STEP_UP

    def devices(self, employee: str) -> list[dict[str, Any]]:
        """The sessions of somebody, the latest seen first."""
        with self._database.open() as database:
            rows = database.execute(
                "SELECT hash, created_at, seen_at, agent FROM sessions WHERE employee = ? ORDER BY seen_at DESC",
                (employee,),
            ).fetchall()
        return [{**dict(row), "short": row["hash"][:8]} for row in rows]

    def end(self, employee: str, short: str | None = None, token: str | None = None) -> None:
        """Ends a session of somebody's by its token or what is told of it, or all of them."""
        with self._database.open() as database:
            if token is not None:
                database.execute("DELETE FROM sessions WHERE hash = ?", (digest_of(token),))
            elif short is not None:
                database.execute(
                    "DELETE FROM sessions WHERE employee = ? AND substr(hash, 1, 8) = ?", (employee, short)
                )
            else:
                database.execute("DELETE FROM sessions WHERE employee = ?", (employee,))

    def reset_untold(self, employee: str) -> bool:
        """Whether the password was set anew and its owner has not been told; afterwards they have."""
        with self._database.open() as database:
            row = database.execute(
                "UPDATE accounts SET reset_told = 1 WHERE employee = ? AND reset_told = 0 RETURNING 1",
                (employee,),
            ).fetchone()
        return row is not None


def spelled(code: str) -> str:
    """A code as it was printed: letters that look like digits are those, blanks and dashes are none."""
    return plain(code).upper().replace("-", "").replace(" ", "").translate(str.maketrans("OIL", "011"))


def grouped(code: str) -> str:
    """A code as it is printed, in groups of four."""
    return "-".join(code[at : at + 4] for at in range(0, len(code), 4))
