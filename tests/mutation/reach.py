"""A plugin of pytest: which test runs through which lines of the rooms to be mutated (`-p tests.mutation.reach`)."""

import functools
import json
import os
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
_reached: defaultdict[str, set[tuple[str, int]]] = defaultdict(set)
_seconds: dict[str, float] = {}
_rooms = tuple(f"{ROOT / room}{os.sep}" for room in os.environ.get("KAOJI_MUTATED", "").split(":"))
_left: dict[CodeType, set[int]] = {}
"""The lines of each function that the test has not run through yet."""


@functools.cache
def _lines_of(code: CodeType) -> frozenset[int]:
    """The lines of a function of the rooms; of another none."""
    if not code.co_filename.startswith(_rooms):
        return frozenset()
    return frozenset(line for _, _, line in code.co_lines() if line is not None)


def _line(frame: FrameType, what: str, _: object) -> Any:
    _left[frame.f_code].discard(frame.f_lineno)
    return _line


def _call(frame: FrameType, what: str, _: object) -> Any:
    """Lines are followed until all of a function are known, which is what makes it fast."""
    code = frame.f_code
    left = _left.get(code)
    if left is None:
        left = _left[code] = set(_lines_of(code))
    return _line(frame, what, _) if left else None


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    _left.clear()
    sys.settrace(_call)
    yield
    sys.settrace(None)
    for code, left in _left.items():
        _reached[item.nodeid] |= {(code.co_filename, line) for line in _lines_of(code) - left}


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
