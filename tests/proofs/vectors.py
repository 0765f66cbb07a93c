"""Test vectors nobody here wrote, read where they lie beside the project; tests on them are skipped elsewhere.

What they say in single values is repeated in the tests, which therefore check something everywhere.
"""

import json
import os
from pathlib import Path
from typing import Any

import pytest

VECTORS = Path(os.environ.get("KAOJI_VECTORS", Path(__file__).parents[3] / "shared" / "vectors"))


def folder(name: str) -> Path:
    """A folder of vectors, or the test is skipped."""
    path = VECTORS / name
    if not path.is_dir():
        pytest.skip(f"no vectors in {VECTORS}")
    return path


def load(name: str) -> Any:
    """One JSON file of vectors, or the test is skipped."""
    path = folder(str(Path(name).parent)) / Path(name).name
    return json.loads(path.read_text(encoding="utf-8"))
