"""Whatever can be recorded can be recorded in the console, or it is said here why not."""

import ast
from collections.abc import Iterator
from pathlib import Path

from ledger.commands import COMMANDS
from web import pages
from web.routes import routes

_MAKE_ACTS = ("Act", "_act", "_step")
PAGES = Path(str(pages.__file__)).parent
BY_A_PAGE_OF_ITS_OWN = {
    "adopt_policy": "/policy/try",
    "attach_evidence": "/notices/{notice}/evidence",
}
"""What is recorded by a page whose form is no `Act` → the path of that page."""
NOT_HERE = {
    "rotate_key": "whoever keeps the server, where the key lies",
}
"""What no page records → why not. Whatever gets a page leaves this list."""


def _named() -> Iterator[str]:
    """The commands whose forms stand in a page: what is named where an `Act` is made."""
    for source in PAGES.glob("*.py"):
        for node in ast.walk(ast.parse(source.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _MAKE_ACTS:
                yield from (arg.value for arg in node.args if isinstance(arg, ast.Constant))


def test_every_command_is_recorded_by_a_page_or_it_is_said_why_not() -> None:
    by_form = set(_named()) & set(COMMANDS)

    assert "issue_notice" in by_form
    assert not by_form & set(BY_A_PAGE_OF_ITS_OWN)
    assert set(COMMANDS) - by_form - set(BY_A_PAGE_OF_ITS_OWN) == set(NOT_HERE)


def test_a_page_that_is_said_to_record_something_is_there() -> None:
    assert set(BY_A_PAGE_OF_ITS_OWN.values()) <= {route.path for route in routes()}
