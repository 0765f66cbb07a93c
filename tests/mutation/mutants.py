"""Every place of a file where one small change makes another program: mutants a test ought to tell from the original.

Left out is what says nothing when it runs: docstrings, annotations, decorators, `__all__`, what only a type checker reads.
"""

import ast
import copy
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

_COMPARED = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
_RECKONED = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.FloorDiv,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
}
_JOINED = {ast.And: ast.Or, ast.Or: ast.And}


@dataclass(frozen=True)
class Mutant:
    """One change of one file: its place, the lines of the statement it stands in, and both wordings."""

    path: str
    line: int
    column: int
    first: int
    last: int
    before: str
    after: str
    source: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}: {self.before}  ->  {self.after}"


def count_mutants(root: Path, path: str) -> int:
    """How many mutants a file has."""
    return sum(1 for _ in _sites(ast.parse((root / path).read_text("utf-8"))))


def mutants_of(root: Path, path: str, wanted: Collection[int] | None = None) -> Iterator[Mutant]:
    """The mutants of a file in the order of its text; of these the wanted ones, counted from 0."""
    tree = ast.parse((root / path).read_text("utf-8"))
    for number, (statement, node, changed) in enumerate(_sites(tree)):
        if wanted is None or number in wanted:
            yield _mutant(path, tree, statement, node, changed)


def _sites(tree: ast.Module) -> Iterator[tuple[ast.stmt, ast.AST, ast.AST]]:
    for statement in _statements(tree):
        for node in _expressions(statement):
            for changed in _changes(node):
                yield statement, node, changed


def _mutant(path: str, tree: ast.Module, statement: ast.stmt, node: ast.AST, changed: ast.AST) -> Mutant:
    before = {name: getattr(node, name, None) for name in changed._fields}
    told = ast.unparse(node)
    kind = node.__class__
    node.__class__ = changed.__class__
    node.__dict__.update({name: getattr(changed, name) for name in changed._fields})
    try:
        after, source = ast.unparse(node), ast.unparse(tree)
    finally:
        node.__class__ = kind
        node.__dict__.update({name: value for name, value in before.items() if value is not None})
    assert isinstance(node, ast.expr | ast.stmt)
    place = (path, node.lineno, node.col_offset, statement.lineno, _last_line(statement))
    return Mutant(*place, told, after, source)


def _last_line(statement: ast.stmt) -> int:
    """The last line of what a statement itself says, without the block below it."""
    below = [inner.lineno for inner in ast.iter_child_nodes(statement) if isinstance(inner, ast.stmt)]
    return min(below) - 1 if below else statement.end_lineno or statement.lineno


def _statements(node: ast.AST) -> Iterator[ast.stmt]:
    """Statements that do something when they run."""
    for inner in ast.iter_child_nodes(node):
        if isinstance(inner, ast.ClassDef) or (isinstance(inner, ast.stmt) and not _silent(inner)):
            yield inner
        if not (isinstance(inner, ast.If) and ast.unparse(inner.test) == "TYPE_CHECKING"):
            yield from _statements(inner)


def _silent(statement: ast.stmt) -> bool:
    match statement:
        case ast.Expr(value=ast.Constant()) | ast.Import() | ast.ImportFrom():
            return True
        case ast.Assign(targets=[ast.Name(id="__all__")]):
            return True
        case ast.If(test=ast.Name(id="TYPE_CHECKING")):
            return True
    return False


def _expressions(statement: ast.stmt) -> Iterator[ast.AST]:
    """A statement and the expressions it consists of, without annotations, decorators and the statements below it."""
    yield statement
    for name, value in ast.iter_fields(statement):
        if name in ("annotation", "returns", "decorator_list", "bases", "keywords", "type_params"):
            continue
        if isinstance(statement, ast.ClassDef):
            continue
        if isinstance(value, ast.arguments):
            for default in [*value.defaults, *value.kw_defaults]:
                if default is not None:
                    yield from _walk(default)
        elif isinstance(value, ast.expr):
            yield from _walk(value)
        elif isinstance(value, list):
            for inner in value:
                if isinstance(inner, ast.match_case) and inner.guard is not None:
                    yield from _walk(inner.guard)
                elif isinstance(inner, ast.expr | ast.withitem):
                    yield from _walk(inner)


def _walk(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.expr):
        yield node
    for name, inner in ast.iter_fields(node):
        if name == "annotation":
            continue
        for each in inner if isinstance(inner, list) else [inner]:
            if isinstance(each, ast.AST):
                yield from _walk(each)


def _changes(node: ast.AST) -> Iterator[ast.AST]:
    match node:
        case ast.Compare(ops=ops):
            for at, op in enumerate(ops):
                if type(op) in _COMPARED:
                    yield _with(node, ops=[*ops[:at], _COMPARED[type(op)](), *ops[at + 1 :]])
        case ast.BoolOp(op=op):
            yield _with(node, op=_JOINED[type(op)]())
        case ast.BinOp(op=op) if type(op) in _RECKONED:
            yield _with(node, op=_RECKONED[type(op)]())
        case ast.AugAssign(op=op) if type(op) in _RECKONED:
            yield _with(node, op=_RECKONED[type(op)]())
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            yield copy.copy(operand)
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            yield copy.copy(operand)
        case ast.Constant(value=bool(value)):
            yield _with(node, value=not value)
        case ast.Constant(value=int(value)):
            yield _with(node, value=value + 1)
        case ast.Constant(value=str(value)):
            yield _with(node, value=f"XX{value}XX")
        case ast.IfExp(body=body, orelse=orelse):
            yield _with(node, body=orelse, orelse=body)
        case ast.If(test=test) | ast.While(test=test) if not isinstance(test, ast.Compare | ast.BoolOp):
            yield _with(node, test=ast.UnaryOp(ast.Not(), test))
        case ast.Assign(value=value) if not isinstance(value, ast.Constant):
            yield _with(node, value=ast.Constant(None))
        case ast.Return(value=ast.expr()):
            yield _with(node, value=ast.Constant(None))
        case ast.Call(args=args, keywords=keywords):
            for at, argument in enumerate(args):
                if not isinstance(argument, ast.Constant | ast.Starred | ast.GeneratorExp):
                    yield _with(node, args=[*args[:at], ast.Constant(None), *args[at + 1 :]])
            for at in range(len(keywords)):
                yield _with(node, keywords=keywords[:at] + keywords[at + 1 :])
        case ast.Break():
            yield ast.Continue()
        case ast.Continue():
            yield ast.Break()


def _with(node: ast.AST, **changed: object) -> ast.AST:
    other = copy.copy(node)
    for name, value in changed.items():
        setattr(other, name, value)
    return other
