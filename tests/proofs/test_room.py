"""The room itself: what it may import, and that it never asserts."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import ledger.proofs

ROOM = Path(ledger.proofs.__file__).parent
FILES = sorted(ROOM.glob("*.py"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_only_the_standard_library_cryptography_and_itself_are_imported(file: Path) -> None:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            roots = {name.name.partition(".")[0] for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level <= 1, "nothing above this room"
            roots = {(node.module or "").partition(".")[0]} if node.level == 0 else set()
        else:
            continue
        assert roots <= {*sys.stdlib_module_names, "cryptography"}, file.name
        assert "cryptography" not in roots or file.name == "primitives.py"


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_no_check_is_an_assert_which_an_option_of_python_leaves_out(file: Path) -> None:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    assert not [node for node in ast.walk(tree) if isinstance(node, ast.Assert)]


def test_hashing_does_not_load_openssl() -> None:
    code = "import sys, ledger.proofs; print('cryptography' in sys.modules)"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout == "False\n"


def test_everything_offered_is_there() -> None:
    assert sorted(ledger.proofs.__all__) == sorted(set(ledger.proofs.__all__))
    assert all(hasattr(ledger.proofs, name) for name in ledger.proofs.__all__)
