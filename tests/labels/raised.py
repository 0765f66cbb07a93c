"""What the sources refuse, remark and say, read from the code itself: every code with the fields it is given."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ledger import errors
from ledger.subjects import APART, OWNED

ROOT = Path(__file__).parents[2]

EXPANDED = {
    "notice_{}": ("notice_withdrawn", "notice_revoked", "notice_handled"),
    "{}_unknown": tuple(f"{kind}_unknown" for kind in (*OWNED, *APART, "sheet")),
    "appellant_not_entitled_{}": (
        "appellant_not_entitled_notice",
        "appellant_not_entitled_liability",
        "appellant_not_entitled_sanction",
    ),
    "evidence_{}": ("evidence_damaged", "evidence_missing", "evidence_key_gone"),
    "own_{}": ("own_notice", "own_sanction", "own_check"),
    "{}_undoing_not_entitled": (
        "notice_undoing_not_entitled",
        "sanction_undoing_not_entitled",
        "check_undoing_not_entitled",
    ),
    "review_notice_{}": (
        "review_notice_not_served",
        "review_notice_under_appeal",
        "review_notice_window_open",
    ),
    "database_{}": tuple(
        f"database_{cause}"
        for cause in ("away", "login", "missing", "rights", "full", "crowded", "busy", "read_only")
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
    """Every error made in `ledger`, `cli` and `web`."""
    return sorted(_errors(), key=str)


def faults_told() -> list[Told]:
    """Every fault that `verify` may tell."""
    made = [
        Told(_constant(call.args[0]), _keys(call.args[2]) if len(call.args) > 2 else frozenset(), where)
        for call, where in _calls({"Fault"})
        if call.args and isinstance(call.args[0], ast.Constant)
    ]
    found = []
    for path in sorted((ROOT / "ledger").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr == "fault"
            ) and isinstance(node.args[0], ast.Constant):
                found.append(Told(_constant(node.args[0]), _given(node), f"{path.name}:{node.lineno}"))
    return made + found


def notes_told() -> list[Told]:
    """Every note made in `ledger`."""
    return [
        Told(_constant(call.args[0]), _keys(call.args[1]), where)
        for call, where in _calls({"Note", "Warned"})
        if len(call.args) >= 2
    ]


def malformed_told() -> list[Told]:
    """Every reason of ours why a value is wrong, where it is written out."""
    keys = [(call, call.args[0], where) for call, where in _calls({"Malformed"})]
    keys += [(call, call.args[1], where) for call, where in _calls({"Reason"})]
    return [
        Told(key.value, _given(call), where) for call, key, where in keys if isinstance(key, ast.Constant)
    ]


def sentences_of_proofs() -> list[str]:
    """What the room of proofs says no with: each sentence, an `x` where something is filled in."""
    found = []
    for path in sorted((ROOT / "ledger" / "proofs").glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call) and node.exc.args:
                text = node.exc.args[0]
                if _raises_proof_error(node.exc) and isinstance(text, ast.Constant | ast.JoinedStr):
                    found.append(_sentence(text))
    return found


def _raises_proof_error(call: ast.Call) -> bool:
    name = call.func.id if isinstance(call.func, ast.Name) else ""
    return name == "error" or name.startswith(("Malformed", "Bad", "Unknown", "Seal"))


def _sentence(node: ast.Constant | ast.JoinedStr) -> str:
    if isinstance(node, ast.Constant):
        return str(node.value)
    return "".join(str(part.value) if isinstance(part, ast.Constant) else "x" for part in node.values)


def value_errors(module: str) -> list[str]:
    """Where ValueErrors without a key are raised in a module or package of `ledger`."""
    return [where for _, where in _calls({"ValueError"}) if where.startswith(f"ledger/{module}")]


def dictionary_keys(*modules: str) -> set[str]:
    """The keys of the dictionaries written out in some modules."""
    found: set[str] = set()
    for module in modules:
        for node in ast.walk(ast.parse((ROOT / module).read_text("utf-8"))):
            if isinstance(node, ast.Dict):
                found |= _keys(node) or frozenset()
    return found


def texts_given(*functions: str) -> set[str]:
    """The texts written out as arguments of some functions of `ledger`."""
    return {
        argument.value
        for call, _ in _calls(set(functions))
        for argument in call.args
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
    }


def words_asked(look_up: str) -> list[Told]:
    """What `cli` asks `Labels.say`, `title`, `heading` or `word` for, where it is written out."""
    return [
        Told(key, _given(call), where)
        for call, where in _method_calls(look_up)
        for key in _written(call.args[0])
    ]


def columns_printed() -> set[str]:
    """The columns of the tables that `cli` prints, where they are written out."""
    found: set[str] = set()
    for path in sorted((ROOT / "cli").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            lists = []
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id == "print_table"
            ):
                lists = [node.args[1]]
            if isinstance(node, ast.Assign) and _names_columns(node):
                lists = [node.value]
            for constant in (c for part in lists for c in ast.walk(part) if isinstance(c, ast.Constant)):
                if isinstance(constant.value, str):
                    found.add(constant.value)
    return found


def _names_columns(node: ast.Assign) -> bool:
    return isinstance(node.value, ast.List) and any(
        isinstance(target, ast.Name) and target.id == "columns" for target in node.targets
    )


def _written(node: ast.expr) -> list[str]:
    if isinstance(node, ast.IfExp):
        return [*_written(node.body), *_written(node.orelse)]
    return [node.value] if isinstance(node, ast.Constant) and isinstance(node.value, str) else []


def _given(call: ast.Call) -> frozenset[str] | None:
    given = [keyword.arg for keyword in call.keywords]
    return None if None in given else frozenset(name for name in given if name is not None)


def _method_calls(name: str) -> Iterator[tuple[ast.Call, str]]:
    for path in sorted((ROOT / "cli").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == name:
                yield node, f"{path.relative_to(ROOT).as_posix()}:{node.lineno}"


def _errors() -> Iterator[Told]:
    names = {name for name, thing in vars(errors).items() if _is_error(thing)}
    for call, where in _calls(names):
        shape = _shape(call.args[0])
        if "{}" in shape and shape not in EXPANDED:
            raise AssertionError(f"{where}: put the codes of {shape} into EXPANDED")
        for code in EXPANDED.get(shape, (shape,)):
            fields = _given(call)
            if shape == "{}_unknown":
                fields = frozenset({code.removesuffix("_unknown")})
            yield Told(code, fields, where)


def _is_error(thing: object) -> bool:
    return isinstance(thing, type) and issubclass(thing, errors.LedgerError)


def _calls(names: set[str]) -> Iterator[tuple[ast.Call, str]]:
    for room in ("ledger", "cli", "web"):
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
