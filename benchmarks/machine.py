"""On what it was measured: the machine, the versions, the state of the code."""

import os
import platform
import sqlite3
import subprocess
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[1]
PACKAGES: Final = (
    "eventsourcing",
    "sqlalchemy",
    "psycopg",
    "pydantic",
    "orjson",
    "cryptography",
    "eventsource-py",
    "umadb",
    "beancount",
)


def described(folder: Path, postgres: str) -> dict[str, str]:
    """What a figure depends on besides the code, by name. `folder` is where databases were written."""
    return {
        "processor": f"{os.cpu_count()} cores, {_processor()}",
        "memory": _memory(),
        "disk": _disk(folder),
        "system": f"{platform.system()} {platform.release().partition('-')[0]}",
        "Python": platform.python_version(),
        "SQLite": sqlite3.sqlite_version,
        "PostgreSQL": postgres,
        "packages": ", ".join(f"{name} {found}" for name in PACKAGES if (found := _version(name))),
        "kaoji": _commit(),
        "measured": f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {_load()}",
    }


def _load() -> str:
    """How busy the machine was: where others were at work, every rate is lower than it would be."""
    load = os.getloadavg()[0]
    busy = load > (os.cpu_count() or 1)
    return f"load {load:.1f} at the start" + (" – **others were at work on the machine**" if busy else "")


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def _memory() -> str:
    try:
        return f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.0f} GiB"
    except (ValueError, OSError):
        return "unknown"


def _disk(folder: Path) -> str:
    """The kind of file system on which the databases lay."""
    found, longest = "unknown", -1
    try:
        mounts = Path("/proc/mounts").read_text("utf-8").splitlines()
    except OSError:
        return found
    for mount in mounts:
        _, place, kind, *_ = mount.split()
        if folder.resolve().is_relative_to(place) and len(place) > longest:
            found, longest = kind, len(place)
    return found


def _commit() -> str:
    """The commit that was measured, and whether anything was changed since."""

    def git(*arguments: str) -> str:
        done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True)
        return done.stdout.strip() if done.returncode == 0 else ""

    commit = git("rev-parse", "--short", "HEAD")
    changed = git("status", "--porcelain", "--untracked-files=no", "--", "ledger", "cli", "benchmarks")
    return (commit or "no repository") + (" with changes" if changed else "")
