"""How each command of a file is called where it is typed: filled by the forms, asked by hints."""

import importlib
from typing import Final

FORM_PATHS: Final[dict[str, str]] = {
    "adopt_policy": "policy adopt",
    "adopt_questions": "exam adopt",
    "attach_evidence": "evidence attach",
    "mark_answer": "sitting mark",
    "open_sitting": "sitting open",
    "rotate_key": "key rotate",
}

_MAKING_FORMS: Final = ("cli.appraisal", "cli.cases", "cli.evidence", "cli.organisation", "cli.sittings")


def form_paths() -> dict[str, str]:
    """`register_employee` → `employee register`, of every command that is typed."""
    for module in _MAKING_FORMS:
        importlib.import_module(module)
    return FORM_PATHS
