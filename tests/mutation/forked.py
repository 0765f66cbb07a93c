"""A plugin of pytest that tries mutants in forks of one process: everything is imported and collected once.

Each mutant is put into a fork as the code of its function, and the tests that reach it run there until one fails. What runs
at import has no function to change; `python -m tests.mutation` gives it a process of its own.
"""

import functools
import gc
import os
import resource
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any

import pytest
from _pytest.runner import runtestprotocol

from tests.mutation.mutants import Mutant
from tests.mutation.sample import ROOMS, Beside, tests_of

ROOT = Path(__file__).parents[2]
CPU_SECONDS = 120
"""A mutant that computes longer never ends."""
SURVIVED, KILLED, AT_IMPORT = 0, 1, 2
_SAID = {SURVIVED: "survived", KILLED: "killed", AT_IMPORT: "import"}


def pytest_runtestloop(session: pytest.Session) -> bool:
    """Tries every mutant of the sample that has no outcome yet."""
    beside = Beside(Path(os.environ["KAOJI_MUTANTS"]))
    items = {item.nodeid: item for item in session.items}
    reach, enough, done = beside.reach(), beside.enough(), beside.outcomes()
    _warm(items)
    _learn()
    for mutant in beside.sample(ROOT):
        if str(mutant) not in done:
            chosen = [items[test] for test in tests_of(mutant, reach, enough) if test in items]
            beside.write(mutant, *(_sure(mutant, chosen) if chosen else ("unreached", "")))
    return True


_proven: set[str] = set()
"""Tests that pass in a fork without a mutant."""


def _sure(mutant: Mutant, items: list[pytest.Item]) -> tuple[str, str]:
    """The outcome; a test that fails in a fork without the mutant, too, proves nothing and is left out."""
    while items:
        outcome, by = _tried(mutant, items)
        if outcome != "killed":
            return outcome, by
        noticing = [item for item in items if item.nodeid == by]
        if by in _proven or _tried(None, noticing)[0] == "survived":
            _proven.add(by)
            return outcome, by
        items = [item for item in items if item.nodeid != by]
    return "unreached", ""


class _Nothing:
    """What comes after a test, where nothing it has set up but the session's is needed any more."""

    def __init__(self, session: pytest.Session) -> None:
        self._session = session

    def listchain(self) -> list[pytest.Session]:
        return [self._session]


def _warm(items: dict[str, pytest.Item]) -> None:
    """Runs one test of each file, so that what a session sets up once is there before the forks."""
    for item in {item.path: item for item in reversed(items.values())}.values():
        runtestprotocol(item, nextitem=_Nothing(item.session), log=False)  # type: ignore[arg-type]


def _tried(mutant: Mutant | None, items: list[pytest.Item]) -> tuple[str, str]:
    """The outcome in a fork, and the test that noticed; without a mutant of the program as it is."""
    read, write = os.pipe()
    if (child := os.fork()) == 0:
        _in_child(mutant, items, write)
    os.close(write)
    with os.fdopen(read) as said:
        by = said.read()
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return "timeout", ""
    return _SAID.get(os.WEXITSTATUS(status), "killed"), by


def _in_child(mutant: Mutant | None, items: list[pytest.Item], write: int) -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    if mutant is not None and not patch(ROOT / mutant.path, mutant.source):
        os._exit(AT_IMPORT)
    for item in items:
        nothing = _Nothing(item.session)
        if any(report.failed for report in runtestprotocol(item, nextitem=nothing, log=False)):  # type: ignore[arg-type]
            os.write(write, item.nodeid.encode())
            os._exit(KILLED)
    os._exit(SURVIVED)


_functions: dict[str, list[FunctionType]] = defaultdict(list)
_caches: list[Any] = []


def _learn() -> None:
    """Finds the functions of the mutated rooms and all caches, once; nothing of now is collected any more."""
    rooms = tuple(f"{ROOT / room}{os.sep}" for room in ROOMS)
    for thing in gc.get_objects():
        if isinstance(thing, FunctionType) and thing.__code__.co_filename.startswith(rooms):
            _functions[thing.__code__.co_filename].append(thing)
        elif isinstance(thing, functools._lru_cache_wrapper):
            _caches.append(thing)
    gc.collect()
    gc.freeze()


def patch(path: Path, source: str) -> bool:
    """Gives the functions of a file the code they have in another wording of it; whether any got another."""
    was, new = _codes(path.read_text("utf-8"), path), _codes(source, path)
    changed = {
        (name, before.co_firstlineno): after
        for name in was
        if len(was[name]) == len(new[name])
        for before, after in zip(was[name], new[name], strict=True)
        if before.co_code != after.co_code or _plain(before) != _plain(after)
    }
    found = False
    for function in _functions[str(path)]:
        code = changed.get((function.__code__.co_qualname, function.__code__.co_firstlineno))
        if code is not None and len(code.co_freevars) == len(function.__code__.co_freevars):
            function.__code__ = code
            found = True
    for cache in _caches:
        cache.cache_clear()
    return found


def _codes(source: str, path: Path) -> dict[str, list[CodeType]]:
    """The code of every function of a source, by its name; those of one name in their order."""
    found: dict[str, list[CodeType]] = defaultdict(list)
    for code in _within(compile(source, str(path), "exec")):
        found[code.co_qualname].append(code)
    return found


def _within(code: CodeType) -> Iterator[CodeType]:
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            yield inner
            yield from _within(inner)


def _plain(code: CodeType) -> tuple[object, ...]:
    """What a function says apart from its lines: names, constants, and the same of the functions within."""
    consts = tuple(
        (*_plain(c), c.co_code) if isinstance(c, CodeType) else (type(c), repr(c)) for c in code.co_consts
    )
    return (code.co_names, code.co_varnames, consts)
