"""What the sources refuse and remark, read from the code itself: every code with the fields it is given."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ledger import errors

ROOT = Path(__file__).parents[2]

EXPANDED = {
    "notice_{}": ("notice_withdrawn", "notice_revoked"),
    "{}_unknown": ("notice_unknown", "appeal_unknown", "reward_unknown", "sanction_unknown"),
    "appellant_not_entitled_{}": (
        "appellant_not_entitled_notice",
        "appellant_not_entitled_liability",
        "appellant_not_entitled_sanction",
    ),
    "own_{}": ("own_notice", "own_sanction"),
    "{}_undoing_not_entitled": ("notice_undoing_not_entitled", "sanction_undoing_not_entitled"),
    "review_notice_{}": (
        "review_notice_not_served",
        "review_notice_under_appeal",
        "review_notice_window_open",
    ),
}
"""Codes that are put together where they are raised, by hand."""


@dataclass(frozen=True)
class Told:
    """A code where it is raised or noted; `fields` None: not to be seen from the code."""

    code: str
    fields: frozenset[str] | None
    where: str

    def __str__(self) -> str:
        return f"{self.code} at {self.where}"


def errors_told() -> list[Told]:
    """Every error made in `ledger` and `cli`."""
    return sorted(_errors(), key=str)


def notes_told() -> list[Told]:
    """Every note made in `ledger`."""
    return [
        Told(_constant(call.args[0]), _keys(call.args[1]), where)
        for call, where in _calls({"Note"})
        if len(call.args) == 2
    ]


def value_errors(*modules: str) -> list[str]:
    """The texts of the ValueErrors raised in some modules; a blank holds `7`."""
    texts = []
    for call, where in _calls({"ValueError"}):
        if where.partition(":")[0] in modules:
            texts.append(_shape(call.args[0]).replace("{}", "7"))
    return texts


def dictionary_keys(*modules: str) -> set[str]:
    """The keys of the dictionaries written out in some modules."""
    found: set[str] = set()
    for module in modules:
        for node in ast.walk(ast.parse((ROOT / module).read_text("utf-8"))):
            if isinstance(node, ast.Dict):
                found |= _keys(node) or frozenset()
    return found


def _errors() -> Iterator[Told]:
    names = {name for name, thing in vars(errors).items() if _is_error(thing)}
    for call, where in _calls(names):
        shape = _shape(call.args[0])
        if "{}" in shape and shape not in EXPANDED:
            raise AssertionError(f"{where}: put the codes of {shape} into EXPANDED")
        for code in EXPANDED.get(shape, (shape,)):
            given = [keyword.arg for keyword in call.keywords]
            fields = None if None in given else frozenset(name for name in given if name is not None)
            if shape == "{}_unknown":
                fields = frozenset({code.removesuffix("_unknown")})
            yield Told(code, fields, where)


def _is_error(thing: object) -> bool:
    return isinstance(thing, type) and issubclass(thing, errors.LedgerError)


def _calls(names: set[str]) -> Iterator[tuple[ast.Call, str]]:
    for room in ("ledger", "cli"):
        for path in sorted((ROOT / room).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names:
                    yield node, f"{path.relative_to(ROOT).as_posix()}:{node.lineno}"


def _shape(node: ast.expr) -> str:
    if isinstance(node, ast.JoinedStr):
        return "".join(str(p.value) if isinstance(p, ast.Constant) else "{}" for p in node.values)
    return _constant(node)


def _constant(node: ast.expr) -> str:
    assert isinstance(node, ast.Constant) and isinstance(node.value, str), ast.dump(node)
    return node.value


def _keys(node: ast.expr) -> frozenset[str] | None:
    if not isinstance(node, ast.Dict):
        return None
    return frozenset(k.value for k in node.keys if isinstance(k, ast.Constant) and isinstance(k.value, str))
