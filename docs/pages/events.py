"""`events.md`: what can stand in the log, from the registry of events."""

import ast
import inspect
import re
import sys
from types import ModuleType
from typing import Any, Final, Literal, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from docs.pages.shared import MADE, alternatives, docstring
from ledger import terms
from ledger.events import Event, Personal, Recorded, kinds
from ledger.subjects import referred

_STREAM: Final = re.compile(r"\bStream\s`([^`]+)`")
"""Where the docstring of a module of events says on which stream they stand."""

_ID: Final = "text of 1 to 64 of the characters `A-Z a-z 0-9 . _ -`"
_SHAPES: Final = {
    **{name: _ID for name, kind in vars(terms).items() if referred(kind) is not None},
    "PolicyVersion": _ID,
    "ClauseCode": _ID,
    "DepartmentId": "text of 1 to 64 characters",
    "Day": "text `YYYY-MM-DD`, in the site's time zone",
    "Month": "text `YYYY-MM`",
    "Instant": "text in UTC such as `2026-08-01T01:30:00Z`",
    "Quarter": "text `YYYY-Qn`",
    "Points": "whole number from 1 to 9999",
    "MarkPoints": "whole number from -100 to 100",
    "SheetPoints": "whole number from 0 to 9999",
    "Sha256": "text of 64 hexadecimal digits",
    "str": "text",
    "int": "whole number; fen where the name ends in `_fen`",
    "bool": "`true` or `false`",
    "Any": "any JSON value",
}
"""What the JSON of a type holds; a `Literal` of `terms` speaks for itself."""


def events() -> str:
    """The page."""
    modules: dict[str, list[type[Event]]] = {}
    for event in kinds().values():
        modules.setdefault(event.__module__, []).append(event)
    used: dict[str, None] = {}
    parts = [
        "# Events",
        MADE,
        "What can stand in the log. A stored event is never changed; older schema versions are read by upcasting. "
        "Fields\nat the value of *if left out* are not stored. *Personal* fields hold words about or of the person "
        "whom the\nfield named there gives, and may be erased.",
        "Beside each event the log keeps:",
        docstring(Recorded),
    ]
    for name, events in modules.items():
        subject, stream = name.rpartition(".")[2], _STREAM.search(sys.modules[name].__doc__ or "")
        if stream is None:
            raise ValueError(f"the docstring of {name} does not say: Stream `…`")
        parts += [f"## {subject.capitalize()}", docstring(sys.modules[name])]
        for event in events:
            parts += _event(event, stream.group(1), used)
        for part in _parts(sys.modules[name]):
            parts += [f"### {part.__name__}", docstring(part), _fields(part, used)]
    parts += ["## Types", _types(used)]
    return "\n\n".join(parts) + "\n"


def _event(event: type[Event], stream: str, used: dict[str, None]) -> list[str]:
    return [
        f"### {event.kind}",
        docstring(event),
        f"Schema version {event.schema_version}, stream `{stream}`.",
        _fields(event, used),
    ]


def _parts(module: ModuleType) -> list[type[BaseModel]]:
    """The models of a module that are no events, but parts of them."""
    return [
        thing
        for thing in vars(module).values()
        if isinstance(thing, type) and issubclass(thing, BaseModel) and thing.__module__ == module.__name__
        if not issubclass(thing, Event)
    ]


def _fields(model: type[BaseModel], used: dict[str, None]) -> str:
    rows = ["| field | type | if left out | personal |", "|---|---|---|---|"]
    written = _annotations(model)
    for name, field in model.model_fields.items():
        personal = [_owner(mark) for mark in field.metadata if isinstance(mark, Personal)]
        cells = [f"`{name}`", _type(written[name], used), _default(field), " ".join(personal)]
        rows.append("| " + " | ".join(cells) + " |")
    return "\n".join(rows)


def _owner(mark: Personal) -> str:
    """Whose the words in a field are, by the field that says so."""
    whose = [f"of `{field}`" for field in (mark.of, mark.site) if field is not None]
    return ", else ".join(whose)


def _annotations(model: type[BaseModel]) -> dict[str, ast.expr]:
    """The annotations as they are written: names such as `EmployeeId` are gone from the classes themselves."""
    found: dict[str, ast.expr] = {}
    for ancestor in reversed(model.__mro__):
        if issubclass(ancestor, BaseModel) and ancestor is not BaseModel:
            (tree,) = ast.parse(inspect.getsource(ancestor)).body
            assert isinstance(tree, ast.ClassDef)
            for node in tree.body:
                if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
                    found[node.target.id] = node.annotation
    return found


def _type(written: ast.expr, used: dict[str, None]) -> str:
    """A type in words; the names in it are kept for the list of types."""
    match written:
        case ast.BinOp(left=left, right=right):
            return f"{_type(left, used)} or {_type(right, used)}"
        case ast.Constant(value=None):
            return "`null`"
        case ast.Name(id=name):
            used[name] = None
            return f"`{name}`"
        case ast.Subscript(value=ast.Name(id="Annotated"), slice=ast.Tuple(elts=[inner, *_])):
            return _type(inner, used)
        case ast.Subscript(value=ast.Name(id="Literal"), slice=ast.Tuple(elts=choices)):
            return alternatives([ast.literal_eval(choice) for choice in choices])
        case ast.Subscript(value=ast.Name(id="tuple"), slice=ast.Tuple(elts=[inner, _])):
            return f"list of {_type(inner, used)}"
        case ast.Subscript(value=ast.Name(id="dict"), slice=ast.Tuple(elts=[key, value])):
            return f"object of {_type(key, used)} to {_type(value, used)}"
    raise TypeError(f"there are no words for the type {ast.unparse(written)}")


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return ""
    default = field.get_default(call_default_factory=True)
    words = {None: "`null`", True: "`true`", False: "`false`", (): "empty"}
    return "empty" if default == {} else words[default]


def _types(used: dict[str, None]) -> str:
    rows = ["| type | JSON |", "|---|---|"]
    models = {part.__name__ for event in kinds().values() for part in _parts(sys.modules[event.__module__])}
    for name in sorted(used.keys() - models):
        rows.append(f"| `{name}` | {_shape(name)} |")
    return "\n".join(rows)


def _shape(name: str) -> str:
    noun = getattr(terms, name, None) or _literals()[name] if name not in _SHAPES else None
    return _SHAPES[name] if noun is None else alternatives(list(get_args(noun)))


def _literals() -> dict[str, Any]:
    """The alternatives that the modules of events name themselves."""
    modules = {sys.modules[event.__module__] for event in kinds().values()}
    return {
        name: thing
        for module in modules
        for name, thing in vars(module).items()
        if get_origin(thing) is Literal
    }
