"""The one table of rights: who stands how to a record, and how much of each class that gives."""

from collections.abc import Iterable, Mapping
from typing import Final, Literal, get_args

from ledger.access.classes import Grant, InfoClass

Relation = Literal[
    "colleague",
    "self",
    "line",
    "bearer",
    "issuer",
    "appellant",
    "reviewer",
    "conflicted",
    "inspector",
    "department_head",
    "quality",
    "office",
    "director",
    "manager",
    "finance",
    "company",
    "auditor",
    "union",
]
"""How somebody stands to a record today.

`colleague`: employed at the same site. `line`: above that person. `bearer`: a share of the notice rests on them.
`issuer`: they issued it or made its finding. `reviewer`: the case or objection is theirs to decide, or they decided it.
`conflicted`: they may not decide it. The rest are offices; `department_head` counts for what lies in their department.
"""
Relations = set[Relation]
"""How somebody stands to something: in each of these ways at once."""
RELATIONS: Final[tuple[Relation, ...]] = get_args(Relation)

_F, _PARTY, _PURPOSE, _ALL = Grant.FACTS, Grant.PARTY, Grant.PURPOSE, Grant.WORDS

MAY: Final[Mapping[Relation, Mapping[InfoClass, Grant]]] = {
    "colleague": {"directory": _F},
    "self": {
        "directory": _ALL,
        "fact": _ALL,
        "review": _ALL,
        "figures": _ALL,
        "pay": _ALL,
        "wage": _ALL,
        "case": _F,
        "raw": _ALL,
        "readings": _ALL,
    },
    "line": {"directory": _ALL, "fact": _F, "review": _F, "figures": _F},
    "bearer": {"fact": _ALL},
    "issuer": {"fact": _ALL, "case": _F},
    "appellant": {"case": _PARTY, "raw": _ALL},
    "reviewer": {"fact": _ALL, "figures": _ALL, "case": _ALL, "raw": _ALL},
    "conflicted": {"fact": _F, "case": _PARTY},
    "inspector": {"directory": _F},
    "department_head": {"directory": _ALL, "fact": _ALL, "figures": _ALL},
    "quality": {
        "directory": _F,
        "fact": _ALL,
        "review": _ALL,
        "figures": _F,
        "case": _F,
        "fairness": _ALL,
    },
    "office": {
        "directory": _ALL,
        "fact": _F,
        "review": _F,
        "figures": _ALL,
        "pay": _ALL,
        "case": _F,
        "running": _ALL,
        "accounts": _F,
    },
    "director": {
        "directory": _ALL,
        "fact": _ALL,
        "review": _ALL,
        "figures": _ALL,
        "pay": _ALL,
        "case": _F,
        "fairness": _ALL,
        "running": _ALL,
    },
    "manager": {
        "directory": _ALL,
        "fact": _ALL,
        "review": _ALL,
        "figures": _ALL,
        "pay": _ALL,
        "case": _F,
        "fairness": _ALL,
        "running": _ALL,
    },
    "finance": {"figures": _ALL, "pay": _ALL, "wage": _ALL},
    "company": {
        "directory": _ALL,
        "fact": _PURPOSE,
        "review": _PURPOSE,
        "figures": _ALL,
        "pay": _ALL,
        "case": _PURPOSE,
        "fairness": _ALL,
        "readings": _ALL,
        "running": _ALL,
    },
    "auditor": {
        "directory": _ALL,
        "fact": _PURPOSE,
        "review": _PURPOSE,
        "figures": _ALL,
        "pay": _ALL,
        "wage": _ALL,
        "case": _PURPOSE,
        "fairness": _ALL,
        "raw": _ALL,
        "readings": _ALL,
        "running": _ALL,
        "accounts": _ALL,
    },
    "union": {"directory": _F, "review": _F, "fairness": _ALL},
}
"""Relation → class → how much. What does not stand here is nobody's."""

EVERYWHERE: Final = frozenset({"company", "auditor"})
"""The offices that count at every site, wherever they are held."""


def granted(relations: Iterable[Relation], info: InfoClass) -> Grant:
    """How much of a class somebody sees who stands so to a record.

    Deny beats allow: whoever is in conflict has a party's view of the case, whatever else they are.
    """
    held = set(relations)
    if info == "case" and "conflicted" in held:
        return MAY["conflicted"]["case"]
    return max((MAY[relation].get(info, Grant.NONE) for relation in held), default=Grant.NONE)
