"""Every account as the auditor reads them: since when, used when, open in how many places, locked or not.

No hash, code, address, browser or name of a token is among it.
"""

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from ledger.application.desk.desk import Transaction
from ledger.terms import format_recorded
from web.accounts import STAFF_LASTS
from web.database import DeskDatabase
from web.tries import OF_ACCOUNT, locked_until

Row = dict[str, Any]


def account_rows(
    database: DeskDatabase,
    now: datetime,
    lasting: Callable[[str], tuple[timedelta, timedelta] | None],
) -> list[Row]:
    """A row for whoever has an account or an open code, by staff number; instants are RFC 3339, None where there is none.

    `employee`; `since` the account is there; `signed_in_at` last; how many `sessions` and `tokens` work now; `locked_until`;
    `set_anew_at` and `set_anew_by`: when the password was set anew with a code, and who had made that (`serve`: whoever
    keeps the files); `code_until`: an open code works. `lasting`: see `Accounts.session`.
    """
    at = format_recorded(now)
    with database.open(writes=False) as told:
        accounts = dict(told.execute("SELECT employee, created_at FROM accounts").fetchall())
        visits = dict(told.execute("SELECT employee, began_at FROM visits").fetchall())
        sessions = _sessions(told, now)
        tokens, codes = _tokens(told, at), _codes(told, at)
        used = _used_codes(told)
        locked = _locked(told, now)
    limits = {employee: lasting(employee) for employee in {row["employee"] for row in sessions}}
    open_now = Counter(row["employee"] for row in sessions if _lasts(row, now, limits[row["employee"]]))
    anew = {row["employee"]: row for row in used if row["used_at"] > accounts.get(row["employee"], at)}
    return [
        {
            "employee": employee,
            "since": accounts.get(employee),
            "signed_in_at": visits.get(employee),
            "sessions": open_now[employee],
            "tokens": tokens.get(employee, 0),
            "locked_until": locked.get(employee),
            "set_anew_at": anew[employee]["used_at"] if employee in anew else None,
            "set_anew_by": anew[employee]["made_by"] if employee in anew else None,
            "code_until": codes.get(employee),
        }
        for employee in sorted(accounts.keys() | codes.keys())
    ]


def _sessions(told: Transaction, now: datetime) -> list[Any]:
    """The sessions that may work still, whatever is looked at in them."""
    seen = format_recorded(now - STAFF_LASTS[0])
    query = "SELECT employee, created_at, seen_at FROM sessions WHERE seen_at >= ?"
    return list(told.execute(query, (seen,)))


def _tokens(told: Transaction, at: str) -> dict[str, int]:
    """How many tokens of each work."""
    query = "SELECT employee, count(*) FROM tokens WHERE expires_at > ? GROUP BY employee"
    return dict(told.execute(query, (at,)).fetchall())


def _codes(told: Transaction, at: str) -> dict[str, str]:
    """Until when the open code of each works."""
    query = "SELECT employee, expires_at FROM codes WHERE used_at IS NULL AND expires_at > ?"
    return dict(told.execute(query, (at,)).fetchall())


def _used_codes(told: Transaction) -> list[Any]:
    """The codes that became a password, in the order in which they did."""
    query = "SELECT employee, made_by, used_at FROM codes WHERE used_at IS NOT NULL ORDER BY used_at"
    return list(told.execute(query))


def _lasts(session: Any, now: datetime, limits: tuple[timedelta, timedelta] | None) -> bool:
    """Whether a session works still."""
    seen, created = (datetime.fromisoformat(session[name]) for name in ("seen_at", "created_at"))
    return limits is not None and now - seen <= limits[0] and now - created <= limits[1]


def _locked(told: Transaction, now: datetime) -> dict[str, str]:
    """Until when each account takes no password, of those that do not."""
    query = "SELECT key, at FROM tries WHERE key LIKE ? ORDER BY key, at DESC"
    tries = told.execute(query, (f"{OF_ACCOUNT}%",))
    found = {}
    for key, group in groupby(tries, key=lambda each: str(each["key"])):
        until = locked_until([each["at"] for each in group])
        if until is not None and until > now:
            found[key.removeprefix(OF_ACCOUNT)] = format_recorded(until)
    return found
