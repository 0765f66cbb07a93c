"""What there is to go to, and the table of rights as it is shown."""

from collections.abc import Set
from typing import Final

from ledger.access.classes import CLASSES, Grant
from ledger.access.may import MAY

_RUNS: Final = frozenset({"office", "director", "manager", "company", "auditor"})
MENU: Final[dict[str, frozenset[str]]] = {
    "due": frozenset(),
    "me": frozenset(),
    "issue": frozenset({"inspector", "department_head", "quality", "director", "manager"}),
    "notices": _RUNS | {"inspector", "department_head", "quality"},
    "inspections": _RUNS | {"inspector", "department_head", "quality"},
    "sheets": _RUNS | {"department_head"},
    "actions": _RUNS | {"department_head", "quality"},
    "appraisals": frozenset(),
    "exams": _RUNS | {"quality"},
    "appeals": frozenset(),
    "months": _RUNS | {"department_head", "quality"},
    "payroll": _RUNS | {"finance"},
    "people": frozenset(),
    "public_list": frozenset(),
    "rules": frozenset(),
    "fairness": frozenset({"quality", "director", "manager", "company", "auditor", "union"}),
    "audit": frozenset({"auditor"}),
    "readings": frozenset({"auditor", "company"}),
    "accounts": frozenset({"office"}),
    "typing": frozenset({"office", "quality"}),
    "proposals": frozenset({"department_head", "office", "director", "manager", "company"}),
}
"""What there is to go to, and the offices one of which it needs; none: it is everybody's."""


def entries_of(offices: Set[str]) -> frozenset[str]:
    """The entries for which somebody has use who holds some offices."""
    return frozenset(entry for entry, needed in MENU.items() if not needed or offices & needed)


def rights() -> dict[str, dict[str, str]]:
    """The table of rights as text: relation → class → how much, for showing it."""
    return {
        relation: {info: row.get(info, Grant.NONE).name.lower() for info in CLASSES}
        for relation, row in MAY.items()
    }
