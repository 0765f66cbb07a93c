"""What the command line costs before it does anything: its help and a report, each in a process of its own."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from benchmarks import synthetic
from benchmarks.frame import Line, Stage, at_most, in_turns, milliseconds
from benchmarks.machine import ROOT

TITLE: Final = "The command line"
STARTS: Final = 3
"""Processes of each kind for every run."""
LISTED: Final = 12
_KAOJI: Final = str(Path(sys.executable).with_name("kaoji"))
"""The command as it is installed, which is a script of Python's."""


def measure(stage: Stage) -> Iterator[Line | str]:
    """Start-up of the help and of a report, beside that of Python itself."""
    url = stage.new_sqlite()
    with synthetic.open_ledger(url) as ledger:
        ledger.record.apply(synthetic.lines(0))
        ledger.reports.monthly("2025-11", synthetic.site_of("000"))
    bare = ["-c", "pass"]
    helped = [_KAOJI, "--help"]
    report = [_KAOJI, "--ledger", url, "report", "monthly", "2025-11"]
    works: dict[str, Any] = {
        "bare": lambda: _run(bare),
        "help": lambda: _run(helped),
        "report": lambda: _run(report),
    }
    taken = {name: milliseconds(times) for name, times in in_turns(works, STARTS * stage.runs, 2).items()}
    for name, arguments, bound in (("help", helped, 4.5), ("report", report, 12.0)):
        what = "kaoji --help" if name == "help" else "kaoji report monthly, 2,000 events"
        line = Line(what, "ms", taken[name], "python -c pass", taken["bare"], [at_most(bound, "ratio")])
        if line.missed:
            line.profile = _imports(arguments)
        yield line


def _run(arguments: list[str]) -> None:
    done = subprocess.run([sys.executable, *arguments], cwd=ROOT, capture_output=True, env=_environment())
    if done.returncode != 0 or (_KAOJI in arguments and not done.stdout):
        raise RuntimeError(
            f"{' '.join(arguments)} ended with {done.returncode}: {done.stderr.decode()[-500:]}"
        )


def _imports(arguments: list[str]) -> str:
    """The costliest imports, by the time of each and all below it."""
    command = [sys.executable, "-X", "importtime", *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, env=_environment())
    rows = []
    for line in done.stderr.splitlines():
        own, _, rest = line.removeprefix("import time:").partition("|")
        total, _, name = rest.partition("|")
        if own.strip().isdigit():
            rows.append((int(total), name.strip()))
    rows.sort(reverse=True)
    return "\n".join(f"{total / 1_000:7.1f} ms  import {name}" for total, name in rows[:LISTED])


def _environment() -> dict[str, str]:
    left_out = "PYTHONDONTWRITEBYTECODE"  # modules are compiled once, as where kaoji is installed
    kept = {k: value for k, value in os.environ.items() if not k.startswith("KAOJI_") and k != left_out}
    return kept | {"KAOJI_LANG": "en"}
