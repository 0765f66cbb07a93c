"""The addresses that are read: each function says its own, and whoever needs all of them finds them here."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from starlette.responses import Response

    from web.api.door import Asked

ROOT: Final = "/api/v1"
PARAMETER: Final = re.compile(r"{(\w+)}")
_THINGS: Final = (
    *("employee", "notice", "appeal", "sanction", "reward", "finding", "inspection", "action", "analysis"),
    *("check", "sheet", "objection", "case", "sitting"),
)
"""The parts of a path that name a thing, which lives at a site."""

Answer = Callable[["Asked", Any], Any]
"""Asks a look (None where the answer needs none) for what the command line prints, or for bytes."""


@dataclass(frozen=True, slots=True)
class Read:
    """An address below `/api/v1`. `name`: the report, as scopes name it; `told`: the command line that prints the same.

    `by`: what it is asked of: the sheets (`rows`), the `log`, or the `desk` itself. `everywhere`: it lies at no site.
    `media`: the type of an answer that is no JSON. `asks`: its parameters besides those all have.
    """

    path: str
    name: str
    told: str
    answer: Answer
    by: str
    everywhere: bool
    media: str | None
    asks: tuple[str, ...]

    @property
    def parts(self) -> list[str]:
        """The names of the path's parts."""
        return PARAMETER.findall(self.path)

    def subject(self, parts: Mapping[str, str]) -> str | None:
        """What the path names, as `kind:id`; None where it names nothing that lives at a site."""
        kind = next((kind for kind in _THINGS if kind in parts), None)
        if kind is not None:
            return f"{kind}:{parts[kind]}"
        return parts.get("name")


_READS: Final[list[Read]] = []


def read(
    path: str,
    name: str,
    told: str,
    *,
    by: str = "rows",
    everywhere: bool = False,
    media: str | None = None,
    asks: tuple[str, ...] = (),
) -> Callable[[Answer], Answer]:
    """An address that is read by the function below."""

    def add(answer: Answer) -> Answer:
        _READS.append(Read(path, name, told, answer, by, everywhere, media, asks))
        return answer

    return add


def reads() -> list[Read]:
    """Every address of every module of `web.api.reads`; those with nothing to fill in before those that have."""
    folder = import_module("web.api.reads").__path__
    for found in iter_modules(folder):
        import_module(f"web.api.reads.{found.name}")
    return sorted(_READS, key=lambda one: (one.path.count("{"), one.path))


# --- what is sent ---------------------------------------------------------------------------------------

Schema = dict[str, Any]
Sent = Callable[["Asked", bytes], "Response"]
"""Answers what was sent with a body, which may be empty."""


@dataclass(frozen=True, slots=True)
class Act:
    """An address with a method of its own, which is no report of the command line.

    `name`: what scopes call it, where it only reads. `body`: media type → schema of what is sent. `keyed`: it takes an
    Idempotency-Key. `changes`: it is refused by a console that only reads. `answers`: status → the name of its schema,
    None: nothing. `asks`: its parameters. `largest`: how many bytes it takes.
    """

    method: str
    path: str
    name: str
    answer: Sent
    body: Mapping[str, Schema]
    answers: Mapping[int, str | None]
    asks: tuple[str, ...]
    keyed: bool
    changes: bool
    largest: int

    @property
    def parts(self) -> list[str]:
        """The names of the path's parts."""
        return PARAMETER.findall(self.path)


_ACTS: Final[list[Act]] = []


def act(
    method: str,
    path: str,
    name: str,
    *,
    answers: Mapping[int, str | None],
    body: Mapping[str, Schema] | None = None,
    asks: tuple[str, ...] = (),
    keyed: bool = False,
    changes: bool = False,
    largest: int = 8 * 1024 * 1024,
) -> Callable[[Sent], Sent]:
    """An address that the function below answers by a method."""

    def add(answer: Sent) -> Sent:
        _ACTS.append(Act(method, path, name, answer, body or {}, answers, asks, keyed, changes, largest))
        return answer

    return add


def acts() -> list[Act]:
    """Those of every module of `web.api.acts`; those with nothing to fill in before those that have."""
    for found in iter_modules(import_module("web.api.acts").__path__):
        import_module(f"web.api.acts.{found.name}")
    return sorted(_ACTS, key=lambda one: (one.path.count("{"), one.path, one.method))


def report_names() -> list[str]:
    """The names of what a token may read, sorted."""
    return sorted({each.name for each in reads()} | {each.name for each in acts() if each.method == "GET"})
