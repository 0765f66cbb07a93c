"""A plugin of pytest: which test runs through which lines of the rooms to be mutated (`-p tests.mutation.reach`)."""

import json
import os
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
_reached: defaultdict[str, set[tuple[str, int]]] = defaultdict(set)
_seconds: dict[str, float] = {}
_rooms = tuple(f"{ROOT / room}{os.sep}" for room in os.environ.get("KAOJI_MUTATED", "").split(":"))
_lines: set[tuple[str, int]] = set()


def _line(frame: FrameType, what: str, _: object) -> Any:
    _lines.add((frame.f_code.co_filename, frame.f_lineno))
    return _line


def _call(frame: FrameType, what: str, _: object) -> Any:
    return _line if frame.f_code.co_filename.startswith(_rooms) else None


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    global _lines
    _lines = _reached[item.nodeid]
    sys.settrace(_call)
    yield
    sys.settrace(None)


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """A test that does not pass tells nothing of a mutant."""
    if report.failed or report.skipped:
        _seconds[report.nodeid] = float("inf")
    _seconds[report.nodeid] = _seconds.get(report.nodeid, 0.0) + report.duration


def pytest_sessionfinish() -> None:
    told = {
        test: {
            "seconds": _seconds[test],
            "lines": sorted([str(Path(f).relative_to(ROOT)), n] for f, n in lines),
        }
        for test, lines in _reached.items()
        if lines and _seconds.get(test, float("inf")) != float("inf")
    }
    Path(os.environ["KAOJI_REACH"]).write_text(json.dumps(told), "utf-8")
