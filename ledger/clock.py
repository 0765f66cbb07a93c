"""The one place that reads the time and asks who sits at the keyboard."""

import getpass
import os
from datetime import UTC, datetime


def now() -> datetime:
    """The machine's clock, in UTC."""
    return datetime.now(UTC)


def operator() -> str:
    """Who types: `KAOJI_OPERATOR`, else the system's user."""
    named = os.environ.get("KAOJI_OPERATOR", "").strip()
    if named:
        return named[:200]
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"
