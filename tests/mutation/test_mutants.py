"""Mutants are changes that run: each is another program than the original, and what says nothing gives none."""

import ast
from pathlib import Path

import pytest

from tests.mutation.mutants import count_mutants, mutants_of
from tests.mutation.sample import Beside

ROOT = Path(__file__).parents[2]
FILE = "ledger/reckoning/rules/surcharge.py"
SOURCE = '''"""A docstring."""

from typing import Final

__all__ = ["limit"]
LIMIT: Final = 5


def limit(points: int = 1) -> bool:
    """Another."""
    if not points:
        return False
    return points + 1 < LIMIT and points != 3
'''


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "one.py").write_text(SOURCE, "utf-8")
    return tmp_path


def test_every_mutant_is_another_program() -> None:
    original = ast.unparse(ast.parse((ROOT / FILE).read_text("utf-8")))
    found = [mutant.source for mutant in mutants_of(ROOT, FILE)]
    assert len(found) == count_mutants(ROOT, FILE) > 10
    assert original not in found
    assert all(ast.parse(source) for source in found)


def test_what_says_nothing_when_it_runs_is_left_alone(folder: Path) -> None:
    changes = {(mutant.before, mutant.after) for mutant in mutants_of(folder, "one.py")}
    assert ("points + 1 < LIMIT", "points + 1 <= LIMIT") in changes
    assert ("points + 1", "points - 1") in changes
    assert ("not points", "points") in changes
    assert ("5", "6") in changes
    assert ("points + 1 < LIMIT and points != 3", "points + 1 < LIMIT or points != 3") in changes
    assert not any("docstring" in before or before.strip("'") == "limit" for before, _ in changes)


def test_a_seed_draws_the_same_sample_again(tmp_path: Path) -> None:
    beside = Beside(tmp_path)
    beside.ask(5, 13, "surcharge")
    first = [str(mutant) for mutant in beside.sample(ROOT)]
    assert len(first) == 5
    assert first == [str(mutant) for mutant in beside.sample(ROOT)]
